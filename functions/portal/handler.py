"""The tenant's own page: is QuickBooks connected, and what was sent: GET /portal."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import disconnected_shape, document_shape
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page
from ledgerlink.pages.switch import switch_page
from ledgerlink.usecases.read_connections import list_connections
from ledgerlink.usecases.read_documents import list_documents
from ledgerlink.wiring import wiring

COLLECTION = "purchase-orders"
SHOWN = 50


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """The page; a session in the address becomes a cookie first, so that it does not stay in the history."""
    wired = wiring()
    base_url = wired.base_url(request.gateway_url)
    visitor = wired.visitors.arrives(request)
    name_of = wired.connections.name_of_tenant
    if visitor.other_tenant_id:
        return switch_page(visitor, base_url, name_of(visitor.tenant_id), name_of(visitor.other_tenant_id), "portal")
    if "session" in request.query:
        return Answer(302, headers={"Location": f"{base_url}/portal"}, cookies=visitor.cookies(base_url))
    connections = list_connections(wired.connections, visitor.tenant_id)
    after = request.query.get("after")
    documents, next_page = list_documents(
        wired.documents, wired.connections, visitor.tenant_id, COLLECTION, status=None, limit=SHOWN, after=after
    )
    return page(
        200,
        "portal.html",
        cookies=visitor.browser_cookie(base_url),
        form_leads_to=wired.consent_hosts,
        base_url=base_url,
        tenant=name_of(visitor.tenant_id),
        token=visitor.token("connect"),
        connections=[disconnected_shape(connection) for connection in connections],
        documents=[document_shape(document, wired.link_to) for document in documents],
        after=next_page,
    )
