"""Inventory Mate's documentation, promise by promise: purchase orders as QuickBooks purchase orders."""

from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.errors import InvalidRequest, MissingConfiguration
from tests.integration.push.promises import CREATED, UPDATED, Promise, document, kept
from tests.integration.push.stack import Entity, Host, Stack

ORDERS = "purchase-orders"
ITEM, ACCOUNT = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"

PROMISES = (
    Promise("Document number of the form PO-{number}", "number", kept("1042"), "DocNumber", kept("PO-1042")),
    Promise(
        "Vendor: the supplier on the PO",
        "supplier.name",
        kept("Ardent: Mills"),
        "VendorRef.name",
        kept("Ardent- Mills"),
    ),
    Promise("Line items: product", "lines[0].name", kept("Oat flour"), f"Line[0].{ITEM}.ItemRef.name"),
    Promise("Line items: quantity", "lines[0].quantity", (3, 4.5), f"Line[0].{ITEM}.Qty"),
    Promise("Line items: unit cost", "lines[0].unit_cost", ("18.40", "18.4125"), f"Line[0].{ITEM}.UnitPrice"),
    Promise("Line items: line total", "lines[0].amount", ("55.20", "82.86"), "Line[0].Amount"),
    Promise(
        "Line items: tax as described on the line",
        "lines[0].tax_code",
        ("TAX", "NON"),
        f"Line[0].{ITEM}.TaxCodeRef.value",
    ),
    Promise("Line items: description", "lines[0].description", ("Fine", "Coarse"), "Line[0].Description"),
    Promise("Cost lines: name", "costs[0].name", ("Freight", "Freight by sea"), "Line[1].Description"),
    Promise("Cost lines: value", "costs[0].amount", ("12.50", "14.00"), "Line[1].Amount"),
    Promise(
        "Cost lines: a suitable expense account",
        "",
        kept(None),
        f"Line[1].{ACCOUNT}.AccountRef.name",
        kept("Shipping and Delivery"),
    ),
    Promise("Cost lines: adjustments below zero", "costs[1].amount", ("-2.00", "-3.00"), "Line[2].Amount"),
    Promise("Cost lines: adjustments have a name", "costs[1].name", kept("Discount"), "Line[2].Description"),
    Promise("Vendor address: street", "supplier.address.line1", ("1 Mill Rd", "2 Mill Rd"), "VendorAddr.Line1"),
    Promise("Vendor address: second line", "supplier.address.line2", ("Unit 4", "Unit 5"), "VendorAddr.Line2"),
    Promise("Vendor address: city", "supplier.address.city", ("Denver", "Boulder"), "VendorAddr.City"),
    Promise("Vendor address: region", "supplier.address.region", kept("CO"), "VendorAddr.CountrySubDivisionCode"),
    Promise("Vendor address: postal code", "supplier.address.postal_code", ("80202", "80301"), "VendorAddr.PostalCode"),
    Promise("Vendor address: country", "supplier.address.country", kept("US"), "VendorAddr.Country"),
    Promise("PO email", "supplier.email", ("po@ardent.example", "orders@ardent.example"), "POEmail.Address"),
    Promise("Ship-to: street", "ship_to.line1", ("Dock 9", "Dock 10"), "ShipAddr.Line1"),
    Promise("Ship-to: second line", "ship_to.line2", ("Gate B", "Gate C"), "ShipAddr.Line2"),
    Promise("Ship-to: city", "ship_to.city", ("Oakland", "Reno"), "ShipAddr.City"),
    Promise("Ship-to: region", "ship_to.region", ("CA", "NV"), "ShipAddr.CountrySubDivisionCode"),
    Promise("Ship-to: postal code", "ship_to.postal_code", ("94607", "89501"), "ShipAddr.PostalCode"),
    Promise("Ship-to: country", "ship_to.country", kept("US"), "ShipAddr.Country"),
    Promise("Transaction date", "order_date", ("2026-11-01", "2026-11-02"), "TxnDate"),
    Promise("Due date", "due_date", ("2026-12-01", "2026-12-15"), "DueDate"),
    Promise("Expected date", "expected_date", ("2026-11-20", "2026-11-25"), "ExpectedDate"),
    Promise(
        "Internal reference in Private Note",
        "reference",
        ("REQ-7", "REQ-8"),
        "PrivateNote",
        ("REQ-7\nLedgerlink purchase-orders/po-1", "REQ-8\nLedgerlink purchase-orders/po-1"),
    ),
    Promise("Memo", "memo", ("Call ahead", "Ring twice"), "Memo"),
    Promise("Terms", "terms", ("Net 30", "Net 15"), "SalesTermRef.value", ("3", "2")),
)


