"""What must hold whatever comes: indexes find what a scan finds, balances are the sum of what is open."""

from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.quickbooks.entities import ENTITIES
from local.quickbooks.query import parse
from local.quickbooks.query.evaluate import run
from local.quickbooks.store import Store
from tests.integration.local_quickbooks.bodies import BOX, bill, posting, purchased, sale, sold

DAYS = [f"2026-0{month}-1{day}" for month in (1, 2) for day in range(4)]
NUMBERS = ["A-1", "a-1", "B-2", "10", "9"]
rows = st.fixed_dictionaries(
    {
        "DocNumber": st.sampled_from([*NUMBERS, None]),
        "TxnDate": st.sampled_from(DAYS),
        "TotalAmt": st.integers(0, 5).map(Decimal),
        "updated": st.sampled_from(DAYS),
    }
)
conditions = st.one_of(
    st.tuples(st.just("TxnDate"), st.sampled_from(["=", "<", ">", "<=", ">="]), st.sampled_from(DAYS)),
    st.tuples(st.just("DocNumber"), st.sampled_from(["=", "<", ">", "<=", ">="]), st.sampled_from(NUMBERS)),
    st.tuples(st.just("TotalAmt"), st.sampled_from(["=", "<", ">", "<=", ">="]), st.integers(0, 5).map(str)),
    st.tuples(st.just("Id"), st.sampled_from(["=", "<", ">", "<=", ">="]), st.integers(1, 30).map(str)),
)
orders = st.lists(
    st.tuples(st.sampled_from(["TxnDate", "DocNumber", "TotalAmt", "Id"]), st.booleans()),
    max_size=2,
    unique_by=lambda order: order[0],
)
COMPARE = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}


def stored(values: list[dict[str, Any]]) -> Store:
    """A store that first held something else under the same ids, and something that is gone."""
    store = Store()
    for number in range(1, len(values) + 3):
        store.put(
            entity(number, {"DocNumber": "Z", "TxnDate": "2025-01-01", "TotalAmt": Decimal(9), "updated": DAYS[0]})
        )
    for name in ("DocNumber", "TxnDate", "TotalAmt", "Id"):
        run(parse(f"SELECT * FROM Invoice ORDERBY {name}"), ENTITIES["Invoice"].shape, store, ("Id", False),
            has_active=False, case_sensitive=False)  # fmt: skip
    for number, value in enumerate(values, start=1):
        store.put(entity(number, value))
    for number in (len(values) + 1, len(values) + 2):
        store.remove(str(number), f"{DAYS[0]}T00:00:00Z")
    return store


def entity(number: int, value: dict[str, Any]) -> dict[str, Any]:
    moment = f"{value['updated']}T00:00:00Z"
    kept = {name: item for name, item in value.items() if item is not None and name != "updated"}
    return {"Id": str(number), "MetaData": {"CreateTime": moment, "LastUpdatedTime": moment}, **kept}


def property_of(body: dict[str, Any], name: str) -> Any:
    if name == "Id":
        return int(body["Id"])
    value = body.get(name)
    return value.casefold() if isinstance(value, str) else value


def sort_key(name: str, body: dict[str, Any]) -> tuple[bool, Any]:
    value = property_of(body, name)
    return (value is not None, 0 if value is None else value)


def scan(bodies: list[dict[str, Any]], where: Any, by: Any) -> list[str]:
    """Say what a query finds, in the simplest way there is."""
    for name, operator, text in where:
        wanted = {"Id": int, "TotalAmt": Decimal}.get(name, str.casefold)(text)
        bodies = [
            body
            for body in bodies
            if property_of(body, name) is not None and COMPARE[operator](property_of(body, name), wanted)
        ]
    bodies = sorted(bodies, key=lambda body: int(body["Id"]), reverse=bool(by and by[-1][1]))
    for name, descending in reversed(by):
        bodies = sorted(bodies, key=partial(sort_key, name), reverse=descending)
    return [body["Id"] for body in bodies]


