"""Intuit's throttles, off unless switched on: so many calls in a second and in a minute, and so many batches.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features#limits-and-throttles
"""

import threading
from collections import deque

from local.quickbooks.clock import Clock
from local.quickbooks.switches import Switches

_SECOND = 1.0
_MINUTE = 60.0


class Throttle:
    """Remembers when each company was called in the last minute, by which app."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, ...], deque[float]] = {}

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

    def allows(self, realm_id: str, client_id: str, *, batch: bool = False) -> bool:
        """Count one call and say whether it is within the limits; refused calls do not count."""
        if not self._switches.throttle:
            return True
        switches = self._switches
        windows = [
            (("all", realm_id), _MINUTE, switches.throttle_per_minute),
            (("app", realm_id, client_id), _SECOND, switches.throttle_per_second),
        ]
        if batch:
            windows += [
                (("batch", realm_id), _MINUTE, switches.throttle_batch_per_company),
                (("batch", realm_id, client_id), _MINUTE, switches.throttle_batch_per_app),
            ]
        now = self._clock.now().timestamp()
        with self._lock:
            counted = [(self._recent(key, now - length), limit) for key, length, limit in windows]
            if any(len(calls) >= limit for calls, limit in counted):
                return False
            for calls, _ in counted:
                calls.append(now)
            return True

    def _recent(self, key: tuple[str, ...], since: float) -> deque[float]:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= since:
            calls.popleft()
        return calls
