"""ION's documentation, promise by promise: purchases that are 'Ordered', parts, expense codes, classes, currencies."""

from typing import Any

import pytest

from ledgerlink.errors import InvalidRequest
from tests.integration.push.promises import CREATED, UPDATED, Promise, document, kept
from tests.integration.push.stack import Entity, Host, Stack

ORDERS, PARTS = "purchase-orders", "products"
ITEM, ACCOUNT = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"
CLASSES = {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}}
EUROS = {"CurrencyPrefs": {"MultiCurrencyEnabled": True}}
AS_ION = {"kinds": {"purchase-orders": {"number_pattern": "{number}", "push_when": ["ordered"]}}}

PROMISES = (
    Promise("Purchase Order ID", "number", kept("1042"), "DocNumber"),
    Promise("Purchase Order Supplier", "supplier.name", kept("Orbit Alloys"), "VendorRef.name"),
    Promise("Purchase Order Currency", "currency", kept("EUR"), "CurrencyRef.value"),
    Promise("Purchase Order Currency: rate", "exchange_rate", ("1.10", "1.12"), "ExchangeRate"),
    Promise("Purchase Order Shipping Address: street", "ship_to.line1", ("Hangar 7", "Hangar 8"), "ShipAddr.Line1"),
    Promise("Purchase Order Shipping Address: city", "ship_to.city", ("Mojave", "Reno"), "ShipAddr.City"),
    Promise(
        "Purchase Order Shipping Address: region", "ship_to.region", ("CA", "NV"), "ShipAddr.CountrySubDivisionCode"
    ),
    Promise(
        "Purchase Order Shipping Address: postal code",
        "ship_to.postal_code",
        ("93501", "89501"),
        "ShipAddr.PostalCode",
    ),
    Promise("Part Number", "lines[0].part_number", kept("BRKT-104"), f"Line[0].{ITEM}.ItemRef.name"),
    Promise("Purchase Order Line Quantity", "lines[0].quantity", (3, 4), f"Line[0].{ITEM}.Qty"),
    Promise("Purchase Order Line Unit Cost", "lines[0].unit_cost", ("18.40", "18.4125"), f"Line[0].{ITEM}.UnitPrice"),
    Promise("Purchase Order Line Total Cost", "lines[0].amount", ("55.20", "73.65"), "Line[0].Amount"),
    Promise("Purchase Order Line Description", "lines[0].description", ("Bracket", "Strut"), "Line[0].Description"),
    Promise(
        "Purchase Order Line Class (As Required)",
        "lines[0].class",
        ("Wholesale", "Retail"),
        f"Line[0].{ITEM}.ClassRef.name",
    ),
    Promise("Categorized line: Description", "lines[1].description", ("Anodising", "Plating"), "Line[1].Description"),
    Promise("Categorized line: Quantity, in its total", "lines[1].quantity", (2, 3), "Line[1].Amount", (60, 90)),
    Promise("Categorized line: Unit Cost, in its total", "lines[1].unit_cost", kept("30"), "Line[1].Amount", (60, 90)),
    Promise("Categorized line: Total Cost", "lines[1].amount", ("60.00", "90.00"), "Line[1].Amount"),
    Promise(
        "Purchase Order Line Expense Account (As Required)",
        "lines[1].expense_account",
        ("Repairs & Maintenance", "Utilities"),
        f"Line[1].{ACCOUNT}.AccountRef.name",
    ),
    Promise(
        "Categorized line: Class (As Required)",
        "lines[1].class",
        ("Online", "Wholesale"),
        f"Line[1].{ACCOUNT}.ClassRef.name",
    ),
    Promise("Purchase Order Fee Name", "costs[0].name", ("Expedite", "Expedite fee"), "Line[2].Description"),
    Promise("Purchase Order Fee Value", "costs[0].amount", ("25.00", "35.00"), "Line[2].Amount"),
    Promise(
        "Purchase Order Fee: its own account",
        "costs[0].account",
        ("Bank Charges", "Advertising"),
        f"Line[2].{ACCOUNT}.AccountRef.name",
    ),
    Promise(
        "Purchase Order Fee: its class", "costs[0].class", ("Retail", "Online"), f"Line[2].{ACCOUNT}.ClassRef.name"
    ),
)


