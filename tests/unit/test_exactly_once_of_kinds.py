"""Whatever stops a push, wherever: of each kind of document QuickBooks ends up with exactly one entity.

Bills and journal entries may share a number in QuickBooks, items a SKU; suppliers may have to give way to a
customer of their name. Only our own look-ups keep those from being made twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from ledgerlink import errors
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.ids import DocumentKey
from tests import canaries
from tests.unit.interruptions import Point, end_of, interrupted, points
from tests.unit.orders import KEY, TENANT, connection, line_json, order_json
from tests.unit.world import LEASE, World

COMPANY = connection()
FRESH = connection(found_accounts={})
"""Nothing was ever pushed: accounts have to be chosen, or created, as well."""
SUPPLIER = {"id": "s-1", "name": canaries.SUPPLIER}
BOUGHT = {"Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}
BOLT = {"sku": "BOLT-8", "name": "Bolt M8", "unit_cost": 1}


@dataclass(frozen=True)
class Situation:
    """A document that was never sent, in a company where something may be in its way."""

    kind: str
    entity: str
    content: Mapping[str, Any]
    changed: Mapping[str, Any]
    """Of the content's next revision."""
    have: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is in QuickBooks already, by entity."""
    company: Connection = COMPANY

    @property
    def key(self) -> DocumentKey:
        return DocumentKey(TENANT, self.kind, "d-1")

    def make(self) -> World:
        world = World(connected=self.company)
        for entity, properties in self.have.items():
            world.books.have(entity, **properties)
        world.store(dict(self.content), self.key)
        return world

    def push(self, world: World) -> Any:
        return world.push(self.key)

    def change(self, world: World) -> None:
        world.store({**self.content, **self.changed}, self.key)


def bill_json(**changes: Any) -> dict[str, Any]:
    return {"number": "B-1", "supplier": SUPPLIER, "lines": [line_json()], **changes}


BILL = Situation("bills", "Bill", bill_json(), {"memo": "Changed"})
SITUATIONS = {
    "bill whose number may repeat": BILL,
    "bill beside another supplier's of the same number": replace(
        BILL, have={"Bill": {"DocNumber": "B-1", "VendorRef": {"value": "999"}}}
    ),
    "journal entry": Situation(
        "inventory-adjustments",
        "JournalEntry",
        {"number": "3", "lines": [{"sku": "BOLT-8", "quantity": -5, "unit_cost": 2}]},
        {"reason": "Counted again"},
        company=FRESH,
    ),
    "product with a SKU": Situation("products", "Item", BOLT, {"description": "Zinc plated"}),
    "product whose name another one has": Situation(
        "products", "Item", BOLT, {"description": "Zinc"}, have={"Item": {"Name": "Bolt M8", "Sku": "X", **BOUGHT}}
    ),
    "supplier whose name a customer has": Situation(
        "suppliers",
        "Vendor",
        {"name": canaries.SUPPLIER},
        {"phone": "1234"},
        have={"Customer": {"DisplayName": canaries.SUPPLIER}},
    ),
    "invoice": Situation(
        "invoices",
        "Invoice",
        {
            "number": "I-1",
            "customer": {"id": "c-1", "name": "Mrs Finch"},
            "lines": [{"sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_price": 3}],
        },
        {"memo": "Changed"},
    ),
}
RENUMBERED = {
    "bill whose number may repeat": {"number": "B-2"},
    "journal entry": {"number": "4"},
    "product with a SKU": {"name": "Bolt M8, zinc plated"},
    "invoice": {"number": "I-2"},
}
every_situation = pytest.mark.parametrize("name", SITUATIONS)
crashes = pytest.mark.parametrize(
    ("crash", "honoured"),
    [("killed", False), ("answer lost", True)],
    ids=["killed", "answer lost, request ids honoured"],
)


def is_one_and_settled(situation: Situation, world: World) -> bool:
    """One entity beside what was there, linked; nothing that it names was made twice; another push changes nothing."""
    entities = world.books.all(situation.entity)[len(situation.have.get(situation.entity, ())) and 1 :]
    became = world.document(situation.key).quickbooks
    link = next(link for key, link in world.links.links.items() if (key.kind, key.host_id) == (situation.kind, "d-1"))
    calls = world.books.calls
    again = situation.push(world).how
    return (
        len(entities) == 1
        and became is not None
        and entities[0]["Id"] == became.entity_id == link.entity_id
        and not link.begun_numbers
        and (again, world.books.calls) == ("unchanged", calls)
        and all(len(set(names)) == len(names) for names in map(world.names, ("Vendor", "Customer", "Item", "Account")))
    )


def unsettled(situation: Situation, worlds: Mapping[Point, World]) -> list[Point]:
    return [point for point, world in worlds.items() if not is_one_and_settled(situation, world)]


@every_situation
def test_a_push_that_nobody_disturbs_creates_one(name: str) -> None:
    situation = SITUATIONS[name]
    world = situation.make()

    pushed = situation.push(world)

    assert (pushed.how, is_one_and_settled(situation, world)) == ("created", True)


@crashes
@every_situation
def test_a_crash_before_or_after_any_call_leaves_one(name: str, crash: str, honoured: bool) -> None:
    """Crash after create, before the link is saved; time-out after commit."""
    situation = SITUATIONS[name]
    worlds = {
        point: interrupted(situation.make, situation.push, point, crash, honoured=honoured)
        for point in points(situation.make, situation.push, crash)
    }

    for world in worlds.values():
        world.push_until_done(situation.key)

    assert unsettled(situation, worlds) == []


@every_situation
def test_a_crash_followed_by_a_new_revision_leaves_one_with_the_newest_content(name: str) -> None:
    situation = SITUATIONS[name]
    every = points(situation.make, situation.push)
    worlds = {point: interrupted(situation.make, situation.push, point) for point in every}

    for world in worlds.values():
        situation.change(world)
        world.push_until_done(situation.key)

    assert unsettled(situation, worlds) == []


@pytest.mark.parametrize("name", RENUMBERED)
def test_a_crash_followed_by_a_new_number_leaves_one(name: str) -> None:
    """Found by our marker under the number that it had, or by its SKU."""
    situation = replace(SITUATIONS[name], changed=RENUMBERED[name])
    every = points(situation.make, situation.push)
    worlds = {point: interrupted(situation.make, situation.push, point) for point in every}

    for world in worlds.values():
        situation.change(world)
        world.push_until_done(situation.key)

    assert unsettled(situation, worlds) == []


@every_situation
def test_two_workers_at_the_same_revision_leave_one(name: str) -> None:
    """Push by two executions: at any moment of the first, a second one comes and goes."""
    situation = SITUATIONS[name]
    worlds = {point: situation.make() for point in points(situation.make, situation.push)}

    for point, world in worlds.items():
        world.script.at(point.when, point.number, partial(end_of, partial(situation.push, world)))
        if end_of(partial(situation.push, world)) in errors.__dict__:
            world.push_until_done(situation.key)

    assert unsettled(situation, worlds) == []


@every_situation
def test_a_worker_that_is_overtaken_by_a_newer_revision_never_wins(name: str) -> None:
    """Out-of-order updates: a second worker runs from start to end inside a call of the first."""
    situation = SITUATIONS[name]
    worlds = {point: situation.make() for point in points(situation.make, situation.push)}

    for point, world in worlds.items():
        ends: list[str] = []

        def overtake(world: World = world, ends: list[str] = ends) -> None:
            situation.change(world)
            ends.append(end_of(partial(situation.push, world)))

        first = world.document(situation.key).attempt
        world.script.at(point.when, point.number, overtake)
        ends.append(end_of(partial(world.push, situation.key, attempt=first)))
        for attempt, end in zip((first + 1, first), ends, strict=True):
            if end in errors.__dict__:
                world.clock.time += 2 * LEASE
                world.push(situation.key, attempt=attempt, try_number=2)

    assert unsettled(situation, worlds) == []
    ((prop, value),) = situation.changed.items()
    texts = {str(entity) for world in worlds.values() for entity in world.books.all(situation.entity)[-1:]}
    assert all(str(value) in text for text in texts), prop


# an order that names the SKU of a product which is sent at the same moment

PRODUCT = SITUATIONS["product with a SKU"]


def order_and_product() -> World:
    world = PRODUCT.make()
    world.store(order_json(lines=[line_json(name="Bolt, eight millimetres")], costs=[]))
    return world


def push_order(world: World) -> Any:
    return world.push(KEY)


@pytest.mark.parametrize("order_first", [True, False], ids=["order disturbed", "product disturbed"])
def test_a_product_and_an_order_of_its_sku_at_the_same_time_make_one_item(order_first: bool) -> None:
    """QuickBooks keeps names unique, but not SKUs: here the names differ."""
    one, other = (push_order, PRODUCT.push) if order_first else (PRODUCT.push, push_order)
    worlds = {point: order_and_product() for point in points(order_and_product, one)}

    for point, world in worlds.items():
        world.script.at(point.when, point.number, partial(end_of, partial(other, world)))
        end_of(partial(one, world))
        world.clock.time += 2 * LEASE
        for push in (push_order, PRODUCT.push):
            push(world)

    assert [point for point, world in worlds.items() if len(world.books.all("Item")) != 1] == []
    assert unsettled(PRODUCT, worlds) == []
    assert {len(world.orders()) for world in worlds.values()} == {1}


@pytest.mark.parametrize("order_first", [True, False], ids=["order stopped", "product stopped"])
def test_a_crash_of_one_and_then_the_other_make_one_item(order_first: bool) -> None:
    one, other = (push_order, PRODUCT.push) if order_first else (PRODUCT.push, push_order)
    worlds = {point: interrupted(order_and_product, one, point) for point in points(order_and_product, one)}

    for world in worlds.values():
        world.clock.time += 2 * LEASE
        other(world)
        world.clock.time += 2 * LEASE
        one(world)

    assert [point for point, world in worlds.items() if len(world.books.all("Item")) != 1] == []
    assert unsettled(PRODUCT, worlds) == []
