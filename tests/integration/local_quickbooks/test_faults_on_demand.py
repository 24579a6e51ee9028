"""Faults that a test asks for."""

import time

import pytest
import requests

ORDER = {
    "VendorRef": {"value": "1"},
    "Line": [
        {
            "Amount": 20,
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 10},
        }
    ],
}


def fail(books, then, match=None, **more):
    return books.control("POST", "faults", match=match or {}, then=then, **more)["id"]


def orders(books):
    return books.query("SELECT COUNT(*) FROM PurchaseOrder")["totalCount"]


def test_a_time_out_after_the_commit_loses_only_the_answer(books):
    fail(books, {"timeout": "after"}, {"operation": "create", "entity": "PurchaseOrder"})

    with pytest.raises(requests.ConnectionError):
        books.post("PurchaseOrder", ORDER, requestid="r-1")
    retried = books.post("PurchaseOrder", ORDER, requestid="r-1")

    assert retried.status_code == 200
    assert orders(books) == 5
    assert books.control("GET", "stats")["last"][0]["status"] is None


def test_a_time_out_before_the_commit_loses_everything(books):
    fail(books, {"timeout": "before"}, {"operation": "create"})

    with pytest.raises(requests.ConnectionError):
        books.post("PurchaseOrder", ORDER)

    assert orders(books) == 4


def test_a_hanging_call_runs_into_the_clients_time_out(books):
    fail(books, {"timeout": "after", "delay_ms": 400}, {"operation": "create"})

    with pytest.raises(requests.ReadTimeout):
        books.call("POST", "purchaseorder", json=ORDER, timeout=0.1)

    assert orders(books) == 5


def test_work_may_be_done_and_answered_with_an_error_all_the_same(books):
    fail(books, {"status": 504, "html": True, "commit": True}, {"operation": "create"})

    response = books.post("PurchaseOrder", ORDER)

    assert response.status_code == 504
    assert response.headers["Content-Type"] == "text/html"
    assert orders(books) == 5


def test_a_delay_alone_only_slows_a_call_down(books):
    fail(books, {"delay_ms": 120}, {"operation": "read"})

    started = time.perf_counter()
    response = books.call("GET", "vendor/1")

    assert response.status_code == 200
    assert time.perf_counter() - started >= 0.12


@pytest.mark.parametrize(
    ("then", "status", "code", "kind"),
    [
        ({"status": 429}, 429, "3001", "SERVICE"),
        ({"status": 429, "retry_after": 30}, 429, "3001", "SERVICE"),
        ({"status": 401}, 401, "3200", "AUTHENTICATION"),
        ({"fault_code": "3200"}, 401, "3200", "AUTHENTICATION"),
        ({"fault_code": "3100"}, 403, "3100", "SERVICE"),
        ({"fault_code": "5010"}, 400, "5010", "ValidationFault"),
        ({"fault_code": "6190", "detail": "Subscription period has ended"}, 400, "6190", "ValidationFault"),
        ({"fault_code": "10000"}, 500, "10000", "SystemFault"),
        ({"status": 500}, 500, "10000", "SystemFault"),
        ({"fault_code": "130"}, 401, "130", "AuthenticationFault"),
        ({"status": 503}, 503, "10000", "SystemFault"),
    ],
)
def test_faults_have_intuits_shape_and_status(books, then, status, code, kind):
    fail(books, then, {"operation": "read"})

    response = books.call("GET", "vendor/1")

    fault = response.json().get("Fault") or response.json()["fault"]
    assert books.refused(response) == (status, code)
    assert fault["type"] == kind
    assert response.headers["intuit_tid"]
    assert response.headers.get("Retry-After") == (str(then["retry_after"]) if "retry_after" in then else None)
    assert books.call("GET", "vendor/1").status_code == 200


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"operation": "read"}, [500, 200, 200]),
        ({"operation": "READ", "entity": "vendor"}, [500, 200, 200]),
        ({"operation": "query", "entity": "Vendor"}, [200, 500, 200]),
        ({"method": "POST"}, [200, 200, 500]),
        ({"path_contains": "requestid=abc"}, [200, 200, 500]),
        ({"entity": "Item"}, [200, 200, 200]),
        ({"realm_id": "1"}, [200, 200, 200]),
        ({}, [500, 200, 200]),
    ],
)
def test_a_fault_takes_only_the_calls_that_match(books, match, expected):
    fail(books, {"status": 500}, match)

    statuses = [
        books.call("GET", "vendor/1").status_code,
        books.call("GET", "query", params={"query": "SELECT * FROM Vendor"}).status_code,
        books.post("Vendor", {"DisplayName": "New"}, requestid="abc").status_code,
    ]

    assert statuses == expected


def test_creates_updates_and_deletes_are_told_apart(books):
    fail(books, {"status": 500}, {"operation": "update"})
    fail(books, {"status": 502, "html": True}, {"operation": "delete"})

    created = books.post("PurchaseOrder", ORDER)
    key = {"Id": "1", "SyncToken": "0"}
    updated = books.post("PurchaseOrder", {**key, "sparse": True})
    deleted = books.post("PurchaseOrder", key, operation="delete")

    assert [r.status_code for r in (created, updated, deleted)] == [200, 500, 502]


def test_a_fault_may_let_some_calls_pass_and_then_take_several(books):
    fail(books, {"status": 500}, {"operation": "read"}, skip=1, times=2)

    statuses = [books.call("GET", "vendor/1").status_code for _ in range(4)]

    assert statuses == [200, 500, 500, 200]


def test_quickbooks_is_down_until_it_is_cleared(books):
    down = fail(books, {"status": 503, "html": True}, {"path_contains": "/v3/"}, times=None)

    while_down = [books.call("GET", "vendor/1") for _ in range(3)]
    token = requests.post(f"{books.url}/oauth2/v1/tokens/bearer", timeout=10)
    waiting = books.control("GET", "faults")["faults"]
    books.control("DELETE", f"faults/{down}")

    assert {response.status_code for response in while_down} == {503}
    assert "<html>" in while_down[0].text
    assert token.status_code == 401
    assert waiting[0]["hits"] == 3
    assert books.call("GET", "vendor/1").status_code == 200


def test_the_token_endpoint_can_fail_too(books):
    fail(books, {"status": 400, "error": "invalid_grant"}, {"operation": "refresh"})
    form = {"grant_type": "refresh_token", "refresh_token": books.tokens["refresh_token"]}
    url = f"{books.url}/oauth2/v1/tokens/bearer"
    client = ("ledgerlink-local", "ledgerlink-local-secret")

    refused = requests.post(url, data=form, auth=client, timeout=10)
    accepted = requests.post(url, data=form, auth=client, timeout=10)

    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    assert accepted.status_code == 200


@pytest.mark.parametrize("body", ["not json at all", {"surprise": True}])
def test_any_body_may_be_put_in_the_way(books, body):
    fail(books, {"status": 200, "body": body}, {"operation": "read"})

    response = books.call("GET", "vendor/1")

    assert response.text == (body if isinstance(body, str) else '{"surprise":true}')


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"then": {}},
        {"then": {"status": "500"}},
        {"then": {"stattus": 500}},
        {"then": {"timeout": "sometimes"}},
        {"then": {"status": 500}, "match": {"relm_id": "1"}},
        {"then": {"status": 500}, "times": 0},
        {"then": {"status": 500}, "once": True},
    ],
)
def test_a_misspelt_fault_is_refused(books, wish):
    response = requests.post(f"{books.url}/simulator/faults", json=wish, timeout=10)

    assert response.status_code == 400
    assert response.json()["error"]
    assert books.control("GET", "faults") == {"faults": []}
