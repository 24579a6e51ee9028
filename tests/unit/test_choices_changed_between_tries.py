"""What a tenant changes between two tries of a push, or during one: there is one entity, as it is wanted now."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import DuplicateDocument, QuickBooksUnavailable
from ledgerlink.usecases.push.look_before_write import MAY_STILL_ARRIVE
from tests import canaries
from tests.unit.interruptions import CRASHES, end_of, interrupted, points
from tests.unit.orders import KEY, TENANT, connection, order_json
from tests.unit.world import World

SUPPLIER = DocumentKey(TENANT, "suppliers", "s-1")
SHIPMENT = DocumentKey(TENANT, "shipments", "s-1")
every_crash = pytest.mark.parametrize("crash", CRASHES)


def settings(kind: str = "purchase-orders", **choices: Any) -> Settings:
    return Settings.model_validate({"kinds": {kind: choices}})


def choose(world: World, chosen: Settings) -> None:
    """The tenant changes its settings."""
    world.connections.have(connection(settings=chosen))


# requests that Intuit may remember


def test_an_update_whose_answer_was_lost_is_not_taken_for_the_one_under_other_settings() -> None:
    """Intuit answers a repeated requestid with its first answer and does no work."""
    world = World(honours_request_ids=True)
    world.store()
    world.push()
    world.store(order_json(memo="Changed"))
    world.script.lose_answer("books.update")
    with pytest.raises(QuickBooksUnavailable):
        world.push()

    choose(world, settings(number_pattern="X-{number}"))
    world.push_until_done()

    assert [(order["DocNumber"], order["Memo"]) for order in world.orders()] == [("X-7", "Changed")]


def test_a_name_that_became_free_is_used_though_intuit_may_remember_that_another_one_was_refused() -> None:
    world = World(honours_request_ids=True)
    taken = [world.books.have("Customer", DisplayName=name) for name in (canaries.SUPPLIER, f"{canaries.SUPPLIER} (V)")]
    world.store({"name": canaries.SUPPLIER}, SUPPLIER)
    with pytest.raises(DuplicateDocument):
        world.push(SUPPLIER)

    for customer in taken:
        world.books.change("Customer", customer["Id"], DisplayName=f"Customer {customer['Id']}")
    world.push_until_done(SUPPLIER)

    assert world.names("Vendor") == [canaries.SUPPLIER]


# what a document is sent as


@dataclass(frozen=True)
class Choice:
    """What documents of a kind become, and what they become after the tenant has changed its mind."""

    key: DocumentKey
    content: Mapping[str, Any]
    first: str
    then: str

    def make(self) -> World:
        """A document that was never sent."""
        world = World(honours_request_ids=False, connected=connection(settings=self._settings(self.first)))
        world.store(dict(self.content), self.key)
        return world

    def push(self, world: World) -> Any:
        return world.push(self.key)

    def push_by_hand(self, world: World) -> Any:
        return world.push(self.key, trigger=Trigger.MANUAL)

    def change(self, world: World) -> None:
        choose(world, self._settings(self.then))

    def change_back(self, world: World) -> None:
        choose(world, self._settings(self.first))

    def _settings(self, entity: str) -> Settings:
        return settings(self.key.kind, entity=entity)

    def made(self, world: World) -> list[tuple[str, str]]:
        """Everything in QuickBooks that the document may have become."""
        return [(kind, entity["Id"]) for kind in (self.first, self.then) for entity in world.books.all(kind)]

    def is_one(self, world: World) -> bool:
        """There is one, and the document and its link know which."""
        became = world.document(self.key).quickbooks
        link = world.links.links[next(key for key in world.links.links if key.kind == self.key.kind)]
        return (
            became is not None
            and self.made(world) == [(became.entity, became.entity_id)] == [(link.entity, link.entity_id)]
            and world.status(self.key) == "synced"
            and not link.deleted
        )


SHIPPED = {
    "number": "S-1",
    "customer": {"id": "c-1", "name": "Mrs Finch"},
    "lines": [{"sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_price": 3}],
}
CHOICES = {
    "order, then bill": Choice(KEY, order_json(), "PurchaseOrder", "Bill"),
    "bill, then order": Choice(KEY, order_json(), "Bill", "PurchaseOrder"),
    "invoice, then receipt": Choice(SHIPMENT, SHIPPED, "Invoice", "SalesReceipt"),
    "receipt, then invoice": Choice(SHIPMENT, SHIPPED, "SalesReceipt", "Invoice"),
}
every_choice = pytest.mark.parametrize("name", CHOICES)


def try_until_done(world: World, choice: Choice) -> None:
    """As the state machine does: after the lease has ended, and after a lost write must have arrived."""
    world.clock.time += MAY_STILL_ARRIVE
    world.push_until_done(choice.key)


@every_crash
@every_choice
def test_a_crash_and_another_choice_leave_one(name: str, crash: str) -> None:
    choice = CHOICES[name]
    worlds = {
        point: interrupted(choice.make, choice.push, point, crash) for point in points(choice.make, choice.push, crash)
    }

    for world in worlds.values():
        choice.change(world)
        try_until_done(world, choice)

    assert [point for point, world in worlds.items() if not choice.is_one(world)] == []


@every_choice
def test_another_choice_and_a_second_worker_that_comes_at_any_moment_leave_one(name: str) -> None:
    choice = CHOICES[name]
    worlds = {point: choice.make() for point in points(choice.make, choice.push)}

    ends = {}
    for point, world in worlds.items():

        def change_and_send(world: World = world) -> None:
            choice.change(world)
            end_of(partial(choice.push_by_hand, world))

        world.script.at(point.when, point.number, change_and_send)
        ends[point] = end_of(partial(choice.push, world))
        try_until_done(world, choice)

    assert [point for point, world in worlds.items() if not choice.is_one(world)] == []
    assert set(ends.values()) <= {"created", "unchanged", "DocumentBusy"}


@every_crash
@every_choice
def test_what_is_made_anew_by_hand_as_something_else_is_made_once(name: str, crash: str) -> None:
    """It was deleted in QuickBooks; the push that makes it anew stops, and the tenant goes back to the first choice."""
    choice = CHOICES[name]

    def make() -> World:
        world = choice.make()
        choice.push(world)
        ((entity, entity_id),) = choice.made(world)
        world.books.remove(entity, entity_id)
        end_of(partial(choice.push_by_hand, world))
        choice.change(world)
        world.script.calls.clear()
        return world

    push = choice.push_by_hand
    worlds = {point: interrupted(make, push, point, crash) for point in points(make, push, crash)}

    for world in worlds.values():
        choice.change_back(world)
        world.clock.time += MAY_STILL_ARRIVE
        choice.push_by_hand(world)

    assert [point for point, world in worlds.items() if not choice.is_one(world)] == []


def test_an_order_that_became_a_bill_is_not_copied_to_another_one() -> None:
    world = World(connected=connection(settings=settings(entity="Bill")))
    world.store()
    world.push()

    choose(world, settings(entity="PurchaseOrder", copy_to_bill_when=["delivered"]))
    world.store(order_json(status="delivered"))
    world.push()

    assert [key.kind for key in world.documents.documents] == ["purchase-orders"]
    assert len(world.books.all("Bill")) == 1
