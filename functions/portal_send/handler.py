"""Sending from the portal: POST /portal/documents/send, and how far it has come: GET /portal/backlogs/{backlog}."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import SyncError
from ledgerlink.pages.documents import document_row, nothing_is_ticked, place_to_go_back, wanted_documents
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.sending import sending
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.backlogs.read_backlogs import list_failing, read_backlog
from ledgerlink.usecases.backlogs.send_documents import send_documents
from ledgerlink.wiring import clock, wiring

FAILING_SHOWN = 50


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    routes = {("POST", "/portal/documents/send"): send, ("GET", "/portal/backlogs/{backlog}"): show}
    return wiring().portal.open(request, routes)


def send(visit: Visit) -> Answer:
    """Start the backlog; 303 to where it was asked for, or to its progress."""
    wired = wiring()
    request = visit.request
    form, ticked = request.form(), request.choices("document")
    if nothing_is_ticked(form, ticked):
        kept = {name: form.get(name) for name in ("collection", "status", "after")}
        return visit.leads_to("/portal/documents", nothing_ticked="true", **kept)
    stores = (wired.connections, wired.documents, wired.backlogs, wired.backlog_executions)
    try:
        backlog = send_documents(*stores, visit.tenant_id, wanted_documents(form, ticked), clock())
    except SyncError as error:
        return visit.page("not_sent.html", status=error.http_status, problem=error.to_dict())
    if back := place_to_go_back(form):
        return visit.leads_to(back, notice="sending", sent=backlog.backlog_id)
    return visit.leads_to(f"/portal/backlogs/{backlog.backlog_id}")


def show(visit: Visit) -> Answer:
    """The page, or with ``part=true`` the piece of it that moves."""
    wired = wiring()
    tenant_id = visit.tenant_id
    backlog_id = visit.request.path["backlog"]
    reached = read_backlog(wired.backlogs, wired.documents, wired.connections, tenant_id, backlog_id)
    failing = list_failing(wired.backlogs, wired.documents, reached, FAILING_SHOWN) if reached.failing else []
    rows = [document_row(document, wired.link_to) for document in failing]
    if visit.request.switch("part"):
        return visit.part("progress.html", kinds=KINDS, sending=sending(reached), failing=rows)
    return visit.page("sending.html", kinds=KINDS, sending=sending(reached), failing=rows)
