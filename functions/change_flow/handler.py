"""Make, change or delete a flow: PUT and DELETE /v1/tenants/{tenant}/flows/{flow}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.sync_shapes import flow_shape
from ledgerlink.usecases.sync.change_flow import change_flow, delete_flow
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the flow, 201 when it is new, 204 when it was deleted."""
    wired = wiring()
    tenant_id, flow_id = request.tenant_id, request.path["flow"]
    if request.method == "DELETE":
        delete_flow(wired.flows, tenant_id, flow_id, clock())
        return Answer(204)
    flow, is_new = change_flow(
        wired.connections,
        wired.flows,
        wired.sync,
        wired.backfill_starter,
        wired.sync_settings,
        tenant_id,
        flow_id,
        request.json(),
        clock(),
    )
    return Answer(201 if is_new else 200, flow_shape(flow))
