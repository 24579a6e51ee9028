"""A document that would be created in closed books is refused before anything that it names is created."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledgerlink.domain.connections import Features
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.errors import DocumentRejected
from tests.unit.kinds.sales_samples import sale_json
from tests.unit.kinds.samples import TODAY, context
from tests.unit.orders import line_json, order_json

BILL = order_json(status="", costs=[])
ADJUSTMENT = {"number": "A-1", "lines": [line_json(quantity=2)]}
UNDATED = {
    "purchase-orders": ("PurchaseOrder", order_json()),
    "bills": ("Bill", BILL),
    "invoices": ("Invoice", sale_json()),
    "shipments": ("Invoice", sale_json()),
    "inventory-adjustments": ("InventoryAdjustment", ADJUSTMENT),
}
every_kind = pytest.mark.parametrize("kind", UNDATED)


def undated(kind: str) -> Content:
    return parse_content(kind, UNDATED[kind][1])


@every_kind
def test_what_has_no_date_is_created_today_and_so_refused_while_the_books_are_closed_through_today(kind: str) -> None:
    closed = context(features=Features(has_inventory=True, books_closed_until=TODAY))
    reopened = context(features=Features(has_inventory=True, books_closed_until=TODAY - timedelta(days=1)))

    with pytest.raises(DocumentRejected) as refusal:
        translate(undated(kind), closed)

    assert refusal.value.code == "books_closed"
    assert TODAY.isoformat() in refusal.value.message
    assert translate(undated(kind), reopened).entity == UNDATED[kind][0]


@every_kind
def test_what_has_no_date_and_is_in_quickbooks_stays_on_its_day_and_is_not_judged_by_today(kind: str) -> None:
    closed = context(features=Features(has_inventory=True, books_closed_until=TODAY))

    document = translate(undated(kind), replace(closed, became=UNDATED[kind][0]))

    assert document.entity == UNDATED[kind][0]
