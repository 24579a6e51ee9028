"""The language in which an entity's fields are declared, and the checks that follow from it.

The tables in this package state what Intuit documents for each entity: types, lengths, enumerations,
what a create must have, what the service computes itself, what a query may filter or sort by.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder (and siblings)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from local.quickbooks.clock import parse_moment
from local.quickbooks.faults import Fault

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_DIGITS = 15
_MOST_DECIMALS = 7
EXACT = Context(prec=60)  # enough for any product of two numbers that are let in


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an entity or of a part of one."""

    name: str
    kind: str
    max_length: int | None = None
    min_length: int = 0
    forbidden: str = ""
    values: tuple[str, ...] = ()
    highest: Decimal | None = None
    refers_to: tuple[str, ...] = ()
    named: bool = True  # a reference that QuickBooks shows with its name
    shape: "Shape | None" = None
    repeated: bool = False
    required: bool = False  # on create and full update
    read_only: bool = False  # accepted and ignored
    fixed: bool = False  # may be set on create only
    kept: bool = False  # a full update that leaves it out does not clear it
    filterable: bool = False
    sortable: bool = False


class Shape:
    """A named set of fields, in the order in which they are written."""

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = {field.name: field for field in fields}


def text(name: str, max_length: int | None = None, forbidden: str = "", **more: Any) -> Field:
    """Declare a string."""
    return _field(name, "text", max_length=max_length, forbidden=forbidden, **more)


def texts(*names: str) -> list[Field]:
    """Declare several plain strings."""
    return [text(name) for name in names]


def boolean(name: str, **more: Any) -> Field:
    """Declare a boolean."""
    return _field(name, "boolean", **more)


def decimal(name: str, **more: Any) -> Field:
    """Declare an exact number."""
    return _field(name, "decimal", **more)


def integer(name: str, **more: Any) -> Field:
    """Declare a whole number."""
    return _field(name, "integer", **more)


def day(name: str, **more: Any) -> Field:
    """Declare a calendar date."""
    return _field(name, "date", **more)


def moment(name: str, **more: Any) -> Field:
    """Declare a point in time."""
    return _field(name, "moment", **more)


def enum(name: str, *values: str, **more: Any) -> Field:
    """Declare a string that must be one of a few."""
    return _field(name, "text", values=values, **more)


def ref(name: str, *refers_to: str, **more: Any) -> Field:
    """Declare a reference: ``{"value": id, "name": text}``."""
    return _field(name, "reference", refers_to=refers_to, **more)


def part(name: str, shape: Shape, **more: Any) -> Field:
    """Declare an object with fields of its own."""
    return _field(name, "object", shape=shape, **more)


def many(name: str, shape: Shape, **more: Any) -> Field:
    """Declare an array of objects."""
    return _field(name, "object", shape=shape, repeated=True, **more)


def anything(name: str, **more: Any) -> Field:
    """Declare a property that is stored as it comes."""
    return _field(name, "any", **more)


def required(field: Field) -> Field:
    """Return the field, required on create."""
    return replace(field, required=True)


def check_properties(shape: Shape, body: Any) -> None:
    """Raise fault 2010 for the first property that the schema does not have."""
    if not isinstance(body, dict):
        raise unparsable()
    for name, value in body.items():
        field = shape.fields.get(name)
        if field is None:
            known = list(shape.fields)
            listed = ", ".join(f'"{item}"' for item in known[:60])
            more = " [truncated]" if len(known) > 60 else ""
            raise Fault(
                "2010",
                f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{shape.name}), not '
                f"marked as ignorable ({len(known)} known properties: {listed}{more}])\n"
                " specified is unsupported or invalid",
                None,
            )
        if value is None or field.kind == "any":
            continue
        if field.repeated != isinstance(value, list):
            raise unparsable()
        for item in value if field.repeated else [value]:
            if field.kind == "object":
                assert field.shape is not None
                check_properties(field.shape, item)
            elif field.kind == "reference":
                check_properties(REFERENCE, item)
            elif isinstance(item, dict | list):
                raise unparsable()


def unparsable() -> Fault:
    """Return the fault for JSON that does not fit the schema at all."""
    return Fault(
        "2010",
        "Property Name:failed to parse json object; a property specified is unsupported or invalid",
        None,
    )


