"""One document in the portal: GET /portal/documents/{collection}/{id}."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.documents import load_content
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.pages.activity import activity_rows
from ledgerlink.pages.document import facts, lines
from ledgerlink.pages.documents import document_row
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.sending import is_under_way
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.documents.read_activity import read_activity
from ledgerlink.usecases.documents.read_documents import read_document
from ledgerlink.wiring import clock, new_secret, wiring

TRIES_SHOWN = 20


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/documents/{collection}/{id}"): show})


def show(visit: Visit) -> Answer:
    """What it contains, how it stands, and what was tried."""
    wired = wiring()
    request = visit.request
    key = DocumentKey(visit.tenant_id, request.collection, request.path["id"])
    document = read_document(wired.documents, wired.connections, key)
    content = load_content(key.kind, document.content)
    of_it = {"kind": key.kind, "document_id": key.document_id, "outcome": None, "category": None}
    tries, older = read_activity(
        wired.activity, wired.connections, key.tenant_id, **of_it, limit=TRIES_SHOWN, after=None, now=clock()
    )
    return visit.page(
        "document.html",
        words=KINDS[key.kind],
        document=document_row(document, wired.link_to),
        facts=facts(content),
        lines=lines(content),
        tries=activity_rows(tries, {key: document}),
        older=older,
        is_being_sent=_is_being_sent(visit),
        once=new_secret(),
    )


def _is_being_sent(visit: Visit) -> bool:
    """Whether the backlog that the address names, as after pressing the button, is still to come to it."""
    if not (backlog_id := visit.request.query.get("sent")):
        return False
    check_ids({"sent": backlog_id})
    backlog = wiring().backlogs.find(visit.tenant_id, backlog_id)
    return backlog is not None and is_under_way(backlog)
