"""Every body that we can make is one that the field table takes, and the types say the same as the table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledgerlink.domain.asks import Ask, Create, Update
from ledgerlink.domain.bodies.ledger import InventoryAdjustmentBody, JournalEntryBody
from ledgerlink.domain.bodies.names import AccountBody, CustomerBody, ItemBody, VendorBody
from ledgerlink.domain.bodies.purchases import BillBody, PurchaseOrderBody
from ledgerlink.domain.bodies.sales import EstimateBody, InvoiceBody, SalesReceiptBody
from ledgerlink.domain.money import multiply
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.check_body import check_body
from ledgerlink.quickbooks.fields import ENTITIES
from ledgerlink.quickbooks.fields.kinds import DETAIL_KEYS, Choice, Field, Lines, Many, Part
from ledgerlink.usecases.documents.store_document import store_document
from tests.unit.fakes import Entity, FakeBooks
from tests.unit.orders import KEY, connection
from tests.unit.world import World

BODIES: dict[str, Any] = {
    "Account": AccountBody,
    "Bill": BillBody,
    "Customer": CustomerBody,
    "Estimate": EstimateBody,
    "InventoryAdjustment": InventoryAdjustmentBody,
    "Invoice": InvoiceBody,
    "Item": ItemBody,
    "JournalEntry": JournalEntryBody,
    "PurchaseOrder": PurchaseOrderBody,
    "SalesReceipt": SalesReceiptBody,
    "Vendor": VendorBody,
}


class CheckedBooks(FakeBooks):
    """A company that takes nothing that the field table would not."""

    def __init__(self) -> None:
        super().__init__()
        self.checked: list[str] = []

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        self._check(entity, body, "create")
        return super().create(entity, body, request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        self._check(entity, body, "update")
        return super().update(entity, body, request_id)

    def answer_all(self, asks: Sequence[Ask]) -> Sequence[Any]:
        for ask in asks:
            if isinstance(ask, Create | Update):
                self._check(ask.entity, ask.body, "create" if isinstance(ask, Create) else "update")
        return super().answer_all(asks)

    def _check(self, entity: str, body: Mapping[str, Any], operation: str) -> None:
        check_body(entity, body, operation)
        json_numbers.dumps(body)
        self.checked.append(f"{operation} {entity}")


def text(longest: int, breaks: str = "\t\n\r") -> st.SearchStrategy[str]:
    """Any text that a host may send, and often as long as it may be."""
    letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(f":\"'\\@.é{breaks}")
    full = st.text(f"ab :é{breaks}", min_size=1, max_size=3).map(lambda part: (part * longest)[:longest])
    return st.text(letters, max_size=12) | full


def name(longest: int) -> st.SearchStrategy[str]:
    """What is looked up in QuickBooks has one line, and something in it."""
    return text(longest, breaks="").filter(str.strip)


def plain(amount: Decimal) -> str:
    """Without an exponent."""
    return f"{amount:f}"


EMAILS = st.sampled_from(["", "a@b.co", "no address", "x" * 95 + "@b.co", "a b@c.de", "ü@exämple.de", "a@b@c.de"])
ADDRESSES = st.fixed_dictionaries(
    {},
    optional={"line1": text(500), "line2": text(500), "city": text(255), "region": text(255), "postal_code": text(30)},
)
LINES = st.fixed_dictionaries(
    {
        "name": name(500),
        "quantity": st.decimals("0.00001", 10**3, places=5, allow_nan=False),
        "unit_cost": st.decimals(0, 10**6, places=7, allow_nan=False).map(plain),
    },
    optional={
        "sku": name(100),
        "part_number": name(100),
        "product_id": name(64),
        "description": text(4000),
        "expense_account": st.sampled_from(["5000", "Cost of Goods Sold"]),
    },
)
COSTS = st.fixed_dictionaries(
    {"name": text(4000).filter(str.strip), "amount": st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(plain)}
)
ORDERS = st.fixed_dictionaries(
    {
        "number": name(18),
        "supplier": st.fixed_dictionaries(
            {"id": st.just("s-1"), "name": name(500)}, optional={"email": EMAILS, "address": ADDRESSES}
        ),
        "lines": st.lists(LINES, min_size=1, max_size=3),
    },
    optional={
        "costs": st.lists(COSTS, max_size=2),
        "currency": st.sampled_from(["USD", "EUR"]),
        "exchange_rate": st.decimals("0.0000001", 10**6, places=7, allow_nan=False).map(plain),
        "order_date": st.dates().map(str),
        "due_date": st.dates().map(str),
        "expected_date": st.dates().map(str),
        "ship_to": ADDRESSES,
        "memo": text(4000),
        "reference": text(1000),
    },
)


TINY = {
    "number": "1",
    "supplier": {"id": "s-1", "name": "A"},
    "lines": [{"name": "Dust", "quantity": Decimal("0.00001"), "unit_cost": "0.0000001"}],
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(order=ORDERS, changed=ORDERS)
@example(TINY, TINY)
def test_every_body_of_a_push_is_one_that_quickbooks_takes(order, changed):
    world = World(connected=connection(multicurrency=True))
    world.books = books = CheckedBooks()

    for content in (order, changed):
        store_document(world.documents, world.connections, world.executions, KEY, content, world.clock())
        world.push()

    assert books.checked.count("create PurchaseOrder") == 1
    assert "create Vendor" in books.checked


@given(st.decimals(-(10**9), 10**9, places=5, allow_nan=False), st.decimals(-(10**9), 10**9, places=7, allow_nan=False))
def test_an_amount_is_quantity_times_price_to_the_cent_and_half_a_cent_goes_away_from_zero(quantity, price):
    amount = multiply(quantity, price)

    exact = quantity * price
    assert amount == amount.quantize(Decimal("0.01"))
    assert abs(amount - exact) <= Decimal("0.005")
    if abs(amount - exact) == Decimal("0.005"):
        assert abs(amount) > abs(exact)
    assert json_numbers.loads(json_numbers.dumps(amount)) == amount


@pytest.mark.parametrize("entity", sorted(BODIES))
def test_the_type_of_a_body_and_the_table_of_its_fields_say_the_same(entity):
    assert set(BODIES) == set(ENTITIES)
    assert sorted(_paths_of_type(BODIES[entity])) == sorted(_paths_of_fields(ENTITIES[entity].fields))


def _paths_of_type(body: Any, path: str = "") -> list[str]:
    """``Line[].Amount`` and so on, with the words of each choice."""
    paths = []
    for name, hint in get_type_hints(body).items():
        kind = hint.__value__ if hasattr(hint, "__value__") else hint
        here = f"{path}{name}"
        if get_origin(kind) is Literal and get_args(kind) != (True,):
            paths.append(f"{here} = {', '.join(sorted(get_args(kind)))}")
        elif get_origin(kind) is list:
            paths += [f"{here}[]", *_paths_of_type(get_args(kind)[0], f"{here}[].")]
        elif hasattr(kind, "__total__") and kind.__name__ != "Ref":
            paths += [here, *_paths_of_type(kind, f"{here}.")]
        else:
            paths.append(here)
    return paths


def _paths_of_fields(fields: Mapping[str, Field], path: str = "") -> list[str]:
    paths: list[str] = []
    for name, kind in fields.items():
        here = f"{path}{name}"
        match kind:
            case Choice():
                paths.append(f"{here} = {', '.join(sorted(kind.values))}")
            case Part():
                paths += [here, *_paths_of_fields(kind.fields, f"{here}.")]
            case Many():
                paths += [f"{here}[]", *_paths_of_fields(kind.part.fields, f"{here}[].")]
            case Lines():
                types = ", ".join(sorted(kind.details))
                paths += [f"{here}[]", f"{here}[].DetailType = {types}", *_paths_of_fields(kind.fields, f"{here}[].")]
                for detail_type, detail in kind.details.items():
                    key = f"{here}[].{DETAIL_KEYS.get(detail_type, detail_type)}"
                    paths += [key, *_paths_of_fields(detail.fields, f"{key}.")]
            case _:
                paths.append(here)
    return paths
