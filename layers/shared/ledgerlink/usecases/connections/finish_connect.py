"""Take the tenant back from Intuit's consent page and keep the connection."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus, SealedTokens
from ledgerlink.domain.expiry import end_of
from ledgerlink.domain.tokens import CodeRejected, Tokens
from ledgerlink.errors import InvalidRequest, SyncError
from ledgerlink.usecases.connections.describe_company import CompanyFacts, Descriptions, describe_company
from ledgerlink.usecases.connections.keep_connected import Announcer, Sealer, seal_tokens

logger = logging.getLogger(__name__)


def _stale() -> InvalidRequest:
    """The same words for a forged, a replayed and an expired state: nothing to learn from them."""
    return InvalidRequest(
        "This link to QuickBooks can no longer be used.",
        code="oauth_state_invalid",
        hint="Nothing has changed. Connect again, from the beginning.",
    )


class OAuthStates(Protocol):
    """One-time states."""

    def consume(self, tenant_id: str, state: str, browser: str, now: datetime) -> bool:
        """True for exactly one caller, and only for the tenant and browser it was made for."""


class CodeExchange(Protocol):
    """Intuit's token endpoint."""

    def exchange(self, code: str, realm_id: str) -> Tokens: ...


class Connections(Descriptions, Protocol):
    """Where connections are kept."""

    def establish(self, key: ConnectionKey, tokens: SealedTokens, now: datetime) -> None:
        """Store a new connection or renew an old one. Raises RealmTaken when another tenant has the company."""


@dataclass(frozen=True, slots=True)
class Callback:
    """What Intuit sent the browser back with."""

    state: str
    code: str
    realm_id: str
    error: str


class ConsentDenied(InvalidRequest):
    """The tenant pressed Cancel on Intuit's page, or Intuit refused."""

    default_code = "consent_denied"


def finish_connect(
    states: OAuthStates,
    codes: CodeExchange,
    company: Callable[[str, str], CompanyFacts],
    connections: Connections,
    sealer: Sealer,
    events: Announcer,
    tenant_id: str,
    browser: str,
    callback: Callback,
    now: datetime,
) -> Connection:
    """Exchange the code, once, and store the connection.

    The state is consumed before the exchange and the exchange is never repeated:
    Intuit revokes the tokens of a code that is used twice. Raises InvalidRequest
    (stale state or code), ConsentDenied, RealmTaken, or a Transient error.
    """
    if not (callback.state and states.consume(tenant_id, callback.state, browser, now)):
        raise _stale()
    if callback.error or not (callback.code and callback.realm_id):
        raise ConsentDenied(
            "QuickBooks was not connected.",
            hint="Nothing has changed. Connect again whenever you like; you need to be an administrator in QuickBooks.",
        )
    if not (callback.realm_id.isdecimal() and callback.realm_id.isascii() and len(callback.realm_id) <= 30):
        raise _stale()
    try:
        tokens = codes.exchange(callback.code, callback.realm_id)
    except CodeRejected:
        raise _stale() from None

    key = ConnectionKey(tenant_id, callback.realm_id)
    # Stored before anything else is asked: what follows may take too long, and the consent must not be lost.
    connections.establish(key, seal_tokens(sealer, key, tokens, version=1), now)
    connection = Connection(
        tenant_id,
        key.connection_id,
        callback.realm_id,
        ConnectionStatus.CONNECTED,
        connected_at=now,
        ends_at=end_of(tokens.refresh_expires_at, tokens.hard_expires_at),
        hard_expires_at=tokens.hard_expires_at,
    )
    try:
        connection = describe_company(connections, connection, company(callback.realm_id, tokens.access_token), now)
    except SyncError as error:
        # The connection works without; the next push asks again.
        logger.warning("company not described", extra={"error_code": error.code, "realm_id": connection.realm_id})
    events.publish(
        "connection.established",
        tenant_id,
        {
            "connection_id": connection.connection_id,
            "realm_id": connection.realm_id,
            "company_name": connection.company_name,
        },
    )
    return connection
