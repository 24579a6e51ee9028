"""What the host's suppliers, products and codes are in QuickBooks, matched by hand or found by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import IN_ONE_CURRENCY, fits
from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.pickers import KINDS, ListName, is_active, label
from ledgerlink.domain.rows import Row

HOST_ID_MAX = 505
"""``name:`` and the longest name."""


class MappingKind(StrEnum):
    """What can be matched, under the names that links are kept by."""

    SUPPLIERS = "suppliers"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    EXPENSE_ACCOUNTS = "expense-accounts"
    CLASSES = "classes"
    TERMS = "terms"
    TAX_CODES = "tax-codes"


LIST_OF: Mapping[MappingKind, ListName] = {
    MappingKind.SUPPLIERS: ListName.VENDORS,
    MappingKind.CUSTOMERS: ListName.CUSTOMERS,
    MappingKind.PRODUCTS: ListName.ITEMS,
    MappingKind.EXPENSE_ACCOUNTS: ListName.ACCOUNTS,
    MappingKind.CLASSES: ListName.CLASSES,
    MappingKind.TERMS: ListName.TERMS,
    MappingKind.TAX_CODES: ListName.TAX_CODES,
}
"""Where the entry stands that something of a kind can be matched with."""

WITH_DOCUMENTS = frozenset({MappingKind.SUPPLIERS, MappingKind.CUSTOMERS, MappingKind.PRODUCTS})
"""What the host may also send documents of, under the same ids; the others are words that documents use."""
_SOLD_OR_BOUGHT = frozenset({"Inventory", "NonInventory", "Service"})


@dataclass(frozen=True, slots=True)
class HostThing:
    """A supplier, customer, product or code of the host, as people know it."""

    key: LinkKey
    name: str = ""
    sku: str = ""

    @property
    def code(self) -> str:
        """What tells it apart beside its name: a product's SKU, the word itself of what documents name by a word."""
        if self.key.kind in WITH_DOCUMENTS:
            return self.sku
        return self.key.host_id

    def is_meant_by(self, search: str, *more: str) -> bool:
        """Whether every word stands in its id, name or SKU, or in what else is known of it."""
        text = "\n".join((self.key.host_id, self.name, self.sku, *more)).casefold()
        return all(word in text for word in search.casefold().split())


@dataclass(frozen=True, slots=True)
class Match:
    """What something of the host is in QuickBooks."""

    key: LinkKey
    entity: str
    entity_id: str
    manual: bool
    """A person matched it; else it was found or created."""
    at: datetime | None = None
    """When and by whom, where a person did."""
    by: Actor | None = None
    name: str = ""
    """What the host calls it, as far as we know."""
    sku: str = ""

    @property
    def thing(self) -> HostThing:
        """What was matched."""
        return HostThing(self.key, self.name, self.sku)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Something of the host that has to be matched before documents that name it can be sent, or that was forgotten."""

    thing: HostThing
    noted_at: datetime
    problem: Mapping[str, Any] | None = None
    """Why nothing was found, as errors are kept; None for what is only not sent yet, or was forgotten by a person."""
    entity_id: str = ""
    """What it is matched with, where that entry cannot be used any more."""


@dataclass(frozen=True, slots=True)
class Entries:
    """One of the company's lists as it was at a moment."""

    rows: Mapping[str, Row]
    """By QuickBooks' ids, inactive ones too."""
    as_of: datetime

    def settles(self, noted: Unmatched) -> bool:
        """Whether what was wrong with the entry that it is matched with has been put right since."""
        was_before = noted.noted_at < self.as_of
        return was_before and why_not(MappingKind(noted.thing.key.kind), self.rows.get(noted.entity_id)) is None


def entity_of(kind: MappingKind) -> str:
    """What QuickBooks calls the entries: ``Vendor``."""
    return KINDS[LIST_OF[kind]].entity


def why_not(kind: MappingKind, row: Row | None) -> str | None:
    """What keeps this entry from being matched, in words; None where nothing does."""
    what = entity_of(kind)
    if row is None:
        return f"is no {what} of this QuickBooks company"
    if not is_active(row):
        return f"is inactive in QuickBooks: '{label(row)}'"
    if kind is MappingKind.PRODUCTS and rows.text(row, "Type") not in _SOLD_OR_BOUGHT:
        return f"is a {rows.text(row, 'Type').lower()}, which no line can order or sell: '{label(row)}'"
    if kind is MappingKind.EXPENSE_ACCOUNTS and any(fits(role, row) for role in IN_ONE_CURRENCY):
        return f"is an account that QuickBooks takes on no line: '{label(row)}'"
    return None
