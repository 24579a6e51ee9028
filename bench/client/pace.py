"""Intuit's limits for a process that has a company to itself.

A stack keeps them in DynamoDB, for all its functions together, and spaces its calls evenly. Here whatever
fits into the last second and the last minute may go at once, as Intuit counts.
"""

import threading
import time
from collections import deque

from ledgerlink.domain.throttle import CallKind

# Calls reach Intuit a little later than they leave, and not all of them by as much.
_MARGIN, _LARGEST_MARGIN = 0.05, 1.0
PER_SECOND, PER_MINUTE, BATCHES_PER_MINUTE = 10, 500, 40


class Window:
    """At most so many calls in any span of this many seconds."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds + min(seconds * _MARGIN, _LARGEST_MARGIN)
        self._calls: deque[float] = deque(maxlen=most)

    def free_at(self) -> float:
        """When the next call may go."""
        return self._calls[0] + self._seconds if len(self._calls) == self._calls.maxlen else 0.0

    def take(self, moment: float) -> None:
        """Count a call."""
        self._calls.append(moment)


class OwnTurnstile:
    """See ``Turnstile`` in ledgerlink/quickbooks/transport.py; it waits however long it takes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all = (Window(1, PER_SECOND), Window(60, PER_MINUTE))
        self._batches = Window(60, BATCHES_PER_MINUTE)
        self._closed_until = 0.0

    def enter(self, kind: CallKind, metered: int) -> None:
        """Wait for a turn."""
        windows = (*self._all, self._batches) if kind is CallKind.BATCH else self._all
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._closed_until, *(window.free_at() for window in windows))
            for window in windows:
                window.take(turn)
        time.sleep(turn - now)

    def closed_for(self, seconds: int) -> None:
        """Let nobody through for so long."""
        with self._lock:
            self._closed_until = time.monotonic() + seconds


def shortest(calls: int, batches: int) -> float:
    """The seconds between the first and the last of so many calls, of which some are batches, that Intuit allows."""
    in_seconds = (calls - 1) // PER_SECOND
    in_minutes = (calls - 1) // PER_MINUTE * 60
    return float(max(in_seconds, in_minutes, (batches - 1) // BATCHES_PER_MINUTE * 60))
