"""When an authorisation ends, and when to say so: 30 and 7 days before, once each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledgerlink.domain.connections import ConnectionKey

LEVELS = (30, 7)
"""Days before the end, the first warning first."""
FIRST = timedelta(days=LEVELS[0])
_SAME_END = timedelta(days=2)
"""Intuit tells seconds to go, so that the same end comes out a little different each time."""


@dataclass(frozen=True, slots=True)
class Warned:
    """The last warning that was given."""

    days: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """A connection whose authorisation ends soon."""

    key: ConnectionKey
    ends_at: datetime
    warned: Warned | None


def warning_due(ends_at: datetime, warned: Warned | None, now: datetime) -> int | None:
    """The level to warn at now: 30 or 7 days. None when it is too early, or was said before."""
    left = ends_at - now
    reached = [days for days in LEVELS if left <= timedelta(days=days)]
    if not reached:
        return None
    level = reached[-1]
    same = warned is not None and abs(warned.ends_at - ends_at) <= _SAME_END
    return None if warned and same and warned.days <= level else level


def end_of(refresh_expires_at: datetime, hard_expires_at: datetime | None) -> datetime:
    """When a connection ends at the latest unless the tenant connects again; the refresh token's own end moves on."""
    return min(refresh_expires_at, hard_expires_at) if hard_expires_at else refresh_expires_at


def days_left(ends_at: datetime, now: datetime) -> int:
    """Whole days until then; 0 on the last day and after it."""
    return max((ends_at - now).days, 0)
