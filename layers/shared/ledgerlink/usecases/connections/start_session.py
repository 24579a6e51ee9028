"""Let a browser act for one tenant for half an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.tenants import TenantFacts

SESSION_LIFETIME = timedelta(minutes=30)


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def remember_tenant(self, tenant_id: str, now: datetime, facts: TenantFacts) -> None:
        """What the facts leave out stays as it was."""


class SessionSigner(Protocol):
    """Makes tokens that nobody else can make."""

    def sign(self, tenant_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Session:
    """A signed token and when it stops being accepted."""

    token: str
    expires_at: datetime


def start_session(
    tenants: Tenants, signer: SessionSigner, tenant_id: str, facts: TenantFacts, now: datetime
) -> Session:
    """The tenant becomes known with its first session; documents of unknown tenants are refused."""
    tenants.remember_tenant(tenant_id, now, facts)
    return Session(signer.sign(tenant_id), now + SESSION_LIFETIME)
