"""The address that opens an entity in QuickBooks."""

import pytest

from ledgerlink.quickbooks.links import entity_url

PRODUCTION = "https://app.qbo.intuit.com"


def test_a_transaction_opens_in_its_own_company():
    url = entity_url(PRODUCTION, "PurchaseOrder", "125", "9341454273912345")

    assert url == (
        "https://app.qbo.intuit.com/app/login?pagereq=purchaseorder%3FtxnId%3D125&deeplinkcompanyid=9341454273912345"
    )


@pytest.mark.parametrize(
    ("entity", "page"),
    [
        ("Bill", "bill%3FtxnId%3D7"),
        ("Invoice", "invoice%3FtxnId%3D7"),
        ("SalesReceipt", "salesreceipt%3FtxnId%3D7"),
        ("JournalEntry", "journal%3FtxnId%3D7"),
        ("Vendor", "vendordetail%3FnameId%3D7"),
        ("Customer", "customerdetail%3FnameId%3D7"),
        ("Account", "register%3FaccountId%3D7"),
        ("Item", "item%3FitemId%3D7"),
    ],
)
def test_each_entity_has_its_page(entity, page):
    assert entity_url("https://app.sandbox.qbo.intuit.com", entity, "7", "1") == (
        f"https://app.sandbox.qbo.intuit.com/app/login?pagereq={page}&deeplinkcompanyid=1"
    )


def test_an_entity_without_a_page_has_no_address():
    assert entity_url(PRODUCTION, "InventoryAdjustment", "7", "1") is None


def test_an_odd_id_stays_inside_its_parameter():
    assert entity_url(PRODUCTION, "Bill", "7&x=1", "1#2") == (
        "https://app.qbo.intuit.com/app/login?pagereq=bill%3FtxnId%3D7%2526x%253D1&deeplinkcompanyid=1%232"
    )
