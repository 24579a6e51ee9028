"""Send many documents because a person asked for it: POST /v1/tenants/{tenant}/send."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.usecases.backlogs.send_documents import send_documents
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """202 with the backlog that sends them; the same request again is the same backlog."""
    wired = wiring()
    tenant_id = request.tenant_id
    backlog = send_documents(
        wired.connections,
        wired.documents,
        wired.backlogs,
        wired.backlog_executions,
        tenant_id,
        request.json(),
        clock(),
    )
    url = f"{wired.base_url(request.gateway_url)}/v1/tenants/{tenant_id}/backlogs/{backlog.backlog_id}"
    return Answer(
        202,
        {"backlog": backlog.backlog_id, "status": backlog.status.value, "total": backlog.total, "url": url},
    )
