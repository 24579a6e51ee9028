"""Requests that cannot be taken: they say which field is wrong, and leave nothing behind."""

import json
from typing import Any

import pytest
import requests

from tests.e2e.aws import Aws, QuickBooks
from tests.e2e.tenant import Tenant, order


def put(tenant: Tenant, body: bytes, *, name: str | None = None, **headers: str) -> requests.Response:
    """A PUT as it comes."""
    address = f"{tenant.stack['api_url']}/v1/tenants/{name or tenant.name}/purchase-orders/order-1"
    own = {"Authorization": f"Bearer {tenant.stack['host_api_key']}", "Content-Type": "application/json"}
    with requests.Session() as session:
        session.trust_env = False
        return session.put(address, data=body, headers={**own, **headers}, timeout=60)


def check_error(answer: requests.Response, status: int, category: str) -> dict[str, Any]:
    """The one error shape."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["category"] == category
    assert error["code"]
    assert error["message"]
    assert error["hint"]
    assert set(error) <= {"category", "code", "message", "hint", "fields"}
    return error


def check_nothing_happened(tenant: Tenant, calls: int) -> None:
    missing = tenant.host.call("GET", "/purchase-orders/order-1", expect=(404,))
    assert missing["error"]["code"] == "not_found"
    assert tenant.calls == calls
    assert tenant.activity("order-1") == []


def line(**changes: Any) -> dict[str, Any]:
    return {"id": "1", "sku": "BEAN-1KG", "name": "Beans", "quantity": 3, "unit_cost": "4.00", **changes}


WRONG = {
    "an unknown field": (order("1", colour="red"), "colour"),
    "an unknown field of a line": (order("1", lines=[line(colour="red")]), "lines[0].colour"),
    "a negative quantity": (order("1", lines=[line(), line(id="2", quantity=-1)]), "lines[1].quantity"),
    "a quantity of zero": (order("1", lines=[line(quantity=0)]), "lines[0].quantity"),
    "a quantity as text": (order("1", lines=[line(quantity="3")]), "lines[0].quantity"),
    "a quantity as true": (order("1", lines=[line(quantity=True)]), "lines[0].quantity"),
    "a quantity without end": (order("1", lines=[line(quantity=10**30)]), "lines[0].quantity"),
    "an amount with a comma": (order("1", lines=[line(unit_cost="4,00")]), "lines[0].unit_cost"),
    "an amount that is no number": (order("1", costs=[{"name": "Fee", "amount": "NaN"}]), "costs[0].amount"),
    "a number that is no text": (order(1), "number"),  # type: ignore[arg-type]
    "a number too long for QuickBooks": (order("1" * 19), "number"),
    "no number": ({**order("1"), "number": ""}, "number"),
    "no supplier": ({name: value for name, value in order("1").items() if name != "supplier"}, "supplier"),
    "a supplier's name of 600 characters": (order("1", supplier={"id": "s-1", "name": "N" * 600}), "supplier.name"),
    "a date that is none": (order("1", order_date="2026-02-30"), "order_date"),
    "a currency that is none": (order("1", currency="dollars"), "currency"),
    "amounts that do not multiply out": (order("1", lines=[line(amount="11.99")]), "lines[0]"),
    "a line without a product": (order("1", lines=[{"quantity": 1, "unit_cost": 1}]), "lines[0]"),
    "a control character": (order("1", memo="bell \u0007"), "memo"),
    "1,001 lines": (order("1", lines=[{"sku": "x", "quantity": 1, "unit_cost": 1}] * 1001), "lines"),
    "lines that are no list": (order("1", lines={"a": 1}), "lines"),
}
"""What the host sends, and the field that the answer names."""


@pytest.fixture(scope="module")
def shop(stack: dict[str, Any], aws: Aws) -> Tenant:
    """One connected tenant for the whole table: nothing of it leaves a trace."""
    tenant = Tenant.new(stack, aws, QuickBooks(stack["quickbooks_url"]))
    tenant.connect()
    return tenant


@pytest.mark.parametrize(("content", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_field_is_named_and_nothing_is_kept(shop: Tenant, content: dict[str, Any], field: str):
    calls = shop.calls

    answer = put(shop, json.dumps(content).encode())

    error = check_error(answer, 400, "validation")
    assert field in [wrong["field"] for wrong in error["fields"]]
    check_nothing_happened(shop, calls)


def test_every_wrong_field_is_named_at_once(shop: Tenant):
    content = order("1", colour="red", lines=[line(quantity=-1, unit_cost="x")])

    answer = put(shop, json.dumps(content).encode())

    fields = [wrong["field"] for wrong in check_error(answer, 400, "validation")["fields"]]
    assert sorted(fields) == ["colour", "lines[0].quantity", "lines[0].unit_cost"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1, 2",
        b'{"number": NaN}',
        b'{"number": Infinity}',
        b'\xff\xfe{"number": "1"}',
        b'{"number": "1"} x',
        b"[" * 50_000,
        b'{"number": "\\ud800"}',
        b"null",
        b"[]",
        b'"text"',
        b'{"number": 1e999999999}',
    ],
)
def test_a_body_that_is_no_document_is_refused(shop: Tenant, body: bytes):
    calls = shop.calls

    answer = put(shop, body)

    check_error(answer, 400, "validation")
    check_nothing_happened(shop, calls)


def test_a_body_over_256_kb_is_refused(shop: Tenant):
    calls = shop.calls

    answer = put(shop, json.dumps(order("1", memo="m" * 270_000)).encode())

    error = check_error(answer, 413, "validation")
    assert "256 KB" in error["hint"]
    check_nothing_happened(shop, calls)


def test_ten_thousand_lines_are_refused(shop: Tenant):
    calls = shop.calls

    answer = put(shop, json.dumps(order("1", lines=[line(id=str(number)) for number in range(10_000)])).encode())

    check_error(answer, 413, "validation")
    check_nothing_happened(shop, calls)


def test_a_tenant_that_was_never_heard_of_is_told_so(shop: Tenant):
    answer = put(shop, json.dumps(order("1")).encode(), name="nobody")

    error = check_error(answer, 404, "validation")
    assert error["code"] == "unknown_tenant"


@pytest.mark.parametrize("key", ["Bearer wrong", "Bearer ", "Basic abc", "", "wrong"])
def test_a_wrong_key_is_refused_by_the_gateway(shop: Tenant, key: str):
    calls = shop.calls

    answer = put(shop, json.dumps(order("1")).encode(), Authorization=key)

    error = check_error(answer, 401, "authentication")
    assert error["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    check_nothing_happened(shop, calls)


@pytest.mark.parametrize("name", ["a b", "a:b", "ä", "x" * 65, "a*b"])
def test_an_id_with_other_characters_is_refused(shop: Tenant, name: str):
    for path in (f"/v1/tenants/{shop.name}/purchase-orders/{name}", f"/v1/tenants/{name}/purchase-orders/order-1"):
        answer = shop.get(path)

        assert check_error(answer, 400, "validation")["code"] == "bad_id"


def test_an_address_that_does_not_exist_has_the_same_error_shape(shop: Tenant):
    for path in ("/v1/nothing", f"/v1/tenants/{shop.name}", f"/v1/tenants/{shop.name}/invoices/1", "/"):
        answer = shop.get(path)

        check_error(answer, 404, "validation")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=-1", "limit=x", "status=lost", "after=a b"])
def test_a_list_says_which_parameter_is_wrong(shop: Tenant, query: str):
    answer = shop.get(f"/v1/tenants/{shop.name}/purchase-orders?{query}")

    error = check_error(answer, 400, "validation")
    assert query.split("=")[0] in [wrong["field"] for wrong in error["fields"]]


def test_what_is_not_there_cannot_be_sent(shop: Tenant):
    refused = shop.host.call("POST", "/purchase-orders/order-9/send", expect=(404,))

    assert refused["error"]["code"] == "not_found"


def test_what_cannot_be_sent_is_refused_with_the_reason(newcomer: Tenant):
    newcomer.put("order-1", order("1"))

    refused = newcomer.host.call("POST", "/purchase-orders/order-1/send", expect=(409,))

    assert refused["error"]["code"] == "not_connected"
    assert newcomer.read("order-1")["status"] == "not_connected"
