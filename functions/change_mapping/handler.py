"""Match by hand: PUT and DELETE /v1/tenants/{tenant}/connections/{connection}/mappings/{kind}/{host_id}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import match_shape
from ledgerlink.usecases.mappings.change_mapping import delete_mapping, put_mapping
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the match; 204 when it is undone."""
    wired = wiring()
    tenant_id, connection_id = request.tenant_id, request.path["connection"]
    kind, host_id = request.path["kind"], request.text_in_path("host_id")
    if request.method == "DELETE":
        delete_mapping(wired.connections, wired.mappings, tenant_id, connection_id, kind, host_id, clock())
        return Answer(204)
    match = put_mapping(
        wired.connections,
        wired.mappings,
        wired.documents,
        wired.unmatched,
        wired.books_of,
        tenant_id,
        connection_id,
        kind,
        host_id,
        request.json(),
        request.actor,
        clock(),
    )
    return Answer(200, match_shape(match))
