"""What was tried and how it ended, newest first: GET /v1/tenants/{tenant}/activity."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import activity_shape
from ledgerlink.usecases.documents.read_activity import read_activity
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """A page ``{items, next}``, filtered by ``kind``, ``id``, ``outcome`` and ``category``."""
    wired = wiring()
    entries, after = read_activity(
        wired.activity,
        wired.connections,
        request.tenant_id,
        kind=request.query.get("kind"),
        document_id=request.query.get("id"),
        outcome=request.query.get("outcome"),
        category=request.query.get("category"),
        limit=request.whole_number("limit", default=50, maximum=200),
        after=request.query.get("after"),
        now=clock(),
    )
    return Answer(200, {"items": [activity_shape(entry) for entry in entries], "next": after})
