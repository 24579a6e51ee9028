"""A link for one tenant in a browser where another one is signed in."""

from ledgerlink.api.http import Answer, Request
from ledgerlink.api.visitors import Visitor
from ledgerlink.pages.connect_window import is_popup
from ledgerlink.pages.render import page


def switch_page(request: Request, visitor: Visitor, tenant: str, signed_in: str, then: str) -> Answer:
    """Says who is signed in, and asks; ``then`` is the page that the link was for."""
    return page(
        request,
        200,
        "switch.html",
        cookies=visitor.browser_cookie(),
        tenant=tenant,
        signed_in=signed_in,
        session=visitor.session,
        token=visitor.token("switch"),
        then=then,
        is_popup=is_popup(request),
    )
