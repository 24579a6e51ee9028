"""The lists of a company that people pick from: what is kept of a row, and how rows are searched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledgerlink.domain import rows
from ledgerlink.domain.rows import Row


class ListName(StrEnum):
    """The lists, as the API's addresses name them."""

    ACCOUNTS = "accounts"
    CLASSES = "classes"
    DEPARTMENTS = "departments"
    TERMS = "terms"
    TAX_CODES = "tax-codes"
    ITEMS = "items"
    VENDORS = "vendors"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class ListKind:
    """What QuickBooks calls the entries, and the properties that pickers and checks need of them."""

    entity: str
    properties: tuple[str, ...]


KINDS: Mapping[ListName, ListKind] = {
    ListName.ACCOUNTS: ListKind(
        "Account",
        (
            *("Name", "FullyQualifiedName", "AcctNum", "AccountType", "AccountSubType", "Classification"),
            "CurrencyRef",
        ),
    ),
    ListName.CLASSES: ListKind("Class", ("Name", "FullyQualifiedName")),
    ListName.DEPARTMENTS: ListKind("Department", ("Name", "FullyQualifiedName")),
    ListName.TERMS: ListKind("Term", ("Name", "DueDays", "DayOfMonthDue")),
    ListName.TAX_CODES: ListKind("TaxCode", ("Name", "Description", "Taxable", "TaxGroup")),
    ListName.ITEMS: ListKind("Item", ("Name", "FullyQualifiedName", "Sku", "Type")),
    ListName.VENDORS: ListKind("Vendor", ("DisplayName", "CompanyName", "CurrencyRef")),
    ListName.CUSTOMERS: ListKind("Customer", ("DisplayName", "FullyQualifiedName", "CompanyName", "CurrencyRef")),
}

_SEARCHED = ("Name", "DisplayName", "FullyQualifiedName", "CompanyName", "AcctNum", "Sku", "Description")


@dataclass(frozen=True, slots=True)
class CachedList:
    """One list as QuickBooks had it at a moment, inactive entries too."""

    rows: Sequence[Row]
    fetched_at: datetime
    read_to: int = 0
    """Where the last page begins of a list that is not read to its end; 0 for a whole one."""


@dataclass(frozen=True, slots=True)
class ListPart:
    """The next rows of a list, and where their page begins in it."""

    rows: Sequence[Row]
    position: int
    is_last: bool


def trimmed(name: ListName, found: Iterable[Row]) -> list[Row]:
    """The rows with what is kept of them; categories of items are no items."""
    kept = ("Id", "Active", *KINDS[name].properties)
    return [
        {prop: row[prop] for prop in kept if prop in row}
        for row in found
        if name is not ListName.ITEMS or rows.text(row, "Type") != "Category"
    ]


def matching(found: Iterable[Row], search: str, *, inactive: bool) -> list[Row]:
    """Rows in whose name, number or SKU every searched word stands, in the order of their names."""
    words = search.casefold().split()
    wanted = [row for row in found if (inactive or is_active(row)) and _has(row, words)]
    return sorted(wanted, key=lambda row: (label(row).casefold(), rows.text(row, "Id")))


def is_active(row: Row) -> bool:
    """An entry is active unless it says otherwise."""
    return rows.flag(row, "Active", default=True)


def label(row: Row) -> str:
    """How people know an entry: the full name with its parents."""
    return rows.text(row, "FullyQualifiedName") or rows.text(row, "DisplayName") or rows.text(row, "Name")


def by_id(found: Iterable[Row]) -> dict[str, Row]:
    """The rows by their ids."""
    return {rows.text(row, "Id"): row for row in found}


def searched(row: Row) -> list[str]:
    """The texts by which people look for an entry."""
    return [rows.text(row, prop) for prop in _SEARCHED]


def _has(row: Row, words: Sequence[str]) -> bool:
    text = "\n".join(searched(row)).casefold()
    return all(word in text for word in words)
