"""Send a tenant's browser to Intuit's consent page: GET /oauth/connect."""

from functools import partial

from ledgerlink.api.callers import BROWSER_COOKIE, SESSION_COOKIE, cookie
from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.start_connect import start_connect
from ledgerlink.wiring import clock, new_secret, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """302 to Intuit, with the cookies that the way back is checked against."""
    session = request.query.get("session") or request.cookies.get(SESSION_COOKIE, "")
    tenant_id = wiring().session_tokens.tenant_of(session)
    base_url = wiring().base_url(request.gateway_url)
    browser = new_secret()
    consent_page = start_connect(
        wiring().oauth_states, wiring().oauth(base_url), tenant_id, browser, new_secret, clock()
    )
    cookies = (cookie(SESSION_COOKIE, session, base_url), cookie(BROWSER_COOKIE, browser, base_url))
    return Answer(302, headers={"Location": consent_page, "Referrer-Policy": "no-referrer"}, cookies=cookies)
