"""QuickBooks' rows in our words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.normalise import ItemTexts, decimal_text, normalise, state_of, with_items
from ledgerlink.domain.record_hash import content_hash
from ledgerlink.domain.records import ENTITIES, State, instant
from tests.unit.inbound.books import item, line, order


def test_a_purchase_order_has_its_number_vendor_dates_and_lines():
    form = normalise("PurchaseOrder", order(DueDate="2026-12-01", Memo="To the back door"))

    assert (form["number"], form["date"], form["due_date"]) == ("1001", "2026-11-21", "2026-12-01")
    assert form["vendor"] == {"id": "3", "name": "Alder Farm"}
    assert (form["status"], form["currency"], form["total"], form["memo"]) == (
        "open",
        "USD",
        "13.5",
        "To the back door",
    )
    assert form["lines"] == [
        {
            "id": "1",
            "kind": "item",
            "item_id": "5",
            "sku": None,
            "name": "Apples",
            "description": None,
            "quantity": "3",
            "unit_price": "4.5",
            "amount": "13.5",
            "account": None,
        }
    ]


def test_sales_have_a_customer_and_no_subtotal():
    sold = {"ItemRef": {"value": "5", "name": "Apples"}, "Qty": Decimal(2), "UnitPrice": Decimal(5)}
    row = {
        "CustomerRef": {"value": "8", "name": "Amber Cafe"},
        "CustomerMemo": {"value": "Thanks"},
        "Line": [
            {"Id": "1", "Amount": Decimal(10), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": sold},
            {"Amount": Decimal(10), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ],
    }

    for entity in ("Estimate", "Invoice", "SalesReceipt"):
        form = normalise(entity, row)
        assert form["customer"] == {"id": "8", "name": "Amber Cafe"}
        assert [found["item_id"] for found in form["lines"]] == ["5"]
        assert form["memo"] == "Thanks"


def test_the_lines_of_a_bundle_follow_it():
    inner = {"Line": [line("3"), line("4")], "GroupItemRef": {"value": "9", "name": "Basket"}, "Quantity": Decimal(1)}
    bundle = {"Id": "2", "DetailType": "GroupLineDetail", "GroupLineDetail": inner}

    form = normalise("Bill", order(Line=[bundle, line("5")]))

    assert [(found["id"], found["kind"], found["item_id"]) for found in form["lines"]] == [
        ("2", "group", "9"),
        ("3", "item", "5"),
        ("4", "item", "5"),
        ("5", "item", "5"),
    ]


def test_lines_take_sku_and_name_from_the_item():
    form = with_items(normalise("PurchaseOrder", order()), {"5": ItemTexts("Red apples", "Fruit:Red apples", "APL-2")})

    assert (form["lines"][0]["sku"], form["lines"][0]["name"]) == ("APL-2", "Red apples")


def test_an_item_and_names_have_their_texts():
    thing = normalise("Item", item(PurchaseDesc="A crate", PurchaseCost=Decimal("1.150")))
    vendor = normalise("Vendor", {"DisplayName": "Alder", "BillAddr": {"Line1": "1 Lane", "City": "Reno"}})

    assert (thing["sku"], thing["price"], thing["cost"]) == ("APL-1", "5", "1.15")
    assert thing["purchase_description"] == "A crate"
    assert vendor["address"] == {"line1": "1 Lane", "city": "Reno"}


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_a_row_of_nothing_is_no_error(entity):
    assert normalise(entity, {"Line": [{}, None, "x"], "BillAddr": "x", "VendorRef": []}) is not None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**15), max_value=10**15))
def test_money_is_a_plain_decimal_that_loses_nothing(amount):
    text = decimal_text(amount)

    assert text is not None
    assert Decimal(text) == amount
    assert "E" not in text
    assert text == "0" or not (("." in text) and text.endswith("0"))


@pytest.mark.parametrize("value", [None, True, "12", Decimal("NaN"), Decimal("1E+400"), 1.5])
def test_what_is_no_number_is_nothing(value):
    assert decimal_text(value) is None


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({}, State.ACTIVE),
        ({"Active": False}, State.INACTIVE),
        ({"PrivateNote": "Voided", "TotalAmt": Decimal(0)}, State.VOIDED),
        ({"PrivateNote": "Voided - was a mistake", "TotalAmt": Decimal("0.00")}, State.VOIDED),
        ({"PrivateNote": "Voided the earlier one", "TotalAmt": Decimal(5)}, State.ACTIVE),
        ({"PrivateNote": "", "TotalAmt": Decimal(0)}, State.ACTIVE),
    ],
)
def test_the_state_is_read_from_the_row(row, state):
    assert state_of(row) is state


@pytest.mark.parametrize(
    "change",
    [
        {"SyncToken": "9"},
        {"MetaData": {"LastUpdatedTime": "2027-01-01T00:00:00-08:00"}},
        {"Balance": Decimal(99)},
        {"EmailStatus": "EmailSent"},
        {"TotalAmt": Decimal("13.500")},
        {"Memo": None},
        {"LinkedTxn": []},
        {"ShipAddr": {"Id": "99", "Line1": "100 DOCK road", "Line2": "Oakland", "Lat": "1"}},
    ],
)
def test_what_is_no_content_does_not_change_the_hash(change):
    row = order(ShipAddr={"Id": "4", "Line1": "100 Dock Road", "City": "Oakland"}, Balance=Decimal(1))

    assert content_hash(row | change) == content_hash(row)


@pytest.mark.parametrize(
    "change",
    [
        {"DocNumber": "1002"},
        {"POStatus": "Closed"},
        {"Line": [line(Amount=Decimal("13.51"))]},
        {"LinkedTxn": [{"TxnId": "7", "TxnType": "Bill"}]},
        {"ShipAddr": {"Line1": "1 Other Road"}},
    ],
)
def test_what_a_bookkeeper_calls_a_change_changes_the_hash(change):
    row = order(ShipAddr={"Line1": "100 Dock Road"})

    assert content_hash(row | change) != content_hash(row)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-11-01T01:30:00-07:00", "2026-11-01T01:10:00-08:00"),
        ("2026-11-01T08:59:59Z", "2026-11-01T01:59:59.5-07:00"),
        ("2027-03-14T01:59:59-08:00", "2027-03-14T03:00:00-07:00"),
    ],
)
def test_times_around_a_change_of_daylight_saving_are_compared_as_instants(earlier, later):
    before, after = instant(earlier), instant(later)

    assert before is not None
    assert after is not None
    assert before < after


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-11-21", "2026-11-21T10:00:00"])
def test_a_time_without_a_zone_is_no_instant(text):
    assert instant(text) is None
