"""Instances: GET /v1/tenants/{tenant}/instances, .../{instance} and .../{instance}/history."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import history_shape, instance_shape
from ledgerlink.usecases.settings.read_instances import list_instances, read_instance, read_instance_history
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """All instances as ``{items}``, one, or a page ``{items, next}`` of who changed it."""
    wired = wiring()
    tenant_id = request.tenant_id
    instance_id = request.path.get("instance")
    if instance_id is None:
        return Answer(200, {"items": [instance_shape(one) for one in list_instances(wired.connections, tenant_id)]})
    if not request.resource.endswith("/history"):
        return Answer(200, instance_shape(read_instance(wired.connections, tenant_id, instance_id)))
    entries, after = read_instance_history(
        wired.connections,
        wired.choices,
        tenant_id,
        instance_id,
        limit=request.whole_number("limit", default=50, maximum=200),
        after=request.query.get("after"),
    )
    return Answer(200, {"items": [history_shape(entry) for entry in entries], "next": after})