@pytest.fixture(scope="module")
def pushed(stack: Stack) -> tuple[Entity, Entity]:
    host = stack.connect(preferences=CLASSES | EUROS)
    host.choose(**AS_ION)
    host.put(ORDERS, "1042", _order(CREATED))
    created = host.became(ORDERS, "1042")
    host.put(ORDERS, "1042", _order(UPDATED))
    return created, host.became(ORDERS, "1042")


def _order(turn: int) -> dict[str, Any]:
    return document(PROMISES, turn, supplier={"id": "s-1", "name": "Orbit Alloys"}, status="ordered")


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_new_order(pushed, promise):
    created, _ = pushed

    arrived = promise.found(created)

    assert arrived == promise.expected(CREATED)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_order_that_was_changed(pushed, promise):
    _, updated = pushed

    arrived = promise.found(updated)

    assert arrived == promise.expected(UPDATED)


def test_a_change_updates_the_same_order(pushed):
    created, updated = pushed

    assert updated["Id"] == created["Id"]
    assert int(updated["SyncToken"]) > int(created["SyncToken"])


@pytest.fixture(scope="module")
def host(stack: Stack) -> Host:
    """A company in US dollars with classes on lines."""
    host = stack.connect(preferences=CLASSES)
    host.choose(**AS_ION)
    return host


def order(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "status": "ordered",
        "supplier": {"id": f"s-{number}", "name": f"Forge {number}"},
        "lines": [line()],
        **changes,
    }


def line(**changes: Any) -> dict[str, Any]:
    return {"part_number": "BOLT-8", "quantity": 2, "unit_cost": "1.25", **changes}


# When it is sent


def test_a_purchase_is_sent_when_it_becomes_ordered(host):
    calls = host.books.called_by(lambda: host.put(ORDERS, "1", order("1", status="draft")))
    waiting = host.document(ORDERS, "1").status

    ordered = host.put(ORDERS, "1", order("1", status="Ordered"))

    assert (calls, waiting) == ({}, "waiting_for_status")
    assert (ordered.status, ordered.quickbooks.doc_number) == ("synced", "1")


# Items and categories


def test_a_line_without_an_expense_code_is_an_item_line_and_one_with_it_a_category_line(host):
    host.put(ORDERS, "2", order("2", lines=[line(), line(expense_account="Utilities")]))

    kinds = [one["DetailType"] for one in host.became(ORDERS, "2")["Line"]]

    assert kinds == [ITEM, ACCOUNT]


def test_a_category_line_without_a_description_tells_the_part(host):
    lines = [
        line(expense_account="Utilities"),
        line(expense_account="Utilities", name="Bolt"),
        line(part_number="", product_id="7001", expense_account="Utilities"),
    ]

    host.put(ORDERS, "2b", order("2b", lines=lines))

    assert [one["Description"] for one in host.became(ORDERS, "2b")["Line"]] == ["BOLT-8", "Bolt", "7001"]


def test_an_expense_code_may_be_the_number_of_an_account(host):
    account = host.books.create("Account", Name="Test stands", AcctNum="6150", AccountType="Expense")

    host.put(ORDERS, "3", order("3", lines=[line(expense_account="6150")]))

    assert host.became(ORDERS, "3")["Line"][0][ACCOUNT]["AccountRef"]["value"] == account["Id"]


def test_a_part_number_becomes_the_sku_of_the_item(host):
    host.put(ORDERS, "4", order("4", lines=[line(part_number="STRUT-77", name="Strut, long")]))

    item = host.books.the("Item", Sku="STRUT-77")
    assert (item["Name"], item["Type"]) == ("Strut, long", "Inventory")


@pytest.mark.parametrize(
    ("number", "wrong", "code", "named"),
    [
        ("10", {"expense_account": "9999"}, "account_missing", "'9999'"),
        ("11", {"class": "Propulsion"}, "class_missing", "'Propulsion'"),
    ],
)
def test_data_that_is_out_of_sync_is_named(host, number, wrong, code, named):
    failed = host.put(ORDERS, number, order(number, lines=[line(**wrong)]))

    assert failed.status == "sync_failed"
    assert (failed.last_error["category"], failed.last_error["code"]) == ("out_of_sync", code)
    assert named in failed.last_error["message"]


