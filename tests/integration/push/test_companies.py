"""What the company is like: taxes outside the US, closed books, plans without purchase orders or inventory."""

from typing import Any

import pytest

from tests.integration.push.stack import Host, Stack

ORDERS, BILLS, INVOICES = "purchase-orders", "bills", "invoices"
SHIPMENTS, ADJUSTMENTS = "shipments", "inventory-adjustments"
ITEM, ACCOUNT, SOLD = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail", "SalesItemLineDetail"
IN_BRITAIN: dict[str, Any] = {"country": "GB", "currency": "GBP"}
SINCE_JANUARY = {"products": {"start_date": "2026-01-01", "quantity": 100}}


def line(**changes: Any) -> dict[str, Any]:
    return {"id": "l1", "sku": "TEA-1", "name": "Tea", "quantity": 2, "unit_cost": "10.00", **changes}


def order(number: str = "7", **changes: Any) -> dict[str, Any]:
    return {"number": number, "supplier": {"id": "s-1", "name": "Tea Gardens"}, "lines": [line()], **changes}


def sold(**changes: Any) -> dict[str, Any]:
    return {"id": "l1", "sku": "TEA-1", "name": "Tea", "quantity": 2, "unit_price": "10.00", **changes}


def sale(number: str = "7", **changes: Any) -> dict[str, Any]:
    content = {"number": number, "customer": {"id": "c-1", "name": "Tea House"}, "lines": [sold()], **changes}
    return content | {"status": "completed"}


@pytest.fixture(scope="module")
def britain(stack: Stack) -> Host:
    """A company with VAT."""
    host = stack.connect(**IN_BRITAIN)
    host.choose(kinds=SINCE_JANUARY)
    return host


# Tax codes outside the US


@pytest.mark.parametrize(("kind", "settings"), [(ORDERS, {}), (BILLS, {})])
def test_what_is_bought_with_tax_codes_is_taxed_on_top(britain, kind, settings):
    lines = [line(tax_code="20.0% S"), line(id="l2", tax_code="5.0% R", expense_account="Utilities")]
    costs = [{"name": "Freight", "amount": "10.00", "tax_code": "0.0% Z"}]

    britain.put(kind, "t-1", order("1", lines=lines, costs=costs))

    sent = britain.became(kind, "t-1")
    assert [one[one["DetailType"]]["TaxCodeRef"]["value"] for one in sent["Line"]] == ["2", "3", "4"]
    assert sent["GlobalTaxCalculation"] == "TaxExcluded"
    assert (sent["TxnTaxDetail"]["TotalTax"], sent["TotalAmt"]) == (5, 55)


@pytest.mark.parametrize("kind", [ORDERS, BILLS])
def test_what_is_bought_without_tax_codes_is_sent_as_not_taxed(britain, kind):
    britain.put(kind, "t-2", order("2"))

    sent = britain.became(kind, "t-2")
    assert sent["GlobalTaxCalculation"] == "NotApplicable"
    assert sent["TotalAmt"] == 20


@pytest.mark.parametrize("kind", [INVOICES, SHIPMENTS])
def test_what_is_sold_with_tax_codes_is_taxed_on_top(britain, kind):
    shipping = {"amount": "10.00", "tax_code": "0.0% Z"}

    britain.put(kind, "t-3", sale(f"3 {kind}", lines=[sold(tax_code="20.0% S")], shipping=shipping))

    sent = britain.became(kind, "t-3")
    codes = [one[SOLD]["TaxCodeRef"]["value"] for one in sent["Line"] if one["DetailType"] == SOLD]
    assert codes == ["2", "4"]
    assert sent["GlobalTaxCalculation"] == "TaxExcluded"
    assert (sent["TxnTaxDetail"]["TotalTax"], sent["TotalAmt"]) == (4, 34)


@pytest.mark.parametrize("kind", [INVOICES, SHIPMENTS])
def test_what_is_sold_without_tax_codes_is_sent_as_not_taxed(britain, kind):
    britain.put(kind, "t-4", sale(f"4 {kind}"))

    assert britain.became(kind, "t-4")["GlobalTaxCalculation"] == "NotApplicable"


def test_a_tax_code_is_also_known_by_its_number(britain):
    britain.put(ORDERS, "t-5", order("5", lines=[line(tax_code="2")]))

    assert britain.became(ORDERS, "t-5")["Line"][0][ITEM]["TaxCodeRef"]["value"] == "2"


def test_a_line_without_a_tax_code_beside_others_with_one_is_named(britain):
    lines = [line(tax_code="20.0% S"), line(id="l2")]

    failed = britain.put(ORDERS, "t-6", order("6", lines=lines, costs=[{"name": "Freight", "amount": 1}]))

    assert failed.last_error["code"] == "tax_code_needed"
    assert [one["field"] for one in failed.last_error["fields"]] == ["lines[1].tax_code", "costs[0].tax_code"]
    assert "Send a tax code in each of the named fields" in failed.last_error["hint"]


def test_a_sale_with_a_tax_code_on_some_lines_only_says_what_to_do(britain):
    failed = britain.put(INVOICES, "t-7", sale("7", lines=[sold(tax_code="20.0% S"), sold(id="l2")]))

    assert failed.last_error["code"] == "tax_code_needed"
    assert [one["field"] for one in failed.last_error["fields"]] == ["lines[1].tax_code"]


