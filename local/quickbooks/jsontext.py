"""JSON in which money stays exact: decimals are read as Decimal and written digit by digit."""

import json
from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

_LARGEST_EXPONENT = 300
_quote: Callable[[str], str] = encode_basestring


class Written(str):
    """A value that is JSON text already, such as a stored entity's cached text."""

    __slots__ = ()


def loads(text: str | bytes) -> Any:
    """Read JSON; raise ValueError for anything else, NaN and half surrogate pairs included."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        value = json.loads(decoded, parse_float=_number, parse_constant=_refuse)
        if "\\ud" in decoded.lower():
            dumps(value).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def dumps(value: Any) -> str:
    """Write JSON on one line."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(value if isinstance(value, Written) else _quote(value))
    elif value is None:
        put("null")
    elif isinstance(value, bool):
        put("true" if value else "false")
    elif isinstance(value, Decimal):
        put(format(value, "f"))
    elif isinstance(value, int | float):
        put(repr(value))
    elif isinstance(value, dict):
        opening = "{"
        for key, item in value.items():
            put(f"{opening}{_quote(str(key))}:")
            _write(item, put)
            opening = ","
        put("}" if opening == "," else "{}")
    elif isinstance(value, list | tuple):
        opening = "["
        for item in value:
            put(opening)
            _write(item, put)
            opening = ","
        put("]" if opening == "," else "[]")
    else:
        raise TypeError(f"{type(value).__name__} has no JSON form")


def _number(text: str) -> Decimal:
    number = Decimal(text)
    # Written out, 1e999999999 would fill the memory.
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("number out of range")
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
