"""A preview through the deployed stack: what would be sent, and nothing written anywhere."""

from typing import Any

from tests.e2e.tenant import SUPPLIER, Tenant, order

READS = {"query", "read", "companyinfo", "preferences", "batch"}
"""Kinds of calls that change nothing; a preview's batches hold queries only."""
NAMES = ("Vendor", "Item", "Account", "PurchaseOrder")


def preview(tenant: Tenant, document_id: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    path = f"/purchase-orders/{document_id}/preview"
    shown: dict[str, Any] = tenant.host.call("POST", path, content, expect=(200,))
    return shown


def kinds_of_calls(tenant: Tenant) -> dict[str, int]:
    stats = tenant.quickbooks.call("GET", f"stats?realm_id={tenant.realm_id}")
    found: dict[str, int] = stats["by_kind"]
    return dict(found)


def company(tenant: Tenant) -> dict[str, list[Any]]:
    return {name: tenant.quickbooks.entities(tenant.realm_id, name) for name in NAMES}


def test_a_preview_shows_what_would_be_created_and_writes_nothing(tenant: Tenant):
    tenant.settings({"mode": "manual"})
    tenant.put("order-1", order("1"))
    before, books = kinds_of_calls(tenant), company(tenant)

    shown = preview(tenant, "order-1")
    again = preview(tenant, "order-1")

    made = {kind for kind, count in kinds_of_calls(tenant).items() if count > before.get(kind, 0)}
    assert (shown["action"], shown["body"]["DocNumber"], shown["problems"]) == ("create", "PO-1", [])
    created = {one["kind"] for one in shown["references"] if one["how"] == "would_be_created"}
    assert {"suppliers", "products"} <= created
    assert again["references"] == shown["references"]
    assert made <= READS
    assert company(tenant) == books
    assert tenant.read("order-1")["status"] == "waiting_for_send"


def test_a_preview_of_a_change_shows_the_difference_to_quickbooks(tenant: Tenant):
    tenant.push("order-1", order("1", memo="Front door"))

    shown = preview(tenant, "order-1", order("1", memo="Back door"))

    assert shown["action"] == "update"
    assert {"path": "Memo", "now": "Front door", "then": "Back door"} in shown["difference"]
    assert tenant.orders_in_quickbooks("1")[0]["Memo"] == "Front door"


def test_a_preview_of_what_is_switched_off_calls_nobody(tenant: Tenant):
    tenant.settings({"enabled": False})
    tenant.put("order-1", order("1", supplier={"id": "s-1", "name": SUPPLIER}))
    calls = tenant.calls

    shown = preview(tenant, "order-1")

    assert shown["held"]["status"] == "integration_off"
    assert tenant.calls == calls
