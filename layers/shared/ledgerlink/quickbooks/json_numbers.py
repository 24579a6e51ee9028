"""JSON in which money survives: numbers are Decimal, in both directions.

``json`` writes a Decimal not at all, and a float with binary artefacts
(``0.1 + 0.2``). Intuit's numbers are plain decimals: ``150``, ``337.50``.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

# Intuit takes 15 digits before and 5 to 7 after the point. Beyond this a number is a mistake, and
# writing 1E+1000000 without its exponent would fill the memory.
_MOST_DIGITS = 40


def dumps(value: Any) -> bytes:
    """Return ``value`` as ASCII JSON, every Decimal exactly and without an exponent.

    Raises TypeError for a float or anything else that JSON does not have, ValueError for a
    Decimal that is no finite number of sensible size.
    """
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode("ascii")


def loads(text: str | bytes) -> Any:
    """Return the value with every number as a Decimal.

    Raises ValueError, and nothing else, for whatever is not JSON.
    """
    number = _Numbers().__getitem__
    try:
        return json.loads(text, parse_float=number, parse_int=number, parse_constant=_refuse)
    except InvalidOperation as error:
        raise ValueError("a number in the JSON is out of range") from error
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


class _Numbers(dict[str, Decimal]):
    """The numbers of one answer, each made once: in a long list the same ones stand again and again."""

    def __missing__(self, text: str) -> Decimal:
        number = self[text] = Decimal(text)
        return number


def _write(value: Any, parts: list[str]) -> None:
    match value:
        case None | bool() | str():
            parts.append(json.dumps(value))
        case int():
            parts.append(str(value))
        case Decimal():
            parts.append(_plain(value))
        case Mapping():
            parts.append("{")
            for position, (key, member) in enumerate(value.items()):
                if not isinstance(key, str):
                    raise TypeError("a JSON object has text keys only")
                parts.append(f"{',' if position else ''}{json.dumps(key)}:")
                _write(member, parts)
            parts.append("}")
        case list() | tuple():
            parts.append("[")
            for position, member in enumerate(value):
                if position:
                    parts.append(",")
                _write(member, parts)
            parts.append("]")
        case _:
            # float among them: its digits are not the ones somebody typed.
            raise TypeError(f"{type(value).__name__} does not go into a QuickBooks body")


def _plain(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError("not a finite number")
    if not number:
        return "0"
    if abs(number.adjusted()) > _MOST_DIGITS or len(text := format(number, "f")) > 2 * _MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return text


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
