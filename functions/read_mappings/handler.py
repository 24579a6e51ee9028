"""Matches: GET /v1/tenants/{tenant}/connections/{connection}/mappings/{kind} and .../{host_id}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import match_shape
from ledgerlink.usecases.mappings.read_mappings import list_mappings, read_mapping
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One match, or a page ``{items, next}`` of those made by hand and by themselves; ``search``."""
    wired = wiring()
    tenant_id, connection_id, kind = request.tenant_id, request.path["connection"], request.path["kind"]
    if "host_id" in request.path:
        host_id = request.text_in_path("host_id")
        match = read_mapping(wired.connections, wired.mappings, tenant_id, connection_id, kind, host_id)
        return Answer(200, match_shape(match))
    matches, after = list_mappings(
        wired.connections,
        wired.mappings,
        tenant_id,
        connection_id,
        kind,
        search=request.query.get("search", ""),
        limit=request.whole_number("limit", default=50, maximum=200),
        after=request.query.get("after"),
    )
    return Answer(200, {"items": [match_shape(match) for match in matches], "next": after})
