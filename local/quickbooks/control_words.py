"""How the control API refuses what it does not understand."""

from typing import Any


class NotFound(Exception):
    """There is no such thing to control."""


def only(body: dict[str, Any], *known: str) -> None:
    """Raise ValueError for a property that a call does not know."""
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
