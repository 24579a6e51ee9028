"""From the host's PUT to the bookkeeper's purchase order."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from local.demo.browser import Browser
from tests.e2e.aws import Inbox, QuickBooks, eventually
from tests.e2e.tenant import EMAIL, SUPPLIER, Tenant, order


def names_of(tenant: Tenant, entity: str) -> list[str]:
    found = tenant.quickbooks.entities(tenant.realm_id, entity)
    return [entity.get("DisplayName") or entity["Name"] for entity in found]


def test_a_purchase_order_arrives_with_its_vendor_its_items_its_lines_and_its_total(tenant: Tenant, inbox: Inbox):
    stored = tenant.put("order-1", order("1", memo="Back door", order_date="2026-11-20", due_date="2026-12-01"))
    document = tenant.wait("order-1", "synced")

    (found,) = tenant.orders_in_quickbooks("1")
    assert (stored["status"], stored["revision"]) == ("syncing", 1)
    assert found["Id"] == document["quickbooks"]["id"]
    assert found["VendorRef"]["name"] == SUPPLIER
    assert found["POEmail"] == {"Address": EMAIL}
    assert (found["Memo"], found["TxnDate"], found["DueDate"]) == ("Back door", "2026-11-20", "2026-12-01")
    beans, freight = found["Line"]
    detail = beans["ItemBasedExpenseLineDetail"]
    assert detail["ItemRef"]["name"] == "Ethiopia beans 1 kg"
    assert [Decimal(str(n)) for n in (detail["Qty"], detail["UnitPrice"], beans["Amount"])] == [
        Decimal(12),
        Decimal("18.40"),
        Decimal("220.80"),
    ]
    assert (freight["Description"], Decimal(str(freight["Amount"]))) == ("Freight", Decimal(25))
    assert Decimal(str(found["TotalAmt"])) == Decimal("245.80")
    told = inbox.wait_for("document.synced", tenant.name)
    assert (told["id"], told["how"], told["quickbooks"]["id"]) == ("order-1", "created", found["Id"])


def test_what_opens_in_quickbooks_is_the_purchase_order(tenant: Tenant):
    document = tenant.push("order-1", order("1"))

    page = Browser().http.get(document["quickbooks"]["url"], timeout=30)

    assert page.status_code == 200
    assert "PO-1" in page.text


def test_a_change_goes_onto_the_same_purchase_order(tenant: Tenant):
    before = tenant.push("order-1", order("1"))
    line = {**order("1")["lines"][0], "quantity": 20}

    after = tenant.push("order-1", order("1", lines=[line]))

    (found,) = tenant.orders_in_quickbooks("1")
    assert after["quickbooks"]["id"] == before["quickbooks"]["id"] == found["Id"]
    assert after["quickbooks"]["sync_token"] != before["quickbooks"]["sync_token"]
    assert after["revision"] == 2
    assert Decimal(str(found["TotalAmt"])) == Decimal("393.00")


def test_the_same_content_again_is_not_sent(tenant: Tenant):
    before = tenant.push("order-1", order("1"))
    calls = tenant.calls
    reordered = dict(reversed(order("1").items()))

    again = tenant.host.call("PUT", "/purchase-orders/order-1", reordered, expect=(200,))

    assert (again["revision"], again["attempt"], again["status"]) == (1, 1, "synced")
    assert again["quickbooks"] == before["quickbooks"]
    assert tenant.calls == calls


def test_an_order_that_the_bookkeeper_has_entered_already_is_taken_over(tenant: Tenant, quickbooks: QuickBooks):
    vendor = quickbooks.add(tenant.realm_id, "Vendor", DisplayName=SUPPLIER)
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": 1,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": quickbooks.account(tenant.realm_id, "Purchases")}},
    }
    entered = quickbooks.add(
        tenant.realm_id, "PurchaseOrder", DocNumber="PO-1", VendorRef={"value": vendor["Id"]}, Line=[line]
    )

    document = tenant.push("order-1", order("1"))

    (found,) = tenant.orders_in_quickbooks("1")
    assert document["quickbooks"]["id"] == entered["Id"] == found["Id"]
    assert Decimal(str(found["TotalAmt"])) == Decimal("245.80")
    assert tenant.activity("order-1")[0]["summary"] == "reattached"


def test_a_number_that_another_vendors_order_has_is_a_duplicate(tenant: Tenant, quickbooks: QuickBooks):
    vendor = quickbooks.add(tenant.realm_id, "Vendor", DisplayName="Somebody Else")
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": 1,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": quickbooks.account(tenant.realm_id, "Purchases")}},
    }
    quickbooks.add(tenant.realm_id, "PurchaseOrder", DocNumber="PO-1", VendorRef={"value": vendor["Id"]}, Line=[line])

    tenant.put("order-1", order("1"))
    document = tenant.wait("order-1", "sync_failed")

    assert (document["last_error"]["category"], document["last_error"]["code"]) == ("duplicate", "number_taken")
    assert "PO-1" in document["last_error"]["message"]
    (found,) = tenant.orders_in_quickbooks("1")
    assert found["VendorRef"]["name"] == "Somebody Else"


def test_two_documents_with_one_number_do_not_write_onto_each_other(tenant: Tenant):
    first = tenant.push("order-1", order("1"))

    tenant.put("order-2", order("1", memo="Another one"))
    second = tenant.wait("order-2", "sync_failed")

    (found,) = tenant.orders_in_quickbooks("1")
    assert second["last_error"]["category"] == "duplicate"
    assert found["SyncToken"] == first["quickbooks"]["sync_token"]


@pytest.mark.parametrize(
    ("name", "in_quickbooks"),
    [
        ("O'Brien & Sons: Roasters", "O'Brien & Sons- Roasters"),
        ('The "Best" Beans \\ Co.', 'The "Best" Beans \\ Co.'),
        ("Café Zürich 東京 ☕", "Café Zürich 東京 ☕"),
        ("Beans 100% <b>bold</b>; -- '", "Beans 100% <b>bold</b>; -- '"),
        ("N" * 500, "N" * 500),
    ],
)
def test_names_arrive_as_quickbooks_can_take_them(tenant: Tenant, name: str, in_quickbooks: str):
    supplier = {"id": "s-9", "name": name}
    line = {"id": "1", "sku": "X-1", "name": name[:100], "quantity": 1, "unit_cost": 1}

    tenant.push("order-1", order("1", supplier=supplier, lines=[line]))
    tenant.push("order-2", order("2", supplier={**supplier, "id": "s-10"}, lines=[line]))

    assert names_of(tenant, "Vendor") == [in_quickbooks]
    assert names_of(tenant, "Item") == [in_quickbooks[:100]]
    assert {found["VendorRef"]["name"] for found in tenant.quickbooks.entities(tenant.realm_id, "PurchaseOrder")} == {
        in_quickbooks
    }


def test_a_document_waits_for_a_connection_and_is_sent_when_there_is_one(newcomer: Tenant):
    held = newcomer.put("order-1", order("1"))
    newcomer.connect()

    sent = newcomer.push("order-1", order("1"))

    assert held["status"] == "not_connected"
    assert "connect QuickBooks" in held["last_error"]["hint"]
    assert (sent["status"], sent["revision"]) == ("synced", 1)


def test_a_hundred_documents_at_once_become_a_hundred_purchase_orders(tenant: Tenant):
    documents = {f"order-{number}": order(str(number)) for number in range(100)}

    def put(document_id: str) -> Any:
        return tenant.host.call("PUT", f"/purchase-orders/{document_id}", documents[document_id], expect=(202,))

    with ThreadPoolExecutor(20) as hosts:
        stored = list(hosts.map(put, documents))

    def synced() -> bool:
        page = tenant.host.call("GET", "/purchase-orders?status=synced&limit=200", expect=(200,))
        return len(page["items"]) == len(documents)

    eventually(synced, lambda: tenant.host.call("GET", "/purchase-orders?limit=200", expect=(200,))["items"][:3])
    assert len({document["execution"] for document in stored}) == 100
    found = tenant.quickbooks.entities(tenant.realm_id, "PurchaseOrder")
    assert sorted(order["DocNumber"] for order in found) == sorted(f"PO-{number}" for number in range(100))
    assert names_of(tenant, "Vendor") == [SUPPLIER]
    assert names_of(tenant, "Item") == ["Ethiopia beans 1 kg"]


def test_what_the_bookkeeper_changed_meanwhile_stays_where_it_is_not_ours(tenant: Tenant, quickbooks: QuickBooks):
    entity_id = tenant.push("order-1", order("1"))["quickbooks"]["id"]
    quickbooks.change(tenant.realm_id, "PurchaseOrder", entity_id, EmailStatus="NeedToSend")

    tenant.push("order-1", order("1", memo="Changed by the host"))

    (found,) = tenant.orders_in_quickbooks("1")
    assert (found["Id"], found["EmailStatus"], found["Memo"]) == (entity_id, "NeedToSend", "Changed by the host")
    assert [entry["outcome"] for entry in tenant.activity("order-1")] == ["succeeded", "succeeded"]


def test_an_order_that_was_deleted_in_quickbooks_is_made_anew_only_by_hand(tenant: Tenant, quickbooks: QuickBooks):
    entity_id = tenant.push("order-1", order("1"))["quickbooks"]["id"]
    quickbooks.call("DELETE", f"companies/{tenant.realm_id}/entities/PurchaseOrder/{entity_id}")

    tenant.put("order-1", order("1", memo="Changed"))
    failed = tenant.wait("order-1", "sync_failed")
    left = tenant.orders_in_quickbooks("1")
    tenant.send("order-1")

    made = tenant.wait("order-1", "synced")
    assert failed["last_error"]["code"] == "deleted_in_quickbooks"
    assert "Send it again by hand" in failed["last_error"]["hint"]
    assert left == []
    assert [found["Id"] for found in tenant.orders_in_quickbooks("1")] == [made["quickbooks"]["id"]]


def test_a_change_that_arrives_while_the_first_is_being_sent_is_what_quickbooks_has_in_the_end(
    tenant: Tenant, quickbooks: QuickBooks
):
    slow = quickbooks.fail({"delay_ms": 1500}, realm_id=tenant.realm_id, operation="create", entity="PurchaseOrder")
    tenant.put("order-1", order("1"))
    eventually(lambda: not quickbooks.is_waiting(slow), lambda: "the create")

    changed = tenant.put("order-1", order("1", costs=[{"name": "Freight", "amount": 30}]))

    document = tenant.host.wait_for("order-1", "synced", changed["revision"])
    (found,) = tenant.orders_in_quickbooks("1")
    assert document["revision"] == 2
    assert Decimal(str(found["TotalAmt"])) == Decimal("250.80")
