"""The lists of a company that documents refer to: accounts, classes, departments, terms, tax codes."""

from dataclasses import dataclass
from typing import Self

from ledgerlink.domain import rows
from ledgerlink.domain.rows import Row


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What all of them have."""

    id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Account(ListEntry):
    """An account of the chart of accounts."""

    full_name: str
    """With its parents: "Utilities:Gas and Electric"."""
    number: str
    account_type: str
    account_sub_type: str
    classification: str
    """Asset, Equity, Expense, Liability or Revenue."""
    currency: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' Account."""
        return cls(
            *_entry(row),
            full_name=_full_name(row),
            number=rows.text(row, "AcctNum"),
            account_type=rows.text(row, "AccountType"),
            account_sub_type=rows.text(row, "AccountSubType"),
            classification=rows.text(row, "Classification"),
            currency=rows.reference(row, "CurrencyRef"),
        )


@dataclass(frozen=True, slots=True)
class Class(ListEntry):
    """A class: what a line of a document is for."""

    full_name: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' Class."""
        return cls(*_entry(row), full_name=_full_name(row))


@dataclass(frozen=True, slots=True)
class Department(ListEntry):
    """A location, which the API calls a department."""

    full_name: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' Department."""
        return cls(*_entry(row), full_name=_full_name(row))


@dataclass(frozen=True, slots=True)
class Term(ListEntry):
    """When a document has to be paid: after so many days, or on a day of the month."""

    due_days: int | None
    day_of_month_due: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' Term."""
        return cls(
            *_entry(row),
            due_days=rows.whole_number(row, "DueDays"),
            day_of_month_due=rows.whole_number(row, "DayOfMonthDue"),
        )


@dataclass(frozen=True, slots=True)
class TaxCode(ListEntry):
    """A tax code. In the US lines have the pseudo codes TAX and NON."""

    description: str
    taxable: bool
    is_group: bool

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' TaxCode."""
        return cls(
            *_entry(row),
            description=rows.text(row, "Description"),
            taxable=rows.flag(row, "Taxable"),
            is_group=rows.flag(row, "TaxGroup"),
        )


def _entry(row: Row) -> tuple[str, str, bool]:
    """Id, name, active: an entry is active unless it says otherwise."""
    return rows.text(row, "Id"), rows.text(row, "Name"), rows.flag(row, "Active", default=True)


def _full_name(row: Row) -> str:
    return rows.text(row, "FullyQualifiedName") or rows.text(row, "Name")
