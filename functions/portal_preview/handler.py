"""What sending a document would do in QuickBooks: GET /portal/documents/{collection}/{id}/preview."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.pages.documents import document_row
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.preview import preview_view
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.documents.read_documents import read_document
from ledgerlink.wiring import new_secret, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/documents/{collection}/{id}/preview"): show})


def show(visit: Visit) -> Answer:
    """As if a person sent it, for only a person sends from here. It reads QuickBooks and writes nothing."""
    wired = wiring()
    request = visit.request
    key = DocumentKey(visit.tenant_id, request.collection, request.path["id"])
    document = read_document(wired.documents, wired.connections, key)
    return visit.page(
        "preview.html",
        words=KINDS[key.kind],
        document=document_row(document, wired.link_to),
        preview=preview_view(wired.previewer.preview(key, by_hand=True)),
        once=new_secret(),
    )