@pytest.fixture(scope="module")
def pushed(stack: Stack) -> tuple[Entity, Entity]:
    host = stack.connect()
    host.put(ORDERS, "po-1", document(PROMISES, CREATED, **_ids(CREATED)))
    created = host.became(ORDERS, "po-1")
    host.put(ORDERS, "po-1", document(PROMISES, UPDATED, **_ids(UPDATED)))
    return created, host.became(ORDERS, "po-1")


def _ids(turn: int) -> dict[str, Any]:
    return {"supplier": document(PROMISES, turn)["supplier"] | {"id": "s-1"}}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_new_order(pushed, promise):
    created, _ = pushed

    arrived = promise.found(created)

    assert arrived == promise.expected(CREATED)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_order_that_was_saved_again(pushed, promise):
    _, updated = pushed

    arrived = promise.found(updated)

    assert arrived == promise.expected(UPDATED)


def test_saving_again_updates_the_same_order_and_keeps_its_lines(pushed):
    created, updated = pushed

    lines = [[line["Id"] for line in entity["Line"]] for entity in pushed]

    assert updated["Id"] == created["Id"]
    assert int(updated["SyncToken"]) > int(created["SyncToken"])
    # The cost that was renamed is another cost.
    assert (lines[0][0], lines[0][2]) == (lines[1][0], lines[1][2])


def test_an_order_with_another_number_supplier_and_product_is_still_the_same_one(stack):
    host = stack.connect()
    host.put(ORDERS, "po-1", order("1"))
    first = host.became(ORDERS, "po-1")
    lines = [{"id": "l1", "sku": "RYE-1", "name": "Rye", "quantity": 2, "unit_cost": "18.40"}]

    host.put(ORDERS, "po-1", order("2", lines=lines))

    changed = host.became(ORDERS, "po-1")
    assert changed["Id"] == first["Id"]
    assert (changed["DocNumber"], changed["VendorRef"]["name"]) == ("PO-2", "Mill 2")
    assert changed["Line"][0]["Id"] == first["Line"][0]["Id"]
    assert changed["Line"][0][ITEM]["ItemRef"]["name"] == "Rye"


def test_what_an_order_no_longer_names_stays_in_quickbooks_and_the_tenant_is_told_once(stack):
    host = stack.connect()
    supplier = order("1")["supplier"] | {"email": "po@mill.example", "address": {"line1": "1 Mill Rd"}}
    host.put(ORDERS, "po-1", order("1", supplier=supplier, due_date="2026-12-01", order_date="2026-11-01"))

    host.put(ORDERS, "po-1", order("1", supplier={"id": "s-2", "name": "Another mill"}))
    told = host.notes(ORDERS, "po-1")
    host.put(ORDERS, "po-1", order("1", supplier={"id": "s-2", "name": "Another mill"}, memo="Soon"))

    assert "no longer names: due date, e-mail, supplier's address. Change it there if it is wrong" in told
    assert host.became(ORDERS, "po-1")["POEmail"] == {"Address": "po@mill.example"}
    assert host.notes(ORDERS, "po-1") == "updated"


@pytest.fixture(scope="module")
def host(stack: Stack) -> Host:
    """A company for tests that each have a supplier and a number of their own."""
    return stack.connect()


def order(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "supplier": {"id": f"s-{number}", "name": f"Mill {number}"},
        "lines": [{"id": "l1", "sku": "OAT-1", "name": "Oats", "quantity": 2, "unit_cost": "18.40"}],
        **changes,
    }


def test_a_vendor_that_is_missing_is_created_with_what_is_known_of_the_supplier(host):
    supplier = {
        "id": "s-10",
        "name": "Barley: Brothers",
        "email": "po@barley.example",
        "phone": "555-0102",
        "address": {"line1": "7 Malt St", "city": "Reno"},
    }

    host.put(ORDERS, "po-10", order("10", supplier=supplier))

    vendor = host.books.the("Vendor", DisplayName="Barley- Brothers")
    assert vendor["PrimaryEmailAddr"] == {"Address": "po@barley.example"}
    assert vendor["PrimaryPhone"] == {"FreeFormNumber": "555-0102"}
    assert (vendor["BillAddr"]["Line1"], vendor["BillAddr"]["City"]) == ("7 Malt St", "Reno")
    assert host.became(ORDERS, "po-10")["VendorRef"]["value"] == vendor["Id"]