def test_an_expense_code_that_is_made_in_quickbooks_afterwards_is_found_when_the_order_is_sent_again(host):
    host.put(ORDERS, "12", order("12", lines=[line(expense_account="Wind tunnel")]))
    host.books.create("Account", Name="Wind tunnel", AccountType="Expense")

    sent = host.send(ORDERS, "12")

    assert sent.status == "synced"
    assert host.became(ORDERS, "12")["Line"][0][ACCOUNT]["AccountRef"]["name"] == "Wind tunnel"


def test_a_class_that_the_company_does_not_track_is_refused_with_the_way_out(stack):
    host = stack.connect()
    host.choose(**AS_ION)

    failed = host.put(ORDERS, "1", order("1", lines=[line(**{"class": "Wholesale"})]))

    assert failed.last_error["code"] == "class_tracking_off"
    assert "Account and settings" in failed.last_error["hint"]


def test_the_class_of_an_order_is_that_of_every_line_without_one(host):
    lines = [line(), line(part_number="NUT-8", **{"class": "Online"})]
    costs = [{"name": "Expedite", "amount": 5}]

    host.put(ORDERS, "13", order("13", lines=lines, costs=costs, **{"class": "Retail"}))

    details = [one[one["DetailType"]] for one in host.became(ORDERS, "13")["Line"]]
    assert [detail["ClassRef"]["name"] for detail in details] == ["Retail", "Online", "Retail"]


def test_one_class_for_the_whole_order_where_the_company_tracks_it_so(stack):
    host = stack.connect(preferences={"AccountingInfoPrefs": {"ClassTrackingPerTxn": True}})
    host.choose(**AS_ION)

    host.put(ORDERS, "1", order("1", **{"class": "Retail"}))

    assert host.became(ORDERS, "1")["ClassRef"]["name"] == "Retail"


# Numbers


@pytest.mark.parametrize(
    ("pattern", "number", "expected"),
    [("{number}", "5d1f0c9e", "5d1f0c9e"), ("PO-{number}", "77", "PO-77"), ("{number}/ION", "78", "78/ION")],
)
def test_the_document_number_follows_the_pattern(host, pattern, number, expected):
    host.choose(kinds={"purchase-orders": {"number_pattern": pattern}})

    host.put(ORDERS, number, order(number))

    host.choose(**AS_ION)
    assert host.became(ORDERS, number)["DocNumber"] == expected


def test_a_number_that_quickbooks_could_not_hold_is_refused_before_any_call(stack):
    host = stack.connect()

    def put() -> None:
        with pytest.raises(InvalidRequest, match="has 23 characters; QuickBooks takes 21") as refused:
            host.put(ORDERS, "1", order("12345678901234567890"))
        assert refused.value.code == "number_too_long"

    assert host.books.called_by(put) == {}


# Accounts payable


def test_the_accounts_payable_that_is_chosen_is_that_of_the_order(stack):
    host = stack.connect()
    payable = host.books.create("Account", Name="Payables, hardware", AccountType="Accounts Payable")
    host.choose(accounts={"accounts_payable": payable["Id"]}, **AS_ION)

    host.put(ORDERS, "1", order("1"))

    assert host.became(ORDERS, "1")["APAccountRef"]["value"] == payable["Id"]


# Currencies


def test_a_vendor_that_is_created_for_an_order_in_euros_has_euros(stack):
    host = stack.connect(preferences=EUROS)
    host.choose(**AS_ION)

    host.put(ORDERS, "1", order("1", currency="EUR"))

    assert host.books.the("Vendor", DisplayName="Forge 1")["CurrencyRef"]["value"] == "EUR"
    assert host.became(ORDERS, "1")["CurrencyRef"]["value"] == "EUR"


def test_an_order_in_the_vendors_other_currency_says_so(stack):
    host = stack.connect(preferences=EUROS)
    host.choose(**AS_ION)
    host.put(ORDERS, "1", order("1", currency="USD"))

    failed = host.put(ORDERS, "2", order("2", currency="EUR", supplier=order("1")["supplier"]))

    assert failed.status == "sync_failed"
    assert "currency" in failed.last_error["message"]


