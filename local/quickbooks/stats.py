"""Counts of calls and the last ones in detail. Tokens are never kept."""

import threading
from collections import Counter, deque
from datetime import datetime
from typing import Any

from local.quickbooks.calls import Call
from local.quickbooks.clock import millis_text

KEPT = 2000
_SECRET_PATHS = ("/connect/oauth2",)


class Stats:
    """What has been called so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Start counting again."""
        with self._lock:
            self._kinds: Counter[str] = Counter()
            self._statuses: Counter[str] = Counter()
            self._realms: dict[str, Counter[str]] = {}
            self._entities: Counter[str] = Counter()
            self._last: deque[dict[str, Any]] = deque(maxlen=KEPT)
            self._replayed = 0
            self._throttled = 0
            self._injected = 0

    def replayed(self) -> None:
        """Count a write that was answered from memory."""
        with self._lock:
            self._replayed += 1

    def record(
        self, call: Call, status: int | None, tid: str, when: datetime, milliseconds: float, fault_id: str | None
    ) -> None:
        """Count one call; a status of None means that the connection was cut."""
        target = call.target.partition("?")[0] if call.target.startswith(_SECRET_PATHS) else call.target
        shown = "cut" if status is None else str(status)
        with self._lock:
            self._kinds[call.kind] += 1
            self._statuses[shown] += 1
            if call.realm_id is not None:
                self._realms.setdefault(call.realm_id, Counter())[call.kind] += 1
            if call.entity is not None:
                self._entities[f"{call.entity}.{call.kind}"] += 1
            self._throttled += status == 429
            self._injected += fault_id is not None
            self._last.append(
                {
                    "time": millis_text(when),
                    "method": call.method,
                    "path": target,
                    "kind": call.kind,
                    "entity": call.entity,
                    "realm_id": call.realm_id,
                    "status": status,
                    "intuit_tid": tid,
                    "milliseconds": round(milliseconds, 1),
                    "fault_id": fault_id,
                }
            )

    def report(self, last: int, realm_id: str | None, concurrent_refreshes: int) -> dict[str, Any]:
        """Return the counts, and the last calls, newest last."""
        with self._lock:
            calls = [call for call in self._last if realm_id is None or call["realm_id"] == realm_id]
            kinds = self._kinds if realm_id is None else self._realms.get(realm_id, Counter())
            return {
                "calls": sum(kinds.values()),
                "by_kind": dict(kinds),
                "by_status": dict(self._statuses),
                "by_realm": {realm: dict(counts) for realm, counts in self._realms.items()},
                "by_entity": dict(self._entities),
                "throttled": self._throttled,
                "injected": self._injected,
                "replayed_by_requestid": self._replayed,
                "concurrent_refreshes": concurrent_refreshes,
                "last": calls[-last:] if last > 0 else [],
            }
