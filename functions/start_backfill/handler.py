"""Start a backfill: POST /v1/tenants/{tenant}/connections/{connection}/backfill."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.sync_shapes import backfill_shape
from ledgerlink.domain.backfills import parse_request
from ledgerlink.usecases.connections.read_connections import read_connection
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """202 with the backfill; ``{days?, directions?}``."""
    wired = wiring()
    now = clock()
    connection = read_connection(wired.connections, request.tenant_id, request.path["connection"])
    wish = parse_request(request.json() if request.body() else {})
    backfill = wired.backfill_starter.on_request(connection, wired.sync_settings(connection), wish, now)
    return Answer(202, backfill_shape(backfill, now))
