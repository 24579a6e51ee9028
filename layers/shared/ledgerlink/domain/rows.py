"""Reading QuickBooks' rows, in which anything may be missing and new fields may appear at any time."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

type Row = Mapping[str, Any]


def text(row: Row, name: str) -> str:
    """The text, or nothing."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def flag(row: Row, name: str, default: bool = False) -> bool:
    """True or false; lists of name and value pairs write them as text."""
    value = row.get(name)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value if isinstance(value, bool) else default


def whole_number(row: Row, name: str) -> int | None:
    """The number, or None where there is none or it is not whole."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return int(value) if Decimal(value).is_finite() and value == int(value) else None


def day(row: Row, name: str) -> date | None:
    """The date, or None."""
    try:
        return date.fromisoformat(text(row, name))
    except ValueError:
        return None


def reference(row: Row, name: str) -> str:
    """The id that a reference holds, or nothing."""
    return text(part(row, name), "value")


def part(row: Row, name: str) -> Row:
    """The object, or an empty one."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def rows(row: Row, name: str) -> Sequence[Row]:
    """The objects of a list, or none."""
    value = row.get(name)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def pairs(row: Row, name: str) -> dict[str, str]:
    """A list of ``{"Name", "Value"}`` as a dictionary."""
    return {text(pair, "Name"): text(pair, "Value") for pair in rows(row, name) if text(pair, "Name")}
