"""The pages that "Open in QuickBooks" opens."""

import pytest
import requests


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
