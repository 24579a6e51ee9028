"""When a connection is polled next.

Every quarter of an hour; once a day while Intuit's notifications arrive, since those tell sooner and cost nothing.
Each connection has a moment of its own within the interval, so that all of them do not come at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledgerlink.domain.connections import ConnectionKey

INTERVAL = timedelta(minutes=15)
DAILY = timedelta(days=1)
_SOON = timedelta(minutes=1)
"""A worker whose clock is a little behind must not find its own moment still to come."""
TRUST = timedelta(days=7)
"""Notifications that have been silent for so long are not relied on, whatever the reason."""

LATE = 2 * INTERVAL
"""A change may show this long after its notification: the poll that it was for and the next one look for it."""


@dataclass(frozen=True, slots=True)
class Notified:
    """What is known of a company's notifications."""

    told_at: datetime | None = None
    """When the last one came."""
    missed_at: datetime | None = None
    """When a poll last found a change that no notification had told."""

    def since(self, polled_at: datetime | None) -> bool:
        """Whether one came after the last poll."""
        return self.told_at is not None and (polled_at is None or self.told_at > polled_at)

    def may_concern(self, polled_at: datetime | None, now: datetime) -> bool:
        """Whether what is found now may be what one of them told."""
        return self.since(polled_at) or (self.told_at is not None and now - self.told_at <= LATE)

    def are_relied_on(self, now: datetime) -> bool:
        """Whether they arrive, as far as anybody can tell."""
        if self.told_at is None or now - self.told_at > TRUST:
            return False
        return self.missed_at is None or self.told_at > self.missed_at


def interval(notified: Notified, now: datetime, *, daily_allowed: bool) -> timedelta:
    """How long a connection may be left alone."""
    return DAILY if daily_allowed and notified.are_relied_on(now) else INTERVAL


def next_due(key: ConnectionKey, now: datetime, every: timedelta) -> datetime:
    """The connection's own moment within the interval, the first one that comes and is not this very moment."""
    now += _SOON
    seconds = int(every.total_seconds())
    passed = (now.timestamp() - _phase(key, seconds)) % seconds
    return now + timedelta(seconds=seconds - passed)


def slot_of(now: datetime) -> datetime:
    """The beginning of the quarter of an hour."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def _phase(key: ConnectionKey, seconds: int) -> int:
    digest = hashlib.sha256(f"{key.tenant_id}\n{key.connection_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % seconds
