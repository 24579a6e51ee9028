"""What was tried and how it ended."""

from typing import TypedDict

from ledgerlink.api.answers.errors import ErrorDetail

# `try` is no name of a class's field.
_ActivityTry = TypedDict("_ActivityTry", {"try": int})


class ActivityEntry(_ActivityTry):
    """One attempt, or what became of it."""

    at: str
    kind: str
    id: str
    revision: int
    trigger: str
    outcome: str
    summary: str
    attempt: int
    execution: str | None
    duration_ms: int | None
    calls: int | None
    intuit_tid: str | None
    error: ErrorDetail | None
