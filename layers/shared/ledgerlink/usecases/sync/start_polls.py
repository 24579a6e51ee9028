"""Queue the connections that are due in this quarter of an hour."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.poll_schedule import INTERVAL, slot_of
from ledgerlink.domain.sync_state import PollRequest

PATIENCE = timedelta(hours=2)
"""Whoever was queued and has not been polled by then is queued again: its message ended in the dead-letter queue."""
_SHORTEST_DELAY, _LONGEST_DELAY = 5, 900
"""Seconds. The shortest is for the mark to be set before the poll begins, the longest is SQS's."""
_A_BATCH = 10


class SyncStates(Protocol):
    """Where the polling of connections stands."""

    def due_before(self, moment: datetime) -> Iterable[tuple[ConnectionKey, datetime]]:
        """The connections of all tenants that are due by then, with their times."""

    def handed_out(self, key: ConnectionKey, due_at: datetime, again_at: datetime) -> None:
        """Due again then, unless somebody changed that meanwhile."""


class PollQueue(Protocol):
    """Where workers take polls from."""

    def send(self, requests: Sequence[PollRequest]) -> None:
        """At most ten. Raises StorageUnavailable when one is not taken."""


def start_polls(sync: SyncStates, queue: PollQueue, now: datetime) -> int:
    """How many were queued. A slot that comes twice finds nothing the second time: what was queued is no longer due."""
    queued = 0
    for due in batched(sync.due_before(slot_of(now) + INTERVAL), _A_BATCH, strict=False):
        queue.send([PollRequest(key, now, _delay(due_at, now)) for key, due_at in due])
        # Afterwards: a poll that is queued twice does no harm, one that is not queued is late.
        for key, due_at in due:
            sync.handed_out(key, due_at, now + PATIENCE)
        queued += len(due)
    return queued


def _delay(due_at: datetime, now: datetime) -> int:
    return min(max(int((due_at - now).total_seconds()), _SHORTEST_DELAY), _LONGEST_DELAY)
