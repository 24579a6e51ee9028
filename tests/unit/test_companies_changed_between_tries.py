"""A document that goes to another company than at its last try: it is in one of them, and a person may decide."""

from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import MissingConfiguration, QuickBooksUnavailable
from ledgerlink.usecases.push.look_before_write import MAY_STILL_ARRIVE
from tests import canaries
from tests.unit.chunk_world import SECOND, ChunkWorld
from tests.unit.interruptions import CRASHES, end_of, interrupted, points, points_of
from tests.unit.orders import KEY, REALM, TENANT, connection, order_json

SUPPLIER = DocumentKey(TENANT, "suppliers", "s-1")
every_crash = pytest.mark.parametrize("crash", CRASHES)


def first_push() -> ChunkWorld:
    world = ChunkWorld(connected=connection())
    world.store()
    return world


def push(world: Any) -> Any:
    return world.push()


def move(world: ChunkWorld) -> None:
    """The tenant connects a second company, and its documents go there from now on."""
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND))
    world.connections.instances = [Instance(TENANT, "default", SECOND)]


def move_back(world: ChunkWorld) -> None:
    world.connections.instances = [Instance(TENANT, "default", REALM)]


def orders(world: ChunkWorld) -> tuple[int, int]:
    """Purchase orders in the first company and in the second one."""
    return len(world.numbers()), len(world.numbers(books=world.second_books))


@every_crash
def test_a_crash_and_a_move_leave_one_order_in_one_company(crash: str) -> None:
    worlds: dict[Any, Any] = {
        point: interrupted(first_push, push, point, crash) for point in points(first_push, push, crash)
    }

    for world in worlds.values():
        move(world)
        world.clock.time += MAY_STILL_ARRIVE
        end_of(world.push_until_done)

    assert {orders(world) for world in worlds.values()} <= {(1, 0), (0, 1), (0, 0)}
    # Where nobody knows, a person can find out; nothing is lost.
    for world in worlds.values():
        move_back(world)
        end_of(world.push_until_done)
    assert {sum(orders(world)) for world in worlds.values()} == {1}


def test_a_move_and_a_second_worker_that_comes_at_any_moment_leave_one_order_in_one_company() -> None:
    worlds = {point: first_push() for point in points(first_push, push)}

    for point, world in worlds.items():

        def move_and_push(world: ChunkWorld = world) -> None:
            move(world)
            end_of(world.push)

        world.script.at(point.when, point.number, move_and_push)
        end_of(world.push)
        end_of(world.push_until_done)

    assert {orders(world) for world in worlds.values()} <= {(1, 0), (0, 1)}


def test_a_move_in_the_middle_of_a_chunk_leaves_each_order_in_one_company() -> None:
    def make() -> tuple[ChunkWorld, list[DocumentKey]]:
        world = ChunkWorld()
        return world, world.store_orders([1, 2, 3])

    undisturbed, keys = make()
    undisturbed.push_chunk(keys)

    for point in points_of(undisturbed.script.calls):
        world, keys = make()

        def move_and_push(world: ChunkWorld = world, key: DocumentKey = keys[1]) -> None:
            move(world)
            end_of(lambda: world.push(key))

        world.script.at(point.when, point.number, move_and_push)
        world.push_chunk(keys)
        for key in keys:
            end_of(lambda key=key, world=world: world.push_until_done(key))  # type: ignore[misc]
        assert sum(orders(world)) == 3, point


def test_an_order_whose_create_was_lost_says_in_which_company_it_may_be_and_goes_on_by_hand() -> None:
    world = first_push()
    world.script.lose_answer("books.create", QuickBooksUnavailable("No answer."))
    with pytest.raises(QuickBooksUnavailable):
        world.push()
    move(world)

    with pytest.raises(MissingConfiguration) as refused:
        world.push_until_done()
    by_hand = world.push(trigger=Trigger.MANUAL)

    assert refused.value.code == "other_company"
    assert refused.value.message.startswith("PO-7 may be in another QuickBooks company")
    assert by_hand.how == "created"


def test_a_supplier_that_an_order_only_named_in_another_company_is_sent_to_its_own() -> None:
    """What a company has under the name was found there; the supplier itself was never sent to it."""
    world = first_push()
    world.push()
    move(world)
    world.store({"name": canaries.SUPPLIER}, SUPPLIER)

    pushed = world.push(SUPPLIER)

    assert pushed.how == "created"


def test_an_order_of_a_tenant_with_two_companies_is_updated_where_it_is() -> None:
    world = first_push()
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=Settings()))
    move_back(world)
    world.push()
    world.store(order_json(memo="Changed"))

    pushed = world.push()

    assert (pushed.how, orders(world)) == ("updated", (1, 0))
    assert world.document(KEY).status == "synced"
