"""Who changed what, and when: one entry per change of settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something."""

    caller: str
    """``host`` or ``portal``."""
    user: str | None = None
    """The person, as far as the host says."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that became another."""

    path: str
    """``kinds.purchase-orders.number_pattern``."""
    before: Any
    """As JSON has it; None where there was nothing."""
    after: Any


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one request changed."""

    at: datetime
    by: Actor
    changes: Sequence[Change]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[Change]:
    """Every value that differs, each under its own path; lists are compared whole."""
    found: list[Change] = []
    for name in sorted({*before, *after}):
        one, other, where = before.get(name), after.get(name), path + name
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found += changes_between(one, other, f"{where}.")
        elif one != other:
            found.append(Change(where, one, other))
    return found
