"""What an update would change: field by field, against what QuickBooks has now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NOT_COMPARED = ("Id", "SyncToken", "sparse")
_LINES = "Line"


@dataclass(frozen=True, slots=True)
class Change:
    """One field. A line is named by its Line.Id (``Line[3].Amount``), a new one by its place (``Line[new 1]``)."""

    path: str
    now: Any
    """None where QuickBooks has nothing there."""
    then: Any
    """None for a line that would be removed."""


def difference(now: Mapping[str, Any], body: Mapping[str, Any]) -> list[Change]:
    """The fields of an update's body that differ from the entity; what is not sent stays as it is.

    A sparse update replaces the lines as a whole, so a line that is not sent would be removed.
    """
    changes: list[Change] = []
    for name, then in body.items():
        if name == _LINES:
            changes += _lines(now.get(_LINES) or (), then)
        elif name not in _NOT_COMPARED:
            changes += _field(name, now.get(name), then)
    return changes


def _lines(now: Sequence[Mapping[str, Any]], then: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    # A subtotal that QuickBooks adds by itself has no Id.
    there = {line["Id"]: line for line in now if line.get("Id")}
    for position, line in enumerate(then, start=1):
        known = there.pop(line.get("Id"), None)
        if known is None:
            yield Change(f"{_LINES}[new {position}]", None, line)
            continue
        for name, value in line.items():
            yield from _field(f"{_LINES}[{line['Id']}].{name}", known.get(name), value)
    for line_id, line in there.items():
        yield Change(f"{_LINES}[{line_id}]", line, None)


def _field(path: str, now: Any, then: Any) -> Iterator[Change]:
    if _same(now, then):
        return
    if isinstance(now, Mapping) and isinstance(then, Mapping) and "value" not in then:
        for name, value in then.items():
            yield from _field(f"{path}.{name}", now.get(name), value)
        return
    yield Change(path, now, then)


def _same(now: Any, then: Any) -> bool:
    """Whether QuickBooks has it already; of an object only what is sent counts, so a reference's name does not."""
    if isinstance(then, Mapping):
        return all(_same(now.get(name) if isinstance(now, Mapping) else None, part) for name, part in then.items())
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(_same, now, then))
    if _is_number(now) and _is_number(then):
        return Decimal(now) == Decimal(then)
    return bool((now or "") == (then or "")) if isinstance(then, str) else bool(now == then)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
