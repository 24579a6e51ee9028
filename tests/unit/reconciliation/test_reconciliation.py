"""Our documents of a month against QuickBooks, and what explains the difference."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.months import Month, month_of, parse_month
from ledgerlink.domain.reconciliation import (
    COMPARED_KINDS,
    InQuickBooks,
    NotFromUs,
    OurDocument,
    Reason,
    Side,
    compare,
    transaction,
)
from ledgerlink.errors import InvalidRequest
from tests.unit.reconciliation.month_end import (
    DAY,
    NOVEMBER,
    OTHER_DAY,
    compared,
    differences,
    in_quickbooks,
    invoice,
)


def test_the_same_on_both_sides_is_no_difference():
    (kind,) = compared(invoice(), in_quickbooks()).kinds

    (totals,) = kind.totals
    assert totals.ours == totals.theirs == Side(1, Decimal(120))
    assert totals.difference == 0
    assert kind.differences == []


@pytest.mark.parametrize(
    ("ours", "theirs", "reason", "difference"),
    [
        ({}, {"total": Decimal("118.50")}, Reason.OTHER_TOTAL, "1.50"),
        ({"total": Decimal(100)}, {}, Reason.OTHER_TOTAL, "-20"),
        ({}, None, Reason.GONE, "120"),
        ({}, {"total": Decimal(0), "is_voided": True}, Reason.VOIDED, "120"),
        ({}, {"day": OTHER_DAY}, Reason.DATED_ELSEWHERE, "120"),
        ({"day": OTHER_DAY}, {}, Reason.DATED_HERE, "-120"),
        ({"status": Status.WAITING_FOR_DAILY, "entity": None}, None, Reason.NOT_SENT, "120"),
        ({"status": Status.SYNC_FAILED, "entity": None}, None, Reason.FAILED, "120"),
        ({"status": Status.SYNCING, "total": Decimal(130)}, {}, Reason.NOT_SENT, "10"),
        ({"status": Status.SYNC_FAILED, "total": Decimal(130)}, {}, Reason.FAILED, "10"),
    ],
)
def test_a_difference_is_explained(ours: Any, theirs: Any, reason: Reason, difference: str):
    (one,) = differences(invoice(**ours), None if theirs is None else in_quickbooks(**theirs))

    assert (one.reason, one.difference) == (reason, Decimal(difference))


def test_what_failed_for_another_reason_but_is_the_same_in_quickbooks_is_no_difference():
    assert differences(invoice(status=Status.SYNC_FAILED), in_quickbooks()) == []


def test_a_voided_document_of_nothing_is_no_difference():
    assert differences(invoice(total=Decimal(0)), in_quickbooks(total=Decimal(0), is_voided=True)) == []


def test_a_document_in_another_currency_counts_in_both():
    (kind,) = compared(invoice(currency="EUR"), in_quickbooks()).kinds

    assert [(t.currency, t.ours.count, t.theirs.count, t.difference) for t in kind.totals] == [
        ("EUR", 1, 0, Decimal(120)),
        ("USD", 0, 1, Decimal(-120)),
    ]
    assert [(one.currency, one.reason) for one in kind.differences] == [
        ("EUR", Reason.OTHER_CURRENCY),
        ("USD", Reason.OTHER_CURRENCY),
    ]


def test_a_document_without_a_date_has_the_date_that_quickbooks_gave_it():
    (here,) = compared(invoice(day=None, stored_on=OTHER_DAY), in_quickbooks()).kinds

    assert (here.totals[0].ours.count, here.differences) == (1, [])
    assert compared(invoice(day=None), in_quickbooks(day=OTHER_DAY)).kinds == []


def test_a_document_without_a_date_that_quickbooks_does_not_have_is_of_the_month_in_which_it_was_stored():
    (one,) = differences(invoice(day=None))

    assert one.reason is Reason.GONE
    assert differences(invoice(day=None, stored_on=OTHER_DAY)) == []


def test_what_is_not_from_us_is_counted_apart():
    comparison = compared(None, in_quickbooks())

    assert comparison.others == [NotFromUs("Invoice", "USD", Side(1, Decimal(120)))]
    assert comparison.kinds == []


def test_kinds_without_documents_are_shown_where_they_are_asked_for():
    comparison = compare(NOVEMBER, [], {}, ["shipments", "bills"])

    assert [(kind.kind, kind.totals) for kind in comparison.kinds] == [("bills", []), ("shipments", [])]


def test_the_largest_difference_comes_first():
    documents = [
        invoice(
            key=DocumentKey("acme", "invoices", f"i-{number}"), number=f"{number}", total=Decimal(total), entity=None
        )
        for number, total in enumerate(["5", "80", "-20"])
    ]

    (kind,) = compare(NOVEMBER, documents, {}).kinds

    assert [one.document.number for one in kind.differences] == ["1", "2", "0"]


# Rows


def test_a_transaction_is_compared_before_sales_tax():
    row = {
        "Id": "130",
        "DocNumber": "2201",
        "TxnDate": "2026-11-12",
        "TotalAmt": Decimal("129.60"),
        "TxnTaxDetail": {"TotalTax": Decimal("9.60")},
        "CurrencyRef": {"value": "USD"},
    }

    assert transaction("Invoice", row, "EUR") == in_quickbooks()


def test_a_transaction_without_a_currency_is_in_the_companys_own():
    found = transaction("Bill", {"Id": "7", "TotalAmt": 12}, "EUR")

    assert (found.currency, found.total, found.day, found.is_voided) == ("EUR", Decimal(12), None, False)


def test_a_transaction_of_nothing_with_the_note_voided_is_voided():
    voided = {"Id": "7", "TotalAmt": 0, "PrivateNote": "Voided - Order 7"}

    assert transaction("Invoice", voided, "USD").is_voided
    assert not transaction("Invoice", {**voided, "TotalAmt": 5}, "USD").is_voided
    assert not transaction("Invoice", {**voided, "PrivateNote": "Free of charge"}, "USD").is_voided


# Whatever there is on both sides

DAYS = st.dates(date(2026, 10, 25), date(2026, 12, 5))
MONEY = st.decimals(-1000, 1000, places=2, allow_nan=False)
CURRENCIES = st.sampled_from(["USD", "EUR"])
ROWS = st.builds(
    InQuickBooks,
    entity=st.sampled_from(["Bill", "Invoice", "PurchaseOrder"]),
    entity_id=st.integers(1, 12).map(str),
    number=st.just("7"),
    day=DAYS | st.none(),
    currency=CURRENCIES,
    total=MONEY,
    is_voided=st.booleans(),
).map(
    lambda row: (
        row if not row.is_voided else InQuickBooks(row.entity, row.entity_id, "7", row.day, "USD", Decimal(0), True)
    )
)
DOCUMENTS = st.builds(
    OurDocument,
    key=st.builds(DocumentKey, st.just("acme"), st.sampled_from(COMPARED_KINDS), st.integers(1, 99).map(str)),
    number=st.just("7"),
    status=st.sampled_from(Status),
    day=DAYS | st.none(),
    stored_on=DAYS,
    currency=CURRENCIES,
    total=MONEY,
    entity=st.none() | st.tuples(st.sampled_from(["Bill", "Invoice"]), st.integers(1, 12).map(str)),
)


@st.composite
def months(draw: st.DrawFn) -> tuple[list[OurDocument], Mapping[tuple[str, str], InQuickBooks]]:
    """Documents of which no two became the same, and what QuickBooks has."""
    documents = draw(
        st.lists(DOCUMENTS, unique_by=(lambda one: one.key, lambda one: one.entity or one.key), max_size=12)
    )
    return documents, {row.key: row for row in draw(st.lists(ROWS, max_size=12))}


@given(months())
def test_the_differences_that_are_listed_always_add_up_to_those_of_the_totals(month):
    for kind in compare(NOVEMBER, *month).kinds:
        for totals in kind.totals:
            listed = [one for one in kind.differences if one.currency == totals.currency]

            assert sum(one.difference for one in listed) == totals.difference
            more = sum((one.ours is not None) - (one.theirs is not None) for one in listed)
            assert more == totals.ours.count - totals.theirs.count


@given(months())
def test_everything_that_quickbooks_has_in_the_month_is_counted_once(month):
    documents, found = month

    comparison = compare(NOVEMBER, documents, found)

    sides = [totals.theirs for kind in comparison.kinds for totals in kind.totals]
    sides += [other.side for other in comparison.others]
    dated = [row for row in found.values() if row.day and row.day in NOVEMBER]
    assert sum(side.count for side in sides) == len(dated)
    assert sum(side.total for side in sides) == sum(row.total for row in dated)


@given(months())
def test_every_document_that_we_date_in_the_month_is_counted_once(month):
    documents, found = month

    comparison = compare(NOVEMBER, documents, found)

    sides = [totals.ours for kind in comparison.kinds for totals in kind.totals]
    dated = [one for one in documents if one.day and one.day in NOVEMBER]
    undated = [one for one in documents if one.day is None and (entered_on(one, found) or OTHER_DAY) in NOVEMBER]
    assert sum(side.count for side in sides) == len(dated) + len(undated)
    assert sum(side.total for side in sides) == sum(one.total for one in dated + undated)


def entered_on(document: OurDocument, found: Mapping[tuple[str, str], InQuickBooks]) -> date | None:
    row = found.get(document.entity) if document.entity else None
    return row.day if row else document.stored_on


# Months


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_a_month_has_its_days_and_no_other(day: date):
    month = month_of(day)

    assert month.first <= day <= month.last
    assert day in month
    assert month_of(month.first) == month_of(month.last) == parse_month(str(month)) == month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "11-2026", "2026-11-01", "0000-01", "9999-12"])
def test_what_is_no_month_is_refused(text: str):
    with pytest.raises(InvalidRequest) as refused:
        parse_month(text)

    assert refused.value.fields == [{"field": "month", "problem": "must be a month such as 2026-11"}]


def test_december_ends_with_the_year():
    assert Month(2026, 12).last == date(2026, 12, 31)
    assert Month(2028, 2).last == date(2028, 2, 29)
    assert DAY not in Month(2025, 11)