def test_a_vendor_that_is_there_is_matched_by_name_in_any_case(host):
    there = host.books.create("Vendor", DisplayName="Rye & Sons")
    vendors = len(host.books.entities("Vendor"))

    host.put(ORDERS, "po-11", order("11", supplier={"id": "s-11", "name": "RYE & sons"}))

    assert host.became(ORDERS, "po-11")["VendorRef"]["value"] == there["Id"]
    assert len(host.books.entities("Vendor")) == vendors


def test_the_next_order_goes_to_the_same_vendor_although_its_name_has_changed_meanwhile(host):
    host.put(ORDERS, "po-12", order("12", supplier={"id": "s-12", "name": "Spelt Co"}))
    vendor = host.became(ORDERS, "po-12")["VendorRef"]["value"]
    host.books.change("Vendor", vendor, DisplayName="Spelt Company, formerly Spelt Co")

    host.put(ORDERS, "po-13", order("13", supplier={"id": "s-12", "name": "Spelt Co"}))

    assert host.became(ORDERS, "po-13")["VendorRef"]["value"] == vendor


def test_a_supplier_with_the_name_of_a_customer_becomes_a_vendor_of_a_similar_name(host):
    host.books.create("Customer", DisplayName="Corner Pantry")

    host.put(ORDERS, "po-14", order("14", supplier={"id": "s-14", "name": "Corner Pantry"}))

    assert host.became(ORDERS, "po-14")["VendorRef"]["name"] == "Corner Pantry (V)"


@pytest.mark.parametrize(
    ("number", "email"), [("20", "not an address"), ("21", "a@b"), ("22", "two@mill.example, three@mill.example")]
)
def test_an_email_that_is_none_is_left_out_and_the_order_sent(host, number, email):
    supplier = {"id": f"s-{number}", "name": f"Mill {number}", "email": email}

    host.put(ORDERS, f"po-{number}", order(number, supplier=supplier))

    assert "POEmail" not in host.became(ORDERS, f"po-{number}")
    assert "PrimaryEmailAddr" not in host.books.the("Vendor", DisplayName=f"Mill {number}")


def test_a_product_that_is_missing_is_created_with_income_and_expense_accounts(host):
    line = {"sku": "RYE-9", "name": "Rye flour", "quantity": 1, "unit_cost": "3.10", "description": "Dark"}

    host.put(ORDERS, "po-50", order("50", lines=[line]))

    item = host.books.the("Item", Sku="RYE-9")
    assert (item["Name"], item["Type"], item["PurchaseDesc"]) == ("Rye flour", "Inventory", "Dark")
    assert item["IncomeAccountRef"]["name"] == "Sales of Product Income"
    assert item["ExpenseAccountRef"]["name"] == "Cost of Goods Sold"
    assert item["AssetAccountRef"]["name"] == "Inventory Asset"


def test_a_product_that_is_there_is_matched_by_its_sku(host):
    there = host.books.create(
        "Item",
        Name="Emmer, whole",
        Sku="EMM-1",
        Type="NonInventory",
        IncomeAccountRef={"value": host.account("Sales of Product Income")},
        ExpenseAccountRef={"value": host.account("Purchases")},
    )

    host.put(ORDERS, "po-51", order("51", lines=[{"sku": "EMM-1", "name": "Emmer", "quantity": 1, "unit_cost": 2}]))

    assert host.became(ORDERS, "po-51")["Line"][0][ITEM]["ItemRef"]["value"] == there["Id"]


def test_a_fee_goes_to_the_account_that_is_chosen_for_fees(stack):
    host = stack.connect()
    host.choose(accounts={"fees": host.account("Office Expenses")})

    host.put(ORDERS, "po-1", order("1", costs=[{"name": "Handling", "amount": 4}]))

    assert host.became(ORDERS, "po-1")["Line"][1][ACCOUNT]["AccountRef"]["name"] == "Office Expenses"


def test_an_order_of_costs_alone_is_sent(host):
    host.put(ORDERS, "po-52", order("52", lines=[], costs=[{"name": "Sample fee", "amount": "30.00"}]))

    assert host.became(ORDERS, "po-52")["TotalAmt"] == 30


