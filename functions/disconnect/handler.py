"""Disconnect a QuickBooks company.

POST /v1/tenants/{tenant}/connections/{connection}/disconnect, called by the host or the tenant's own
session; and POST /portal/connections/{connection}/disconnect, the button of the portal.
"""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import disconnected_shape
from ledgerlink.domain.connections import Connection
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page
from ledgerlink.usecases.connections.disconnect import disconnect
from ledgerlink.wiring import clock, wiring


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """JSON for programs, a page for people."""
    return (by_form if event["resource"].startswith("/portal/") else by_call)(event, context)


@http_handler
def by_call(request: Request) -> Answer:
    """200 with the connection, and whether Intuit took note."""
    return Answer(200, disconnected_shape(_disconnect(request.tenant_id, request)))


@partial(http_handler, answer_error=problem_page)
def by_form(request: Request) -> Answer:
    """A page that says the same."""
    visitor = wiring().visitors.presses(request, "disconnect")
    ended = _disconnect(visitor.tenant_id, request)
    return page(request, 200, "disconnected.html", connection=disconnected_shape(ended))


def _disconnect(tenant_id: str, request: Request) -> Connection:
    wired = wiring()
    connection_id = request.path["connection"]
    return disconnect(
        wired.connections, wired.sealer, wired.revocation, wired.events, tenant_id, connection_id, clock()
    )
