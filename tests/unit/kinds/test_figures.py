"""What a document comes to is what its lines in QuickBooks come to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.figures import Figures
from ledgerlink.domain.money import round_to_cents
from ledgerlink.domain.to_quickbooks.translate import translate
from tests.unit.kinds.sales_samples import REFS, context, sale_json, sold_json
from tests.unit.orders import KIND, line_json, order_json


def amounts(content: Any) -> Decimal:
    """What QuickBooks makes of the lines that would be sent: a discount that is a percentage is worked out there."""
    lines = translate(content, context()).create_body(REFS)["Line"]
    total = sum((line["Amount"] for line in lines if line["DetailType"] != "DiscountLineDetail"), Decimal(0))
    for line in lines:
        if line["DetailType"] == "DiscountLineDetail":
            percent = line["DiscountLineDetail"].get("DiscountPercent")
            total -= round_to_cents(total * percent / 100) if percent else line["Amount"]
    return total


PRICES = st.decimals(0, 1000, places=2, allow_nan=False).map(str)
QUANTITIES = st.decimals("0.001", 500, places=3, allow_nan=False)


@given(st.lists(st.tuples(QUANTITIES, PRICES), min_size=1, max_size=3), PRICES, st.integers(1, 100) | st.none())
def test_a_sale_comes_to_its_lines_less_the_discount_and_with_shipping(sold: Any, shipping: str, percent: int | None):
    lines = [sold_json(id=str(n), quantity=qty, unit_price=price) for n, (qty, price) in enumerate(sold)]
    discount = {"percent": percent} if percent else None

    content = parse_content("invoices", sale_json(lines=lines, discount=discount, shipping={"amount": shipping}))

    assert content.figures is not None
    assert content.figures.total == amounts(content)


@given(st.lists(st.tuples(QUANTITIES, PRICES), min_size=1, max_size=3), st.decimals(-99, 99, places=2, allow_nan=False))
def test_an_order_comes_to_its_lines_and_costs(bought: Any, cost: Decimal):
    lines = [line_json(id=str(n), quantity=qty, unit_cost=price) for n, (qty, price) in enumerate(bought)]

    content = parse_content(KIND, order_json(lines=lines, costs=[{"name": "Freight", "amount": str(cost)}]))

    assert content.figures is not None
    assert content.figures.total == sum((line.total for line in content.lines), cost)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (KIND, order_json(order_date="2026-11-03", currency="EUR")),
        ("bills", order_json(status="", bill_date="2026-11-03", currency="EUR")),
        ("invoices", sale_json(invoice_date="2026-11-03", currency="EUR")),
        ("shipments", sale_json(shipped_date="2026-11-03", currency="EUR")),
    ],
)
def test_a_transaction_has_its_day_and_currency(kind: str, content: Any):
    figures = parse_content(kind, content).figures

    assert figures is not None
    assert (figures.day, figures.currency) == (date(2026, 11, 3), "EUR")


def test_a_transaction_that_says_neither_leaves_both_to_quickbooks():
    assert parse_content("invoices", sale_json()).figures == Figures(None, "", Decimal("3.50"))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("suppliers", {"name": "Harbour Supplies"}),
        ("inventory-adjustments", {"number": "1", "lines": [{"sku": "BOLT-8", "quantity": -1}]}),
    ],
)
def test_what_has_no_total_in_quickbooks_adds_nothing(kind: str, content: Any):
    assert parse_content(kind, content).figures is None