@pytest.mark.parametrize("costs", [[], [{"name": "Credit", "amount": "-5.00"}], [{"name": "Nothing", "amount": 0}]])
def test_an_order_without_lines_and_positive_costs_is_refused(host, costs):
    with pytest.raises(InvalidRequest, match="no lines and no positive costs"):
        host.put(ORDERS, "po-53", order("53", lines=[], costs=costs))


def test_with_purchase_order_sync_off_quickbooks_is_not_called_not_even_by_hand(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"enabled": False}})

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-1", order("1")))
    with pytest.raises(MissingConfiguration) as refused:
        host.send(ORDERS, "po-1")

    assert calls == {}
    assert host.document(ORDERS, "po-1").status == "kind_off"
    assert refused.value.code == "kind_off"


def test_with_auto_sync_off_an_order_waits_until_it_is_sent_by_hand(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"automatic": False}})

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-1", order("1")))
    waiting = host.document(ORDERS, "po-1").status
    sent = host.send(ORDERS, "po-1")

    assert (calls, waiting, sent.status) == ({}, "waiting_for_send", "synced")


def test_each_run_is_tagged_in_the_activity_log(host):
    host.put(ORDERS, "po-54", order("54"))
    host.send(ORDERS, "po-54")

    by_hand, automatic = host.activity(ORDERS, "po-54")

    assert (automatic.trigger, by_hand.trigger) == ("automatic", "manual")
    assert automatic.intuit_tid


def test_an_order_whose_link_is_lost_is_attached_again_by_its_number_and_kept_up_to_date(host):
    host.put(ORDERS, "po-55", order("55"))
    first = host.became(ORDERS, "po-55")
    host.forget_link(ORDERS, "po-55")

    host.put(ORDERS, "po-55", order("55", memo="One more pallet"))
    again = host.became(ORDERS, "po-55")
    host.put(ORDERS, "po-55", order("55", memo="Two more pallets"))

    assert (again["Id"], again["Memo"]) == (first["Id"], "One more pallet")
    assert host.books.the("PurchaseOrder", DocNumber="PO-55")["Memo"] == "Two more pallets"
    assert host.notes(ORDERS, "po-55").startswith("updated")


def test_an_order_that_a_person_entered_in_quickbooks_is_taken_over_if_number_and_vendor_are_the_same(host):
    vendor = host.books.create("Vendor", DisplayName="Mill 56")
    account = {"AccountRef": {"value": host.account("Purchases")}}
    entered = host.books.create(
        "PurchaseOrder",
        DocNumber="PO-56",
        VendorRef={"value": vendor["Id"]},
        Line=[{"Amount": 1, "DetailType": ACCOUNT, ACCOUNT: account}],
    )

    host.put(ORDERS, "po-56", order("56"))

    taken = host.became(ORDERS, "po-56")
    assert (taken["Id"], taken["TotalAmt"]) == (entered["Id"], Decimal("36.80"))


def test_an_order_of_another_vendor_with_the_same_number_is_left_alone(host):
    vendor = host.books.create("Vendor", DisplayName="Another mill")
    account = {"AccountRef": {"value": host.account("Purchases")}}
    entered = host.books.create(
        "PurchaseOrder",
        DocNumber="PO-57",
        VendorRef={"value": vendor["Id"]},
        Line=[{"Amount": 1, "DetailType": ACCOUNT, ACCOUNT: account}],
    )

    failed = host.put(ORDERS, "po-57", order("57"))

    assert failed.status == "sync_failed"
    assert failed.last_error["category"] == "duplicate"
    assert host.books.the("PurchaseOrder", DocNumber="PO-57") == entered


