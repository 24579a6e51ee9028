"""Show how far the backfill of a connection is."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.backfills import Backfill
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.errors import NotFound
from ledgerlink.usecases.connections.read_connections import read_connection


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


class Backfills(Protocol):
    """Where backfills are kept."""

    def latest(self, key: ConnectionKey) -> Backfill | None: ...


def read_backfill(connections: Connections, backfills: Backfills, tenant_id: str, connection_id: str) -> Backfill:
    """The last one. Raises NotFound when there was none."""
    connection = read_connection(connections, tenant_id, connection_id)
    backfill = backfills.latest(connection.key)
    if backfill is None:
        raise NotFound(
            "No backfill of this company was started yet.",
            code="no_backfill",
            hint="One starts by itself when a flow of this company is first switched on.",
        )
    return backfill
