"""Purchase orders and what belongs to them, as the tests need them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.tokens import Tokens
from tests import canaries

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TENANT = "acme"
REALM = "9341454273912345"
KIND = "purchase-orders"
KEY = DocumentKey(TENANT, KIND, "po-7")
CONNECTION_KEY = ConnectionKey(TENANT, REALM)
ACCOUNTS = {
    "accounts_payable": "33",
    "cost_of_goods_sold": "80",
    "fees": "80",
    "sales_income": "79",
    "inventory_purchases": "81",
}
"""What was found for each role before, in the company's own currency."""


def line_json(**changes: Any) -> dict[str, Any]:
    """A line of two bolts; None leaves a field out."""
    return _without_none(
        {"id": "l1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_cost": "1.25", **changes}
    )


def order_json(**changes: Any) -> dict[str, Any]:
    """An order of two products and a freight cost; None leaves a field out."""
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
        "lines": [
            line_json(),
            line_json(id="l2", sku="NUT-8", name="Nut M8", quantity=10, unit_cost="0.1", description="Zinc plated"),
        ],
        "costs": [{"name": "Freight", "amount": "12.50"}],
    }
    return _without_none(whole | changes)


def order(**changes: Any) -> PurchaseOrder:
    """``order_json`` parsed."""
    parsed = parse_content(KIND, order_json(**changes))
    assert isinstance(parsed, PurchaseOrder)
    return parsed


def connection(**changes: Any) -> Connection:
    """A connected company in US dollars, with its accounts chosen."""
    facts: dict[str, Any] = {
        "tenant_id": TENANT,
        "connection_id": REALM,
        "realm_id": REALM,
        "status": ConnectionStatus.CONNECTED,
        "connected_at": NOW,
        "company_name": "Acme Books",
        "home_currency": "USD",
        "described_at": NOW,
        "found_accounts": ACCOUNTS,
    }
    return Connection(**(facts | changes))


def tokens(number: int = 1, now: datetime = NOW) -> Tokens:
    """The tokens that Intuit hands out for the nth time."""
    return Tokens(
        access_token=f"{canaries.ACCESS_TOKEN}-{number}",
        refresh_token=f"{canaries.REFRESH_TOKEN}-{number}",
        access_expires_at=now + timedelta(hours=1),
        refresh_expires_at=now + timedelta(days=100),
        hard_expires_at=None,
    )


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
