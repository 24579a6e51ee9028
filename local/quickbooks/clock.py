"""The simulator's time, which tests can move, and QuickBooks' way of writing it.

Intuit answers in US Pacific time whatever the company's own zone is, with one second of resolution
inside ``MetaData`` and milliseconds in the envelope's ``time``.
"""

import threading
from datetime import UTC, date, datetime, timedelta, timezone

_SUNDAY = 6
_SUMMER = timezone(timedelta(hours=-7))
_WINTER = timezone(timedelta(hours=-8))


class Clock:
    """Real time plus what tests have added to it."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._lock = threading.Lock()
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """Return the simulated time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def advance(self, seconds: float) -> datetime:
        """Move time forward (or back, with a negative number) and return the new time."""
        with self._lock:
            self.offset_seconds += seconds
        return self.now()


def pacific(moment: datetime) -> datetime:
    """Return the same instant in US Pacific time.

    The rule in force since 2007 is computed here because small machines have no zone database.
    """
    utc = moment.astimezone(UTC)
    starts = datetime(utc.year, 3, 8 + _days_to_sunday(date(utc.year, 3, 8)), 10, tzinfo=UTC)
    ends = datetime(utc.year, 11, 1 + _days_to_sunday(date(utc.year, 11, 1)), 9, tzinfo=UTC)
    return utc.astimezone(_SUMMER if starts <= utc < ends else _WINTER)


def seconds_text(moment: datetime) -> str:
    """Write a ``MetaData`` time: ``2026-05-05T02:14:10-07:00``."""
    return pacific(moment).isoformat(timespec="seconds")


def millis_text(moment: datetime) -> str:
    """Write an envelope's ``time``: ``2026-05-05T02:14:09.955-07:00``."""
    return pacific(moment).isoformat(timespec="milliseconds")


def today(moment: datetime) -> str:
    """Return the Pacific calendar day as ``YYYY-MM-DD``."""
    return pacific(moment).date().isoformat()


def parse_moment(text: str) -> datetime:
    """Read a date or date-time; one without a zone is meant in US Pacific time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    summer = moment.replace(tzinfo=_SUMMER)
    return (summer if pacific(summer).utcoffset() == summer.utcoffset() else moment.replace(tzinfo=_WINTER)).astimezone(
        UTC
    )


def _days_to_sunday(day: date) -> int:
    return (_SUNDAY - day.weekday()) % 7
