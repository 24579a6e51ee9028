"""The portal's first page: which QuickBooks companies are connected: GET /portal."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.integrations import ENVIRONMENTS, companies
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.wiring import clock, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal"): show})


def show(visit: Visit) -> Answer:
    """The companies, and the button that connects one."""
    return visit.page(
        "integrations.html",
        companies=companies(visit.tenant.connections, clock()),
        environment=ENVIRONMENTS[wiring().config.intuit_environment],
        connect_token=visit.visitor.token("connect"),
    )
