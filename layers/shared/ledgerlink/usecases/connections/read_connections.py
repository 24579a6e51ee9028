"""Show a tenant's QuickBooks companies."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.errors import NotFound


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


def list_connections(connections: Connections, tenant_id: str) -> Sequence[Connection]:
    """All of them. Raises NotFound."""
    return connections.of_tenant(tenant_id)


def read_connection(connections: Connections, tenant_id: str, connection_id: str) -> Connection:
    """Raises NotFound."""
    for connection in connections.of_tenant(tenant_id):
        if connection.connection_id == connection_id:
            return connection
    raise NotFound(f"There is no connection '{connection_id}'.")
