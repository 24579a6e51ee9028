"""The portal's first page: which QuickBooks companies are connected: GET /portal."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import disconnected_shape
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.wiring import wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal"): show})


def show(visit: Visit) -> Answer:
    """The companies, and the button that connects one."""
    connections = [disconnected_shape(connection) for connection in visit.tenant.connections]
    return visit.page("integrations.html", connections=connections, connect_token=visit.visitor.token("connect"))
