"""The monthly allowance of Intuit's partner program: reading is metered, writing is free.

Calls that bring data out (reads, queries, change data capture) count when they succeed; beyond an app's allowance they
are refused until the next month. https://developer.intuit.com/app/developer/appdetail/partner-program
"""

import threading
from collections import Counter

from local.quickbooks.clock import Clock, pacific
from local.quickbooks.switches import Switches


class Metering:
    """Counts each app's calls of the month."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()

    def clear(self) -> None:
        """Count from zero."""
        with self._lock:
            self._calls.clear()

    def allows(self, client_id: str) -> bool:
        """Say whether an app may still read this month."""
        allowance = self._switches.core_plus_per_month
        return not allowance or self._calls[self._key(client_id)] < allowance

    def count(self, client_id: str, calls: int) -> None:
        """Add calls that brought data out."""
        if calls:
            with self._lock:
                self._calls[self._key(client_id)] += calls

    def report(self) -> dict[str, dict[str, int]]:
        """Return the counts by month and app."""
        with self._lock:
            months: dict[str, dict[str, int]] = {}
            for (month, client_id), calls in self._calls.items():
                months.setdefault(month, {})[client_id] = calls
            return months

    def _key(self, client_id: str) -> tuple[str, str]:
        return f"{pacific(self._clock.now()):%Y-%m}", client_id
