"""Whether the consent is given in a window of its own, which is to be closed at the end.

The state says so, since it comes back unchanged: a page of Intuit's may cut the tie to the window behind.
"""

from collections.abc import Callable

from ledgerlink.api.http import Request

POPUP = "popup"
"""What our form says of such a window, and our address of another try in it."""
_MARK = f".{POPUP}"


def state_for(window: str, new_secret: Callable[[], str]) -> str:
    """A state that remembers the window."""
    return new_secret() + (_MARK if window == POPUP else "")


def is_popup(request: Request) -> bool:
    """Whether Intuit, or our own form, led to this page in a window of its own."""
    if request.method == "POST":
        return request.form().get("window") == POPUP
    return request.query.get("window") == POPUP or request.query.get("state", "").endswith(_MARK)
