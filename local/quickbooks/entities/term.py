"""Term: when something is due.

A standard term counts days; a date-driven one names a day of the month.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/term
"""

import calendar
from datetime import date, timedelta
from typing import Any, ClassVar

from local.quickbooks.entities.base import EntityType, Writing, mark_inactive
from local.quickbooks.entities.fields import Shape, anything, boolean, decimal, integer, many, text
from local.quickbooks.entities.names import duplicate_name, same_name
from local.quickbooks.entities.parts import CUSTOM_FIELD, ENTITY_FIELDS
from local.quickbooks.faults import Fault

_LAST_DAY = 31


class Term(EntityType):
    """A payment term."""

    name: ClassVar[str] = "Term"
    sequence: ClassVar[str] = "Term"
    default_order: ClassVar[tuple[str, bool]] = ("Name", False)
    has_active: ClassVar[bool] = True
    plural: ClassVar[str] = "Terms"
    names_when_inactive: ClassVar[tuple[str, ...]] = ("Name",)
    shape: ClassVar[Shape] = Shape(
        "SalesTerm",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("Name", 31, ":\t\n", min_length=1, required=True, find="fs"),
        boolean("Active", kept=True, find="fs"),
        text("Type", read_only=True),
        decimal("DiscountPercent"),
        integer("DueDays", find="fs"),
        integer("DiscountDays"),
        integer("DayOfMonthDue"),
        integer("DueNextMonthDays"),
        integer("DiscountDayOfMonth"),
        anything("SalesTermEx"),
    )

    def required(self, cleaned: dict[str, Any], writing: Writing) -> str | None:
        """Days until it is due, or the day of the month."""
        return None if cleaned.get("DueDays") is not None or cleaned.get("DayOfMonthDue") is not None else "DueDays"

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Derive the type and keep the name unique."""
        for name in ("DueDays", "DiscountDays", "DayOfMonthDue", "DueNextMonthDays", "DiscountDayOfMonth"):
            highest = _LAST_DAY if "OfMonth" in name else 999
            if not (1 if "OfMonth" in name else 0) <= entity.get(name, 1) <= highest:
                raise Fault("2240", f"Invalid Number Range : {name} must be between 0 and {highest}.", name)
        entity["Type"] = "DATE_DRIVEN" if entity.get("DayOfMonthDue") is not None else "STANDARD"
        entity.setdefault("Active", True)
        mark_inactive(entity, old, *self.names_when_inactive)
        for row in same_name(writing, self.name, "Name", entity["Name"]):
            if old is None or row.body["Id"] != old["Id"]:
                raise duplicate_name()


def settle_due_date(
    writing: Writing,
    entity: dict[str, Any],
    old: dict[str, Any] | None,
    party_term: dict[str, Any] | None,
    preferences: str,
) -> None:
    """Fill in the term and the due date of a bill or invoice.

    A new document without a term has its vendor's or customer's, and then the company's default, which gives a due
    date but is not shown. A due date that was sent stays.
    """
    if old is None and not entity.get("SalesTermRef") and party_term:
        entity["SalesTermRef"] = dict(party_term)
    if entity.get("DueDate"):
        unchanged = old is not None and old.get("DueDate") == entity["DueDate"]
        same = unchanged and old is not None and _basis(old) == _basis(entity)
        if not unchanged or same:
            return
    reference = entity.get("SalesTermRef") or writing.company.preference(preferences, "DefaultTerms") or {}
    row = writing.company.store("Term").get(reference.get("value", ""))
    entity["DueDate"] = entity["TxnDate"] if row is None else due_date(entity["TxnDate"], row.body)


def due_date(txn_date: str, term: dict[str, Any]) -> str:
    """Return when something of that day is due under a term."""
    start = date.fromisoformat(txn_date)
    if term["Type"] == "STANDARD":
        return (start + timedelta(days=term["DueDays"])).isoformat()
    due = _on_day(start.year, start.month, term["DayOfMonthDue"])
    # Too close to the day: the month after.
    if (due - start).days <= term.get("DueNextMonthDays", -1) or due < start:
        due = _on_day(start.year + start.month // 12, start.month % 12 + 1, term["DayOfMonthDue"])
    return due.isoformat()


def _on_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _basis(entity: dict[str, Any]) -> tuple[Any, Any]:
    return entity["TxnDate"], entity.get("SalesTermRef", {}).get("value")
