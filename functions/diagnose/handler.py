"""Why nothing is showing up: GET /v1/tenants/{tenant}/connections/{connection}/diagnosis."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.sync_shapes import diagnosis_shape
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.usecases.sync.diagnose import diagnose
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """The first thing that is wrong, and what to do about it."""
    wired = wiring()
    diagnosis = diagnose(
        wired.connections,
        wired.flows,
        wired.sync,
        wired.backfills,
        wired.record_finder,
        wired.sync_settings,
        ConnectionKey(request.tenant_id, request.path["connection"]),
        clock(),
    )
    return Answer(200, diagnosis_shape(diagnosis))
