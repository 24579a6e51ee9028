"""Whatever a client sends, it is answered as QuickBooks would: the simulator itself does not fail."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.quickbooks.entities import ENTITIES
from local.quickbooks.jsontext import dumps, loads
from local.quickbooks.messages import Request
from local.quickbooks.routes import handle
from local.quickbooks.world import World
from tests.integration.local_quickbooks.bodies import (
    BOX,
    adjusted,
    bill,
    order,
    posting,
    purchased,
    receiving,
    sale,
    sold,
    spent,
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(["", "1", "2", "0", "Open", "2026-11-21", "2026-02-30", "a@b.c", "A:B", "-1", "1e5", "Inventory"]),
    st.integers(-(10**18), 10**18),
    st.decimals(-(10**16), 10**16, places=9).map(Decimal),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
references = st.builds(lambda value: {"value": value}, st.sampled_from(["1", "2", "5", "9", "14", "18", "4711", ""]))


def values(field, depth):
    if field.kind == "object" and depth:
        inner = bodies(field.shape, depth - 1)
        return st.lists(inner, max_size=3) if field.repeated else inner
    if field.kind == "reference":
        return references
    if field.values:
        return st.sampled_from(field.values)
    return scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)


def bodies(shape, depth=3):
    fields = {name: values(field, depth) for name, field in shape.fields.items()}
    return st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=12).flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


@pytest.fixture(scope="module")
def send():
    world = World()
    world.populate()
    company = world.companies.all()[0]
    token = world.oauth.issue("ledgerlink-local", company.realm_id, ["com.intuit.quickbooks.accounting"])

    def call(method, path, body=b""):
        headers = {"authorization": f"Bearer {token['access_token']}", "content-type": "application/json"}
        target = f"/v3/company/{company.realm_id}/{path}"
        response = handle(world, Request(method, target, headers, body, datetime.now(UTC), "http://x"))
        return response.status, loads(response.body)

    return call


@pytest.mark.parametrize("entity", ["PurchaseOrder", "Vendor", "Customer", "Item", "Account"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_body_is_taken_or_refused_with_a_fault(send, entity, data):
    body = data.draw(bodies(ENTITIES[entity].shape))
    if data.draw(st.booleans()):
        known = "11" if entity == "Customer" else "1"
        body |= {"Id": known, "sparse": data.draw(st.booleans())}
        body["SyncToken"] = send("GET", f"{entity.lower()}/{known}")[1][entity]["SyncToken"]
    if entity == "PurchaseOrder" and data.draw(st.booleans()):
        body |= {"VendorRef": {"value": "1"}}
        body.setdefault("Line", [{"DetailType": "DescriptionOnly", "Description": "x"}])

    status, answer = send("POST", entity.lower(), dumps(body).encode())

    assert status in {200, 400}
    if status == 200:
        written = answer[entity]
        assert send("GET", f"{entity.lower()}/{written['Id']}")[1][entity] == written
    else:
        assert answer["Fault"]["Error"][0]["code"].isdigit()


TRANSACTIONS = {
    "PurchaseOrder": order(purchased(BOX), spent("20", 5)),
    "Bill": bill(receiving("1", "1", purchased(BOX)), spent("20", 5), SalesTermRef={"value": "3"}),
    "Invoice": sale(
        sold(BOX, detail={"TaxCodeRef": {"value": "TAX"}}),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 5}},
        TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}, "TotalTax": 1},
        LinkedTxn=[{"TxnId": "1", "TxnType": "Estimate"}],
    ),
    "SalesReceipt": sale(sold(BOX), DepositToAccountRef={"value": "1"}),
    "Estimate": sale(sold(), ExpirationDate="2026-12-31"),
    "JournalEntry": {
        "Line": [
            posting("Debit", "3", 5, Entity={"Type": "Customer", "EntityRef": {"value": "11"}}),
            posting("Credit", "1", 5),
        ]
    },
    "InventoryAdjustment": {"AdjustAccountRef": {"value": "19"}, "Line": [adjusted()]},
    "Term": {"Name": "New", "DueDays": 5, "DayOfMonthDue": 3},
    "Employee": {"GivenName": "Noa", "PrimaryAddr": {"Line1": "x"}},
    "Class": {"Name": "New", "ParentRef": {"value": "5000000000000000001"}},
}
odd: st.SearchStrategy[Any] = st.one_of(
    scalars,
    st.just({}),
    st.just([]),
    st.just({"value": "4711"}),
    st.sampled_from(["0", "0.001", "99999999999", "Bill"]),
)


def leaves(value, path=()):
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))


def changed(body, path, value):
    """Return the body with another value at a path."""
    if not path:
        return value
    first, *rest = path
    copy = list(body) if isinstance(body, list) else dict(body)
    copy[first] = changed(copy[first], rest, value)
    return copy


@pytest.mark.parametrize("entity", TRANSACTIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_good_body_with_something_odd_in_it_is_taken_or_refused_with_a_fault(send, entity, data):
    body = TRANSACTIONS[entity]
    for _ in range(data.draw(st.integers(0, 2))):
        places = [path for path in leaves(body) if path]
        if places:
            body = changed(body, data.draw(st.sampled_from(places)), data.draw(odd))
    options = data.draw(st.sampled_from(["", "?include=allowautodocnum", "?include=allowduplicatedocnum"]))

    status, answer = send("POST", entity.lower() + options, dumps(body).encode())

    assert status in {200, 400}, answer
    if status == 200:
        written = answer[entity]
        assert send("GET", f"{entity.lower()}/{written['Id']}")[1][entity] == written
        again = {"Id": written["Id"], "SyncToken": written["SyncToken"], "sparse": True, "Line": written.get("Line")}
        repeated, _ = send("POST", entity.lower(), dumps({k: v for k, v in again.items() if v is not None}).encode())
        assert repeated in {200, 400}
        if entity not in {"Term", "Employee", "Class"}:
            token = send("GET", f"{entity.lower()}/{written['Id']}")[1][entity]["SyncToken"]
            gone = dumps({"Id": written["Id"], "SyncToken": token}).encode()
            assert send("POST", f"{entity.lower()}?operation=delete", gone)[0] in {200, 400}


items = st.fixed_dictionaries(
    {},
    optional={
        "bId": scalars,
        "operation": st.sampled_from(["create", "update", "delete", "void", "query", "", None, 5]),
        "Vendor": odd | bodies(ENTITIES["Vendor"].shape, 1),
        "Invoice": odd | bodies(ENTITIES["Invoice"].shape, 2),
        "Query": st.sampled_from(["SELECT * FROM Bill", "SELECT", "", None, 5]),
        "optionsData": scalars,
        "Unicorn": odd,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(items, max_size=4) | odd)
def test_any_batch_is_answered_item_by_item_or_refused(send, sent):
    status, answer = send("POST", "batch", dumps({"BatchItemRequest": sent}).encode())

    assert status in {200, 400}
    if status == 200:
        assert len(answer["BatchItemResponse"]) == len(sent)


conditions = st.tuples(
    st.sampled_from(
        ["Id", "DisplayName", "Balance", "Active", "MetaData.CreateTime", "MetaData", "Notes", "BillAddr.Id"]
    ),
    st.sampled_from(["=", "<", ">=", "LIKE"]),
    st.sampled_from(["'1'", "'%a%'", "true", "-5", "'2026-01-01'", "'0001-01-01'", "'9999-12-31T23:59:59Z'", "'x'"]),
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(where=st.lists(conditions, max_size=3), order=st.sampled_from(["", " ORDERBY Id", " ORDERBY Balance DESC"]))
def test_any_query_is_answered_or_refused_with_a_fault(send, where, order):
    text = "SELECT * FROM Vendor" + (" WHERE " + " AND ".join(where) if where else "") + order

    status, answer = send("GET", f"query?query={quote(text)}")

    assert status in {200, 400}
    assert "QueryResponse" in answer or answer["Fault"]["Error"][0]["code"] in {"4000", "4001"}