def test_an_order_in_a_foreign_currency_is_refused_while_the_company_keeps_one(host):
    failed = host.put(ORDERS, "20", order("20", currency="EUR"))

    assert (failed.status, failed.last_error["code"]) == ("sync_failed", "multicurrency_off")
    assert failed.last_error["message"] == "The document is in EUR, but the QuickBooks company only keeps USD."
    assert "Turn on multicurrency" in failed.last_error["hint"]


def test_an_order_in_the_home_currency_needs_no_multicurrency(host):
    host.put(ORDERS, "21", order("21", currency="USD", lines=[line(currency="USD")]))

    assert host.became(ORDERS, "21")["CurrencyRef"]["value"] == "USD"


def test_multicurrency_that_was_just_turned_on_is_noticed(stack):
    host = stack.connect()
    host.choose(**AS_ION)
    host.put(ORDERS, "1", order("1", currency="EUR"))
    host.books.prefer(**EUROS)
    host.age_description()

    sent = host.send(ORDERS, "1")

    assert sent.status == "synced"


# Parts

PART_PROMISES = (
    Promise("Part: name", "name", ("Bracket", "Bracket, new"), "Name"),
    Promise("Part: number", "sku", kept("BRKT-9"), "Sku"),
    Promise("Part: description", "description", ("For sale", "For sale, new"), "Description"),
    Promise("Part: purchase description", "purchase_description", ("To buy", "To buy, new"), "PurchaseDesc"),
    Promise("Part: unit cost", "unit_cost", ("12.50", "13.75"), "PurchaseCost"),
    Promise("Part: unit price", "unit_price", ("20.00", "21.00"), "UnitPrice"),
    Promise("Part: inventoried item", "", kept(None), "Type", kept("Inventory")),
    Promise("Part: inventoried item, tracked", "", kept(None), "TrackQtyOnHand", kept(True)),
    Promise("Part: inventory asset account", "", kept(None), "AssetAccountRef.name", kept("Inventory Asset")),
    Promise("Part: income account", "", kept(None), "IncomeAccountRef.name", kept("Sales of Product Income")),
    Promise("Part: expense account", "", kept(None), "ExpenseAccountRef.name", kept("Cost of Goods Sold")),
)


@pytest.fixture(scope="module")
def parts(host: Host) -> tuple[Entity, Entity]:
    host.put(PARTS, "p-1", document(PART_PROMISES, CREATED))
    created = host.became(PARTS, "p-1")
    host.put(PARTS, "p-1", document(PART_PROMISES, UPDATED))
    return created, host.became(PARTS, "p-1")


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize("promise", PART_PROMISES, ids=lambda promise: promise.words)
def test_a_part_is_an_inventoried_item_when_it_is_created_or_updated(parts, promise, turn):
    arrived = promise.found(parts[turn])

    assert arrived == promise.expected(turn)


def test_a_part_that_is_no_longer_made_is_inactive_and_can_be_made_active_again(host):
    host.put(PARTS, "p-2", {"name": "Washer", "sku": "WSH-1"})
    host.put(PARTS, "p-2", {"name": "Washer", "sku": "WSH-1", "active": False})
    gone = host.became(PARTS, "p-2")

    host.put(PARTS, "p-2", {"name": "Washer", "sku": "WSH-1", "active": True})

    again = host.became(PARTS, "p-2")
    assert (gone["Active"], again["Active"], again["Name"]) == (False, True, "Washer")


def test_the_item_of_a_part_is_the_one_that_orders_name(host):
    host.put(PARTS, "p-3", {"name": "Spring", "sku": "SPR-1"})

    host.put(ORDERS, "30", order("30", lines=[line(product_id="p-3", part_number="SPR-1")]))

    spring = host.became(PARTS, "p-3")
    assert host.became(ORDERS, "30")["Line"][0][ITEM]["ItemRef"]["value"] == spring["Id"]


def test_a_part_that_an_order_has_created_already_is_taken_over(host):
    host.put(ORDERS, "31", order("31", lines=[line(part_number="PIN-1", name="Pin")]))
    item = host.books.the("Item", Sku="PIN-1")

    host.put(PARTS, "p-4", {"name": "Pin, hardened", "sku": "PIN-1"})

    assert host.became(PARTS, "p-4")["Id"] == item["Id"]
    assert host.books.the("Item", Sku="PIN-1")["Name"] == "Pin, hardened"
