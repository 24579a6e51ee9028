"""What the host's things are in QuickBooks, or may be."""

from typing import Literal, TypedDict

from ledgerlink.api.answers.errors import ErrorDetail
from ledgerlink.api.answers.history import Actor


class MatchState(TypedDict):
    """What something of the host is in QuickBooks."""

    kind: str
    host_id: str
    name: str
    sku: str
    entity: str
    quickbooks_id: str
    manual: bool
    matched_at: str | None
    matched_by: Actor | None


class MatchSuggestion(TypedDict):
    """An entry that something may be, why, how similar the names are, and what else is matched with it."""

    quickbooks_id: str
    name: str
    sku: str
    why: Literal["same_sku", "same_number", "same_name", "similar_name"]
    score: float
    taken_by: list[str]


class UnmatchedThing(TypedDict):
    """Something of the host that is not matched; ``problem`` is what documents that need it failed with."""

    kind: str
    host_id: str
    name: str
    sku: str
    noted_at: str
    problem: ErrorDetail | None
    suggestions: list[MatchSuggestion]


class UnmatchedPage(TypedDict):
    """A page of them, and as of when QuickBooks' list is, or why that is not known."""

    items: list[UnmatchedThing]
    next: str | None
    fetched_at: str | None
    problem: ErrorDetail | None
