"""Orders and their certificates: GET /v1/tenants/{tenant}/certifications and .../{record}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.record_shapes import certification_shape
from ledgerlink.usecases.certification.read_certifications import list_certifications, read_certification
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One order, or a page ``{items, next}`` of those in a ``state``."""
    wired = wiring()
    stores = (wired.certifications, wired.records, wired.connections, request.tenant_id)
    if "record" in request.path:
        found = read_certification(*stores, request.text_in_path("record"))
        return Answer(200, certification_shape(*found, wired.link_to))
    orders, after = list_certifications(
        *stores,
        state=request.query.get("state", "awaiting"),
        limit=request.whole_number("limit", default=50, maximum=100),
        after=request.query.get("after"),
    )
    items = [certification_shape(certification, order, wired.link_to) for certification, order in orders]
    return Answer(200, {"items": items, "next": after})
