"""Who changed settings and instances."""

from typing import Any, TypedDict


class Actor(TypedDict):
    """Who did something."""

    caller: str
    user: str | None


# `from` is no name of a class's field.
_ChangedFrom = TypedDict("_ChangedFrom", {"from": Any})


class ChangedValue(_ChangedFrom):
    """One value before and after."""

    path: str
    to: Any


class HistoryEntry(TypedDict):
    """One change."""

    at: str
    by: Actor
    changes: list[ChangedValue]
