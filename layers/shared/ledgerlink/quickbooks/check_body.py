"""Checks a body against the field table before anything is sent.

QuickBooks would refuse it as well, but after a call, one fault at a time, and in words for programmers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ledgerlink.errors import DocumentRejected
from ledgerlink.quickbooks.fields import ENTITIES
from ledgerlink.quickbooks.fields.kinds import (
    DETAIL_KEYS,
    Choice,
    Day,
    EmailAddress,
    Entity,
    Field,
    Flag,
    Id,
    Lines,
    Many,
    Needed,
    Number,
    Part,
    Ref,
    Text,
)

_OUR_FAULT = "This is a fault in Ledgerlink, not in your document. Tell support what this message says."
_IDENTITY = ("Id", "SyncToken")
_MOST_TOLD = 3
_NAMES_OF = {":": "colons", '"': "quotation marks", "\t": "tabs", "\n": "line breaks", "\r": "line breaks"}
# Control characters; and half a character, which is no UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Operation(StrEnum):
    """What is to be done with a body."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that QuickBooks would not take."""

    path: str
    """``Line[2].Description``."""
    label: str
    """``line 3, description``."""
    text: str
    ours: bool = False
    """Nothing that the document could cause."""


def check_body(entity: str, body: Mapping[str, Any], operation: Operation | str) -> None:
    """Raise DocumentRejected naming every field that QuickBooks would not take.

    Code ``field_not_accepted`` is for the bookkeeper to correct, ``body_not_understood`` for us.
    Raises ValueError for an entity that we do not write, or an operation that it does not have.
    """
    table = ENTITIES.get(entity)
    if table is None:
        raise ValueError(f"{entity!r} is no entity that Ledgerlink writes")
    problems = list(_problems(table, body, Operation(operation)))
    if not problems:
        return
    ours = [problem for problem in problems if problem.ours]
    told = ours or problems
    sentence = "; ".join(f"{problem.label} {problem.text}" for problem in told[:_MOST_TOLD])
    if len(told) > _MOST_TOLD:
        sentence += f"; and {len(told) - _MOST_TOLD} more"
    raise DocumentRejected(
        f"QuickBooks would not take the {table.label}: {sentence}.",
        code="body_not_understood" if ours else "field_not_accepted",
        hint=_OUR_FAULT if ours else None,
        fields=[{"field": problem.path, "problem": problem.text} for problem in problems],
    )


def _problems(table: Entity, body: Mapping[str, Any], operation: Operation) -> Iterator[Problem]:
    if operation in (Operation.DELETE, Operation.VOID):
        possible = table.deletable if operation is Operation.DELETE else table.void_parameters is not None
        if not possible:
            raise ValueError(f"QuickBooks has no {operation} for {table.label}s")
        yield from _identity(body)
        for name in sorted(body.keys() - {*_IDENTITY, "sparse"}):
            yield _ours(name, "does not belong here")
        return

    creating = operation is Operation.CREATE
    if creating:
        for name in ("Id", "SyncToken", "sparse"):
            if name in body:
                yield _ours(name, "does not belong into something new")
    else:
        yield from _identity(body)
        if body.get("sparse") is not True:
            yield _ours("sparse", "is not set, so that the update would empty every field that it leaves out")
        for name in sorted(table.create_only & body.keys()):
            yield _ours(name, "cannot be changed any more")
    for name in sorted(table.read_only & body.keys()):
        yield _ours(name, "is computed by QuickBooks and cannot be sent")
    writable = {name: value for name, value in body.items() if name not in table.read_only}
    yield from _fields(table.fields, writable, "", "the ", creating)
    if creating:
        yield from _one_of(table.one_of, table.fields, body, "", "the ")
        for (name, value), needed in table.needed_when.items():
            if body.get(name) == value:
                for missing in sorted(needed - body.keys()):
                    label = f"the {table.fields[missing].label}"
                    yield Problem(missing, label, f"is missing, and QuickBooks needs it for the {name.lower()} {value}")


def _identity(body: Mapping[str, Any]) -> Iterator[Problem]:
    for name in _IDENTITY:
        if not body.get(name):
            yield _ours(name, "is missing")


def _fields(
    fields: Mapping[str, Field], body: Mapping[str, Any], path: str, label: str, creating: bool
) -> Iterator[Problem]:
    for name in body:
        if name not in fields:
            yield _ours(path + str(name), "is no field that Ledgerlink may send")
    for name, kind in fields.items():
        if name in body:
            yield from _value(kind, body[name], path + name, label + kind.label, creating)
        elif kind.needed is Needed.ALWAYS or (creating and kind.needed is Needed.ON_CREATE):
            yield Problem(path + name, label + kind.label, "is missing")


def _one_of(
    names: Sequence[str], fields: Mapping[str, Field], body: Mapping[str, Any], path: str, label: str
) -> Iterator[Problem]:
    if names and not any(body.get(name) not in (None, "") for name in names):
        yield Problem(path + names[0], label + fields[names[0]].label, "is missing")


