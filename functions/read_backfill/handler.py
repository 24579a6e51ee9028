"""How far the backfill is: GET /v1/tenants/{tenant}/connections/{connection}/backfill."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.sync_shapes import backfill_shape
from ledgerlink.usecases.sync.read_backfill import read_backfill
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """The last backfill of the connection."""
    wired = wiring()
    backfill = read_backfill(wired.connections, wired.backfills, request.tenant_id, request.path["connection"])
    return Answer(200, backfill_shape(backfill, clock()))
