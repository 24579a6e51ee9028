"""Push a document by hand, for example after a failure: POST /v1/tenants/{tenant}/{collection}/{id}/send."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import document_shape
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.documents.send_document import send_document
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """202 with the document's state; sending what is being sent already changes nothing."""
    wired = wiring()
    document = send_document(
        wired.documents,
        wired.connections,
        wired.executions,
        DocumentKey(request.tenant_id, request.collection, request.path["id"]),
        clock(),
    )
    return Answer(202, document_shape(document, wired.link_to))
