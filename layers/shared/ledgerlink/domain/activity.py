"""One entry per attempt: what was tried, for which document, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey


class Outcome(StrEnum):
    """How it ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """This try failed; there may be another."""
    GAVE_UP = "gave_up"
    """No try is left: send it again or redrive the execution."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of the activity log. ``entry_id`` makes a repeated write of the same entry harmless."""

    entry_id: str
    key: DocumentKey
    at: datetime
    revision: int
    trigger: Trigger
    outcome: Outcome
    attempt: int
    try_number: int
    execution: str
    duration_ms: int | None = None
    calls: int | None = None
    intuit_tid: str | None = None
    error: dict[str, Any] | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which entries are wanted; None is all."""

    kind: str | None = None
    document_id: str | None = None
    outcome: Outcome | None = None
    category: str | None = None
