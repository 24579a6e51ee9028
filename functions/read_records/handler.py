"""What was polled, since a cursor: GET /v1/tenants/{tenant}/purchases and .../sales."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.record_shapes import page_text
from ledgerlink.usecases.sync.read_records import read_records
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """A page ``{items, next, more}``, chosen by ``entity`` and ``organic``."""
    wired = wiring()
    page = read_records(
        wired.records,
        wired.connections,
        request.tenant_id,
        request.resource.rpartition("/")[2],
        entity=request.query.get("entity"),
        organic=request.switch("organic"),
        since=request.query.get("since"),
        limit=request.whole_number("limit", default=50, maximum=200),
        now=clock(),
    )
    return Answer(200, page_text(page, wired.link_to))
