"""A table of what QuickBooks refuses, and with which code."""

from typing import Any

import pytest

LINE: dict[str, Any] = {
    "Amount": 20,
    "DetailType": "ItemBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 10},
}
DETAIL = LINE["ItemBasedExpenseLineDetail"]
ORDER: dict[str, Any] = {"VendorRef": {"value": "1"}, "Line": [LINE]}


def line(**changes):
    return {**ORDER, "Line": [{**LINE, **changes}]}


def detail(**changes):
    return line(ItemBasedExpenseLineDetail={**DETAIL, **changes})


INVENTORY = {
    "Name": "Counted",
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 1,
    "InvStartDate": "2026-01-01",
    "AssetAccountRef": {"value": "5"},
    "IncomeAccountRef": {"value": "14"},
    "ExpenseAccountRef": {"value": "18"},
}
REFUSED = [
    ("PurchaseOrder", {"BadJson": True}, "2010"),
    ("PurchaseOrder", detail(Quantity=2), "2010"),
    ("PurchaseOrder", {**ORDER, "VendorRef": {"value": "1", "id": "1"}}, "2010"),
    ("PurchaseOrder", {**ORDER, "VendorRef": "1"}, "2010"),
    ("PurchaseOrder", {**ORDER, "Line": LINE}, "2010"),
    ("PurchaseOrder", {**ORDER, "Memo": {"value": "x"}}, "2010"),
    ("PurchaseOrder", [], "2010"),
    ("PurchaseOrder", {"Line": [LINE]}, "2020"),
    ("PurchaseOrder", {"VendorRef": {"value": "1"}}, "2020"),
    ("PurchaseOrder", {**ORDER, "Line": []}, "2020"),
    ("PurchaseOrder", {**ORDER, "VendorRef": {}}, "2020"),
    ("PurchaseOrder", line(Amount=None), "2020"),
    ("PurchaseOrder", line(DetailType=None), "2020"),
    ("PurchaseOrder", {**ORDER, "DocNumber": "x" * 22}, "2050"),
    ("PurchaseOrder", {**ORDER, "PrivateNote": "x" * 4001}, "2050"),
    ("PurchaseOrder", line(Description="x" * 4001), "2050"),
    ("PurchaseOrder", {**ORDER, "TxnDate": "21/11/2026"}, "2060"),
    ("PurchaseOrder", {**ORDER, "TxnDate": "2026-02-30"}, "2070"),
    ("PurchaseOrder", line(Amount="a lot"), "2100"),
    ("PurchaseOrder", line(Amount=True), "2100"),
    ("PurchaseOrder", line(Amount="1e400"), "2110"),
    ("PurchaseOrder", line(Amount="NaN"), "2110"),
    ("PurchaseOrder", line(Amount=10_000_000_000), "2090"),
    ("PurchaseOrder", detail(UnitPrice="0.12345678"), "2110"),
    ("PurchaseOrder", {**ORDER, "POStatus": "Maybe"}, "2170"),
    ("PurchaseOrder", line(DetailType="SalesItemLineDetail"), "2170"),
    ("PurchaseOrder", {**ORDER, "ManuallyClosed": "perhaps"}, "2230"),
    ("PurchaseOrder", {**ORDER, "CurrencyRef": {"value": "EUR"}}, "2220"),
    ("PurchaseOrder", {**ORDER, "VendorRef": {"value": "99999"}}, "2500"),
    ("PurchaseOrder", {**ORDER, "VendorRef": {"value": "11"}}, "2500"),
    ("PurchaseOrder", detail(ItemRef={"value": "99999"}), "2500"),
    ("PurchaseOrder", detail(CustomerRef={"value": "99999"}), "2500"),
    ("PurchaseOrder", {**ORDER, "APAccountRef": {"value": "99999"}}, "2500"),
    ("PurchaseOrder", {**ORDER, "APAccountRef": {"value": "1"}}, "6430"),
    ("PurchaseOrder", detail(ItemRef={"value": "9"}), "6000"),
    ("PurchaseOrder", line(Amount=20.01), "6070"),
    ("PurchaseOrder", detail(Qty=3), "6070"),
    ("PurchaseOrder", detail(Qty=999_999_999_999_999, UnitPrice=999_999_999_999_999), "6070"),
    ("PurchaseOrder", detail(TaxCodeRef={"value": "4"}), "6100"),
    ("PurchaseOrder", detail(BillableStatus="Billable"), "6310"),
    ("PurchaseOrder", {**ORDER, "Id": "1"}, "2020"),
    ("PurchaseOrder", {**ORDER, "Id": "4711", "SyncToken": "0"}, "610"),
    ("PurchaseOrder", {**ORDER, "Id": "1.5", "SyncToken": "0"}, "2030"),
    ("Vendor", {"CompanyName": "No name"}, "2020"),
    ("Vendor", {"DisplayName": "A:B"}, "2040"),
    ("Vendor", {"GivenName": "A\tB"}, "2040"),
    ("Vendor", {"DisplayName": "x" * 501}, "2050"),
    ("Vendor", {"GivenName": "x" * 101}, "2050"),
    ("Vendor", {"DisplayName": "V", "Title": "x" * 17}, "2050"),
    ("Vendor", {"DisplayName": "V", "PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"),
    ("Vendor", {"DisplayName": "V", "AcctNum": "x" * 101}, "2050"),
    ("Vendor", {"DisplayName": "V", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
    ("Vendor", {"DisplayName": "V", "PrimaryEmailAddr": {"Adress": "a@b.c"}}, "2010"),
    ("Vendor", {"DisplayName": "alder packaging"}, "6240"),
    ("Vendor", {"DisplayName": "Dockside Grill"}, "6240"),
    ("Customer", {"DisplayName": "Alder Packaging"}, "6240"),
    ("Item", {"Name": "Thing", "Type": "NonInventory", "Sku": "x" * 101}, "2050"),
    ("Item", {"Name": "x" * 101, "Type": "NonInventory"}, "2050"),
    ("Item", {"Name": "A:B", "Type": "NonInventory"}, "2040"),
    ("Item", {"Name": "Thing"}, "2020"),
    ("Item", {"Type": "NonInventory"}, "2020"),
    ("Item", {"Name": "Thing", "Type": "Service"}, "2020"),
    ("Item", {"Name": "Thing", "Type": "Gadget"}, "2170"),
    ("Item", {"Name": "Thing", "Type": "Group"}, "5030"),
    ("Item", {"Name": "packing tape", "Type": "NonInventory"}, "6240"),
    ("Item", {"Name": "Thing", "Type": "NonInventory", "UnitPrice": 99_999_999_999.5}, "2090"),
    ("Item", {**INVENTORY, "InvStartDate": None}, "6000"),
    ("Item", {**INVENTORY, "TrackQtyOnHand": False}, "6000"),
    ("Item", {**INVENTORY, "QtyOnHand": None}, "2020"),
    ("Item", {**INVENTORY, "AssetAccountRef": None}, "2020"),
    ("Item", {**INVENTORY, "AssetAccountRef": {"value": "1"}}, "6430"),
    ("Account", {"AccountType": "Expense"}, "2020"),
    ("Account", {"Name": "Thing"}, "6010"),
    ("Account", {"Name": "Thing", "AccountType": "Expense", "AccountSubType": "Checking"}, "6010"),
    ("Account", {"Name": "Thing", "AccountType": "Fun"}, "2170"),
    ("Account", {"Name": 'The "thing"', "AccountType": "Expense"}, "2040"),
    ("Account", {"Name": "checking", "AccountType": "Bank"}, "6240"),
]


@pytest.mark.parametrize(
    ("entity", "body", "code"), REFUSED, ids=[f"{e}-{c}-{n}" for n, (e, _, c) in enumerate(REFUSED)]
)
def test_what_quickbooks_refuses_and_why(shared_books, entity, body, code):
    response = shared_books.post(entity, body)

    assert shared_books.refused(response) == (400, code), response.text
    assert response.json()["Fault"]["type"] == "ValidationFault"


def test_a_refused_create_leaves_nothing_behind_and_takes_no_number(books):
    before = books.query("SELECT COUNT(*) FROM PurchaseOrder")
    books.post("PurchaseOrder", detail(ItemRef={"value": "9"}))

    created = books.create("PurchaseOrder", **ORDER)

    assert before == {"totalCount": 4}
    assert (created["Id"], created["DocNumber"]) == ("5", "1005")


@pytest.mark.parametrize(
    ("kind", "entity_id", "body"),
    [
        ("Vendor", "1", ORDER),
        ("Item", "1", ORDER),
        ("Customer", "11", detail(CustomerRef={"value": "11"})),
    ],
)
def test_inactive_references_are_not_found(books, kind, entity_id, body):
    books.control("PATCH", f"companies/{books.realm_id}/entities/{kind}/{entity_id}", Active=False)

    assert books.refused(books.post("PurchaseOrder", body)) == (400, "610")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"VendorRef"', "2010"),
        (b"", "2010"),
        (b'{"Memo": NaN}', "2010"),
        (b"[" * 100_000, "2010"),
        (b'{"Memo": "\\ud800"}', "500"),
        (b'{"Memo": "\xff"}', "500"),
        (b'{"VendorRef": {"value": "1"}, "TotalAmt": 1e999999999}', "2010"),
        (b'{"VendorRef": {"value": "1"}, "TxnTaxDetail": {"TotalTax": 1e999999999}}', "2010"),
        (b'{"VendorRef": {"value": "1"}, "ExchangeRate": 1e200, "Line": [{}]}', "2110"),
    ],
)
def test_bodies_that_are_not_json_are_refused(books, data, code):
    response = books.call("POST", "purchaseorder", data=data, headers={"Content-Type": "application/json"})

    assert books.refused(response) == (400, code)


def test_another_content_type_is_refused(books):
    response = books.call("POST", "vendor", data="<Vendor/>", headers={"Content-Type": "application/xml"})

    assert books.refused(response) == (400, "1050")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "customer/1/5", "500"),
        ("GET", "customer/1.5", "2030"),
        ("GET", "customer/4711", "610"),
        ("GET", "vendor", "500"),
        ("GET", "gadget/1", "500"),
        ("PUT", "vendor/1", "500"),
        ("POST", "vendor?operation=delete", "500"),
        ("POST", "companyinfo", "500"),
    ],
)
def test_urls_and_ids_that_do_not_exist(books, method, path, code):
    response = books.call(method, path, json={"Id": "1", "SyncToken": "0"} if method == "POST" else None)

    assert books.refused(response) == (400, code)


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (None, 401, "3200"),
        ("Bearer short", 401, "3200"),
        ("Bearer " + "x" * 1000, 401, "3200"),
        ("Basic " + "x" * 1000, 401, "3200"),
    ],
)
def test_the_gateway_refuses_bad_tokens_in_lower_case(books, authorization, status, code):
    response = books.call("GET", "vendor/1", headers={"Authorization": authorization})

    body = response.json()
    assert books.refused(response) == (status, code)
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(body["time"], int)
    assert body["cdcresponse"] == []
    assert "invalid_token" in response.headers["WWW-Authenticate"]


def test_the_gateway_can_answer_401_in_xml(books):
    books.control("POST", "switches", unauthorized_as_xml=True)

    response = books.call("GET", "vendor/1", headers={"Authorization": "Bearer short"})

    assert response.headers["Content-Type"] == "application/xml"
    assert '<Error code="3200">' in response.text


def test_a_token_is_for_one_company(books, advanced_books):
    response = books.http.get(
        f"{books.url}/v3/company/{advanced_books.realm_id}/vendor/1",
        headers={"Authorization": f"Bearer {books.tokens['access_token']}"},
        timeout=10,
    )

    assert books.refused(response) == (403, "3100")
    assert response.json()["fault"]["type"] == "SERVICE"


def test_a_token_without_the_accounting_scope_reads_nothing(books):
    books.tokens = books.control("POST", "tokens", realm_id=books.realm_id, scopes=["openid"])

    assert books.refused(books.call("GET", "vendor/1")) == (403, "3100")
