"""What sending would do, in a bookkeeper's words."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.domain.difference import Change
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import OutOfSync
from ledgerlink.pages.preview import field_words, preview_view
from ledgerlink.usecases.push.intend_write import Action
from ledgerlink.usecases.push.preview_document import Preview
from ledgerlink.usecases.push.preview_references import HowNamed, Reference

KEY = DocumentKey("acme", "purchase-orders", "po-7")
VENDOR = Reference("suppliers", "s-1", HowNamed.LINKED, "Vendor", "102", "Harbour Supplies")
ITEM = Reference("products", "sku:BOLT-8", HowNamed.WOULD_BE_CREATED, "Item", None, "Bolt M8", {"Name": "Bolt M8"})


def preview(action: Action = Action.UPDATE, entity: str | None = "PurchaseOrder", **facts: Any) -> Preview:
    return Preview(KEY, entity=entity, action=action, **facts)


def change(path: str, now: Any, then: Any) -> tuple[str, str, str]:
    """A row of the table of differences."""
    (row,) = preview_view(preview(difference=[Change(path, now, then)], references=[VENDOR]))["changes"]
    return row["field"], row["now"], row["then"]


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (preview(Action.CREATE), "Sending it now would create a purchase order in QuickBooks."),
        (preview(Action.CREATE, "Invoice"), "Sending it now would create an invoice in QuickBooks."),
        (
            preview(difference=[Change("Memo", "", "x")]),
            "Sending it now would change its purchase order in QuickBooks.",
        ),
        (preview(), "Its purchase order in QuickBooks is the same already: sending it now would change nothing."),
        (
            preview(Action.REATTACH, "Vendor"),
            "QuickBooks has a vendor under this number or name already: it would be taken over.",
        ),
        (preview(Action.NONE, problems=[OutOfSync("gone")]), "It could not be sent as things stand."),
        (preview(Action.NONE, None), "Nothing would be sent now."),
    ],
)
def test_a_sentence_says_what_would_happen(shown: Preview, sentence: str):
    assert preview_view(shown)["sentence"] == sentence


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Memo", "Memo"),
        ("TxnDate", "Date"),
        ("VendorRef", "Vendor"),
        ("BillAddr.PostalCode", "Billing address, postal code"),
        ("ItemBasedExpenseLineDetail.UnitPrice", "Price"),
        ("SalesTermRef", "Terms"),
    ],
)
def test_fields_are_called_as_on_quickbooks_screens(path: str, words: str):
    assert field_words(path) == words


@pytest.mark.parametrize(
    ("path", "now", "then", "row"),
    [
        ("Memo", "", "Ring twice", ("Memo", "nothing", "Ring twice")),
        ("Line[3].Amount", Decimal("15.00"), Decimal("16.25"), ("Line 3: Amount", "15.00", "16.25")),
        ("Line[3].SalesItemLineDetail.Qty", 0, Decimal("1E+2"), ("Line 3: Quantity", "0", "100")),
        ("VendorRef", {"value": "9", "name": "Old Co"}, {"value": "102"}, ("Vendor", "Old Co", "Harbour Supplies")),
        ("VendorRef", None, {"value": "new Vendor 'O'Neill'"}, ("Vendor", "nothing", "O'Neill (new)")),
        ("ItemRef", None, {"value": "102"}, ("Item", "nothing", "102")),
        ("Active", True, False, ("Active", "yes", "no")),
        (
            "Line[new 2]",
            None,
            {"DetailType": "X", "Amount": 6, "LinkedTxn": []},
            ("New line 2", "nothing", "Amount: 6"),
        ),
        (
            "Line[4]",
            {"Id": "4", "Description": "Nut", "Amount": 2},
            None,
            ("Line 4", "Description: Nut; Amount: 2", "removed"),
        ),
    ],
)
def test_a_difference_is_readable(path: str, now: Any, then: Any, row: tuple[str, str, str]):
    assert change(path, now, then) == row


def test_what_is_named_says_how_it_would_be_had():
    account = Reference("accounts", "cost_of_goods_sold", HowNamed.FOUND, "Account", "80", "Cost of Goods Sold")

    rows = preview_view(preview(references=[VENDOR, ITEM, account]))["references"]

    assert [(row["kind"], row["host_id"], row["name"], row["how"]) for row in rows] == [
        ("Supplier", "s-1", "Harbour Supplies", "Known from before"),
        ("Product", "SKU BOLT-8", "Bolt M8", "Would be created"),
        ("Account", "Cost of goods sold", "Cost of Goods Sold", "Found in QuickBooks"),
    ]
    assert [json.loads(row["body"]) if row["body"] else None for row in rows] == [None, {"Name": "Bolt M8"}, None]


def test_the_body_is_shown_exactly():
    body = {"DocNumber": "7", "Line": [{"Amount": Decimal("12.50"), "Description": "Söhne"}]}

    shown = preview_view(preview(body=body))["body"]

    assert json.loads(shown) == {"DocNumber": "7", "Line": [{"Amount": 12.5, "Description": "Söhne"}]}
    assert "Söhne" in shown
