"""A month's documents and transactions, as the tests need them."""

from datetime import date
from decimal import Decimal
from typing import Any

from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.months import Month
from ledgerlink.domain.reconciliation import Compared, Comparison, InQuickBooks, OurDocument, compare

NOVEMBER = Month(2026, 11)
DAY, OTHER_DAY = date(2026, 11, 12), date(2026, 10, 30)
INVOICE = ("Invoice", "130")


def invoice(**changes: Any) -> OurDocument:
    """An invoice of 120.00 that was sent."""
    facts: dict[str, Any] = {
        "key": DocumentKey("acme", "invoices", "i-1"),
        "number": "2201",
        "status": Status.SYNCED,
        "day": DAY,
        "stored_on": DAY,
        "currency": "USD",
        "total": Decimal("120.00"),
        "entity": INVOICE,
    }
    return OurDocument(**(facts | changes))


def in_quickbooks(**changes: Any) -> InQuickBooks:
    """The same as QuickBooks has it."""
    facts: dict[str, Any] = {
        "entity": INVOICE[0],
        "entity_id": INVOICE[1],
        "number": "2201",
        "day": DAY,
        "currency": "USD",
        "total": Decimal("120.00"),
    }
    return InQuickBooks(**(facts | changes))


def compared(ours: OurDocument | None, theirs: InQuickBooks | None = None) -> Comparison:
    """November, with one document of ours and one in QuickBooks."""
    return compare(NOVEMBER, [ours] if ours else [], {theirs.key: theirs} if theirs else {})


def differences(ours: OurDocument, theirs: InQuickBooks | None = None) -> list[Compared]:
    """What explains the difference."""
    return [one for kind in compared(ours, theirs).kinds for one in kind.differences]
