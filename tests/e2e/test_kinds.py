"""Every kind of document, once, from the host's PUT to the entity in QuickBooks."""

from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.tenant import SUPPLIER, Tenant

PRODUCT = {"product_id": "p-1", "sku": "BEAN-1KG", "name": "Ethiopia beans 1 kg"}
CUSTOMER = {"id": "c-1", "name": "Café Luna"}
SUPPLIED = {"id": "s-1", "name": SUPPLIER}

KINDS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "purchase-orders",
        {"number": "7", "supplier": SUPPLIED, "lines": [{**PRODUCT, "quantity": 12, "unit_cost": "18.40"}]},
        "PurchaseOrder",
        {"DocNumber": "PO-7", "TotalAmt": Decimal("220.80")},
    ),
    (
        "bills",
        {"number": "B-7", "supplier": SUPPLIED, "costs": [{"name": "Freight", "amount": "25.00"}]},
        "Bill",
        {"DocNumber": "B-7", "TotalAmt": Decimal("25.00")},
    ),
    (
        "suppliers",
        {"name": SUPPLIER, "phone": "+1 555 0100", "account_number": "A-77"},
        "Vendor",
        {"DisplayName": SUPPLIER, "AcctNum": "A-77"},
    ),
    (
        "customers",
        {"name": "Café Luna", "email": "luna@example.com"},
        "Customer",
        {"DisplayName": "Café Luna", "PrimaryEmailAddr": {"Address": "luna@example.com"}},
    ),
    (
        "products",
        {"sku": "BEAN-1KG", "name": "Ethiopia beans 1 kg", "unit_cost": "18.40", "unit_price": "29.00"},
        "Item",
        {"Sku": "BEAN-1KG", "Type": "Inventory", "UnitPrice": Decimal("29.00")},
    ),
    (
        "invoices",
        {"number": "I-7", "customer": CUSTOMER, "lines": [{**PRODUCT, "quantity": 2, "unit_price": "29.00"}]},
        "Invoice",
        {"DocNumber": "I-7", "TotalAmt": Decimal("58.00")},
    ),
    (
        "shipments",
        {
            "number": "S-7",
            "status": "shipped",
            "customer": CUSTOMER,
            "lines": [{**PRODUCT, "quantity": 1, "unit_price": "29.00"}],
        },
        "Invoice",
        {"DocNumber": "S-7", "TotalAmt": Decimal("29.00")},
    ),
    (
        "inventory-adjustments",
        {"number": "7", "status": "approved", "lines": [{**PRODUCT, "quantity": 3, "unit_cost": "18.40"}]},
        "InventoryAdjustment",
        {"DocNumber": "ADJ-7"},
    ),
]


@pytest.mark.parametrize(("collection", "content", "entity", "expected"), KINDS, ids=[kind[0] for kind in KINDS])
def test_a_document_of_each_kind_arrives_once(
    tenant: Tenant, collection: str, content: dict[str, Any], entity: str, expected: dict[str, Any]
):
    document = tenant.push("doc-1", content, collection)

    (found,) = tenant.quickbooks.entities(tenant.realm_id, entity)
    assert (document["quickbooks"]["entity"], document["quickbooks"]["id"]) == (entity, found["Id"])
    shown = {name: _exact(found[name]) for name in expected}
    assert shown == expected


def test_an_order_that_is_delivered_becomes_a_bill_that_closes_it(tenant: Tenant):
    tenant.settings({"kinds": {"purchase-orders": {"copy_to_bill_when": ["delivered"]}}})
    order = {"number": "7", "status": "ordered", "supplier": SUPPLIED}
    lines = [{**PRODUCT, "id": "l-1", "quantity": 12, "unit_cost": "18.40"}]
    tenant.push("po-7", {**order, "lines": lines})

    tenant.push("po-7", {**order, "lines": lines, "status": "delivered"})
    bill = tenant.wait("copy-of-po-7", "synced", "bills")

    (in_quickbooks,) = tenant.orders_in_quickbooks("7")
    assert in_quickbooks["POStatus"] == "Closed"
    assert [link["TxnType"] for link in in_quickbooks["LinkedTxn"]] == ["Bill"]
    assert in_quickbooks["LinkedTxn"][0]["TxnId"] == bill["quickbooks"]["id"]


def test_an_address_that_names_no_kind_is_not_found(tenant: Tenant):
    answer = tenant.get(f"/v1/tenants/{tenant.name}/purchase-order/po-7")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) else value
