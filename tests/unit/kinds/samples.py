"""Purchase orders, bills, suppliers and inventory adjustments, as the tests need them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, ConnectionStatus, Features
from ledgerlink.domain.contents.bills import Bill
from ledgerlink.domain.contents.inventory_adjustments import InventoryAdjustment
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.contents.suppliers import Supplier
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.references import References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.errors import InvalidRequest
from ledgerlink.quickbooks.check_body import check_body
from tests import canaries

TENANT, REALM = "acme", "9341454273912345"
ORDERS = "purchase-orders"
TODAY = date(2026, 11, 21)
PER_LINE = Features(classes_per_line=True, has_inventory=True)
PER_DOCUMENT = Features(classes_per_document=True)

REFS = References(
    vendors={"s-1": "58"},
    customers={"c-1": "24"},
    items={"sku:BOLT-8": "11", "sku:NUT-8": "12"},
    accounts={"6100": "61"},
    roles={
        Role.ACCOUNTS_PAYABLE: "33",
        Role.FEES: "80",
        Role.INVENTORY_PURCHASES: "81",
        Role.ADJUSTMENTS: "82",
    },
    classes={"North": "501", "South": "502"},
    terms={"Net 30": "3"},
    tax_codes={"TAX": "TAX", "NON": "NON", "20% S": "6"},
)


def line_json(**changes: Any) -> dict[str, Any]:
    """A line of two bolts; None leaves a field out."""
    return _without_none(
        {"id": "l1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_cost": "1.25", **changes}
    )


def nuts_json(**changes: Any) -> dict[str, Any]:
    """A second line."""
    return line_json(**{"id": "l2", "sku": "NUT-8", "name": "Nut M8", "quantity": 10, "unit_cost": "0.1", **changes})


def purchase_json(**changes: Any) -> dict[str, Any]:
    """Two products and a freight cost of a supplier; None leaves a field out."""
    whole: dict[str, Any] = {
        "number": "7",
        "status": "open",
        "supplier": {
            "id": "s-1",
            "name": canaries.SUPPLIER,
            "email": canaries.EMAIL,
            "address": {"line1": canaries.STREET, "city": "London"},
        },
        "memo": canaries.MEMO,
        "reference": "REQ-12",
        "lines": [line_json(), nuts_json(description="Zinc plated")],
        "costs": [{"name": "Freight", "amount": "12.50"}],
    }
    return _without_none(whole | changes)


def order(**changes: Any) -> PurchaseOrder:
    """``purchase_json`` as a purchase order."""
    parsed = parse_content(ORDERS, purchase_json(**changes))
    assert isinstance(parsed, PurchaseOrder)
    return parsed


def bill(**changes: Any) -> Bill:
    """``purchase_json`` as a bill."""
    parsed = parse_content("bills", purchase_json(**changes))
    assert isinstance(parsed, Bill)
    return parsed


def supplier(**changes: Any) -> Supplier:
    """A supplier with a name."""
    parsed = parse_content("suppliers", {"name": "Amy's", **changes})
    assert isinstance(parsed, Supplier)
    return parsed


def adjustment(**changes: Any) -> InventoryAdjustment:
    """Five bolts lost, two nuts found."""
    whole = {
        "number": "3",
        "reason": "Counted",
        "lines": [line_json(quantity=-5), nuts_json(quantity=2)],
    }
    parsed = parse_content("inventory-adjustments", whole | changes)
    assert isinstance(parsed, InventoryAdjustment)
    return parsed


def company(**changes: Any) -> Connection:
    """A connected American company; ``settings`` as a tenant writes them."""
    facts: dict[str, Any] = {
        "tenant_id": TENANT,
        "connection_id": REALM,
        "realm_id": REALM,
        "status": ConnectionStatus.CONNECTED,
        "connected_at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "country": "US",
        "home_currency": "USD",
        **changes,
    }
    return Connection(**{**facts, "settings": Settings.model_validate(facts.get("settings", {}))})


def context(document_id: str = "d-1", **changes: Any) -> Context:
    """A document for ``company(**changes)``."""
    return Context(document_id=document_id, connection=company(**changes), today=TODAY)


def order_link(**changes: Any) -> EntityLink:
    """What ``order()`` became."""
    facts: dict[str, Any] = {
        "key": LinkKey(TENANT, REALM, ORDERS, "po-7"),
        "entity": "PurchaseOrder",
        "entity_id": "125",
        "line_ids": {"id l1": "1", "id l2": "2", "cost 0 Freight": "3"},
        **changes,
    }
    return EntityLink(**facts)


def refused(kind: str, content: dict[str, Any]) -> Sequence[Mapping[str, str]]:
    """The fields that are named when the content is refused."""
    with pytest.raises(InvalidRequest) as refusal:
        parse_content(kind, content)
    return refusal.value.fields


def translated(content: Any, **changes: Any) -> Translation:
    """The content of document d-1 for ``company(**changes)``."""
    return translate(content, context(**changes))


def created(document: Translation, refs: References = REFS) -> dict[str, Any]:
    """The body of a create, which QuickBooks would take."""
    body = dict(document.create_body(refs))
    check_body(document.entity, body, "create")
    return body


def updated(
    document: Translation, refs: References = REFS, line_ids: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The body of an update, which QuickBooks would take."""
    body = dict(document.update_body(refs, entity_id="125", sync_token="4", line_ids=line_ids or {}))
    check_body(document.entity, body, "update")
    return body


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
