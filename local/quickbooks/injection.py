"""Faults on demand: make the next matching calls fail, in any way in which the network or Intuit can."""

import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from local.quickbooks.calls import Call

_MATCH = {"realm_id": str, "method": str, "path_contains": str, "entity": str, "operation": str}
_THEN: dict[str, tuple[type, ...]] = {
    "status": (int,),
    "fault_code": (str,),
    "detail": (str,),
    "body": (str, dict, list),
    "html": (bool,),
    "retry_after": (int, str),
    "timeout": (str,),
    "delay_ms": (int,),
    "commit": (bool,),
    "error": (str,),
    "cdc_limit": (int,),
}


@dataclass
class Injected:
    """One fault: which calls it takes, how often, and what happens to them."""

    id: str
    match: dict[str, str]
    then: dict[str, Any]
    times: int | None = 1
    skip: int = 0
    hits: int = 0

    def takes(self, call: Call) -> bool:
        """Say whether a call matches; operations and entities in any case."""
        for name, wanted in self.match.items():
            if name == "path_contains":
                if wanted not in call.target:
                    return False
            elif name == "operation":
                if call.kind != wanted.lower():
                    return False
            elif (getattr(call, name) or "").lower() != wanted.lower():
                return False
        return True


@dataclass
class Injection:
    """The faults that wait for a call, oldest first."""

    _waiting: dict[str, Injected] = field(default_factory=dict)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, wish: dict[str, Any]) -> Injected:
        """Add a fault as the control API describes it; raise ValueError for what it does not know."""
        unknown = set(wish) - {"match", "times", "skip", "then"}
        match, then = wish.get("match", {}), wish.get("then", {})
        if unknown or not isinstance(match, dict) or not isinstance(then, dict) or not then:
            raise ValueError("a fault is {match: {...}, times: N or null, skip: N, then: {...}}")
        for name, value in match.items():
            if name not in _MATCH or not isinstance(value, str):
                raise ValueError(f"match takes the texts {', '.join(_MATCH)}")
        for name, value in then.items():
            if name not in _THEN or not isinstance(value, _THEN[name]):
                raise ValueError(f"then takes {', '.join(_THEN)}; {name} is unknown or of the wrong type")
        if then.get("timeout") not in (None, "before", "after"):
            raise ValueError('timeout is "before" or "after" the commit')
        times, skip = wish.get("times", 1), wish.get("skip", 0)
        if (times is not None and (not isinstance(times, int) or times < 1)) or not isinstance(skip, int):
            raise ValueError("times is a positive number, or null for until cleared; skip is a number")
        with self._lock:
            self._count += 1
            injected = Injected(f"f{self._count}", match, then, times, skip)
            self._waiting[injected.id] = injected
        return injected

    def take(self, call: Call) -> Injected | None:
        """Return the fault for a call, counting it down, or None."""
        if not self._waiting:
            return None
        with self._lock:
            for injected in self._waiting.values():
                if not injected.takes(call):
                    continue
                if injected.skip > 0:
                    injected.skip -= 1
                    continue
                injected.hits += 1
                if injected.times is not None:
                    injected.times -= 1
                    if not injected.times:
                        del self._waiting[injected.id]
                return injected
        return None

    def all(self) -> list[dict[str, Any]]:
        """Return the faults that still wait."""
        with self._lock:
            return [asdict(injected) for injected in self._waiting.values()]

    def clear(self, fault_id: str | None = None) -> int:
        """Drop one fault, or all, and return how many went."""
        with self._lock:
            if fault_id is None:
                dropped = len(self._waiting)
                self._waiting.clear()
                return dropped
            return int(self._waiting.pop(fault_id, None) is not None)
