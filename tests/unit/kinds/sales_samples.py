"""Customers, products, invoices and shipments, as the tests need them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from ledgerlink.domain.connections import Connection, ConnectionStatus, Features
from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.products import Product
from ledgerlink.domain.contents.shipments import Shipment
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.references import References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.errors import InvalidRequest
from ledgerlink.quickbooks.check_body import check_body
from tests import canaries

TODAY = date(2026, 11, 21)
WITH_INVENTORY = Features(plan="QuickBooks Online Plus", has_inventory=True, classes_per_line=True)
REFS = References(
    customers={"c-1": "71"},
    items={"sku:BOLT-8": "11", "sku:NUT-8": "12", "name:Shipping": "13"},
    roles={
        Role.SALES_INCOME: "79",
        Role.COST_OF_GOODS_SOLD: "80",
        Role.INVENTORY_PURCHASES: "81",
        Role.DEPOSIT_TO: "4",
    },
    classes={"North": "501"},
    terms={"Net 30": "3"},
    tax_codes={"TAX": "TAX", "NON": "NON", "20% S": "6"},
)


def company(**changes: Any) -> Connection:
    """A connected American company on the plan Plus; ``settings`` as a tenant writes them."""
    facts: dict[str, Any] = {
        "tenant_id": "acme",
        "connection_id": "9341454273912345",
        "realm_id": "9341454273912345",
        "status": ConnectionStatus.CONNECTED,
        "connected_at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "country": "US",
        "home_currency": "USD",
        "features": WITH_INVENTORY,
        **changes,
    }
    return Connection(**{**facts, "settings": Settings.model_validate(facts.get("settings", {}))})


def context(document_id: str = "d-1", **changes: Any) -> Context:
    """A document for ``company(**changes)``."""
    return Context(document_id=document_id, connection=company(**changes), today=TODAY)


def customer_json(**changes: Any) -> dict[str, Any]:
    """The customer that the sales are to; None leaves a field out."""
    return _without_none({"id": "c-1", "name": canaries.SUPPLIER, "email": canaries.EMAIL, **changes})


def sold_json(**changes: Any) -> dict[str, Any]:
    """A line of two bolts."""
    return _without_none(
        {"id": "l1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_price": "1.25", **changes}
    )


def sale_json(**changes: Any) -> dict[str, Any]:
    """A sale of two products."""
    whole: dict[str, Any] = {
        "number": "1042",
        "customer": customer_json(),
        "lines": [sold_json(), sold_json(id="l2", sku="NUT-8", name="Nut M8", quantity=10, unit_price="0.1")],
    }
    return _without_none(whole | changes)


def customer(**changes: Any) -> Customer:
    parsed = parse_content("customers", {"name": canaries.SUPPLIER, **changes})
    assert isinstance(parsed, Customer)
    return parsed


def product(**changes: Any) -> Product:
    parsed = parse_content("products", _without_none({"sku": "BOLT-8", "name": "Bolt M8", **changes}))
    assert isinstance(parsed, Product)
    return parsed


def invoice(**changes: Any) -> Invoice:
    parsed = parse_content("invoices", sale_json(**changes))
    assert isinstance(parsed, Invoice)
    return parsed


def shipment(**changes: Any) -> Shipment:
    parsed = parse_content("shipments", sale_json(**changes))
    assert isinstance(parsed, Shipment)
    return parsed


def refused(kind: str, content: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong with it."""
    try:
        parse_content(kind, content)
    except InvalidRequest as error:
        return error.fields
    raise AssertionError("was taken")


def created(document: Translation) -> dict[str, Any]:
    """The body of a create, which QuickBooks would take."""
    body = dict(document.create_body(REFS))
    check_body(document.entity, body, "create")
    return body


def updated(document: Translation, line_ids: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of an update, which QuickBooks would take."""
    body = dict(document.update_body(REFS, entity_id="9", sync_token="4", line_ids=line_ids or {}))
    check_body(document.entity, body, "update")
    return body


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
