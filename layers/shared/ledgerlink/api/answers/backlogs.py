"""Requests to send many documents."""

from typing import TypedDict

from ledgerlink.api.answers.errors import ErrorDetail


class BacklogSelection(TypedDict):
    """All documents that stood like this."""

    status: str
    category: str | None
    collection: str | None
    connection: str | None


class BacklogState(TypedDict):
    """One request to send many documents."""

    id: str
    trigger: str
    where: BacklogSelection | None
    status: str
    total: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    execution: str
    next: str | None
    error: ErrorDetail | None


class BacklogProgress(BacklogState):
    """The same, and how many documents have come how far."""

    synced: int
    unchanged: int
    failing: int
    waiting: int
    skipped: dict[str, int]
    errors: dict[str, int]
    uncertain: int


class BacklogStarted(TypedDict):
    """The backlog that sends them, and where its progress is told."""

    backlog: str
    status: str
    total: int
    url: str