@settings(max_examples=200, deadline=None)
@given(st.lists(rows, max_size=25), st.lists(conditions, max_size=3), orders, st.integers(1, 8), st.integers(1, 10))
def test_a_query_finds_what_a_scan_finds_in_the_same_order(values, where, by, start, size):
    store = stored(values)
    text = "SELECT * FROM Invoice"
    if where:
        text += " WHERE " + " AND ".join(f"{name} {operator} '{value}'" for name, operator, value in where)
    by = by or [("Id", False)]
    text += " ORDERBY " + ", ".join(f"{name} {'DESC' if descending else 'ASC'}" for name, descending in by)

    page = run(
        parse(f"{text} STARTPOSITION {start} MAXRESULTS {size}"),
        ENTITIES["Invoice"].shape,
        store,
        ("Id", False),
        has_active=False,
        case_sensitive=False,
    )

    expected = scan([row.body for row in store.all()], where, by)
    assert page.total == len(expected)
    assert [row.body["Id"] for row in page.rows] == expected[start - 1 : start - 1 + size]


steps = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "bill", "receipt", "journal", "update", "delete", "void", "pay"]),
        st.integers(0, 5),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_balances_and_quantities_are_the_sum_of_what_is_there(books, taken):
    books.control("POST", "reset")
    books.tokens = books.control("POST", "tokens", realm_id=books.realm_id)
    stock = books.read("Item", BOX)["QtyOnHand"]
    documents: list[tuple[str, str]] = []
    for step, which, quantity in taken:
        price = quantity / 4
        if step == "invoice":
            documents.append(("Invoice", books.create("Invoice", **sale(sold(BOX, quantity, price)))["Id"]))
        elif step == "bill":
            documents.append(("Bill", books.create("Bill", **bill(purchased(BOX, quantity, price)))["Id"]))
        elif step == "receipt":
            documents.append(("SalesReceipt", books.create("SalesReceipt", **sale(sold(BOX, quantity, price)))["Id"]))
        elif step == "journal":
            lines = [posting("Debit", "1", price), posting("Credit", "25", price)]
            documents.append(("JournalEntry", books.create("JournalEntry", Line=lines)["Id"]))
        elif documents:
            kind, entity_id = documents[which % len(documents)]
            current = books.read(kind, entity_id)
            if step == "delete":
                books.delete(kind, current)
                documents.remove((kind, entity_id))
            elif step == "void" and kind in {"Invoice", "SalesReceipt"}:
                books.post(kind, {"Id": entity_id, "SyncToken": current["SyncToken"]}, operation="void")
            elif step == "pay" and kind in {"Invoice", "Bill"}:
                books.by_user("PATCH", f"{kind}/{entity_id}", Balance=0)
            elif step == "update" and kind in {"Invoice", "Bill"}:
                line = sold(BOX, quantity, price) if kind == "Invoice" else purchased(BOX, quantity, price)
                books.update(kind, current, sparse=True, Line=[line])

    kinds = ("Invoice", "Bill", "SalesReceipt", "JournalEntry")
    there = {kind: [books.read(kind, entity_id) for name, entity_id in documents if name == kind] for kind in kinds}
    owed = sum(row["Balance"] for row in there["Invoice"])
    owing = sum(row["Balance"] for row in there["Bill"])
    assert books.read("Customer", "11")["Balance"] == owed
    assert books.read("Vendor", "1")["Balance"] == owing
    assert books.read("Account", "3")["CurrentBalance"] == owed
    assert books.read("Account", "8")["CurrentBalance"] == -owing
    assert books.read("Account", "4")["CurrentBalance"] == sum(row["TotalAmt"] for row in there["SalesReceipt"])
    journal = sum(row["Line"][0]["Amount"] for row in there["JournalEntry"])
    assert books.read("Account", "1")["CurrentBalance"] == journal
    out = sum(row["Line"][0]["SalesItemLineDetail"]["Qty"] for row in there["Invoice"] + there["SalesReceipt"])
    into = sum(row["Line"][0]["ItemBasedExpenseLineDetail"]["Qty"] for row in there["Bill"])
    assert books.read("Item", BOX)["QtyOnHand"] == stock - out + into
