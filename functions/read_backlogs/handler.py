"""How far backlogs have come: GET /v1/tenants/{tenant}/backlogs and .../{backlog}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import backlog_shape, progress_shape
from ledgerlink.usecases.backlogs.read_backlogs import list_backlogs, read_backlog
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One backlog with its progress, or a page ``{items, next}``, newest first."""
    wired = wiring()
    tenant_id = request.tenant_id
    if backlog_id := request.path.get("backlog"):
        reached = read_backlog(wired.backlogs, wired.documents, wired.connections, tenant_id, backlog_id)
        return Answer(200, progress_shape(reached))
    backlogs, after = list_backlogs(
        wired.backlogs,
        wired.connections,
        tenant_id,
        limit=request.whole_number("limit", default=20, maximum=100),
        after=request.query.get("after"),
    )
    return Answer(200, {"items": [backlog_shape(backlog) for backlog in backlogs], "next": after})
