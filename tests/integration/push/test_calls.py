"""What a push costs: the calls that QuickBooks counts."""

from typing import Any

import pytest

from tests.integration.push.stack import Host, Stack

ORDERS, INVOICES, PRODUCTS, SUPPLIERS, BILLS = "purchase-orders", "invoices", "products", "suppliers", "bills"


def order(number: str = "7", **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "supplier": {"id": "s-1", "name": "Paper Mill"},
        "terms": "Net 30",
        "lines": [
            {"id": "l1", "sku": "PAPER-1", "name": "Paper", "quantity": 2, "unit_cost": "10.00"},
            {"id": "l2", "sku": "CARD-1", "name": "Card", "quantity": 3, "unit_cost": "4.00"},
            {"id": "l3", "quantity": 1, "unit_cost": "7.00", "expense_account": "Utilities"},
        ],
        "costs": [{"name": "Freight", "amount": "5.00"}],
        **changes,
    }


def invoice(number: str = "7", **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "customer": {"id": "c-1", "name": "Print Shop"},
        "lines": [{"id": "l1", "sku": "PAPER-1", "name": "Paper", "quantity": 2, "unit_price": "20.00"}],
        **changes,
    }


@pytest.fixture
def host(stack: Stack) -> Host:
    return stack.connect()


def test_the_first_order_with_nothing_linked_costs_three_calls_at_most_beside_its_creations(host):
    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order()))

    assert host.document(ORDERS, "po-7").status == "synced"
    looked = {kind: count for kind, count in calls.items() if kind not in ("create", "batch")}
    # The chart of accounts, the terms; then one batch that looks and one that creates.
    assert sum(looked.values()) <= 2
    assert calls["batch"] <= 2
    assert calls["create"] == 1


def test_a_linked_order_costs_one_call(host):
    host.put(ORDERS, "po-7", order())

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order(memo="Soon")))

    assert calls == {"update": 1}


def test_another_order_of_the_same_things_costs_one_call(host):
    host.put(ORDERS, "po-7", order())

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-8", order("8")))

    assert calls == {"create": 1}


def test_the_same_order_again_costs_nothing(host):
    host.put(ORDERS, "po-7", order())

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order()))

    assert calls == {}


def test_an_order_that_comes_back_to_what_quickbooks_has_costs_nothing_more(host):
    host.put(ORDERS, "po-7", order())
    host.choose(kinds={"purchase-orders": {"push_when": ["ordered"]}})
    host.put(ORDERS, "po-7", order(status="draft"))

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order(status="ordered")))

    assert calls == {}


def test_an_order_that_is_edited_in_quickbooks_costs_a_read_and_two_updates(host):
    host.put(ORDERS, "po-7", order())
    host.books.change("PurchaseOrder", host.became(ORDERS, "po-7")["Id"], FOB="Portland")

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order(memo="Soon")))

    assert calls == {"update": 2, "read": 1}


def test_an_order_that_is_attached_again_costs_a_query_a_create_and_an_update(host):
    host.put(ORDERS, "po-7", order())
    host.forget_link(ORDERS, "po-7")

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order(memo="Soon")))

    assert calls == {"create": 1, "query": 1, "update": 1}


def test_many_new_products_cost_one_batch_to_look_and_one_to_create(host):
    lines = [{"sku": f"SKU-{n}", "name": f"Product {n}", "quantity": 1, "unit_cost": 1} for n in range(20)]

    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order(lines=lines)))

    assert host.document(ORDERS, "po-7").status == "synced"
    assert calls["batch"] == 2
    assert calls["create"] == 1


@pytest.mark.parametrize(
    ("kind", "content", "changed"),
    [
        (INVOICES, invoice(), invoice(memo="Soon")),
        (BILLS, order(), order(memo="Soon")),
        (PRODUCTS, {"name": "Paper", "sku": "PAPER-1"}, {"name": "Paper A4", "sku": "PAPER-1"}),
        (SUPPLIERS, {"name": "Paper Mill"}, {"name": "Paper Mill", "phone": "555-0100"}),
    ],
)
def test_a_linked_document_of_any_kind_costs_one_call(host, kind, content, changed):
    host.put(kind, "d-1", content)

    calls = host.books.called_by(lambda: host.put(kind, "d-1", changed))

    assert calls == {"update": 1}


def test_the_activity_tells_how_many_calls_a_push_has_made(host):
    calls = host.books.called_by(lambda: host.put(ORDERS, "po-7", order()))

    (entry,) = host.activity(ORDERS, "po-7")

    assert entry.calls == sum(calls.values())


def test_switched_off_documents_cost_nothing(host):
    host.choose(enabled=False)

    calls = host.books.called_by(lambda: [host.put(ORDERS, "po-7", order()), host.put(INVOICES, "i-7", invoice())])

    assert calls == {}
