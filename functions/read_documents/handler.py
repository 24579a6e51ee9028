"""Documents and where they stand: GET /v1/tenants/{tenant}/{collection} and .../{id}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import document_shape, whole_document_shape
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.documents.read_documents import list_documents, read_document
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """One document whole, or a page ``{items, next}`` filtered by ``status``."""
    wired = wiring()
    tenant_id, kind = request.tenant_id, request.collection
    if document_id := request.path.get("id"):
        document = read_document(wired.documents, wired.connections, DocumentKey(tenant_id, kind, document_id))
        return Answer(200, whole_document_shape(document, wired.link_to))
    documents, after = list_documents(
        wired.documents,
        wired.connections,
        tenant_id,
        kind,
        status=request.query.get("status"),
        limit=request.whole_number("limit", default=50, maximum=200),
        after=request.query.get("after"),
    )
    return Answer(200, {"items": [document_shape(document, wired.link_to) for document in documents], "next": after})
