"""Whatever a client sends, it is answered as QuickBooks would: the simulator itself does not fail."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.quickbooks.entities import ENTITIES
from local.quickbooks.jsontext import dumps, loads
from local.quickbooks.messages import Request
from local.quickbooks.routes import handle
from local.quickbooks.world import World

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
