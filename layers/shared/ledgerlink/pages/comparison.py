"""A month against QuickBooks, as a page shows it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ledgerlink.domain.connections import not_disconnected
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.domain.months import Month, month_of
from ledgerlink.domain.reconciliation import Compared, ComparedKind, InQuickBooks, Reason, Side, Totals
from ledgerlink.domain.tenants import Tenant
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.sync.reconcile_month import Reconciliation

MOST_SHOWN = 100
"""Differences of a kind, the largest first."""
OFFERED_MONTHS = 36
ENTITIES: Mapping[str, str] = {
    "PurchaseOrder": "Purchase orders",
    "Bill": "Bills",
    "Invoice": "Invoices",
    "SalesReceipt": "Sales receipts",
}
"""What QuickBooks calls many of them."""

type LinkTo = Callable[[EntityInQuickBooks], str | None]


def compare_form(tenant: Tenant, connection_id: str | None, month: str | None, today: date) -> dict[str, Any]:
    """What one can choose, and what is chosen: else the first company, and last month, for this one goes on."""
    companies = not_disconnected(tenant.connections)
    named = [company for company in companies if company.connection_id == connection_id]
    months = {str(one): month_name(one) for one in _last_months(today)}
    chosen = month or list(months)[1]
    return {
        "companies": companies,
        "company": next(iter(named or companies), None),
        "months": months,
        "month": chosen,
        "month_name": months.get(chosen, chosen),
    }


def month_name(month: Month) -> str:
    """``November 2026``."""
    return f"{month.first:%B %Y}"


def _last_months(today: date) -> Iterator[Month]:
    """This one first."""
    month = month_of(today)
    for _ in range(OFFERED_MONTHS):
        yield month
        month = month_of(month.first - timedelta(days=1))


def comparison_page(reconciliation: Reconciliation, link_to: LinkTo) -> dict[str, Any]:
    """The totals, what explains the differences, and what QuickBooks has from others."""
    realm_id = reconciliation.connection.realm_id

    def link_of(found: InQuickBooks) -> str | None:
        return link_to(EntityInQuickBooks(found.entity, found.entity_id, found.number, "", realm_id))

    kinds = reconciliation.comparison.kinds
    return {
        "totals": [row for kind in kinds for row in _totals(kind)],
        "differing": [_differing(kind, link_of) for kind in kinds if kind.differences],
        "others": [
            {"what": ENTITIES[other.entity], **_side(other.side, other.currency)}
            for other in reconciliation.comparison.others
        ],
    }


def money(amount: Decimal, currency: str) -> str:
    """``1,234.50 USD``; less than nothing with a minus sign."""
    return f"{'−' if amount < 0 else ''}{abs(amount):,.2f} {currency}".strip()


def _totals(kind: ComparedKind) -> Iterator[dict[str, Any]]:
    """A row for each currency; one without amounts where the month has none."""
    row = {"kind": kind.kind, "what": KINDS[kind.kind].many}
    if not kind.totals:
        yield {**row, "is_empty": True}
    for totals in kind.totals:
        differing = sum(one.currency == totals.currency for one in kind.differences)
        yield {**row, "is_empty": False, **_sides(totals), "differing": differing}


def _sides(totals: Totals) -> dict[str, Any]:
    return {
        "ours": _side(totals.ours, totals.currency),
        "theirs": _side(totals.theirs, totals.currency),
        "difference": money(totals.difference, totals.currency),
    }


def _side(side: Side, currency: str) -> dict[str, Any]:
    return {
        "documents": "1 document" if side.count == 1 else f"{side.count:,} documents",
        "total": money(side.total, currency),
    }


def _differing(kind: ComparedKind, link_of: Callable[[InQuickBooks], str | None]) -> dict[str, Any]:
    words = KINDS[kind.kind]
    return {
        "kind": kind.kind,
        "one": words.one,
        "many": words.many,
        "count": len(kind.differences),
        "rows": [_row(one, link_of) for one in kind.differences[:MOST_SHOWN]],
    }


def _row(one: Compared, link_of: Callable[[InQuickBooks], str | None]) -> dict[str, Any]:
    assert one.reason is not None
    return {
        "id": one.document.key.document_id,
        "number": one.document.number or one.document.key.document_id,
        "why": _why(one, one.reason),
        "status": one.document.status.value if one.reason in (Reason.NOT_SENT, Reason.FAILED) else None,
        "ours": _amount(one, one.ours),
        "theirs": _amount(one, one.theirs) if one.found else "not there",
        "difference": money(one.difference, one.currency),
        "url": link_of(one.found) if one.found else None,
    }


def _amount(one: Compared, amount: Decimal | None) -> str:
    if amount is not None:
        return money(amount, one.currency)
    is_elsewhere = one.found is not None and one.found.currency == one.document.currency
    return "in another month" if is_elsewhere else "in another currency"


def _why(one: Compared, reason: Reason) -> str:
    ours, found = one.document, one.found
    theirs = _day(found.day if found else None)
    return {
        Reason.NOT_SENT: "Its last change is not in QuickBooks yet" if found else "Not in QuickBooks yet",
        Reason.FAILED: "Its last change could not be sent" if found else "Could not be sent",
        Reason.GONE: "Deleted in QuickBooks",
        Reason.VOIDED: "Voided in QuickBooks",
        Reason.OTHER_TOTAL: "Comes to another amount in QuickBooks",
        Reason.OTHER_CURRENCY: f"In {found.currency if found else ''} in QuickBooks, in {ours.currency} here",
        Reason.DATED_ELSEWHERE: f"Dated {theirs} in QuickBooks",
        Reason.DATED_HERE: f"Dated {theirs} in QuickBooks, {_day(ours.day)} here",
    }[reason]


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "on no day"
