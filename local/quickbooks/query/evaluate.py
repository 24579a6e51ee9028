"""Run a query over the rows of one entity."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from local.quickbooks.clock import parse_moment
from local.quickbooks.entities.fields import Field, Shape
from local.quickbooks.query.parser import Condition, Literal, Query, invalid

DEFAULT_PAGE = 100


class Row(Protocol):
    """A stored entity as far as queries look at it."""

    body: dict[str, Any]
    number: int
    created: int
    updated: int


class Rows(Protocol):
    """All stored entities of one kind."""

    def all(self) -> Iterable[Any]: ...
    def with_id(self, entity_id: str) -> Iterable[Any]: ...
    def indexed(self, field: str, value: str) -> Iterable[Any] | None: ...


@dataclass(frozen=True, slots=True)
class Page[R]:
    """One page of rows, and how many there are in all."""

    rows: list[R]
    start_position: int
    total: int


@dataclass(frozen=True, slots=True)
class Property:
    """A property that a query names, resolved against the entity's fields."""

    name: str
    kind: str
    path: tuple[str, ...]

    def value(self, row: Row) -> Any:
        """Return the comparable value of a row's property, or None."""
        if self.name == "Id":
            return row.number
        if self.name == "MetaData.LastUpdatedTime":
            return row.updated
        if self.name == "MetaData.CreateTime":
            return row.created
        value: Any = row.body
        for step in self.path:
            value = value.get(step)
            if value is None:
                return None
        if self.kind == "moment":
            return parse_moment(value).timestamp()
        return value


def run(
    query: Query, shape: Shape, rows: Rows, default_order: tuple[str, bool], *, has_active: bool, case_sensitive: bool
) -> Page[Any]:
    """Return the page that a query asks for; raise fault 4001 where the entity cannot be asked so.

    ``default_order`` is (property, descending) and applies without ORDERBY. Rows that are not active show
    only when the query names Active.
    """
    conditions = [
        (find_property(shape, condition.property, "filterable", query.entity), condition) for condition in query.where
    ]
    tests = [_test(prop, condition, case_sensitive) for prop, condition in conditions]
    orders = [
        (find_property(shape, order.property, "sortable", query.entity), order.descending) for order in query.order
    ]
    if has_active and not any(prop.name == "Active" for prop, _ in conditions):
        tests.append(lambda row: row.body.get("Active") is not False)

    found = [row for row in _candidates(rows, conditions, case_sensitive) if all(test(row) for test in tests)]
    if query.count:
        return Page([], 1, len(found))
    if not orders:
        name, descending = default_order
        orders = [(_resolve(shape, name), descending)]
    found.sort(key=lambda row: row.number)
    for prop, descending in reversed(orders):
        found.sort(key=_sort_key(prop), reverse=descending)
    first = query.start_position - 1
    return Page(found[first : first + (query.max_results or DEFAULT_PAGE)], query.start_position, len(found))


def find_property(shape: Shape, name: str, ability: str, entity: str) -> Property:
    """Return a property by its name in any case; raise fault 4001 if it is unknown or lacks the ability."""
    field, path = _find(shape, name.split("."))
    if field is None:
        raise invalid(f"Property {name} not found for Entity {entity}")
    if not getattr(field, ability):
        raise invalid(f"Property {name} is not {ability} for Entity {entity}")
    return Property(".".join(path), field.kind, path)


def _resolve(shape: Shape, name: str) -> Property:
    field, path = _find(shape, name.split("."))
    assert field is not None
    return Property(name, field.kind, path)


def _find(shape: Shape, steps: list[str]) -> tuple[Field | None, tuple[str, ...]]:
    path: list[str] = []
    field: Field | None = None
    current: Shape | None = shape
    for step in steps:
        if current is None:
            return None, ()
        field = current.fields.get(step) or next(
            (candidate for name, candidate in current.fields.items() if name.lower() == step.lower()), None
        )
        if field is None:
            return None, ()
        path.append(field.name)
        current = field.shape
    return field, tuple(path)


def _candidates(rows: Rows, conditions: list[tuple[Property, Condition]], case_sensitive: bool) -> Iterable[Any]:
    """Use an index where one condition alone narrows the rows down."""
    for prop, condition in conditions:
        if condition.operator not in {"=", "in"}:
            continue
        if prop.name == "Id":
            wanted = dict.fromkeys(literal.text.strip() for literal in condition.values)
            return [row for value in wanted for row in rows.with_id(value)]
        if condition.operator == "=" and not case_sensitive:
            found = rows.indexed(prop.name, condition.values[0].text)
            if found is not None:
                return found
    return rows.all()


def _test(prop: Property, condition: Condition, case_sensitive: bool) -> Callable[[Any], bool]:
    operator = condition.operator
    if operator == "like":
        return _like(prop, condition.values[0], case_sensitive)
    wanted = [_literal(prop, literal, case_sensitive) for literal in condition.values]
    fold = prop.kind == "text" and prop.name != "Id" and not case_sensitive

    def value_of(row: Any) -> Any:
        value = prop.value(row)
        return value.casefold() if fold and isinstance(value, str) else value

    if operator == "in":
        members = set(wanted)
        return lambda row: value_of(row) in members
    limit = wanted[0]
    if operator == "=":
        return lambda row: bool(value_of(row) == limit)

    def compare(row: Any) -> bool:
        value = value_of(row)
        if value is None:
            return False
        match operator:
            case "<":
                return bool(value < limit)
            case ">":
                return bool(value > limit)
            case "<=":
                return bool(value <= limit)
        return bool(value >= limit)

    return compare


def _like(prop: Property, literal: Literal, case_sensitive: bool) -> Callable[[Any], bool]:
    if prop.kind not in {"text", "date"}:
        raise invalid(f"Operator LIKE is not supported for property {prop.name}")
    flags = re.DOTALL if case_sensitive else re.DOTALL | re.IGNORECASE
    pattern = re.compile(".*".join(re.escape(piece) for piece in literal.text.split("%")), flags)

    def matches(row: Any) -> bool:
        value = prop.value(row)
        return value is not None and pattern.fullmatch(str(value)) is not None

    return matches


def _literal(prop: Property, literal: Literal, case_sensitive: bool) -> Any:
    text = literal.text
    try:
        if prop.name == "Id":
            return int(text)
        match prop.kind:
            case "decimal" | "integer":
                number = Decimal(text)
                if not number.is_finite():
                    raise ValueError(text)
                return number
            case "moment":
                return parse_moment(text).timestamp()
            case "date":
                return parse_moment(text).date().isoformat() if len(text) < 10 else _day(text)
            case "boolean":
                if text.lower() not in {"true", "false"}:
                    raise ValueError(text)
                return text.lower() == "true"
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise invalid(f"Invalid value '{text}' for property {prop.name}") from error
    return text if case_sensitive else text.casefold()


def _day(text: str) -> str:
    parse_moment(text)
    return text[:10]


def _sort_key(prop: Property) -> Callable[[Any], tuple[bool, Any]]:
    def key(row: Any) -> tuple[bool, Any]:
        value = prop.value(row)
        return (value is not None, value.casefold() if isinstance(value, str) else 0 if value is None else value)

    return key
