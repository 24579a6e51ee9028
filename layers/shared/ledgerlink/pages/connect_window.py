"""Whether the consent is given in a window of its own, which is to be closed at the end.

Whoever opens the window says so in the address; every page hands it on to the next, and over Intuit's pages the state
does, which comes back unchanged: they may cut the tie to the window behind.
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
