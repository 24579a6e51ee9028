"""Send a tenant's browser to Intuit's consent page, when a person pressed our button: POST /oauth/connect."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.connect_problem import connect_problem_page
from ledgerlink.pages.connect_window import state_for
from ledgerlink.usecases.connections.start_connect import start_connect
from ledgerlink.wiring import clock, new_secret, wiring


@partial(http_handler, answer_error=connect_problem_page)
def lambda_handler(request: Request) -> Answer:
    """303 to Intuit, with the cookies that the way back is checked against."""
    wired = wiring()
    visitor = wired.visitors.presses(request, "connect")
    base_url = wired.base_url(request.gateway_url)
    consent_page = start_connect(
        states=wired.oauth_states,
        consent=wired.oauth(base_url),
        tenant_id=visitor.tenant_id,
        browser=visitor.browser,
        new_secret=lambda: state_for(request.form().get("window", ""), new_secret),
        now=clock(),
    )
    return Answer(303, headers={"Location": consent_page}, cookies=visitor.cookies())
