"""The tenant's own page: is QuickBooks connected, and what was sent: GET /portal."""

from functools import partial

from ledgerlink.api.callers import SESSION_COOKIE, cookie
from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import connection_shape, document_shape
from ledgerlink.domain.purchase_orders import COLLECTION
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page
from ledgerlink.usecases.read_connections import list_connections
from ledgerlink.usecases.read_documents import list_documents
from ledgerlink.wiring import wiring

SHOWN = 50


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """The page; a session in the address becomes a cookie first, so that it does not stay in the history."""
    wired = wiring()
    base_url = wired.base_url(request.gateway_url)
    if session := request.query.get("session"):
        wired.session_tokens.tenant_of(session)
        cookies = (cookie(SESSION_COOKIE, session, base_url),)
        return Answer(302, headers={"Location": f"{base_url}/portal"}, cookies=cookies)
    tenant_id = wired.session_tokens.tenant_of(request.cookies.get(SESSION_COOKIE, ""))
    connections = list_connections(wired.connections, tenant_id)
    documents, after = list_documents(
        wired.documents,
        wired.connections,
        tenant_id,
        COLLECTION,
        status=None,
        limit=SHOWN,
        after=request.query.get("after"),
    )
    return page(
        200,
        "portal.html",
        base_url=base_url,
        connections=[connection_shape(connection) for connection in connections],
        documents=[document_shape(document, wired.link_to) for document in documents],
        after=after,
    )
