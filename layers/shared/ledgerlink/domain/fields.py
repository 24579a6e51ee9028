"""The kinds of fields that hosts' documents are made of."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,7})?")
_BREAKS = re.compile(r"[\t\n\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_LARGEST_EXPONENT, _MOST_DIGITS = 20, 28
"""Beyond what any field takes, and within what Decimal computes exactly."""

STORED = {"stored": True}
"""Validation context for content that we wrote ourselves: there every number is text."""


def _number(value: Any, info: ValidationInfo) -> Decimal:
    """Take a JSON number only, so that text like '1,5' is never read as something else."""
    if isinstance(value, str) and info.context == STORED:
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "must be a number, not text")
    return _plain(Decimal(value))


def _money(value: Any, info: ValidationInfo) -> Decimal:
    """Take a JSON number, or a decimal as text such as '12.50'."""
    if not isinstance(value, str) or info.context == STORED:
        return _number(value, info)
    if not _DECIMAL.fullmatch(value):
        raise PydanticCustomError("money", "must be an amount such as 12.50")
    return _plain(Decimal(value))


def _plain(value: Decimal) -> Decimal:
    """12.50 and 12.5 are the same content; neither is ever written as 1E+2."""
    if not value.is_finite():
        raise PydanticCustomError("number", "must be a finite number")
    if not value:
        return Decimal(0)
    if abs(value.adjusted()) > _LARGEST_EXPONENT or len(value.as_tuple().digits) > _MOST_DIGITS:
        raise PydanticCustomError("number", "has too many digits")
    shortest = value.normalize()
    return shortest if int(shortest.as_tuple().exponent) <= 0 else shortest.quantize(Decimal(1))


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise PydanticCustomError("text", "must not contain control characters")
    return value


def _one_line(value: str, info: ValidationInfo) -> str:
    if _BREAKS.search(value) and info.context != STORED:
        raise PydanticCustomError("text", "must be a single line without tabs")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
SingleLine = Annotated[Text, AfterValidator(_one_line)]
"""What is looked up in QuickBooks, where names and numbers have no line breaks."""


def _in_schema(places: int, *, text: bool = True, **bounds: int) -> WithJsonSchema:
    """How the API's description shows it: a number, and where it is an amount also a decimal as text."""
    number = {"type": "number", "description": f"At most {places} decimals.", **bounds}
    as_text = {"type": "string", "pattern": rf"^-?\d{{1,15}}(\.\d{{1,{places}}})?$"}
    return WithJsonSchema({"anyOf": [number, as_text]} if text else number)


Quantity = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(gt=0, max_digits=15, decimal_places=5),
    _in_schema(5, text=False, exclusiveMinimum=0),
]
QuantityChange = Annotated[
    Decimal, BeforeValidator(_number), Field(max_digits=15, decimal_places=5), _in_schema(5, text=False)
]
NotNegative = Annotated[
    Decimal, BeforeValidator(_money), Field(ge=0, max_digits=15, decimal_places=5), _in_schema(5, minimum=0)
]
UnitCost = Annotated[
    Decimal,
    BeforeValidator(_money),
    Field(ge=0, le=99_999_999_999, max_digits=15, decimal_places=7),
    _in_schema(7, minimum=0, maximum=99_999_999_999),
]
Amount = Annotated[Decimal, BeforeValidator(_money), Field(max_digits=15, decimal_places=2), _in_schema(2)]
Rate = Annotated[
    Decimal, BeforeValidator(_money), Field(gt=0, max_digits=15, decimal_places=7), _in_schema(7, exclusiveMinimum=0)
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Part(BaseModel):
    """Anything a host sends: unknown fields are refused, nothing changes after parsing."""

    # An error may end in a log, where no customer's data belongs.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, serialize_by_alias=True)
