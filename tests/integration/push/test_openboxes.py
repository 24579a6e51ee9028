"""OpenBoxes' documentation, promise by promise: orders, suppliers, shipments, products, adjustments, modes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.errors import InvalidRequest
from tests.integration.push.promises import CREATED, UPDATED, Promise, document, kept
from tests.integration.push.stack import Entity, Host, Stack

ORDERS, SUPPLIERS, SHIPMENTS = "purchase-orders", "suppliers", "shipments"
PRODUCTS, ADJUSTMENTS, BILLS = "products", "inventory-adjustments", "bills"
ITEM, ACCOUNT, SOLD = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail", "SalesItemLineDetail"
ADJUSTED, POSTED = "ItemAdjustmentLineDetail", "JournalEntryLineDetail"
CLASSES = {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}}
SINCE_JANUARY = {"products": {"start_date": "2026-01-01", "quantity": 100}}


def settings(**kinds: dict[str, Any]) -> dict[str, Any]:
    """Settings by kind, with products that are in stock since January."""
    return {"kinds": SINCE_JANUARY | {kind.replace("_", "-"): chosen for kind, chosen in kinds.items()}}


def pushed_twice(
    host: Host, kind: str, promises: tuple[Promise, ...], document_id: str, **others: Any
) -> tuple[Entity, Entity]:
    """What a document is in QuickBooks when it was sent, and when it was changed and sent again."""
    host.put(kind, document_id, document(promises, CREATED, **others))
    created = host.became(kind, document_id)
    host.put(kind, document_id, document(promises, UPDATED, **others))
    return created, host.became(kind, document_id)


# Purchase order → bill, on approval

BILL_PROMISES = (
    Promise("Purchase order as bill: number", "number", kept("OB-7"), "DocNumber", kept("PO-OB-7")),
    Promise("Purchase order as bill: date", "order_date", ("2026-11-02", "2026-11-03"), "TxnDate"),
    Promise("Purchase order as bill: due date", "due_date", ("2026-12-02", "2026-12-15"), "DueDate"),
    Promise("Purchase order as bill: terms", "terms", ("Net 30", "Net 15"), "SalesTermRef.value", ("3", "2")),
    Promise(
        "Purchase order as bill: reference and memo",
        "reference",
        ("REQ-7", "REQ-8"),
        "PrivateNote",
        ("REQ-7\nUrgent\nLedgerlink purchase-orders/ob-7", "REQ-8\nUrgent\nLedgerlink purchase-orders/ob-7"),
    ),
    Promise("Purchase order as bill: product", "lines[0].name", kept("Gloves"), f"Line[0].{ITEM}.ItemRef.name"),
    Promise("Purchase order as bill: quantity", "lines[0].quantity", (10, 12), f"Line[0].{ITEM}.Qty"),
    Promise("Purchase order as bill: unit cost", "lines[0].unit_cost", ("2.50", "2.40"), f"Line[0].{ITEM}.UnitPrice"),
    Promise("Purchase order as bill: amount", "lines[0].amount", ("25.00", "28.80"), "Line[0].Amount"),
    Promise("Purchase order as bill: description", "lines[0].description", ("Latex", "Nitrile"), "Line[0].Description"),
    Promise("Purchase order as bill: class", "lines[0].class", ("Online", "Retail"), f"Line[0].{ITEM}.ClassRef.name"),
    Promise(
        "Purchase order as bill: expense account",
        "lines[1].expense_account",
        ("Utilities", "Rent or Lease"),
        f"Line[1].{ACCOUNT}.AccountRef.name",
    ),
    Promise("Purchase order as bill: expense, its quantity", "lines[1].quantity", (1, 2), "Line[1].Amount", (7, 14)),
    Promise("Purchase order as bill: expense, its cost", "lines[1].unit_cost", kept("7"), "Line[1].Amount", (7, 14)),
    Promise("Purchase order as bill: fee", "costs[0].amount", ("4.00", "5.00"), "Line[2].Amount"),
    Promise("Purchase order as bill: fee's name", "costs[0].name", kept("Customs"), "Line[2].Description"),
    Promise("Purchase order as bill: to be paid", "", kept(None), "Balance", ("36.00", "47.80")),
)


@pytest.fixture(scope="module")
def bills(stack: Stack) -> tuple[Entity, Entity]:
    host = stack.connect(preferences=CLASSES)
    host.choose(**settings(purchase_orders={"entity": "Bill", "push_when": ["approved"]}))
    others = {"supplier": {"id": "s-1", "name": "Glove Works"}, "memo": "Urgent", "status": "approved"}
    return pushed_twice(host, ORDERS, BILL_PROMISES, "ob-7", **others)


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize("promise", BILL_PROMISES, ids=lambda promise: promise.words)
def test_a_purchase_order_is_a_bill_where_the_tenant_wants_bills(bills, promise, turn):
    arrived = promise.found(bills[turn])

    assert arrived == promise.expected(turn)


def test_the_bill_of_a_changed_order_is_the_same(bills):
    created, updated = bills

    assert updated["Id"] == created["Id"]
    assert int(updated["SyncToken"]) > int(created["SyncToken"])


@pytest.fixture(scope="module")
def host(stack: Stack) -> Host:
    """A company on plan Plus in the US, for tests with numbers of their own."""
    host = stack.connect()
    host.choose(**settings(purchase_orders={"push_when": ["approved"]}))
    return host


def order(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "status": "approved",
        "supplier": {"id": f"s-{number}", "name": f"Maker {number}"},
        "lines": [{"id": "l1", "sku": "GLV-1", "name": "Gloves", "quantity": 10, "unit_cost": "2.50"}],
        **changes,
    }


def test_an_order_waits_for_its_approval(host):
    calls = host.books.called_by(lambda: host.put(ORDERS, "1", order("1", status="pending")))
    waiting = host.document(ORDERS, "1").status

    approved = host.put(ORDERS, "1", order("1", status="APPROVED"))

    assert (calls, waiting, approved.status) == ({}, "waiting_for_status", "synced")
    assert approved.quickbooks.entity == "PurchaseOrder"


def test_an_order_stays_what_it_became_when_the_setting_changes(stack):
    host = stack.connect()
    host.put(ORDERS, "1", order("1"))

    host.choose(kinds={"purchase-orders": {"entity": "Bill"}})
    host.put(ORDERS, "1", order("1", memo="More"))
    host.put(ORDERS, "2", order("2"))

    assert host.document(ORDERS, "1").quickbooks.entity == "PurchaseOrder"
    assert host.document(ORDERS, "2").quickbooks.entity == "Bill"
    assert len(host.books.entities("PurchaseOrder")) == 1


def test_a_bill_of_the_host_closes_the_order_it_names_once_all_is_billed(host):
    lines = [
        {"id": "l1", "sku": "GLV-1", "quantity": 10, "unit_cost": "2.50"},
        {"id": "l2", "sku": "MSK-1", "quantity": 4, "unit_cost": "1.00"},
    ]
    host.put(ORDERS, "2", order("2", lines=lines))

    first, second = (line | {"purchase_order_line": line["id"]} for line in lines)
    bill = {"supplier": order("2")["supplier"], "purchase_order": "2"}
    host.put(BILLS, "b-1", {"number": "R-1", "lines": [first], **bill})
    half_billed = host.became(ORDERS, "2")["POStatus"]
    host.put(BILLS, "b-2", {"number": "R-2", "lines": [second], **bill})

    assert (half_billed, host.became(ORDERS, "2")["POStatus"]) == ("Open", "Closed")


# Supplier → vendor

SUPPLIER_PROMISES = (
    Promise("Supplier: name", "name", ("Med: Supply", "Med Supply"), "DisplayName", ("Med- Supply", "Med Supply")),
    Promise("Supplier: company", "company_name", ("Med Inc", "Med LLC"), "CompanyName"),
    Promise("Supplier: first name", "first_name", ("Ann", "Anne"), "GivenName"),
    Promise("Supplier: last name", "last_name", ("Ito", "Itoh"), "FamilyName"),
    Promise("Supplier: e-mail", "email", ("a@med.example", "b@med.example"), "PrimaryEmailAddr.Address"),
    Promise("Supplier: phone", "phone", ("555-0101", "555-0102"), "PrimaryPhone.FreeFormNumber"),
    Promise("Supplier: mobile", "mobile", ("555-0103", "555-0104"), "Mobile.FreeFormNumber"),
    Promise("Supplier: website", "website", ("https://med.example", "https://m.example"), "WebAddr.URI"),
    Promise("Supplier: street", "address.line1", ("1 Ward St", "2 Ward St"), "BillAddr.Line1"),
    Promise("Supplier: city", "address.city", ("Reno", "Boise"), "BillAddr.City"),
    Promise("Supplier: region", "address.region", ("NV", "ID"), "BillAddr.CountrySubDivisionCode"),
    Promise("Supplier: postal code", "address.postal_code", ("89501", "83702"), "BillAddr.PostalCode"),
    Promise("Supplier: country", "address.country", ("US", "CA"), "BillAddr.Country"),
    Promise("Supplier: terms", "terms", ("Net 30", "Net 15"), "TermRef.value", ("3", "2")),
    Promise("Supplier: account number", "account_number", ("A-1", "A-2"), "AcctNum"),
    Promise("Supplier: notes", "notes", ("Call", "Write"), "Notes"),
)


@pytest.fixture(scope="module")
def vendors(host: Host) -> tuple[Entity, Entity]:
    return pushed_twice(host, SUPPLIERS, SUPPLIER_PROMISES, "s-100")


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize("promise", SUPPLIER_PROMISES, ids=lambda promise: promise.words)
def test_a_supplier_is_a_vendor_when_it_is_created_or_updated(vendors, promise, turn):
    arrived = promise.found(vendors[turn])

    assert arrived == promise.expected(turn)


def test_the_vendor_of_a_supplier_is_the_one_that_its_orders_name(host):
    host.put(SUPPLIERS, "s-101", {"name": "Lab Source"})

    host.put(ORDERS, "3", order("3", supplier={"id": "s-101", "name": "Lab Source"}))

    assert host.became(ORDERS, "3")["VendorRef"]["value"] == host.became(SUPPLIERS, "s-101")["Id"]


def test_a_supplier_that_an_order_has_created_already_is_taken_over(host):
    host.put(ORDERS, "4", order("4", supplier={"id": "s-102", "name": "Linen Co"}))

    host.put(SUPPLIERS, "s-102", {"name": "Linen Company", "phone": "555-0107"})

    vendor = host.became(SUPPLIERS, "s-102")
    assert host.became(ORDERS, "4")["VendorRef"]["value"] == vendor["Id"]
    assert vendor["DisplayName"] == "Linen Company"


def test_a_supplier_that_is_no_longer_one_is_an_inactive_vendor(host):
    host.put(SUPPLIERS, "s-103", {"name": "Gone Ltd"})

    host.put(SUPPLIERS, "s-103", {"name": "Gone Ltd", "active": False})

    assert host.became(SUPPLIERS, "s-103")["Active"] is False


# Outbound shipment → invoice or sales receipt, on completion

SHIPMENT_PROMISES = (
    Promise("Shipment: number", "number", kept("SH-7"), "DocNumber"),
    Promise("Shipment: date", "shipped_date", ("2026-11-02", "2026-11-03"), "TxnDate"),
    Promise("Shipment: ship date", "shipped_date", ("2026-11-02", "2026-11-03"), "ShipDate"),
    Promise("Shipment: customer", "customer.name", kept("Clinic North"), "CustomerRef.name"),
    Promise("Shipment: ship-to", "ship_to.line1", ("Gate 1", "Gate 2"), "ShipAddr.Line1"),
    Promise("Shipment: carrier", "carrier", ("UPS", "DHL"), "ShipMethodRef.value"),
    Promise("Shipment: tracking number", "tracking_number", ("T-1", "T-2"), "TrackingNum"),
    Promise("Shipment: e-mail", "email", ("a@clinic.example", "b@clinic.example"), "BillEmail.Address"),
    Promise("Shipment: memo", "memo", ("Hello", "Hi"), "CustomerMemo.value"),
    Promise("Shipment: product", "lines[0].name", kept("Mask"), f"Line[0].{SOLD}.ItemRef.name"),
    Promise("Shipment: quantity", "lines[0].quantity", (5, 6), f"Line[0].{SOLD}.Qty"),
    Promise("Shipment: price", "lines[0].unit_price", ("3.00", "3.10"), f"Line[0].{SOLD}.UnitPrice"),
    Promise("Shipment: amount", "lines[0].amount", ("15.00", "18.60"), "Line[0].Amount"),
    Promise("Shipment: description", "lines[0].description", ("Blue", "Green"), "Line[0].Description"),
    Promise("Shipment: shipping", "shipping.amount", ("4.00", "5.00"), "Line[1].Amount"),
    Promise("Shipment: total", "", kept(None), "TotalAmt", ("19.00", "23.60")),
)
INVOICE_PROMISES = (
    *SHIPMENT_PROMISES,
    Promise("Shipment as invoice: due date", "due_date", ("2026-12-02", "2026-12-15"), "DueDate"),
    Promise("Shipment as invoice: terms", "terms", ("Net 30", "Net 15"), "SalesTermRef.value", ("3", "2")),
    Promise("Shipment as invoice: to be paid", "", kept(None), "Balance", ("19.00", "23.60")),
)
RECEIPT_PROMISES = (
    *SHIPMENT_PROMISES,
    Promise("Shipment as receipt: payment reference", "payment_reference", ("4711", "4712"), "PaymentRefNum"),
    Promise(
        "Shipment as receipt: payment method",
        "payment_method",
        ("Visa", "Cash"),
        "PrivateNote",
        ("Paid by Visa\nLedgerlink shipments/sh-1", "Paid by Cash\nLedgerlink shipments/sh-1"),
    ),
    Promise("Shipment as receipt: where the money goes", "", kept(None), "DepositToAccountRef.name", kept("Checking")),
    Promise("Shipment as receipt: paid", "", kept(None), "Balance", kept(0)),
)
AS_INVOICE, AS_RECEIPT = "Invoice", "SalesReceipt"


@pytest.fixture(scope="module")
def shipments(stack: Stack) -> dict[str, tuple[Entity, Entity]]:
    found = {}
    for entity, promises in ((AS_INVOICE, INVOICE_PROMISES), (AS_RECEIPT, RECEIPT_PROMISES)):
        host = stack.connect()
        host.choose(accounts={"deposit_to": host.account("Checking")}, **settings(shipments={"entity": entity}))
        customer = {"id": "c-1", "name": "Clinic North"}
        found[entity] = pushed_twice(host, SHIPMENTS, promises, "sh-1", customer=customer, status="completed")
    return found


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize(
    ("entity", "promise"),
    [(AS_INVOICE, promise) for promise in INVOICE_PROMISES] + [(AS_RECEIPT, promise) for promise in RECEIPT_PROMISES],
    ids=lambda part: part if isinstance(part, str) else part.words,
)
def test_a_shipment_is_an_invoice_or_a_sales_receipt(shipments, entity, promise, turn):
    arrived = promise.found(shipments[entity][turn])

    assert arrived == promise.expected(turn)


def test_the_entity_of_a_changed_shipment_is_the_same(shipments):
    for created, updated in shipments.values():
        assert updated["Id"] == created["Id"]
        assert int(updated["SyncToken"]) > int(created["SyncToken"])


def shipment(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "status": "completed",
        "customer": {"id": f"c-{number}", "name": f"Clinic {number}"},
        "lines": [{"id": "l1", "sku": "MSK-2", "name": "Mask FFP2", "quantity": 5, "unit_price": "3.00"}],
        **changes,
    }


def test_a_shipment_waits_until_it_is_completed(host):
    calls = host.books.called_by(lambda: host.put(SHIPMENTS, "1", shipment("1", status="packed")))
    waiting = host.document(SHIPMENTS, "1").status

    completed = host.put(SHIPMENTS, "1", shipment("1", status="Completed"))

    assert (calls, waiting, completed.status) == ({}, "waiting_for_status", "synced")


def test_revenue_goes_to_the_account_that_is_mapped(stack):
    host = stack.connect()
    host.choose(accounts={"sales_income": host.account("Services")}, **settings())

    host.put(SHIPMENTS, "1", shipment("1"))

    assert host.books.the("Item", Sku="MSK-2")["IncomeAccountRef"]["name"] == "Services"


# Product → item

PRODUCT_PROMISES = (
    Promise("Product: name", "name", ("Scalpel", "Scalpel No. 10"), "Name"),
    Promise("Product: code", "product_code", kept("SC-10"), "Sku"),
    Promise("Product: description", "description", ("Sharp", "Sharper"), "Description"),
    Promise("Product: purchase description", "purchase_description", ("Steel", "Carbon steel"), "PurchaseDesc"),
    Promise("Product: unit cost", "unit_cost", ("1.10", "1.20"), "PurchaseCost"),
    Promise("Product: unit price", "unit_price", ("2.10", "2.20"), "UnitPrice"),
    Promise("Product: quantity, when it is created", "quantity", (40, 7), "QtyOnHand", kept(40)),
    Promise(
        "Product: start date, when it is created",
        "start_date",
        ("2026-02-01", "2026-03-01"),
        "InvStartDate",
        kept("2026-02-01"),
    ),
    Promise("Product: inventory purchases", "", kept(None), "AssetAccountRef.name", kept("Stock in hand")),
    Promise("Product: cost of goods sold", "", kept(None), "ExpenseAccountRef.name", kept("Freight In")),
    Promise("Product: shipments", "", kept(None), "IncomeAccountRef.name", kept("Services")),
)


@pytest.fixture(scope="module")
def items(stack: Stack) -> tuple[Entity, Entity]:
    host = stack.connect()
    stock = host.books.create(
        "Account", Name="Stock in hand", AccountType="Other Current Asset", AccountSubType="Inventory"
    )
    accounts = {
        "inventory_purchases": stock["Id"],
        "cost_of_goods_sold": host.account("Freight In"),
        "sales_income": host.account("Services"),
    }
    host.choose(accounts=accounts)
    return pushed_twice(host, PRODUCTS, PRODUCT_PROMISES, "p-1")


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize("promise", PRODUCT_PROMISES, ids=lambda promise: promise.words)
def test_a_product_is_an_item_with_the_mapped_accounts(items, promise, turn):
    arrived = promise.found(items[turn])

    assert arrived == promise.expected(turn)


def test_an_account_that_quickbooks_does_not_take_for_stock_is_not_mapped(stack):
    host = stack.connect()

    with pytest.raises(InvalidRequest) as refusal:
        host.choose(accounts={"cost_of_goods_sold": host.account("Purchases")})

    assert "choose one of Cost of Goods Sold" in refusal.value.fields[0]["problem"]


def test_a_mapped_account_that_quickbooks_does_not_take_for_stock_is_named_with_the_way_out(stack):
    host = stack.connect()
    host.choose(
        kinds={"products": {"type": "NonInventory"}}, accounts={"cost_of_goods_sold": host.account("Purchases")}
    )

    failed = host.put(PRODUCTS, "p-1", {"name": "Scalpel", "sku": "SC-1", "type": "Inventory"})

    assert failed.status == "sync_failed"
    assert "Cost of Goods Sold" in failed.last_error["message"]
    assert "'Accounts' in the settings" in failed.last_error["hint"]


def test_products_that_are_matched_only_are_never_created(stack):
    host = stack.connect()
    host.choose(kinds={"products": {"create": False}})
    there = host.books.create(
        "Item", Name="Gauze", Sku="GZ-1", Type="Service", IncomeAccountRef={"value": host.account("Services")},
        ExpenseAccountRef={"value": host.account("Purchases")},
    )  # fmt: skip
    unknown = order("1", lines=[{"sku": "GZ-9", "quantity": 1, "unit_cost": 1}])

    failed = host.put(ORDERS, "1", unknown)
    host.put(ORDERS, "2", order("2", lines=[{"sku": "GZ-1", "quantity": 1, "unit_cost": 1}]))

    assert failed.last_error["code"] == "product_not_matched"
    assert "GZ-9" in failed.last_error["message"]
    assert host.became(ORDERS, "2")["Line"][0][ITEM]["ItemRef"]["value"] == there["Id"]


def test_a_product_never_gets_the_sku_of_another_item(host):
    host.put(PRODUCTS, "p-10", {"name": "Splint", "sku": "SPL-1"})
    host.put(PRODUCTS, "p-11", {"name": "Splint, long", "sku": "SPL-2"})

    failed = host.put(PRODUCTS, "p-11", {"name": "Splint, long", "sku": "SPL-1"})
    renumbered = host.put(PRODUCTS, "p-11", {"name": "Splint, long", "sku": "SPL-3"})
    calls = host.books.called_by(lambda: host.put(PRODUCTS, "p-11", {"name": "Splint, longer", "sku": "SPL-3"}))

    assert (failed.last_error["category"], failed.last_error["code"]) == ("duplicate", "sku_taken")
    assert (renumbered.status, host.became(PRODUCTS, "p-11")["Sku"]) == ("synced", "SPL-3")
    assert calls == {"update": 1}


# Inventory adjustment, on approval

ADJUSTMENT_PROMISES = (
    Promise("Adjustment: number", "number", kept("7"), "DocNumber", kept("ADJ-7")),
    Promise("Adjustment: date", "adjustment_date", ("2026-11-02", "2026-11-03"), "TxnDate"),
    Promise(
        "Adjustment: reason",
        "reason",
        ("Broken", "Expired"),
        "PrivateNote",
        (
            "Broken\nCounted twice\nLedgerlink inventory-adjustments/a-1",
            "Expired\nCounted twice\nLedgerlink inventory-adjustments/a-1",
        ),
    ),
)
QUANTITY_PROMISES = (
    *ADJUSTMENT_PROMISES,
    Promise("Adjustment: product", "lines[0].name", kept("Vial"), f"Line[0].{ADJUSTED}.ItemRef.name"),
    Promise("Adjustment: what was lost", "lines[0].quantity", (-3, -4), f"Line[0].{ADJUSTED}.QtyDiff"),
    Promise("Adjustment: what was found", "lines[1].quantity", (2, 5), f"Line[1].{ADJUSTED}.QtyDiff"),
    Promise("Adjustment: another product", "lines[1].name", kept("Cork"), f"Line[1].{ADJUSTED}.ItemRef.name"),
    Promise("Adjustment: the mapped account", "", kept(None), "AdjustAccountRef.name", kept("Office Expenses")),
)
VALUE_PROMISES = (
    *ADJUSTMENT_PROMISES,
    Promise("Journal: product", "lines[0].name", kept("Vial"), "Line[0].Description", ("-3 × Vial", "-4 × Vial")),
    Promise("Journal: what was lost", "lines[0].quantity", (-3, -4), "Line[0].Amount", ("7.50", "10.00")),
    Promise("Journal: its value", "lines[0].unit_cost", kept("2.50"), "Line[1].Amount", ("7.50", "10.00")),
    Promise("Journal: stock", "", kept(None), f"Line[0].{POSTED}.AccountRef.name", kept("Inventory Asset")),
    Promise("Journal: stock that was lost", "", kept(None), f"Line[0].{POSTED}.PostingType", kept("Credit")),
    Promise(
        "Journal: the mapped account", "", kept(None), f"Line[1].{POSTED}.AccountRef.name", kept("Office Expenses")
    ),
    Promise("Journal: shrinkage", "", kept(None), f"Line[1].{POSTED}.PostingType", kept("Debit")),
    Promise("Journal: what was found", "lines[1].quantity", (2, 5), "Line[2].Amount", ("2.00", "5.00")),
    Promise(
        "Journal: another product", "lines[1].name", kept("Cork"), "Line[2].Description", ("+2 × Cork", "+5 × Cork")
    ),
    Promise("Journal: another value", "lines[1].unit_cost", kept("1.00"), "Line[3].Amount", ("2.00", "5.00")),
    Promise("Journal: stock that was found", "", kept(None), f"Line[2].{POSTED}.PostingType", kept("Debit")),
)
COMPANIES: dict[str, tuple[dict[str, Any], str, tuple[Promise, ...]]] = {
    "US Plus": ({}, "InventoryAdjustment", QUANTITY_PROMISES),
    "US Essentials": ({"plan": "Essentials"}, "JournalEntry", VALUE_PROMISES),
    "GB Plus": ({"country": "GB", "currency": "GBP"}, "JournalEntry", VALUE_PROMISES),
}


@pytest.fixture(scope="module")
def adjustments(stack: Stack) -> dict[str, tuple[Entity, Entity]]:
    found = {}
    for name, (company, _, promises) in COMPANIES.items():
        host = stack.connect(**company)
        host.choose(accounts={"adjustments": host.account("Office Expenses")}, **settings())
        others = {"memo": "Counted twice", "status": "approved"}
        found[name] = pushed_twice(host, ADJUSTMENTS, promises, "a-1", **others)
    return found


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize(
    ("company", "promise"),
    [(name, promise) for name, (_, _, promises) in COMPANIES.items() for promise in promises],
    ids=lambda part: part if isinstance(part, str) else part.words,
)
def test_an_adjustment_moves_quantities_where_quickbooks_can_and_else_values(adjustments, company, promise, turn):
    arrived = promise.found(adjustments[company][turn])

    assert arrived == promise.expected(turn)


def adjustment(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "status": "approved",
        "lines": [{"id": "l1", "sku": "VIAL-1", "name": "Vial 5 ml", "quantity": -3, "unit_cost": "2.50"}],
        **changes,
    }


@pytest.mark.parametrize(("company", "entity"), [(wishes, entity) for wishes, entity, _ in COMPANIES.values()])
def test_an_adjustment_becomes_what_the_company_has(stack, company, entity):
    host = stack.connect(**company)
    host.choose(**settings())

    host.put(ADJUSTMENTS, "1", adjustment("1"))

    assert host.document(ADJUSTMENTS, "1").quickbooks.entity == entity
    assert ("the quantities in QuickBooks do not" in host.notes(ADJUSTMENTS, "1")) == (entity == "JournalEntry")


def test_quantities_on_hand_follow_an_adjustment(host):
    host.put(ADJUSTMENTS, "10", adjustment("10"))

    assert host.books.the("Item", Sku="VIAL-1")["QtyOnHand"] == 97


def test_an_adjustment_waits_for_its_approval(host):
    calls = host.books.called_by(lambda: host.put(ADJUSTMENTS, "11", adjustment("11", status="pending")))
    waiting = host.document(ADJUSTMENTS, "11").status

    approved = host.put(ADJUSTMENTS, "11", adjustment("11", status="Approved"))

    assert (calls, waiting, approved.status) == ({}, "waiting_for_status", "synced")


def test_without_an_account_for_adjustments_shrinkage_is_found(host):
    host.put(ADJUSTMENTS, "12", adjustment("12"))

    assert host.became(ADJUSTMENTS, "12")["AdjustAccountRef"]["name"] == "Inventory Shrinkage"


@pytest.mark.parametrize("kind", ["NonInventory", "Service"])
def test_an_adjustment_is_posted_where_the_tenant_keeps_no_stock_in_quickbooks(stack, kind):
    host = stack.connect()
    host.choose(kinds={"products": {"type": kind}})
    items = len(host.books.entities("Item"))

    host.put(ADJUSTMENTS, "1", adjustment("1"))

    assert host.document(ADJUSTMENTS, "1").quickbooks.entity == "JournalEntry"
    assert len(host.books.entities("Item")) == items


def test_an_adjustment_of_an_item_without_stock_is_named_with_the_way_out(host):
    accounts = {"IncomeAccountRef": host.account("Services"), "ExpenseAccountRef": host.account("Purchases")}
    refs = {name: {"value": account} for name, account in accounts.items()}
    host.books.create("Item", Name="Leaflet", Sku="LEAF-1", Type="NonInventory", **refs)

    failed = host.put(ADJUSTMENTS, "13", adjustment("13", lines=[{"sku": "LEAF-1", "quantity": -3}]))

    assert (failed.last_error["category"], failed.last_error["code"]) == ("missing_configuration", "item_without_stock")
    assert "'Leaflet'" in failed.last_error["message"]
    assert "inventory" in failed.last_error["hint"]


def test_a_journal_entry_without_unit_costs_names_the_line(stack):
    host = stack.connect(plan="Essentials")

    failed = host.put(ADJUSTMENTS, "1", adjustment("1", lines=[{"sku": "VIAL-1", "quantity": -3}]))

    assert (failed.status, failed.last_error["code"]) == ("sync_failed", "unit_cost_missing")
    assert failed.last_error["fields"][0]["field"] == "lines[0].unit_cost"


# When documents are sent, and in which currency


@pytest.mark.parametrize(
    ("mode", "status"), [("realtime", "synced"), ("daily", "waiting_for_daily"), ("manual", "waiting_for_send")]
)
def test_the_mode_says_when_documents_are_sent(stack, mode, status):
    host = stack.connect()
    host.choose(mode=mode)

    stored = host.put(ORDERS, "1", order("1"))
    sent = host.send(ORDERS, "1")

    assert (stored.status, sent.status) == (status, "synced")


def test_documents_are_in_the_base_currency_of_the_company(stack):
    host = stack.connect(country="GB", currency="GBP")
    host.choose(**settings())

    host.put(ORDERS, "1", order("1"))
    host.put(SHIPMENTS, "1", shipment("1"))

    currencies = {host.became(kind, "1")["CurrencyRef"]["value"] for kind in (ORDERS, SHIPMENTS)}
    assert currencies == {"GBP"}


@pytest.fixture
def particular(stack: Stack) -> Iterator[Host]:
    """A company in several currencies that takes no document without one, as Intuit's reference says."""
    host = stack.connect(preferences={"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    host.choose(**settings())
    host.books.control("POST", "switches", currency_ref_required=True)
    yield host
    host.books.control("POST", "switches", currency_ref_required=False)


@pytest.mark.parametrize(("kind", "content"), [(ORDERS, order("1")), (BILLS, order("1")), (SHIPMENTS, shipment("1"))])
def test_a_document_without_a_currency_is_in_the_base_currency_of_a_company_with_several(particular, kind, content):
    particular.put(kind, "1", content)
    particular.put(kind, "1", content | {"reference": "Sent again"})

    assert particular.became(kind, "1")["CurrencyRef"]["value"] == "USD"


def test_a_journal_entry_is_in_the_base_currency_of_a_company_with_several(particular):
    particular.choose(kinds={"products": {"type": "NonInventory"}})

    particular.put(ADJUSTMENTS, "1", adjustment("1"))

    assert particular.became(ADJUSTMENTS, "1")["CurrencyRef"]["value"] == "USD"


def test_an_order_without_a_currency_is_never_taken_for_one_in_its_vendors(particular):
    particular.put(SUPPLIERS, "s-1", {"name": "Maker 1", "currency": "EUR"})

    failed = particular.put(ORDERS, "1", order("1"))

    assert failed.status == "sync_failed"
    assert "currency" in failed.last_error["message"]


def test_no_taxes_are_sent_that_the_document_does_not_name(host):
    host.put(ORDERS, "20", order("20"))

    sent = host.became(ORDERS, "20")

    assert sent["TotalAmt"] == Decimal("25.00")
    assert "TxnTaxDetail" not in sent
