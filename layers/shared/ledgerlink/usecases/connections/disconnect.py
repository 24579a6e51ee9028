"""End a connection: nothing is sent any more, and the company may be connected elsewhere.

The tokens are erased first, so that neither an Intuit that does not answer nor a
crash keeps the tenant connected. The company stays claimed until Intuit was told:
there is one grant per app and company, and another tenant's new one must not be
revoked with this one.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.connections import Connection, ConnectionKey, SealedTokens
from ledgerlink.errors import SyncError
from ledgerlink.usecases.connections.keep_connected import Announcer
from ledgerlink.usecases.connections.read_connections import read_connection

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)
"""Whoever disconnects is done by then, or was stopped on the way."""


class Connections(Protocol):
    """Where connections are kept."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...
    def disconnect(self, key: ConnectionKey, now: datetime) -> SealedTokens | None:
        """Erase the tokens and return them as they were; None when that was done before."""

    def let_go(self, key: ConnectionKey, *, access_withdrawn: bool) -> None:
        """Keep how it ended and release the company, unless the tenant has connected it again."""


class Opener(Protocol):
    """Opens what was sealed for a connection."""

    def open(self, key: ConnectionKey, sealed: bytes) -> str: ...


class Revocation(Protocol):
    """Intuit's revocation endpoint."""

    def revoke(self, token: str) -> None: ...


def disconnect(
    connections: Connections,
    sealer: Opener,
    intuit: Callable[[], Revocation],
    events: Announcer,
    tenant_id: str,
    connection_id: str,
    now: datetime,
) -> Connection:
    """The connection as it is then; repeating it changes nothing. Raises NotFound."""
    company = read_connection(connections, tenant_id, connection_id)
    tokens = connections.disconnect(company.key, now)
    if tokens is not None:
        detail: dict[str, object] = {"connection_id": connection_id, "realm_id": company.realm_id}
        events.publish("connection.disconnected", tenant_id, detail)
        connections.let_go(company.key, access_withdrawn=_withdraw(sealer, intuit, company.key, tokens))
    ended = read_connection(connections, tenant_id, connection_id)
    if _was_broken_off(ended, now):
        connections.let_go(ended.key, access_withdrawn=False)
        ended = read_connection(connections, tenant_id, connection_id)
    return ended


def _withdraw(sealer: Opener, intuit: Callable[[], Revocation], key: ConnectionKey, tokens: SealedTokens) -> bool:
    """Whether Intuit took note; the tenant is disconnected either way."""
    try:
        intuit().revoke(sealer.open(key, tokens.refresh))
    except SyncError as error:
        told = {"connection_id": key.connection_id, "error_code": error.code, "intuit_tid": error.intuit_tid}
        logger.warning("access not withdrawn at Intuit", extra=told)
        return False
    except Exception:  # whatever it is, the company has to be let go of
        logger.exception("access not withdrawn at Intuit", extra={"connection_id": key.connection_id})
        return False
    return True


def _was_broken_off(connection: Connection, now: datetime) -> bool:
    at = connection.disconnected_at
    return at is not None and connection.access_withdrawn is None and at + PATIENCE <= now
