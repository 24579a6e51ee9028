"""Intuit's throttles, off unless switched on: so many calls per company in a minute and in a second.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features#limits-and-throttles
"""

import threading
from collections import deque

from local.quickbooks.clock import Clock
from local.quickbooks.switches import Switches

_SECOND = 1.0
_MINUTE = 60.0


class Throttle:
    """Remembers when each company was called in the last minute."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {}

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

    def allows(self, realm_id: str) -> bool:
        """Count one call and say whether it is within the limits; refused calls do not count."""
        if not self._switches.throttle:
            return True
        now = self._clock.now().timestamp()
        with self._lock:
            calls = self._calls.setdefault(realm_id, deque())
            while calls and calls[0] <= now - _MINUTE:
                calls.popleft()
            recent = 0
            for moment in reversed(calls):
                if moment <= now - _SECOND:
                    break
                recent += 1
            if len(calls) >= self._switches.throttle_per_minute or recent >= self._switches.throttle_per_second:
                return False
            calls.append(now)
            return True
