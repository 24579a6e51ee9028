"""Send a tenant's browser to Intuit's consent page, when a person pressed our button: POST /oauth/connect."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.start_connect import start_connect
from ledgerlink.wiring import clock, new_secret, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """303 to Intuit, with the cookies that the way back is checked against."""
    wired = wiring()
    visitor = wired.visitors.presses(request, "connect")
    base_url = wired.base_url(request.gateway_url)
    consent_page = start_connect(
        wired.oauth_states, wired.oauth(base_url), visitor.tenant_id, visitor.browser, new_secret, clock()
    )
    headers = {"Location": consent_page, "Referrer-Policy": "no-referrer"}
    return Answer(303, headers=headers, cookies=visitor.cookies(base_url))
