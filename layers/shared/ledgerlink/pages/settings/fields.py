"""The settings as fields of forms, and back: each has the name that the API gives it, and text as its value."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.roles import Role, role_words
from ledgerlink.domain.settings import Kinds
from ledgerlink.pages.words import KINDS

ON = "on"
"""What a browser sends for a box that is ticked; for one that is not it sends nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in a form."""

    name: str
    """Its path in the settings: ``kinds.bills.number_pattern``."""
    label: str
    from_form: Callable[[str], Any]
    """The value as JSON has it; None restores the default."""
    to_form: Callable[[Any], str]


def _switch(name: str, label: str) -> Field:
    return Field(name, label, lambda text: text == ON, lambda value: ON if value else "")


def _text(name: str, label: str) -> Field:
    return Field(name, label, lambda text: text.strip() or None, lambda value: "" if value is None else str(value))


def _whole_number(name: str, label: str) -> Field:
    return Field(name, label, _whole, str)


def _whole(text: str) -> int | str | None:
    """A text that is no number is left for the settings to refuse."""
    stripped = text.strip()
    is_number = stripped.isascii() and stripped.isdecimal() and len(stripped) < 10
    return int(stripped) if is_number else stripped or None


def _words(name: str, label: str) -> Field:
    return Field(name, label, lambda text: _listed(text.split(",")), ", ".join)


def _lines(name: str, label: str) -> Field:
    return Field(name, label, lambda text: _listed(re.split("[\r\n]", text)), "\n".join)


def _listed(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


_OF_SOME_KINDS = {
    "entity": ("Becomes", _text),
    "number_pattern": ("Number in QuickBooks", _text),
    "copy_to_bill_when": ("Copy to a bill when", _words),
}


def _kind(collection: str) -> tuple[Field, ...]:
    path = f"kinds.{collection}"
    more = type(Kinds().of(collection)).model_fields
    return (
        _switch(f"{path}.enabled", f"Send {KINDS[collection].many.lower()}"),
        _switch(f"{path}.automatic", "Automatically"),
        _words(f"{path}.push_when", "When the status is"),
        *(made(f"{path}.{name}", label) for name, (label, made) in _OF_SOME_KINDS.items() if name in more),
    )


ACCOUNTS = tuple(_text(f"accounts.{role.value}", role_words(role).capitalize()) for role in Role)
FORMS: Mapping[str, tuple[Field, ...]] = {
    "integration": (
        _switch("enabled", "Send documents to QuickBooks"),
        _switch("auto_invoice", "Auto invoice"),
    ),
    "schedule": (
        _text("mode", "When documents are sent"),
        _text("daily_at", "Time of the daily run"),
        _text("time_zone", "Time zone"),
    ),
    **{collection: _kind(collection) for collection in COLLECTION_NAMES},
    "accounts": (*ACCOUNTS, _switch("create_accounts", "Create accounts that are missing")),
    "new-products": (
        _switch("kinds.products.create", "Create products that QuickBooks does not have"),
        _text("kinds.products.type", "Type of new products"),
        _text("kinds.products.quantity", "Quantity on hand"),
        _text("kinds.products.start_date", "Inventory start date"),
    ),
    "reading": (
        _whole_number("sync.backfill_days", "Days that a first sync goes back"),
        _switch("sync.daily_while_notified", "Ask less often while QuickBooks tells of changes"),
    ),
}
"""The settings of a connection by the form that they are in; the default customer is apart."""
KEYWORDS = (_lines("keywords", "Keywords"), _lines("emails", "E-mail addresses"))
INSTANCE = (
    _text("connection", "Company"),
    _switch("enabled", "Enabled"),
    _switch("auto_invoice", "Auto invoice"),
)


def texts(fields: Iterable[Field], plain: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows of the values that are JSON."""
    return {field.name: field.to_form(_at(plain, field.name)) for field in fields}


def patch_of(fields: Iterable[Field], sent: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, Any]:
    """The merge patch of what a person changed in a form.

    What was left as it was shown is left out: somebody else may have changed it meanwhile, and what nobody
    has set keeps following the defaults.
    """
    patch: dict[str, Any] = {}
    for field in fields:
        value = field.from_form(sent.get(field.name, ""))
        if field.name not in shown or value != field.from_form(shown[field.name]):
            *parents, last = field.name.split(".")
            inner = patch
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[last] = value
    return patch


def _at(plain: Mapping[str, Any], path: str) -> Any:
    found: Any = plain
    for name in path.split("."):
        found = found.get(name)
        if found is None:
            return None
    return found