def _value(kind: Field, value: Any, path: str, label: str, creating: bool) -> Iterator[Problem]:
    match kind:
        case Text():
            yield from _text(kind, value, path, label)
        case Id():
            if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", value):
                yield _ours(path, "is no id of QuickBooks")
        case Number():
            yield from _number(kind, value, path, label)
        case Day():
            if not isinstance(value, str) or not _is_day(value):
                yield Problem(path, label, "is no date that QuickBooks knows")
        case Flag():
            if not isinstance(value, bool):
                yield _ours(path, "is neither true nor false")
        case Choice():
            if not isinstance(value, str) or value not in kind.values:
                yield Problem(path, label, f"is none of {', '.join(sorted(kind.values))}")
        case Ref():
            yield from _reference(value, path, label)
        case Part():
            yield from _part(kind, value, path, label, creating)
        case Many():
            yield from _many(kind, value, path, label, creating)
        case Lines():
            yield from _lines(kind, value, path, label, creating)


def _text(kind: Text, value: Any, path: str, label: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _ours(path, "is no text")
        return
    if kind.needed is not Needed.NEVER and not value.strip():
        yield Problem(path, label, "is empty")
        return
    if kind.longest is not None and len(value) > kind.longest:
        yield Problem(path, label, f"has {len(value)} characters, and QuickBooks takes {kind.longest}")
    if found := dict.fromkeys(_NAMES_OF[c] for c in kind.forbidden if c in value):
        yield Problem(path, label, f"has {' and '.join(found)}, which QuickBooks does not take there")
    if _UNPRINTABLE.search(value):
        yield Problem(path, label, "has characters that cannot be shown")
    if isinstance(kind, EmailAddress) and not _EMAIL.fullmatch(value):
        yield Problem(path, label, "is no e-mail address")


def _number(kind: Number, value: Any, path: str, label: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        yield _ours(path, "is no decimal number")
        return
    number = Decimal(value)
    if not number.is_finite():
        yield _ours(path, "is no finite number")
        return
    if _too_many_digits(number, kind):
        yield Problem(path, label, f"has more than {kind.digits} digits or {kind.places} decimals")
    elif kind.most is not None and number > kind.most:
        yield Problem(path, label, f"is more than {kind.most:,}, which is the most that QuickBooks takes")
    elif kind.least is not None and number < kind.least:
        yield Problem(path, label, f"is less than {kind.least}")


def _too_many_digits(number: Decimal, kind: Number) -> bool:
    """Count the digits as they would be written out, without zeros at the ends: 0.05 has two, 1E+3 four."""
    if not number:
        return False
    _, digits, exponent = number.as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    lowest = int(exponent) + len(digits) - len(significant)
    places = max(0, -lowest)
    before = max(0, number.adjusted() + 1)
    return places > kind.places or before + places > kind.digits


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _reference(value: Any, path: str, label: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping) or value.keys() - {"value", "name"}:
        yield _ours(path, "is no reference")
    elif not isinstance(value.get("value"), str) or not value["value"].strip():
        yield Problem(f"{path}.value", label, "is missing")


def _part(kind: Part, value: Any, path: str, label: str, creating: bool) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _ours(path, "is no object")
        return
    yield from _fields(kind.fields, value, f"{path}.", f"{label}: ", creating)
    yield from _one_of(kind.one_of, kind.fields, value, f"{path}.", f"{label}: ")


def _many(kind: Many, value: Any, path: str, label: str, creating: bool) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield _ours(path, "is no list")
        return
    for position, part in enumerate(value):
        yield from _part(kind.part, part, f"{path}[{position}]", label, creating)


def _lines(kind: Lines, value: Any, path: str, label: str, creating: bool) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield _ours(path, "is no list")
        return
    if not value:
        yield Problem(path, label, "are missing")
    for position, line in enumerate(value):
        yield from _line(kind, line, f"{path}[{position}]", f"line {position + 1}, ", creating)


def _line(kind: Lines, line: Any, path: str, label: str, creating: bool) -> Iterator[Problem]:
    if not isinstance(line, Mapping):
        yield _ours(path, "is no object")
        return
    detail_type = line.get("DetailType")
    detail = kind.details.get(detail_type) if isinstance(detail_type, str) else None
    if not isinstance(detail_type, str) or detail is None:
        yield _ours(f"{path}.DetailType", "is no kind of line that Ledgerlink may send here")
        return
    detail_key = DETAIL_KEYS.get(detail_type, detail_type)
    plain = {name: value for name, value in line.items() if name not in ("DetailType", detail_key)}
    yield from _fields(kind.fields, plain, f"{path}.", label, creating)
    if detail_type in kind.with_amount and "Amount" not in line:
        yield Problem(f"{path}.Amount", f"{label}amount", "is missing")
    if detail_key in line:
        yield from _part(detail, line[detail_key], f"{path}.{detail_key}", f"{label}{detail.label}", creating)
    elif detail_key == detail_type:
        yield _ours(f"{path}.{detail_key}", "is missing")


def _ours(path: str, text: str) -> Problem:
    return Problem(path, f"the field {path}", text, ours=True)
