"""Say what a disconnect does and does not, before it is done: GET /portal/connections/{connection}/disconnect."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import connection_shape
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page
from ledgerlink.usecases.connections.read_connections import read_connection
from ledgerlink.wiring import wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """A page with one button, for the tenant of the session in the cookie."""
    wired = wiring()
    visitor = wired.visitors.arrives(request)
    connection = read_connection(wired.connections, visitor.tenant_id, request.path["connection"])
    return page(
        request,
        200,
        "disconnect.html",
        cookies=visitor.browser_cookie(),
        tenant=wired.connections.name_of_tenant(visitor.tenant_id),
        connection=connection_shape(connection),
        token=visitor.token("disconnect"),
    )
