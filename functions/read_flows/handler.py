"""The tenant's flows: GET /v1/tenants/{tenant}/flows and .../{flow}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.sync_shapes import flow_shape
from ledgerlink.usecases.sync.read_flows import list_flows, read_flow
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One flow, or all of them as ``{items}``."""
    if flow_id := request.path.get("flow"):
        return Answer(200, flow_shape(read_flow(wiring().flows, request.tenant_id, flow_id)))
    flows = list_flows(wiring().flows, request.tenant_id)
    return Answer(200, {"items": [flow_shape(flow) for flow in flows]})
