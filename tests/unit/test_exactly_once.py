"""Whatever stops a push, wherever: QuickBooks ends up with one purchase order, one vendor, one of each item."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from ledgerlink import errors
from tests import canaries
from tests.unit import interruptions
from tests.unit.fakes import Killed
from tests.unit.interruptions import CRASHES, Point, end_of
from tests.unit.orders import connection, line_json, order_json
from tests.unit.world import LEASE, World

FRESH = connection(found_accounts={})
"""Nothing was ever pushed: the accounts have to be chosen as well."""
NEW_CONTENT = order_json(memo="Back door", lines=[line_json(quantity=3), line_json(id="l3", sku="COG", name="Cog")])
NEW_NUMBER = order_json(number="8")


def first_push() -> World:
    world = World(connected=FRESH)
    world.store()
    return world


def second_push() -> World:
    world = first_push()
    world.push()
    world.script.calls.clear()
    world.store(order_json(memo="Changed", costs=[]))
    return world


def reattaching_push() -> World:
    world = first_push()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])
    return world


SITUATIONS = {"first": first_push, "second": second_push, "reattaching": reattaching_push}
every_situation = pytest.mark.parametrize("situation", SITUATIONS)
every_crash = pytest.mark.parametrize("crash", CRASHES)
with_and_without_request_ids = pytest.mark.parametrize("honoured", [True, False], ids=["honoured", "ignored"])
either_crash = pytest.mark.parametrize(("crash", "honoured"), [("killed", False), ("answer lost", True)])


def points(situation: str, crash: str = "killed") -> list[Point]:
    return interruptions.points(SITUATIONS[situation], World.push, crash)


def interrupted(situation: str, point: Point, crash: str = "killed", *, honoured: bool = False) -> World:
    return interruptions.interrupted(SITUATIONS[situation], World.push, point, crash, honoured=honoured)


def try_push(world: World, attempt: int | None = None) -> str:
    return end_of(lambda: world.push(attempt=attempt))


def ended_well(world: World, *, number: str = "PO-7", orders: int = 1) -> bool:
    """One purchase order of ours with the newest content, nothing made twice, and the document knows."""
    ours = [(order["DocNumber"], order["Memo"]) for order in world.orders() if order.get("PrivateNote")]
    document = world.document()
    return (
        ours == [(number, json.loads(document.content)["memo"])]
        and len(world.orders()) <= orders
        and world.names("Vendor") == [canaries.SUPPLIER]
        and len(set(world.names("Item"))) == len(world.names("Item"))
        and document.status == "synced"
        and document.quickbooks is not None
        and document.quickbooks.doc_number == number
    )


@with_and_without_request_ids
@every_crash
@every_situation
def test_a_crash_before_or_after_any_call_leaves_one_of_each(situation: str, crash: str, honoured: bool) -> None:
    """Crash after create, before the link is saved; time-out after commit."""
    worlds = {point: interrupted(situation, point, crash, honoured=honoured) for point in points(situation, crash)}

    for world in worlds.values():
        world.push_until_done()

    assert [point for point, world in worlds.items() if not ended_well(world)] == []
    assert {tuple(world.names("Item")) for world in worlds.values()} == {("Bolt M8", "Nut M8")}


@either_crash
@every_situation
def test_a_crash_followed_by_a_new_revision_leaves_one_of_each(situation: str, crash: str, honoured: bool) -> None:
    worlds = {point: interrupted(situation, point, crash, honoured=honoured) for point in points(situation, crash)}

    for world in worlds.values():
        world.store(NEW_CONTENT)
        world.push_until_done()

    assert [point for point, world in worlds.items() if not ended_well(world)] == []


@every_situation
def test_a_crash_followed_by_a_new_number_leaves_one_purchase_order_of_ours(situation: str) -> None:
    worlds = {point: interrupted(situation, point) for point in points(situation)}

    for world in worlds.values():
        world.store(NEW_NUMBER)
        world.push_until_done()

    # The bookkeeper's own stays beside ours where we had not yet taken it over.
    most = 2 if situation == "reattaching" else 1
    assert [point for point, world in worlds.items() if not ended_well(world, number="PO-8", orders=most)] == []


def test_two_lost_creates_under_two_numbers_still_leave_one_purchase_order() -> None:
    """The first number was never used, the second was, and the document has a third by now."""
    creating = [point for point in points("first") if point.name == "books.create"]
    world = interrupted("first", replace(creating[-1], when="before"))
    world.store(order_json(number="8"))
    world.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        world.push_until_done()
    world.store(order_json(number="9"))

    world.push_until_done()

    assert ended_well(world, number="PO-9")


@pytest.mark.parametrize("content", [NEW_CONTENT, NEW_NUMBER], ids=["new content", "new number"])
@every_situation
def test_a_worker_that_is_overtaken_by_a_newer_revision_never_wins(situation: str, content: dict[str, Any]) -> None:
    """Out-of-order updates: a second worker runs from start to end inside a call of the first."""
    worlds = {point: SITUATIONS[situation]() for point in points(situation)}

    for point, world in worlds.items():
        ends: list[str] = []

        def overtake(world: World = world, ends: list[str] = ends) -> None:
            world.store(content)
            ends.append(try_push(world))

        first = world.document().attempt
        world.script.at(point.when, point.number, overtake)
        ends.append(try_push(world, attempt=first))
        # Whoever failed is tried again by its state machine; whoever did not is never heard of again.
        for attempt, end in zip((first + 1, first), ends, strict=True):
            if end in errors.__dict__:
                world.clock.time += 2 * LEASE
                world.push(attempt=attempt, try_number=2)

    number, most = f"PO-{content['number']}", 2 if situation == "reattaching" else 1
    assert [point for point, world in worlds.items() if not ended_well(world, number=number, orders=most)] == []


@every_situation
def test_two_workers_at_the_same_revision_leave_one_of_each(situation: str) -> None:
    """Push by two executions: at any moment of the first, a second one comes and goes."""
    worlds = {point: SITUATIONS[situation]() for point in points(situation)}

    for point, world in worlds.items():
        world.script.at(point.when, point.number, partial(try_push, world))
        if try_push(world) in errors.__dict__:
            world.push_until_done()

    assert [point for point, world in worlds.items() if not ended_well(world)] == []


def test_a_push_that_nobody_disturbs_creates_the_order_and_says_so_once() -> None:
    world = first_push()

    pushed = world.push()

    assert (pushed.how, ended_well(world)) == ("created", True)
    assert [entry.outcome for entry in world.activity.entries] == ["succeeded"]
    assert len(world.events.named("document.synced")) == 1


def test_redrive_twice_or_two_executions_of_one_revision_write_once() -> None:
    world = first_push()
    world.push()
    written = len(world.books.request_ids)

    pushed = world.push(try_number=2)

    assert (pushed.how, len(world.books.request_ids)) == ("unchanged", written)


def test_a_create_whose_outcome_is_unknown_is_repeated_under_the_same_request_id() -> None:
    world = first_push()
    world.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        world.push()
    created_with = world.books.request_ids[-1]
    world.orders()[0]["DocNumber"] = "not to be seen by the look-up yet"

    world.push_until_done()

    assert world.books.request_ids[-1] == created_with


def test_a_create_that_was_refused_is_repeated_under_another_request_id() -> None:
    world = first_push()
    world.push()
    world.links.links.clear()
    world.books.entities["PurchaseOrder"].clear()
    world.books.entities["Vendor"][world.books.all("Vendor")[0]["Id"]]["Active"] = False
    world.store(order_json(memo="Again"))
    refused = try_push(world)
    world.books.all("Vendor")[0]["Active"] = True

    world.push_until_done()

    assert refused == "OutOfSync"
    assert len(set(world.books.request_ids)) == len(world.books.request_ids)
