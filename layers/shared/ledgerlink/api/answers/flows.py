"""What is polled, and how far the past has been read."""

from typing import TypedDict

from ledgerlink.api.answers.errors import ErrorDetail


class FlowState(TypedDict):
    """A flow, and which connection is polled for which direction."""

    id: str
    input: str
    output: str
    enabled: bool
    polls: dict[str, str]
    created_at: str
    updated_at: str


class BackfillState(TypedDict):
    """Where a backfill stands, and how far it is."""

    number: int
    status: str
    directions: list[str]
    since: str
    pages_done: int
    pages_planned: int
    documents: int
    names_read: int
    started_at: str
    completed_at: str | None
    estimated_end: str | None
    execution: str
    last_error: ErrorDetail | None
