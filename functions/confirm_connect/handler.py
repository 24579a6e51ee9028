"""Ask whether a QuickBooks company is to be connected to this tenant: GET /oauth/connect."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.connect_window import is_popup
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page
from ledgerlink.pages.switch import switch_page
from ledgerlink.wiring import wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """A page with one button. A link alone leads nobody to Intuit, and into no other tenant's session."""
    wired = wiring()
    visitor = wired.visitors.arrives(request)
    name_of = wired.connections.name_of_tenant
    if visitor.other_tenant_id:
        return switch_page(request, visitor, name_of(visitor.tenant_id), name_of(visitor.other_tenant_id), "connect")
    return page(
        request,
        200,
        "connect.html",
        cookies=visitor.cookies(),
        tenant=name_of(visitor.tenant_id),
        token=visitor.token("connect"),
        is_popup=is_popup(request),
    )
