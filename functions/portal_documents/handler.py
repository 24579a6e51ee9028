"""The portal's list of documents: GET /portal/documents."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.backlogs import Standing
from ledgerlink.pages.documents import PARTIES, chosen_collection, document_row, held_status, reasons
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.sending import is_under_way
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.backlogs.read_backlogs import list_backlogs
from ledgerlink.usecases.documents.list_held_documents import list_held_documents
from ledgerlink.usecases.documents.read_documents import list_documents
from ledgerlink.wiring import clock, new_secret, wiring

SHOWN = 50


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/documents"): show})


def show(visit: Visit) -> Answer:
    """A page of one collection: of all, or of those that stand somewhere."""
    wired = wiring()
    tenant_id, query = visit.tenant_id, visit.request.query
    documents, tenants = wired.documents, wired.connections
    kind, status, after = chosen_collection(query.get("collection")), query.get("status") or None, query.get("after")
    held = held_status(status)
    if held:
        wanted = Standing(held, before=clock(), kind=kind)
        found, rest = list_held_documents(documents, tenants, tenant_id, wanted, limit=SHOWN, after=after or None)
    else:
        found, rest = list_documents(
            documents, tenants, tenant_id, kind, status=status, limit=SHOWN, after=after or None
        )
    backlogs, _ = list_backlogs(wired.backlogs, tenants, tenant_id, limit=5, after=None)
    return visit.page(
        "documents.html",
        kinds=KINDS,
        kind=kind,
        chosen=status or "",
        party=PARTIES.get(kind, ""),
        rows=[document_row(document, wired.link_to) for document in found],
        reasons=reasons(found) if held else {},
        can_send_all=held is not None,
        under_way=[backlog for backlog in backlogs if is_under_way(backlog)],
        after=after or "",
        rest=rest,
        once=new_secret(),
        nothing_ticked="nothing_ticked" in query,
    )
