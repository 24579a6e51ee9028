"""A season of a coffee importer, as its application sends it: documents of every kind, oldest first."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

WITHOUT_CUSTOMER = "I-2207"
"""The invoice that names nobody, while no default customer is chosen."""
UNMATCHED = "order-1049"
"""The order with products that QuickBooks knows by other names; from then on none are created by themselves."""

type Content = dict[str, Any]
type Document = tuple[str, str, Content]
"""Collection, id, content."""

_SUPPLIERS = {
    "s-1": ("Finca La Esperanza", "ventas@laesperanza.example"),
    "s-2": ("Yirgacheffe Growers Union", "export@ygu.example"),
    "s-3": ("Mill Lane Packaging", "orders@mill-lane.example"),
    "s-4": ("Harbor Tea Company", "sales@harbortea.example"),
}
_CUSTOMERS = {
    "c-1": ("Café Luna", "hello@cafeluna.example"),
    "c-2": ("Fernhill Grocers", "accounts@fernhill.example"),
    "c-3": ("Hotel Astoria", "purchasing@astoria.example"),
    "c-4": ("Little Owl Bakery", "owl@littleowl.example"),
}
_PRODUCTS = {
    "BEAN-ETH-1KG": ("Ethiopia Yirgacheffe beans 1 kg", "18.40", "29.00"),
    "BEAN-COL-1KG": ("Colombia Huila beans 1 kg", "16.10", "26.50"),
    "BEAN-DECAF-1KG": ("Swiss Water decaf beans 1 kg", "19.75", "31.00"),
    "TEA-SENCHA-250": ("Sencha green tea 250 g", "9.20", "16.00"),
    "FILTER-100": ("Paper filters, 100", "4.25", "7.90"),
    "BAG-KRAFT-1KG": ("Kraft bag 1 kg", "0.42", "0.95"),
}


def season(today: date) -> Iterator[Document]:
    """All of them, with dates that end today."""
    yield from (("suppliers", key, {"name": name, "email": email}) for key, (name, email) in _SUPPLIERS.items())
    yield from (("customers", key, {"name": name, "email": email}) for key, (name, email) in _CUSTOMERS.items())
    for sku, (name, cost, price) in _PRODUCTS.items():
        stock = {"quantity": 240, "start_date": str(today - timedelta(days=120))}
        yield "products", sku, {"sku": sku, "name": name, "unit_cost": cost, "unit_price": price, **stock}
    yield from _purchases(today)
    yield from _sales(today)


def _purchases(today: date) -> Iterator[Document]:
    orders = (
        (1041, 64, "s-1", "delivered", {"BEAN-COL-1KG": 60}),
        (1042, 58, "s-2", "delivered", {"BEAN-ETH-1KG": 48}),
        (1043, 41, "s-3", "ordered", {"BAG-KRAFT-1KG": 1000, "FILTER-100": 80}),
        (1044, 33, "s-4", "ordered", {"TEA-SENCHA-250": 36}),
        (1045, 20, "s-1", "ordered", {"BEAN-COL-1KG": 80, "BEAN-DECAF-1KG": 24}),
        (1046, 9, "s-2", "ordered", {"BEAN-ETH-1KG": 96}),
        (1047, 2, "s-3", "draft", {"BAG-KRAFT-1KG": 500}),
    )
    for number, days, supplier, status, goods in orders:
        content = {
            "number": str(number),
            "status": status,
            "supplier": _party(_SUPPLIERS, supplier),
            "order_date": str(today - timedelta(days=days)),
            "lines": _lines(goods, "unit_cost", 1),
            "costs": [{"name": "Freight", "amount": 85}],
        }
        yield "purchase-orders", f"order-{number}", content
    # An account that the books do not have.
    duty = {"name": "Import duty", "amount": "112.50", "account": "5190 Import duty"}
    yield (
        "purchase-orders",
        "order-1048",
        {
            "number": "1048",
            "status": "ordered",
            "supplier": _party(_SUPPLIERS, "s-1"),
            "order_date": str(today - timedelta(days=1)),
            "lines": _lines({"BEAN-COL-1KG": 40}, "unit_cost", 1),
            "costs": [duty],
        },
    )
    boxes = {"product_id": "BX-12", "sku": "BX-12", "name": "Corrugated box, 12 x 12", "unit_cost": "1.15"}
    tape = {"product_id": "TP-48", "sku": "TP-48", "name": "Packing tape 48 mm", "unit_cost": "2.10"}
    yield (
        "purchase-orders",
        UNMATCHED,
        {
            "number": "1049",
            "status": "ordered",
            "supplier": _party(_SUPPLIERS, "s-3"),
            "order_date": str(today),
            "lines": [{"id": "1", "quantity": 200, **boxes}, {"id": "2", "quantity": 24, **tape}],
        },
    )
    bags = _lines({"BAG-KRAFT-1KG": 1000}, "unit_cost", 1)
    yield (
        "bills",
        "bill-88112",
        {
            "number": "MLP-88112",
            "supplier": _party(_SUPPLIERS, "s-3"),
            "purchase_order": "order-1043",
            "bill_date": str(today - timedelta(days=30)),
            "due_date": str(today),
            "lines": [{**line, "purchase_order_line": line["id"]} for line in bags],
        },
    )
    yield (
        "inventory-adjustments",
        "count-31",
        {
            "number": "31",
            "status": "approved",
            "reason": "Water damage",
            "adjustment_date": str(today - timedelta(days=12)),
            "lines": [{"id": "1", "sku": "TEA-SENCHA-250", "quantity": -3, "unit_cost": "9.20"}],
        },
    )


def _sales(today: date) -> Iterator[Document]:
    invoices: tuple[tuple[int, int, str | None, dict[str, int]], ...] = (
        (2201, 55, "c-1", {"BEAN-ETH-1KG": 6, "FILTER-100": 4}),
        (2202, 47, "c-2", {"BEAN-COL-1KG": 20}),
        (2203, 38, "c-3", {"BEAN-DECAF-1KG": 10, "TEA-SENCHA-250": 8}),
        (2204, 26, "c-4", {"BEAN-COL-1KG": 8}),
        (2205, 17, "c-1", {"BEAN-ETH-1KG": 12}),
        (2206, 8, "c-2", {"TEA-SENCHA-250": 12, "FILTER-100": 10}),
        (2207, 1, None, {"BEAN-ETH-1KG": 2}),
    )
    for number, days, customer, goods in invoices:
        content: Content = {
            "number": f"I-{number}",
            "invoice_date": str(today - timedelta(days=days)),
            "lines": _lines(goods, "unit_price", 2),
        }
        if customer:
            content["customer"] = _party(_CUSTOMERS, customer)
        yield "invoices", f"invoice-{number}", content
    for number, days, customer, goods in ((501, 14, "c-3", {"BEAN-COL-1KG": 5}), (502, 3, "c-4", {"BEAN-ETH-1KG": 4})):
        yield (
            "shipments",
            f"shipment-{number}",
            {
                "number": f"S-{number}",
                "status": "shipped",
                "customer": _party(_CUSTOMERS, customer),
                "shipped_date": str(today - timedelta(days=days)),
                "lines": _lines(goods, "unit_price", 2),
            },
        )


def _party(known: dict[str, tuple[str, str]], key: str) -> Content:
    name, email = known[key]
    return {"id": key, "name": name, "email": email}


def _lines(goods: dict[str, int], price: str, column: int) -> list[Content]:
    return [
        {
            "id": str(place),
            "product_id": sku,
            "sku": sku,
            "name": _PRODUCTS[sku][0],
            "quantity": quantity,
            price: _PRODUCTS[sku][column],
        }
        for place, (sku, quantity) in enumerate(goods.items(), start=1)
    ]