def test_a_tax_code_that_the_company_does_not_have_is_named(britain):
    failed = britain.put(ORDERS, "t-8", order("8", lines=[line(tax_code="21% NL")]))

    assert (failed.last_error["category"], failed.last_error["code"]) == ("out_of_sync", "tax_code_missing")
    assert "21% NL" in failed.last_error["message"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [(ORDERS, order(lines=[line(tax_code="20.0% S")])), (INVOICES, sale(lines=[sold(tax_code="20.0% S")]))],
)
def test_in_the_us_a_line_knows_tax_and_non_only(stack, kind, content):
    host = stack.connect()

    calls = host.books.called_by(lambda: host.put(kind, "t-1", content))

    failed = host.document(kind, "t-1").last_error
    assert (calls, failed["category"]) == ({}, "validation")
    assert "TAX" in f"{failed['message']} {failed['hint']}"


def test_taxes_of_an_order_follow_when_its_lines_change(britain):
    britain.put(ORDERS, "t-9", order("9", lines=[line(tax_code="20.0% S")]))

    britain.put(ORDERS, "t-9", order("9", lines=[line(tax_code="5.0% R", quantity=4)]))

    sent = britain.became(ORDERS, "t-9")
    assert (sent["TxnTaxDetail"]["TotalTax"], sent["TotalAmt"]) == (2, 42)


# Closed books


@pytest.fixture(scope="module")
def closed(stack: Stack) -> Host:
    """A company whose books are closed until the end of June."""
    host = stack.connect(preferences={"AccountingInfoPrefs": {"BookCloseDate": "2026-06-30"}})
    host.choose(kinds=SINCE_JANUARY)
    return host


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (ORDERS, order(order_date="2026-06-30")),
        (BILLS, order(bill_date="2026-06-30")),
        (INVOICES, sale(invoice_date="2026-06-30")),
        (SHIPMENTS, sale(shipped_date="2026-06-30")),
        (
            ADJUSTMENTS,
            {
                "number": "7",
                "status": "approved",
                "adjustment_date": "2026-06-30",
                "lines": [{"sku": "TEA-1", "quantity": 1}],
            },
        ),
    ],
)
def test_a_document_of_a_day_in_closed_books_is_refused_before_any_call(closed, kind, content):
    calls = closed.books.called_by(lambda: closed.put(kind, "c-1", content))

    failed = closed.document(kind, "c-1").last_error
    assert (calls, failed["code"], failed["category"]) == ({}, "books_closed", "validation")
    assert "closed until 2026-06-30" in failed["message"]
    assert "reopen the books" in failed["hint"]


def test_a_document_of_the_day_after_is_sent(closed):
    closed.put(ORDERS, "c-2", order("2", order_date="2026-07-01"))

    assert closed.became(ORDERS, "c-2")["TxnDate"] == "2026-07-01"


def test_books_that_are_opened_again_are_noticed(stack):
    host = stack.connect(preferences={"AccountingInfoPrefs": {"BookCloseDate": "2026-06-30"}})
    failed = host.put(ORDERS, "c-1", order(order_date="2026-06-30"))
    host.books.prefer(AccountingInfoPrefs={"BookCloseDate": None})
    host.age_description()

    sent = host.send(ORDERS, "c-1")

    assert (failed.status, sent.status) == ("sync_failed", "synced")


def test_books_that_were_closed_since_they_were_last_looked_at_say_so_as_well(stack):
    host = stack.connect()
    host.books.prefer(AccountingInfoPrefs={"BookCloseDate": "2026-06-30"})

    failed = host.put(ORDERS, "c-1", order(order_date="2026-06-30")).last_error

    assert failed["code"] == "books_closed"
    assert "closing date" in failed["hint"]


# Plans


@pytest.fixture(scope="module")
def essentials(stack: Stack) -> Host:
    """A company on a plan without purchase orders and inventory."""
    return stack.connect(plan="Essentials")


def test_a_plan_without_purchase_orders_says_so_before_anything_is_created(essentials):
    calls = essentials.books.called_by(lambda: essentials.put(ORDERS, "e-1", order()))

    failed = essentials.document(ORDERS, "e-1")
    assert (failed.status, failed.last_error["category"], calls) == ("sync_failed", "plan", {})
    assert "Plus or Advanced" in failed.last_error["hint"]


def test_a_plan_that_became_a_smaller_one_since_it_was_looked_at_says_so_as_well(stack):
    host = stack.connect()
    host.books.control("PATCH", f"companies/{host.books.realm_id}", plan="Essentials")

    failed = host.put(ORDERS, "e-1", order())

    assert (failed.status, failed.last_error["category"]) == ("sync_failed", "plan")
    assert "Plus or Advanced" in failed.last_error["hint"]


def test_a_plan_without_purchase_orders_takes_them_as_bills(stack):
    host = stack.connect(plan="Essentials")
    host.choose(kinds={"purchase-orders": {"entity": "Bill"}})

    host.put(ORDERS, "e-1", order(ship_to={"city": "Leeds"}))

    assert host.became(ORDERS, "e-1")["DocNumber"] == "PO-7"
    assert "delivery address; they were left out" in host.notes(ORDERS, "e-1")


def test_an_order_that_the_plan_did_not_take_is_sent_once_the_plan_is_a_larger_one(stack):
    host = stack.connect(plan="Essentials")
    host.put(ORDERS, "e-1", order())
    host.books.control("PATCH", f"companies/{host.books.realm_id}", plan="Plus")
    host.age_description()

    sent = host.send(ORDERS, "e-1")

    assert sent.status == "synced", sent.last_error


def test_a_plan_without_inventory_gets_items_without_stock_and_the_tenant_is_told(essentials):
    essentials.put(INVOICES, "e-2", sale("2"))

    assert essentials.books.the("Item", Sku="TEA-1")["Type"] == "NonInventory"
    assert "created without stock" in essentials.notes(INVOICES, "e-2")
