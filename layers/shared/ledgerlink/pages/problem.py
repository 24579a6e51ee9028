"""An error as a page: what happened and what to do next, never a stack trace."""

from ledgerlink.api.http import Answer
from ledgerlink.errors import SyncError
from ledgerlink.pages.render import page


def problem_page(error: SyncError) -> Answer:
    """The same words as in the API."""
    return page(error.http_status, "problem.html", message=error.message, hint=error.hint, intuit_tid=error.intuit_tid)
