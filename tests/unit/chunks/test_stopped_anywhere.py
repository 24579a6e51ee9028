"""A chunk that is stopped or overtaken at any moment leaves one of each."""

from collections.abc import Sequence
from functools import partial

import pytest

from ledgerlink.domain.ids import DocumentKey
from tests.unit.chunk_world import ChunkWorld, link_key
from tests.unit.fakes import Killed, raising
from tests.unit.interruptions import Point, points_of
from tests.unit.orders import line_json, order_json

SUPPLIER = order_json()["supplier"]


def mixed(*, honoured: bool = False) -> tuple[ChunkWorld, list[DocumentKey]]:
    """A new order, a bill whose number may repeat, a product of the order's SKU, and a journal entry."""
    world = ChunkWorld(honours_request_ids=honoured)
    bill = {"number": "B-1", "supplier": SUPPLIER, "lines": [line_json()]}
    journal = {"number": "3", "lines": [{"sku": "BOLT-8", "quantity": -5, "unit_cost": 2}]}
    return world, [
        *world.store_orders([1, 2]),
        world.store_one("bill-1", bill, "bills"),
        world.store_one("p-1", {"sku": "BOLT-8", "name": "Bolt, zinc plated"}, "products"),
        world.store_one("adj-1", journal, "inventory-adjustments"),
    ]


def one_of_each(world: ChunkWorld, keys: Sequence[DocumentKey]) -> bool:
    entities = {entity: len(world.books.all(entity)) for entity in ("PurchaseOrder", "Bill", "Item", "JournalEntry")}
    links = {key: world.links.links[link_key(key)].entity_id for key in keys}
    became = {key: found.entity_id for key in keys if (found := world.document(key).quickbooks)}
    return (
        entities == {"PurchaseOrder": 2, "Bill": 1, "Item": 1, "JournalEntry": 1}
        and len(world.books.all("Vendor")) == 1
        and world.statuses(keys) == ["synced"] * len(keys)
        and links == became
        and set(map(str, (one.detail for one in world.push_chunk(keys).results.values()))) == {"unchanged"}
    )


def chunk_points() -> list[Point]:
    world, keys = mixed()
    world.push_chunk(keys)
    return points_of(world.script.calls)


def again_until_done(world: ChunkWorld, keys: Sequence[DocumentKey]) -> None:
    """The chunk is repeated, and what is handed on gets an execution of its own."""
    result = world.push_chunk_again(keys)
    for key in keys:
        if key not in result.results or result.results[key].outcome != "synced":
            world.push_until_done(key)


def test_a_crash_before_or_after_any_call_and_the_chunk_again_leave_one_of_each() -> None:
    """Crash after create, before the link is saved, in the middle of a chunk."""
    worlds = {}

    for point in chunk_points():
        world, keys = mixed()
        world.script.at(point.when, point.number, raising(Killed()))
        with pytest.raises(Killed):
            world.push_chunk(keys)
        again_until_done(world, keys)
        worlds[point] = world

    assert [point for point, world in worlds.items() if not one_of_each(world, keys)] == []


@pytest.mark.parametrize("honoured", [True, False], ids=["request ids honoured", "ignored"])
@pytest.mark.parametrize("carried_out", range(6))
@pytest.mark.parametrize("batch", range(3))
def test_a_call_that_breaks_off_half_way_is_repeated_for_what_is_not_there(
    batch: int, carried_out: int, honoured: bool
) -> None:
    """Time-out after commit: QuickBooks has taken some of the call's writes, and we heard of none."""
    world, keys = mixed(honoured=honoured)
    hooks = [lambda: None] * batch + [lambda: setattr(world.books, "breaks_batch_after", carried_out)]
    for hook in hooks:
        world.script.next("before", "books.answer_all", hook)
    world.push_chunk(keys)

    again_until_done(world, keys)

    assert one_of_each(world, keys)


def test_a_second_worker_that_comes_at_any_moment_leaves_one_of_each() -> None:
    """The same chunk in two invocations."""
    worlds = {}

    for point in chunk_points():
        world, keys = mixed()
        world.script.at(point.when, point.number, partial(world.push_chunk, keys))
        world.push_chunk(keys)
        again_until_done(world, keys)
        worlds[point] = world

    assert [point for point, world in worlds.items() if not one_of_each(world, keys)] == []
