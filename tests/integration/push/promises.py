"""A table of what an integration's documentation promises: each field of a document, and where it arrives."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CREATED, UPDATED = 0, 1
_TENANT = re.compile(r"(Ledgerlink \S+) [0-9a-f]{8}$")


@dataclass(frozen=True, slots=True)
class Promise:
    """One field that the documentation lists; ``words`` are its own."""

    words: str
    field: str
    """Where the host writes it: ``lines[0].class``."""
    sent: tuple[Any, Any]
    """What the host sends first, and what it sends later."""
    arrives: str
    """Where QuickBooks has it then: ``Line[0].ItemBasedExpenseLineDetail.ClassRef.name``."""
    becomes: tuple[Any, Any] | None = None
    """What it is there, where that is not what was sent."""

    def expected(self, turn: int) -> Any:
        return plain((self.becomes or self.sent)[turn])

    def found(self, entity: Any) -> Any:
        found = plain(value_at(entity, self.arrives))
        # Each host has another tenant, by whose digest our marker ends.
        return _TENANT.sub(r"\1", found) if self.arrives == "PrivateNote" else found


def kept(value: Any) -> tuple[Any, Any]:
    """Sent the same both times."""
    return value, value


def document(promises: tuple[Promise, ...], turn: int, **others: Any) -> dict[str, Any]:
    """A document with all the promised fields."""
    whole: dict[str, Any] = {}
    for promise in promises:
        if promise.field:
            _put(whole, _parts(promise.field), promise.sent[turn])
    return whole | others


def value_at(entity: Any, path: str) -> Any:
    """The value at a path; None where there is nothing."""
    for part in _parts(path):
        if isinstance(part, int):
            entity = entity[part] if isinstance(entity, list) and part < len(entity) else None
        else:
            entity = entity.get(part) if isinstance(entity, dict) else None
    return entity


def plain(value: Any) -> Any:
    """Numbers compare by their value, however they are written."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value):
        return Decimal(value)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _parts(path: str) -> list[str | int]:
    return [int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]


def _put(whole: Any, parts: list[str | int], value: Any) -> None:
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        fresh = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(part, int):
            if part == len(whole):
                whole.append(fresh)
        elif following is None:
            whole[part] = value
        else:
            whole.setdefault(part, fresh)
        whole = whole[part]
