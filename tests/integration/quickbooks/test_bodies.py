"""What the field table lets through, the simulator takes; what it stops would have been refused."""

from decimal import Decimal

import pytest

from ledgerlink import errors
from ledgerlink.quickbooks.check_body import check_body
from ledgerlink.quickbooks.fields import ENTITIES
from ledgerlink.quickbooks.queries import Select
from tests.unit.quickbooks.bodies import adjustment_line, body_of, item_line, posting, ref, sales_line


@pytest.fixture
def bodies(company):
    """The smallest body of each entity, its references those of the company."""

    def first(entity, **having):
        select = Select(entity)
        for name, value in having.items():
            select = select.where(name, "=", value)
        return company.query(select.order_by("Id").page(1, 1))[0]["Id"]

    vendor, customer, item = first("Vendor"), first("Customer"), first("Item")
    payable, expense = first("Account", AccountType="Accounts Payable"), first("Account", AccountType="Expense")
    income = first("Account", AccountType="Income")
    stock = company.create(
        "Item",
        {
            "Name": "Stocked bolt",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": Decimal(10),
            "InvStartDate": "2026-01-01",
            "IncomeAccountRef": ref(first("Account", AccountSubType="SalesOfProductIncome")),
            "ExpenseAccountRef": ref(first("Account", AccountType="Cost of Goods Sold")),
            "AssetAccountRef": ref(first("Account", AccountSubType="Inventory")),
        },
        "request-stock",
    )["Id"]

    def with_item(line):
        line[line["DetailType"]]["ItemRef"] = ref(item)
        return [line]

    def with_account(line, account):
        line["JournalEntryLineDetail"]["AccountRef"] = ref(account)
        return line

    journal = [with_account(posting("Debit"), expense), with_account(posting("Credit"), income)]
    adjusted = adjustment_line(ItemRef=ref(stock))
    changes = {
        "Bill": {"VendorRef": ref(vendor), "Line": with_item(item_line())},
        "Customer": {"DisplayName": "A customer of ours"},
        "Estimate": {"CustomerRef": ref(customer), "Line": with_item(sales_line())},
        "InventoryAdjustment": {"AdjustAccountRef": ref(expense), "Line": [adjusted]},
        "Invoice": {"CustomerRef": ref(customer), "Line": with_item(sales_line())},
        "Item": {"ExpenseAccountRef": ref(expense)},
        "JournalEntry": {"Line": journal},
        "PurchaseOrder": {"VendorRef": ref(vendor), "APAccountRef": ref(payable), "Line": with_item(item_line())},
        "SalesReceipt": {"Line": with_item(sales_line())},
        "Account": {"Name": "Freight of ours"},
    }
    return {entity: body_of(entity, **changes.get(entity, {})) for entity in ENTITIES}


def test_the_smallest_body_of_every_entity_is_taken(company, bodies):
    for number, (entity, body) in enumerate(bodies.items()):
        created = company.create(entity, body, f"request-{number}")

        assert created["Id"], entity


def test_a_transaction_can_be_changed_voided_and_deleted(company, bodies):
    invoice = company.create("Invoice", bodies["Invoice"], "r1")
    change = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True, "PrivateNote": "Call first"}
    changed = company.update("Invoice", change, "r2")

    voided = company.void("Invoice", invoice["Id"], changed["SyncToken"], "r3")
    company.delete("Invoice", invoice["Id"], voided["SyncToken"], "r4")

    assert (changed["PrivateNote"], voided["PrivateNote"]) == ("Call first", "Voided")
    assert voided["TotalAmt"] == 0
    with pytest.raises(errors.OutOfSync):
        company.read("Invoice", invoice["Id"])


def test_a_sales_receipt_is_voided_too(company, bodies):
    receipt = company.create("SalesReceipt", bodies["SalesReceipt"], "r1")

    voided = company.void("SalesReceipt", receipt["Id"], receipt["SyncToken"], "r2")

    assert voided["TotalAmt"] == 0


def test_a_void_or_delete_with_an_old_sync_token_is_stale(company, bodies):
    invoice = company.create("Invoice", bodies["Invoice"], "r1")
    change = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True, "PrivateNote": "Call first"}
    company.update("Invoice", change, "r2")

    with pytest.raises(errors.StaleSyncToken):
        company.void("Invoice", invoice["Id"], invoice["SyncToken"], "r3")
    with pytest.raises(errors.StaleSyncToken):
        company.delete("Invoice", invoice["Id"], invoice["SyncToken"], "r4")


@pytest.mark.parametrize(
    ("entity", "change"),
    [
        ("Vendor", {"DisplayName": "A:B"}),
        ("Vendor", {"DisplayName": "x" * 501}),
        ("Vendor", {"PrimaryEmailAddr": {"Address": "nobody"}}),
        ("Vendor", {"DisplayName": None}),
        ("Item", {"Name": "x" * 101}),
        ("Item", {"Type": "Group"}),
        ("PurchaseOrder", {"DocNumber": "9" * 22}),
        ("PurchaseOrder", {"VendorRef": None}),
        ("PurchaseOrder", {"Line": []}),
        ("PurchaseOrder", {"TxnDate": "21.11.2026"}),
        ("Bill", {"Line": None}),
        ("Invoice", {"CustomerRef": None}),
        ("JournalEntry", {"Line": [posting("Left")]}),
        ("InventoryAdjustment", {"AdjustAccountRef": None}),
        ("Vendor", {"Shoe": 1}),
    ],
)
def test_what_the_table_stops_the_simulator_would_have_refused(company, bodies, entity, change):
    body = {name: value for name, value in (bodies[entity] | change).items() if value is not None}

    with pytest.raises(errors.DocumentRejected):
        check_body(entity, body, "create")
    with pytest.raises(errors.Permanent):
        company.call("POST", entity.lower(), operation="test", body=body)
