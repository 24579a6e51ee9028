"""Go on as another tenant than the one that is signed in, when a person pressed our button: POST /portal/session."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.connect_window import POPUP, is_popup
from ledgerlink.pages.problem import problem_page
from ledgerlink.wiring import wiring

PAGES = {"connect": "/oauth/connect"}
IN_WINDOW = {"connect": f"/oauth/connect?window={POPUP}"}


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """303 to the page that was asked for, with the other tenant's session in the cookie."""
    visitor = wiring().visitors.presses(request, "switch")
    base_url = wiring().base_url(request.gateway_url)
    pages = IN_WINDOW if is_popup(request) else PAGES
    then = pages.get(request.form().get("then", ""), "/portal")
    return Answer(303, headers={"Location": base_url + then}, cookies=visitor.cookies())
