"""Send a tenant's browser to Intuit's consent page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

STATE_LIFETIME = timedelta(minutes=10)


class OAuthStates(Protocol):
    """One-time states; only their digests are stored."""

    def remember(self, tenant_id: str, state: str, browser: str, expires_at: datetime) -> None: ...


class ConsentPage(Protocol):
    """Intuit's authorize endpoint."""

    def authorization_url(self, state: str) -> str: ...


def start_connect(
    states: OAuthStates,
    consent: ConsentPage,
    tenant_id: str,
    browser: str,
    new_secret: Callable[[], str],
    now: datetime,
) -> str:
    """The address of the consent page, with a state that only this tenant in this browser can use, once."""
    state = new_secret()
    states.remember(tenant_id, state, browser, now + STATE_LIFETIME)
    return consent.authorization_url(state)
