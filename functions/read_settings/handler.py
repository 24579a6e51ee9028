"""Settings and their history: GET /v1/tenants/{tenant}/connections/{connection}/settings and .../settings/history."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import history_shape, settings_shape
from ledgerlink.usecases.settings.read_settings import read_settings, read_settings_history
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """The settings as they work with what they lead to, or a page ``{items, next}`` of who changed them."""
    wired = wiring()
    tenant_id, connection_id = request.tenant_id, request.path["connection"]
    if not request.resource.endswith("/history"):
        return Answer(200, settings_shape(read_settings(wired.connections, wired.lists_of, tenant_id, connection_id)))
    entries, after = read_settings_history(
        wired.connections,
        wired.choices,
        tenant_id,
        connection_id,
        limit=request.whole_number("limit", default=50, maximum=200),
        after=request.query.get("after"),
    )
    return Answer(200, {"items": [history_shape(entry) for entry in entries], "next": after})