def test_a_delivered_order_is_copied_to_a_bill_line_by_line_which_closes_it(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"copy_to_bill_when": ["delivered"]}})
    lines = [
        {"id": "l1", "sku": "OAT-1", "name": "Oats", "quantity": 2, "unit_cost": "18.40"},
        {"id": "l2", "sku": "RYE-1", "name": "Rye", "quantity": 5, "unit_cost": "3.00"},
    ]
    costs = [{"name": "Freight", "amount": "12.50"}]
    host.put(ORDERS, "po-1", order("1", lines=lines, costs=costs, status="received"))
    bills_before = host.books.entities("Bill")

    host.put(ORDERS, "po-1", order("1", lines=lines, costs=costs, status="Delivered"))

    purchase_order, bill = host.became(ORDERS, "po-1"), host.became("bills", "copy-of-po-1")
    assert bills_before == []
    assert [line["LinkedTxn"] for line in bill["Line"]] == [
        [{"TxnId": purchase_order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": line["Id"]}]
        for line in purchase_order["Line"]
    ]
    assert (bill["TotalAmt"], bill["Balance"]) == (purchase_order["TotalAmt"], purchase_order["TotalAmt"])
    assert bill["DocNumber"] == "1"
    assert purchase_order["POStatus"] == "Closed"


def test_the_bill_of_an_order_is_copied_once(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"copy_to_bill_when": ["delivered"]}})
    host.put(ORDERS, "po-1", order("1", status="delivered"))

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-1", order("1", status="delivered")))

    assert calls == {}
    assert len(host.books.entities("Bill")) == 1
    assert host.document("bills", "copy-of-po-1").attempt == 1


def _billed_by_the_host(host: Host, content: dict[str, Any]) -> None:
    bill = {"number": "R-1", "supplier": content["supplier"], "purchase_order": "po-1"}
    host.put("bills", "b-1", bill | {"lines": [content["lines"][0] | {"purchase_order_line": "l1"}]})


def _billed_in_quickbooks(host: Host, content: dict[str, Any]) -> None:
    entity = host.became(ORDERS, "po-1")
    account = {"AccountRef": {"value": host.account("Purchases")}}
    link = {"TxnId": entity["Id"], "TxnType": "PurchaseOrder", "TxnLineId": entity["Line"][0]["Id"]}
    line = {"Amount": 36.8, "DetailType": ACCOUNT, ACCOUNT: account, "LinkedTxn": [link]}
    host.books.create("Bill", VendorRef=entity["VendorRef"], Line=[line])


@pytest.mark.parametrize("bill", [_billed_by_the_host, _billed_in_quickbooks])
@pytest.mark.parametrize("more", [[], [{"id": "l2", "sku": "RYE-1", "quantity": 5, "unit_cost": "3.00"}]])
def test_an_order_of_which_something_is_billed_already_is_not_billed_again(stack, bill, more):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"copy_to_bill_when": ["delivered"]}})
    content = order("1", lines=order("1")["lines"] + more)
    host.put(ORDERS, "po-1", content)
    bill(host, content)

    host.put(ORDERS, "po-1", content | {"status": "delivered"})
    sent_by_hand = host.send("bills", "copy-of-po-1")

    assert (sent_by_hand.status, sent_by_hand.last_error["code"]) == ("sync_failed", "order_billed")
    assert "send a bill of the rest" in sent_by_hand.last_error["hint"]
    assert len(host.books.entities("Bill")) == 1


def test_a_status_alone_is_nothing_to_send_also_once_the_order_is_billed(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"copy_to_bill_when": ["delivered"]}})
    host.put(ORDERS, "po-1", order("1", status="ordered"))

    received = host.books.called_by(lambda: host.put(ORDERS, "po-1", order("1", status="received")))
    host.put(ORDERS, "po-1", order("1", status="delivered"))
    archived = host.put(ORDERS, "po-1", order("1", status="archived"))

    assert received == {}
    assert (archived.status, archived.last_error) == ("synced", None)
    assert host.became(ORDERS, "po-1")["POStatus"] == "Closed"
    assert len(host.books.entities("Bill")) == 1


def test_a_status_in_which_it_is_not_sent_and_another_change_are_sent_together_later(stack):
    host = stack.connect()
    host.choose(kinds={"purchase-orders": {"push_when": ["ordered"]}})
    host.put(ORDERS, "po-1", order("1", status="ordered"))
    host.put(ORDERS, "po-1", order("1", status="draft", memo="Later"))

    host.put(ORDERS, "po-1", order("1", status="ordered", memo="Later"))

    assert host.became(ORDERS, "po-1")["Memo"] == "Later"


def test_a_grant_that_intuit_no_longer_accepts_ends_in_the_advice_to_connect_again(stack):
    host = stack.connect()
    host.books.control("POST", "revoke", realm_id=host.books.realm_id)

    failed = host.put(ORDERS, "po-1", order("1"))

    assert (failed.status, failed.last_error["category"]) == ("sync_failed", "authentication")
    assert "connect QuickBooks again" in failed.last_error["hint"]
