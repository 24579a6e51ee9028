"""The tenant's QuickBooks companies: GET /v1/tenants/{tenant}/connections and .../{connection}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import connection_shape
from ledgerlink.usecases.connections.read_connections import list_connections, read_connection
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One connection, or all of them as ``{items}``."""
    if connection_id := request.path.get("connection"):
        connection = read_connection(wiring().connections, request.tenant_id, connection_id)
        return Answer(200, connection_shape(connection))
    connections = list_connections(wiring().connections, request.tenant_id)
    return Answer(200, {"items": [connection_shape(connection) for connection in connections]})