def clean(shape: Shape, body: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Return the body with every value in its type and empty ones as None; raise the fault for a bad one.

    Fields that the service computes itself are left out.
    """
    cleaned: dict[str, Any] = {}
    for name, value in body.items():
        field = shape.fields[name]
        if field.read_only:
            continue
        element = f"{path}{name}"
        if value is None or value == "":
            cleaned[name] = None
        elif field.repeated:
            cleaned[name] = [_clean_value(field, item, element) for item in value if item is not None]
        else:
            cleaned[name] = _clean_value(field, value, element)
    return cleaned


def missing(name: str) -> Fault:
    """Return the fault for a required property that is not there."""
    return Fault("2020", f"Required parameter {name} is missing in the request", name)


def walk_references(shape: Shape, body: dict[str, Any], path: str = "") -> Iterator[tuple[Field, dict[str, Any], str]]:
    """Yield every reference in a cleaned body with its field and the element's name."""
    for name, value in body.items():
        field = shape.fields.get(name)
        if field is None or value is None:
            continue
        if field.kind == "reference" and field.refers_to:
            yield field, value, f"{path}{name}"
        elif field.kind == "object":
            assert field.shape is not None
            for item in value if field.repeated else [value]:
                yield from walk_references(field.shape, item, f"{path}{name}.")


def _field(name: str, kind: str, *, find: str = "", **more: Any) -> Field:
    return Field(name, kind, filterable="f" in find, sortable="s" in find, **more)


def _clean_value(field: Field, value: Any, element: str) -> Any:
    match field.kind:
        case "object":
            assert field.shape is not None
            return {
                name: item
                for name, item in clean(field.shape, value, f"{element}.").items()
                if item is not None and item != {}
            }
        case "reference":
            return _clean_reference(value)
        case "text":
            return _clean_text(field, value, element)
        case "decimal":
            return _clean_decimal(field, value, element)
        case "integer":
            if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value)):
                raise Fault("2080", f"Invalid Number Format : {element}. Supplied value:{value}", element)
            return int(value)
        case "boolean":
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in {"true", "false"}:
                return value.lower() == "true"
            raise Fault("2230", f"Invalid Boolean : {element}. Supplied value:{value}", element)
        case "date":
            return _clean_date(value, element)
        case "moment":
            try:
                parse_moment(str(value))
            except ValueError as error:
                raise Fault("2060", f"Invalid Date Format : {element}. Supplied value:{value}", element) from error
            return str(value)
    return value


def _clean_reference(value: dict[str, Any]) -> dict[str, Any] | None:
    identity = value.get("value")
    if identity is None or identity == "":
        return None
    # The name in a request is ignored: the service fills in its own.
    cleaned = {"value": str(identity)}
    if value.get("type"):
        cleaned["type"] = str(value["type"])
    return cleaned


def _clean_text(field: Field, value: Any, element: str) -> str:
    if isinstance(value, bool):
        result = "true" if value else "false"
    else:
        result = format(value, "f") if isinstance(value, Decimal) else str(value)
    if field.values and result not in field.values:
        raise Fault("2170", f"Invalid Enumeration : {element}. Supplied value:{result}", element)
    if field.max_length is not None and not field.min_length <= len(result) <= field.max_length:
        raise Fault(
            "2050",
            "String length specified does not match the supported length. "
            f"Min:{field.min_length} Max:{field.max_length} supported. Supplied length:{len(result)}",
            element,
        )
    if any(character in field.forbidden for character in result):
        raise Fault(
            "2040",
            f"Invalid String : {element} contains a character that is not allowed (colon, tab or new line).",
            element,
        )
    return result


def _clean_decimal(field: Field, value: Any, element: str) -> Decimal:
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        number = Decimal(value) if isinstance(value, int | Decimal) else Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Fault("2100", f"Invalid Decimal Format : {element}. Supplied value:{value}", element) from error
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS or len(number.as_tuple().digits) > EXACT.prec:
        raise Fault("2110", f"Invalid Decimal : {element} is out of range.", element)
    number = tidy(number)
    if decimals_of(number) > _MOST_DECIMALS:
        raise Fault("2110", f"Invalid Decimal : {element} has more than {_MOST_DECIMALS} decimals.", element)
    if field.highest is not None and abs(number) > field.highest:
        raise Fault("2090", f"Invalid Number : {element} is larger than {field.highest}.", element)
    return number


def _clean_date(value: Any, element: str) -> str:
    # A date-time is taken too; its day counts.
    supplied = str(value)[:10]
    if not _DATE.fullmatch(supplied):
        raise Fault("2060", f"Invalid Date Format : {element}. Supplied value:{value}", element)
    try:
        date.fromisoformat(supplied)
    except ValueError as error:
        raise Fault("2070", f"Invalid Date : {element}. Supplied value:{value}", element) from error
    return supplied


def tidy(number: Decimal) -> Decimal:
    """Return the same number without trailing zeros or an exponent: 75, 22.5."""
    normal = number.normalize(EXACT)
    return normal.quantize(Decimal(1), context=EXACT) if decimals_of(normal) < 0 else normal


def money(number: Decimal) -> Decimal:
    """Return the number with at least two decimals: 72.00."""
    return number.quantize(Decimal("0.01"), context=EXACT) if decimals_of(number) < 2 else number


def decimals_of(number: Decimal) -> int:
    """Return how many digits are written behind the point."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


REFERENCE = Shape("ReferenceType", *texts("value", "name", "type"))
