"""Changes of settings in words: who, when, and each value before and after."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.times import to_text
from ledgerlink.pages.settings.customer import CUSTOMER
from ledgerlink.pages.settings.fields import ACCOUNTS, FORMS, INSTANCE
from ledgerlink.pages.words import KINDS

OF_SETTINGS = {field.name: field.label for fields in FORMS.values() for field in fields}
OF_INSTANCES = {field.name: field.label for field in INSTANCE}
"""What values are called, by their paths."""
_ACCOUNT = "accounts."
_VALUES = {
    "realtime": "at once",
    "daily": "once a day",
    "manual": "by hand only",
    "PurchaseOrder": "Purchase order",
    "SalesReceipt": "Sales receipt",
    "NonInventory": "Non-inventory",
}


def is_about_accounts(entries: Sequence[HistoryEntry]) -> bool:
    """Whether accounts have to be known by name."""
    return any(change.path in {field.name for field in ACCOUNTS} for entry in entries for change in entry.changes)


def changes_in_words(
    entries: Sequence[HistoryEntry],
    labels: Mapping[str, str],
    vendor: str,
    accounts: Mapping[str, str],
    companies: Mapping[str, str],
) -> list[dict[str, Any]]:
    """For the page; accounts and companies by their ids."""
    return [
        {
            "at": to_text(entry.at),
            "by": _who(entry.by, vendor),
            "changes": [
                {"what": _label(labels, change.path), "before": before, "after": after}
                for change in entry.changes
                if not change.path.startswith(f"{CUSTOMER}.quickbooks_id")
                for before, after in [_values(change, accounts, companies)]
            ],
        }
        for entry in entries
    ]


def _who(actor: Actor, vendor: str) -> str:
    if actor.caller == "portal":
        return "Here, in these pages"
    through = vendor or "your application"
    return f"{actor.user}, in {through}" if actor.user else through[:1].upper() + through[1:]


def _label(labels: Mapping[str, str], path: str) -> str:
    if path.startswith(CUSTOMER):
        return "Default customer"
    label = labels.get(path, path)
    kind = path.split(".")[1] if path.startswith("kinds.") else ""
    names_it = path.endswith((".enabled", ".create"))
    return f"{KINDS[kind].many}: {label}" if kind in KINDS and not names_it else label


def _values(change: Change, accounts: Mapping[str, str], companies: Mapping[str, str]) -> tuple[str, str]:
    names = accounts if change.path.startswith(_ACCOUNT) else companies if change.path == "connection" else {}
    before, after = (_in_words(value, names) for value in (change.before, change.after))
    return before, after


def _in_words(value: Any, names: Mapping[str, str]) -> str:
    match value:
        case None | "" | []:
            return "none"
        case bool():
            return "on" if value else "off"
        case list():
            return ", ".join(value)
        case {"name": name}:
            return str(name)
        case _:
            return names.get(str(value)) or _VALUES.get(str(value), str(value))
