"""A form of the settings: what it shows, what a person sent, and what was wrong with that."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledgerlink.errors import SyncError
from ledgerlink.pages.settings.fields import Field

_ENTRY = re.compile(r"(.+)\[(\d+)\]$")
_WORDS = (
    (re.compile(r"^(Input|Value|String|List|Tuple) should "), "must "),
    (re.compile(r"a valid integer.*"), "a whole number"),
    (re.compile(r"greater than or equal to"), "at least"),
    (re.compile(r"less than or equal to"), "at most"),
    (re.compile(r" items? after validation, not \d+"), " entries"),
    (re.compile(r"^must match pattern .*"), "must be chosen"),
    (re.compile(r"^Field required$"), "must be filled in"),
    (re.compile(r"^must be a valid date.*"), "must be a date such as 2026-11-21"),
)
"""From the words of the model to those of people."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as a person sent it."""

    form: str
    values: Mapping[str, str] = field(repr=False)
    shown: Mapping[str, str] = field(repr=False)
    """What the form held when it was shown."""

    def typed(self, name: str) -> str:
        """The value of one field."""
        return self.values.get(name, "").strip()


def sent_form(form: str, values: Mapping[str, str]) -> Sent:
    """What was shown travels with the form; where that cannot be read, all of it counts as changed."""
    return Sent(form, values, _texts(values.get("shown", "")))


def _texts(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken, and why."""

    sent: Sent
    error: SyncError

    @property
    def problems(self) -> dict[str, str]:
        """In words, by the name of the field."""
        found: dict[str, str] = {}
        for wrong in self.error.fields:
            entry = _ENTRY.match(wrong["field"])
            where, problem = (entry[1], f"entry {int(entry[2]) + 1} ") if entry else (wrong["field"], "")
            found.setdefault(where, _sentence(problem + in_words(wrong["problem"])))
        return found


def in_words(problem: str) -> str:
    """``must be at least 1`` for what a model says of a value."""
    for pattern, words in _WORDS:
        problem = pattern.sub(words, problem)
    return problem


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}".rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as the page shows it."""

    name: str
    label: str
    value: str
    id: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the page shows it."""

    name: str
    fields: Mapping[str, Shown]
    shown: str
    """What it holds, to be sent back with it."""
    refused: bool = False

    def __getitem__(self, name: str) -> Shown:
        return self.fields[name]


def form(
    name: str, fields: Sequence[Field], now: Mapping[str, str], refused: Refused | None = None, key: str = ""
) -> Form:
    """With what holds now; one that was refused keeps what was typed. ``key`` tells forms of one page apart."""
    labels = {one.name: one.label for one in fields}
    if refused is None:
        return _form(name, labels, now, now, {}, key)
    sent = refused.sent
    return _form(name, labels, sent.values, sent.shown, refused.problems, key, refused=True)


def _form(
    name: str,
    labels: Mapping[str, str],
    values: Mapping[str, str],
    shown: Mapping[str, str],
    problems: Mapping[str, str],
    key: str,
    *,
    refused: bool = False,
) -> Form:
    made = {
        one: Shown(one, label, values.get(one, ""), f"{key}{one}".replace(".", "-"), problems.get(one, ""))
        for one, label in labels.items()
    }
    return Form(name, made, json.dumps(dict(shown), ensure_ascii=False), refused)


def notice(refused: Refused, marked: Iterable[Shown]) -> dict[str, Any]:
    """What the page says on top: which fields to correct, else what happened and what to do."""
    wrong = [one for one in marked if one.problem]
    found = {one.name for one in wrong}
    elsewhere = [text for name, text in refused.problems.items() if name not in found]
    error = refused.error
    return {
        "wrong": wrong,
        "message": " ".join(elsewhere) if wrong or elsewhere else error.message,
        "hint": "" if error.fields else error.hint,
        "intuit_tid": error.intuit_tid,
    }
