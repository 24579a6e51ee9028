"""The pages that "Open in QuickBooks" opens."""

import pytest
import requests

from tests.integration.local_quickbooks.bodies import adjusted, bill, posting, sale


def page(books, path):
    return requests.get(f"{books.url}{path}", timeout=10, allow_redirects=False)


@pytest.mark.parametrize("where", ["", "&realmId={realm}", "&companyId={realm}"])
def test_an_order_has_a_page_with_its_lines(books, where):
    order = books.read("PurchaseOrder", "1")

    response = page(books, f"/app/purchaseorder?txnId=1{where.format(realm=books.realm_id)}")

    assert response.status_code == 200
    assert order["DocNumber"] in response.text
    assert order["VendorRef"]["name"] in response.text
    assert f"{order['TotalAmt']:.2f}" in response.text
    assert order["Line"][0]["ItemBasedExpenseLineDetail"]["ItemRef"]["name"] in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/app/",
        "/app/company?realmId={realm}",
        "/app/company?realmId={realm}&list=Account",
        "/app/company?realmId={realm}&list=Preferences",
        "/app/vendordetail?nameId=1",
        "/app/customerdetail?nameId=11",
        "/app/item?itemId=1",
        "/app/account?accountId=1",
        "/app/register?accountId=1",
        "/app/employeedetail?nameId=21",
        "/app/term?id=1",
        "/app/taxcode?id=TAX",
        "/app/items",
        "/app/invoices?companyId={realm}",
        "/app/chartofaccounts",
        "/app/company?realmId={realm}&list=Bill",
    ],
)
def test_every_list_and_entity_has_a_page(books, path):
    response = page(books, path.format(realm=books.realm_id))

    assert response.status_code == 200
    assert "<script" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/app/purchaseorder?txnId=4711",
        "/app/purchaseorder",
        "/app/purchaseorder?txnId=1&realmId=1",
        "/app/company?realmId=1",
        "/app/unicorn?txnId=1",
    ],
)
def test_what_is_not_there_has_no_page(books, path):
    assert page(books, path).status_code == 404


def test_what_users_write_is_escaped(books):
    vendor = books.create("Vendor", DisplayName="<script>alert(1)</script>", Notes='"><img src=x>')

    response = page(books, f"/app/vendordetail?nameId={vendor['Id']}")
    listing = page(books, f"/app/company?realmId={books.realm_id}&list=Vendor")

    assert "&lt;script&gt;" in response.text
    assert "<script>" not in response.text + listing.text
    assert "<img" not in response.text


def test_a_transaction_is_found_in_the_first_company_that_has_it(books, advanced_books):
    alone = advanced_books.create("Vendor", DisplayName="Only in the second company")

    response = page(books, f"/app/vendordetail?nameId={alone['Id']}")

    assert "Juniper &amp; Rye Provisions" in response.text


DOCUMENTS = [
    ("Bill", "bill", bill()),
    ("Invoice", "invoice", sale()),
    ("SalesReceipt", "salesreceipt", sale()),
    ("Estimate", "estimate", sale()),
    ("JournalEntry", "journal", {"Line": [posting("Debit", "25", 5), posting("Credit", "1", 5)]}),
    ("InventoryAdjustment", "inventoryadjustment", {"AdjustAccountRef": {"value": "19"}, "Line": [adjusted()]}),
]


@pytest.mark.parametrize(("kind", "path", "body"), DOCUMENTS, ids=[kind for kind, _, _ in DOCUMENTS])
def test_every_kind_of_document_has_a_page_and_a_place_in_the_list(books, kind, path, body):
    created = books.create(kind, **body, PrivateNote=f"About {path}")

    shown = page(books, f"/app/{path}?txnId={created['Id']}&companyId={books.realm_id}")
    listed = page(books, f"/app/company?realmId={books.realm_id}&list={kind}")

    assert shown.status_code == 200
    assert f"About {path}" in shown.text
    assert f"/app/{path}?txnId={created['Id']}" in listed.text


def test_a_link_through_the_sign_in_page_leads_to_the_document(books):
    created = books.create("Invoice", **sale())
    wanted = {"pagereq": f"invoice?txnId={created['Id']}", "deeplinkcompanyid": books.realm_id}

    response = requests.get(f"{books.url}/app/login", params=wanted, timeout=10)

    assert response.status_code == 200
    assert created["DocNumber"] in response.text


@pytest.mark.parametrize("wanted", ["https://example.com", "//example.com", "", "invoice\r\nX: y", "../../x"])
def test_the_sign_in_page_leads_nowhere_else(books, wanted):
    response = requests.get(f"{books.url}/app/login", params={"pagereq": wanted}, timeout=10, allow_redirects=False)

    assert response.status_code == 404 or response.headers["Location"].startswith("/app/")
