"""Documents as people read them, and what they ask to have sent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.documents import DocumentState, EntityInQuickBooks, Status, load_content, serialise
from ledgerlink.domain.figures import Figures
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.pages.document import facts, lines
from ledgerlink.pages.documents import (
    document_row,
    held_status,
    nothing_is_ticked,
    place_to_go_back,
    reasons,
    wanted_documents,
)
from ledgerlink.pages.figures import money, price, quantity
from tests.unit.kinds.sales_samples import invoice
from tests.unit.orders import line_json, order

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
STATE = DocumentState(DocumentKey("acme", "purchase-orders", "po-7"), 1, "hash", Status.SYNC_FAILED, 1, AT)


def no_link(entity: EntityInQuickBooks) -> None:
    """Of an entity without a page."""


# Figures


@pytest.mark.parametrize(("amount", "shown"), [("0", "0.00"), ("1234.5", "1,234.50"), ("-2.6", "-2.60")])
def test_an_amount_has_cents_and_thousands(amount: str, shown: str):
    assert money(Decimal(amount)) == shown


@pytest.mark.parametrize(("exact", "shown"), [("0.0125", "0.0125"), ("4.5", "4.50"), ("1000", "1,000.00")])
def test_a_price_is_as_exact_as_it_is(exact: str, shown: str):
    assert price(Decimal(exact)) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("1200", "1,200"), ("2.50", "2.5"), ("-3", "-3"), ("0.00001", "0.00001")]
)
def test_a_quantity_has_no_zeros_that_say_nothing(number: str, shown: str):
    assert quantity(Decimal(number)) == shown


# A row


def test_a_document_without_number_or_name_is_called_by_its_id():
    named = replace(STATE, tags={"name": "Harbour Supplies"})

    assert [document_row(state, no_link)["number"] for state in (STATE, named)] == ["po-7", "Harbour Supplies"]


def test_an_order_has_its_supplier_day_and_total():
    figures = Figures(date(2026, 11, 3), "EUR", Decimal("1234.5"))

    row = document_row(replace(STATE, tags={"number": "7", "supplier": "Harbour"}, figures=figures), no_link)

    assert (row["party"], row["day"], row["total"]) == ("Harbour", date(2026, 11, 3), "1,234.50 EUR")


def test_a_document_links_to_quickbooks_once_it_is_there():
    became = EntityInQuickBooks("PurchaseOrder", "103", "PO-7", "0", "9341")

    rows = [
        document_row(state, lambda entity: f"https://qbo/{entity.entity_id}")
        for state in (STATE, replace(STATE, quickbooks=became))
    ]

    assert [row["url"] for row in rows] == [None, "https://qbo/103"]


def test_reasons_are_those_that_are_there_in_words():
    failed = [replace(STATE, last_error={"category": name}) for name in ("validation", "out_of_sync", "validation")]

    assert reasons([STATE, *failed]) == {
        "out_of_sync": "Gone or inactive in QuickBooks",
        "validation": "QuickBooks does not accept it",
    }


@pytest.mark.parametrize(("status", "is_held"), [("sync_failed", True), ("synced", False), ("", False), (None, False)])
def test_documents_that_wait_or_have_failed_can_be_sent_together(status: str | None, is_held: bool):
    assert (held_status(status) is not None) is is_held


# What forms ask for


def test_ticked_documents_are_named():
    wanted = wanted_documents({"once": "a"}, ["bills/b-1", "purchase-orders/po-7"])

    assert wanted["documents"] == [
        {"collection": "bills", "id": "b-1"},
        {"collection": "purchase-orders", "id": "po-7"},
    ]


def test_the_same_form_with_the_same_ticks_is_the_same_request_and_no_other_is():
    ids = [
        wanted_documents({"once": once}, ticked)["request_id"]
        for once, ticked in (("a", ["bills/1"]), ("a", ["bills/1"]), ("a", ["bills/2"]), ("b", ["bills/1"]))
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_all_that_stand_so_are_asked_for_without_what_was_not_chosen():
    wanted = wanted_documents({"all": "sync_failed", "category": "", "collection": "bills"}, [])

    assert wanted["where"] == {"status": "sync_failed", "collection": "bills"}
    assert "documents" not in wanted


def test_a_form_with_neither_asks_for_nothing():
    assert nothing_is_ticked({"once": "a"}, [])
    assert not nothing_is_ticked({"all": "sync_failed"}, [])
    assert not nothing_is_ticked({}, ["bills/1"])


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/portal/activity", "/portal/activity"),
        ("/portal/documents/bills/b-1", "/portal/documents/bills/b-1"),
        ("//evil.example", ""),
        ("/portal/documents/bills/b-1?x=1", ""),
        ("/portal/documents/bills/b-1\n", ""),
        ("", ""),
    ],
)
def test_one_goes_back_to_pages_of_ours_alone(back: str, place: str):
    assert place_to_go_back({"back": back}) == place


# One document


def test_facts_are_what_was_said_with_the_hosts_own_status_last():
    content = load_content("purchase-orders", serialise(order(order_date="2026-11-03")))

    shown = facts(content)

    assert [label for label, _ in shown] == [
        *("Number", "Internal reference", "Supplier", "Message", "Ordered", "Status in your application"),
    ]
    assert dict(shown)["Ordered"] == '<time datetime="2026-11-03">3 Nov 2026</time>'
    assert dict(shown)["Supplier"].splitlines()[-1] == "London"


def test_markup_in_a_fact_is_text_for_the_page_to_escape():
    ((_, name), *_) = facts(COLLECTIONS["suppliers"].model_validate({"name": "<b>Harbour</b>"}))

    assert not hasattr(name, "__html__")


def test_lines_have_those_columns_only_that_say_something():
    shown = lines(order(lines=[line_json(quantity=1200, unit_cost="0.0125")]))

    assert shown is not None
    assert [column.label for column in shown.columns] == ["Product", "SKU", "Quantity", "Price", "Amount"]
    assert shown.rows == [["Bolt M8", "BOLT-8", "1,200", "0.0125", "15.00"]]


def test_an_order_adds_its_costs():
    shown = lines(order(currency="EUR"))

    assert shown is not None
    assert shown.totals == [("Freight", "12.50"), ("Total before sales tax", "16.00 EUR")]


def test_an_invoice_takes_off_its_discount_and_adds_its_shipping():
    shown = lines(invoice(discount={"percent": 10}, shipping={"amount": "6.9"}))

    assert shown is not None
    assert shown.totals == [("Discount (10 %)", "-0.35"), ("Shipping", "6.90"), ("Total before sales tax", "10.05")]


def test_an_adjustment_has_lines_and_no_total():
    content = {"number": "A-1", "lines": [{"sku": "TEA", "quantity": -3, "unit_cost": "2.2"}]}

    shown = lines(COLLECTIONS["inventory-adjustments"].model_validate(content, context={"stored": True}))

    assert shown is not None
    assert shown.rows == [["TEA", "TEA", "-3", "2.20"]]
    assert shown.totals == []


def test_a_supplier_has_no_lines():
    assert lines(COLLECTIONS["suppliers"].model_validate({"name": "Harbour"})) is None
