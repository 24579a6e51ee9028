"""Statements of QuickBooks' query language, built so that no value can break out of its quotes.

The language has no OR, no NOT and no joins; values stand in single quotes, numbers and dates too.
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ledgerlink.errors import InvalidRequest

Value = str | bool | int | Decimal | date | datetime

LARGEST_PAGE = 1000

_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "LIKE"})
# So that a look-up of thirty long names stays well under the 8 KB that proxies allow an address.
_NAMES_PER_QUERY = 30
_CHARACTERS_PER_QUERY = 2000


@dataclass(frozen=True, slots=True)
class Select:
    """One query; every method returns a new one, ``str()`` the statement.

    Raises ValueError for an entity or property that is no plain name, and InvalidRequest
    for a value that the language cannot express.
    """

    entity: str
    conditions: tuple[str, ...] = ()
    order: str = ""
    start: int | None = None
    size: int | None = None

    def __post_init__(self) -> None:
        _checked_name(self.entity)

    def where(self, prop: str, operator: str, value: Value) -> "Select":
        """Add a condition; all conditions must hold. ``%`` is the wildcard of LIKE."""
        if operator not in _OPERATORS:
            raise ValueError(f"the query language has no operator {operator!r}")
        upper_bound = operator in ("<", "<=")
        return self._with(f"{_checked_name(prop)} {operator} {literal(value, upper_bound=upper_bound)}")

    def where_in(self, prop: str, values: Iterable[Value]) -> "Select":
        """Add the condition that the property has one of the values (at least one)."""
        literals = ", ".join(literal(value) for value in values)
        if not literals:
            raise ValueError("IN needs a value")
        return self._with(f"{_checked_name(prop)} IN ({literals})")

    def include_inactive(self) -> "Select":
        """Return inactive rows too: name lists hide them otherwise."""
        return self.where_in("Active", (True, False))

    def order_by(self, prop: str, *, descending: bool = False) -> "Select":
        """Sort. Without it the order is not defined, and paging would skip rows."""
        return replace(self, order=f"{_checked_name(prop)} {'DESC' if descending else 'ASC'}")

    def page(self, start: int, size: int = LARGEST_PAGE) -> "Select":
        """Return ``size`` rows from the ``start``-th on; the first row is 1."""
        if start < 1 or not 1 <= size <= LARGEST_PAGE:
            raise ValueError("a page starts at 1 and has 1 to 1000 rows")
        return replace(self, start=start, size=size)

    def count(self) -> str:
        """Return the statement that counts the rows."""
        return f"SELECT COUNT(*) FROM {self.entity}{self._where()}"  # noqa: S608 (checked names, escaped values)

    def __str__(self) -> str:
        order = f" ORDERBY {self.order}" if self.order else ""
        page = "" if self.start is None else f" STARTPOSITION {self.start} MAXRESULTS {self.size}"
        return f"SELECT * FROM {self.entity}{self._where()}{order}{page}"  # noqa: S608 (likewise)

    def _where(self) -> str:
        return f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""

    def _with(self, condition: str) -> "Select":
        return replace(self, conditions=(*self.conditions, condition))


def named(entity: str, prop: str, values: Iterable[str]) -> list[Select]:
    """Return the queries that together find every row with one of these names.

    They may find more: some statements with characters outside ASCII were answered
    with "Lexical error", so those become a ``LIKE`` with ``%`` in their place. **Compare the names
    exactly** in what comes back. A name of such characters alone reads the whole list.

    https://github.com/ruckus/quickbooks-ruby/issues/309
    """
    plain: list[str] = []
    patterns: list[str] = []
    for value in dict.fromkeys(values):
        literal(value)  # refuses control characters before they could hide behind a wildcard
        if value.isascii() and "\\" not in value:
            plain.append(value)
        else:
            patterns.append(re.sub(r"(?:[^\x00-\x7f]|[\\%])+", "%", value))

    exact = [Select(entity).where_in(prop, chunk) for chunk in _chunks(plain)]
    like = [Select(entity).where(prop, "LIKE", pattern) for pattern in dict.fromkeys(patterns)]
    return exact + like


def literal(value: Value, *, upper_bound: bool = False) -> str:
    """Return a value as the language writes it.

    Times become UTC with their zone and whole seconds, for QuickBooks has no finer ones: a lower
    bound is moved down and an upper bound up, so that a window never loses a row.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return f"'{value}'"
        case Decimal():
            if not value.is_finite():
                raise ValueError("not a finite number")
            return f"'{value:f}'"
        case datetime():
            return f"'{_zoned(value, upper_bound)}'"
        case date():
            return f"'{value.isoformat()}'"
        case _:
            raise TypeError(f"{type(value).__name__} does not go into a query")


def _quoted(text: str) -> str:
    # Cc: line breaks and their like end a literal for some parsers; Cs: half a character, no UTF-8.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidRequest(
            "A name or number has a line break or another character that QuickBooks cannot look up.",
            code="unsearchable_text",
            hint="Remove line breaks, tabs and invisible characters from names and numbers.",
        )
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _zoned(moment: datetime, upper_bound: bool) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time in a query needs a zone")
    utc = moment.astimezone(UTC)
    if upper_bound and utc.microsecond:
        utc += timedelta(seconds=1)
    return utc.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _checked_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.]*", name):
        raise ValueError(f"{name!r} is no name of an entity or property")
    return name


def _chunks(names: list[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for name in names:
        if chunk and (len(chunk) == _NAMES_PER_QUERY or sum(map(len, chunk)) + len(name) > _CHARACTERS_PER_QUERY):
            yield chunk
            chunk = []
        chunk.append(name)
    if chunk:
        yield chunk
