"""A way to QuickBooks that ended without a connection: what happened, what helps, and another try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledgerlink.api.http import Answer, Request
from ledgerlink.errors import MissingConfiguration, SyncError, Transient
from ledgerlink.pages.connect_window import is_popup
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.render import page

ADMINISTRATOR = (
    "You need to be an administrator of the company in QuickBooks. If you are not, let one of them connect it."
)
ONLINE = "It has to be QuickBooks Online. QuickBooks Desktop is not supported."
REMEDIES: Mapping[str, Sequence[str]] = {
    "consent_denied": (ADMINISTRATOR, ONLINE),
    "oauth_state_invalid": (
        "Intuit's page has to be answered within ten minutes, once, and in the browser in which it was opened.",
        "If you have connected a company just now, it may be there already: look at Integrations.",
        "If it happens again, allow cookies for this site, or clear those that it has, and start anew.",
    ),
    "company_connected_elsewhere": (
        "A company can be connected to one account at a time. Disconnect it in the other one first.",
        "If you meant another company, try again and choose that one on Intuit's page.",
    ),
}
"""By the error's code."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the page says."""

    title: str
    text: str
    remedies: Sequence[str] = ()
    can_try_again: bool = True


def trouble_with(error: SyncError) -> Trouble:
    """In words for who wanted to connect, whatever the error is for programs."""
    if isinstance(error, Transient):
        return Trouble(error.message, "Nothing was connected, and nothing has changed. Try again in a minute.")
    if isinstance(error, MissingConfiguration):
        return Trouble(
            "QuickBooks cannot be connected at the moment.",
            f"You can do nothing about it: it is not set up as it should be ({error.code}). Tell the support.",
            can_try_again=False,
        )
    return Trouble(error.message, error.hint, REMEDIES.get(error.code, ()))


def connect_problem_page(error: SyncError, request: Request) -> Answer:
    """A page that offers to try again, where that can help."""
    if not (isinstance(error, Transient | MissingConfiguration) or error.code in REMEDIES):
        return problem_page(error, request)
    return page(
        request,
        error.http_status,
        "connect_problem.html",
        trouble=trouble_with(error),
        intuit_tid=error.intuit_tid,
        is_popup=is_popup(request),
    )
