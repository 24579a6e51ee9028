"""Keep a document and push it if nothing holds it back: PUT /v1/tenants/{tenant}/{collection}/{id}, by the host."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import document_shape
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.documents.store_document import store_document
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """202 with the document's state; 200 when the content is the same as before."""
    request.host_only()
    wired = wiring()
    stored = store_document(
        wired.documents,
        wired.connections,
        wired.executions,
        DocumentKey(request.tenant_id, request.collection, request.path["id"]),
        request.json(),
        clock(),
    )
    return Answer(202 if stored.changed else 200, document_shape(stored.document, wired.link_to))
