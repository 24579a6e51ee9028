"""Make, change and remove an instance: PUT and DELETE /v1/tenants/{tenant}/instances/{instance}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import instance_shape
from ledgerlink.usecases.settings.change_instance import delete_instance, put_instance
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """201 with a new instance, 200 with a changed one, 204 when it is removed."""
    wired = wiring()
    tenant_id, instance_id, actor = request.tenant_id, request.path["instance"], request.actor
    if request.method == "DELETE":
        delete_instance(wired.connections, wired.choices, tenant_id, instance_id, actor, clock())
        return Answer(204)
    instance, is_new = put_instance(
        wired.connections, wired.choices, tenant_id, instance_id, request.json(), actor, clock()
    )
    return Answer(201 if is_new else 200, instance_shape(instance))
