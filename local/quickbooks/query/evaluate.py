"""Run a query over the rows of one entity, through an index wherever one narrows them down."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from local.quickbooks.clock import parse_moment
from local.quickbooks.entities.fields import Field, Shape
from local.quickbooks.query.parser import Condition, Literal, Query, invalid
from local.quickbooks.store import Bound, Index, Row, Store

DEFAULT_PAGE = 100
_RANGES = {"=", "<", ">", "<=", ">="}
Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and how many there are in all."""

    rows: list[Row]
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

    def sort_value(self, row: Row) -> Any:
        """Return what rows are sorted by: texts without regard to case."""
        value = self.value(row)
        return value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Span:
    """The part of an index that a property's conditions leave over."""

    index: Index
    positions: range


def run(
    query: Query, shape: Shape, rows: Store, default_order: tuple[str, bool], *, has_active: bool, case_sensitive: bool
) -> Page:
    """Return the page that a query asks for; raise fault 4001 where the entity cannot be asked so.

    ``default_order`` is (property, descending) and applies without ORDERBY. Rows that are not active show
    only when the query names Active.
    """
    conditions = [
        (find_property(shape, condition.property, "filterable", query.entity), condition) for condition in query.where
    ]
    orders = [
        (find_property(shape, order.property, "sortable", query.entity), order.descending) for order in query.order
    ] or [(_resolve(shape, default_order[0]), default_order[1])]
    tests = [(prop.name, _test(prop, condition, case_sensitive)) for prop, condition in conditions]
    if has_active and rows.inactive and not any(prop.name == "Active" for prop, _ in conditions):
        tests.append(("", lambda row: row.active))

    first = query.start_position - 1
    page = slice(first, first + (query.max_results or DEFAULT_PAGE))
    spans = _spans(rows, conditions, case_sensitive)
    leading, descending = orders[0]
    if len(orders) == 1 and _is_narrowest(leading.name, spans):
        # The index has the rows in the order that is asked for.
        span = spans.get(leading.name) or _Span(*_whole(rows, leading))
        positions = span.positions[::-1] if descending else span.positions
        rest = [test for name, test in tests if name != leading.name or name not in spans]
        if not rest:
            shown = [] if query.count else _rows(rows, span.index.ids(positions[page]))
            return Page(shown, query.start_position, len(positions))
        found = [row for row in _rows(rows, span.index.ids(positions)) if all(test(row) for test in rest)]
    else:
        found = [row for row in _candidates(rows, conditions, spans) if all(test(row) for _, test in tests)]
        if not query.count:
            _sort(found, orders)
    return Page([] if query.count else found[page], query.start_position, len(found))


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


def _whole(rows: Store, prop: Property) -> tuple[Index, range]:
    index = rows.sorted_by(prop.name, prop.sort_value)
    return index, index.span()


def _spans(rows: Store, conditions: list[tuple[Property, Condition]], case_sensitive: bool) -> dict[str, _Span]:
    """Return, for each property whose conditions are all ranges, the part of its index that fits them."""
    unfit = {
        prop.name
        for prop, condition in conditions
        if condition.operator not in _RANGES or (prop.kind == "text" and prop.name != "Id" and case_sensitive)
    }
    spans: dict[str, _Span] = {}
    for prop, condition in conditions:
        if prop.name in unfit:
            continue
        index = rows.sorted_by(prop.name, prop.sort_value)
        value = _literal(prop, condition.values[0], case_sensitive)
        low = Bound(value, condition.operator != ">") if condition.operator in {"=", ">", ">="} else None
        high = Bound(value, condition.operator != "<") if condition.operator in {"=", "<", "<="} else None
        positions = index.span(low, high)
        if prop.name in spans:
            known = spans[prop.name].positions
            start, stop = max(known.start, positions.start), min(known.stop, positions.stop)
            positions = range(start, max(start, stop))
        spans[prop.name] = _Span(index, positions)
    return spans


def _is_narrowest(name: str, spans: dict[str, _Span]) -> bool:
    if not spans:
        return True
    return name in spans and all(len(spans[name].positions) <= len(span.positions) for span in spans.values())


def _candidates(rows: Store, conditions: list[tuple[Property, Condition]], spans: dict[str, _Span]) -> Iterable[Row]:
    for prop, condition in conditions:
        if prop.name == "Id" and condition.operator == "in":
            wanted = dict.fromkeys(literal.text.strip() for literal in condition.values)
            return _rows(rows, wanted)
    if spans:
        narrowest = min(spans.values(), key=lambda span: len(span.positions))
        return _rows(rows, narrowest.index.ids(narrowest.positions))
    return rows.all()


def _rows(rows: Store, ids: Iterable[str]) -> list[Row]:
    return [row for row in map(rows.get, ids) if row is not None]


def _sort(found: list[Row], orders: list[tuple[Property, bool]]) -> None:
    """Sort as the indexes do: rows with equal values by number, in the direction of the last property."""
    found.sort(key=lambda row: row.number, reverse=orders[-1][1])
    for prop, descending in reversed(orders):
        found.sort(key=_sort_key(prop), reverse=descending)


def _test(prop: Property, condition: Condition, case_sensitive: bool) -> Test:
    operator = condition.operator
    if operator == "like":
        return _like(prop, condition.values[0], case_sensitive)
    wanted = [_literal(prop, literal, case_sensitive) for literal in condition.values]
    value_of = prop.value if case_sensitive else prop.sort_value

    if operator == "in":
        members = set(wanted)
        return lambda row: value_of(row) in members
    limit = wanted[0]
    if operator == "=":
        return lambda row: bool(value_of(row) == limit)

    def compare(row: Row) -> bool:
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


def _like(prop: Property, literal: Literal, case_sensitive: bool) -> Test:
    if prop.kind not in {"text", "date"}:
        raise invalid(f"Operator LIKE is not supported for property {prop.name}")
    flags = re.DOTALL if case_sensitive else re.DOTALL | re.IGNORECASE
    pattern = re.compile(".*".join(re.escape(piece) for piece in literal.text.split("%")), flags)

    def matches(row: Row) -> bool:
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


def _sort_key(prop: Property) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = prop.sort_value(row)
        return (value is not None, 0 if value is None else value)

    return key
