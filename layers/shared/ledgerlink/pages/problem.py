"""An error as a page: what happened and what to do next, never a stack trace."""

from ledgerlink.api.http import Answer, Request
from ledgerlink.errors import NotAuthenticated, SyncError
from ledgerlink.pages.render import page


def problem_page(error: SyncError, request: Request) -> Answer:
    """The same words as in the API."""
    return page(
        request,
        error.http_status,
        "problem.html",
        # A piece would show the end of the session inside the old page: load that whole instead.
        headers={"HX-Refresh": "true"} if isinstance(error, NotAuthenticated) and request.is_for_a_piece else None,
        signed_out=isinstance(error, NotAuthenticated),
        was_sent=request.method == "POST",
        message=error.message,
        hint=error.hint,
        intuit_tid=error.intuit_tid,
    )
