"""Where the polling of one connection stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledgerlink.domain.backfills import Owed
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.cursors import Cursor
from ledgerlink.domain.flows import Direction
from ledgerlink.domain.known_rows import Known
from ledgerlink.domain.poll_schedule import Notified


@dataclass(frozen=True, slots=True)
class SyncState:
    """A connection that some flow names, or named once."""

    key: ConnectionKey
    flow_version: int = 0
    """Counts the changes of the flows that name the connection."""
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    due_at: datetime | None = None
    """When it is polled next; None while nothing of it is polled."""
    polled_at: datetime | None = None
    """When the last poll that succeeded began."""
    changed_at: datetime | None = None
    """When a poll last found something new."""
    notified: Notified = field(default_factory=Notified)
    known: Known = frozenset()
    """What the last poll stored and the next answer may bring again."""
    failures: int = 0
    """Polls that failed since the last one that did not."""
    last_error: Mapping[str, Any] | None = None
    backfill_number: int = 0
    """The last backfill; 0 for none."""
    backfilled: frozenset[Direction] = frozenset()
    """The directions for which one was begun."""
    owed: Mapping[Direction, Owed] = field(default_factory=dict)
    """What backfills were begun for and none has finished."""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """A poll that somebody wants."""

    key: ConnectionKey
    asked_at: datetime
    """A poll that began later has done it."""
    delay_seconds: int = 0
