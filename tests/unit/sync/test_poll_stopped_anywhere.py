"""A poll that is stopped after any of its calls loses nothing, and starts nothing twice."""

from collections.abc import Callable

import pytest

from tests.unit.fakes import Killed, raising
from tests.unit.sync.fakes import SIDE, SyncWorld

type Make = Callable[[], SyncWorld]


def first() -> SyncWorld:
    """A flow was switched on, and nothing was copied yet."""
    world = SyncWorld()
    for _ in range(3):
        world.quickbooks.make("Bill")
    world.flow()
    return world


def copied() -> SyncWorld:
    """The past is copied."""
    world = first()
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=10)
    return world


def changed() -> SyncWorld:
    """Since then things were made, changed and deleted."""
    world = copied()
    world.quickbooks.make("Item")
    world.quickbooks.make("PurchaseOrder", Line=[])
    world.quickbooks.change("Bill", "1", Memo="changed")
    world.quickbooks.delete("Bill", "2")
    world.pass_time(minutes=5)
    return world


def cut() -> SyncWorld:
    """So much was made since then that an answer is cut, at its older end."""
    world = copied()
    world.quickbooks.limit, world.quickbooks.newest_first = 3, True
    for _ in range(7):
        world.quickbooks.make("Bill")
        world.pass_time(minutes=10)
    return world


def stood_still() -> SyncWorld:
    """Longer than change data capture looks back; a second direction came meanwhile."""
    world = copied()
    world.pass_time(days=40)
    world.quickbooks.make("Bill")
    world.quickbooks.change("Bill", "1", Memo="changed")
    world.flow("g", input="shop", output=SIDE)
    return world


def settle(world: SyncWorld) -> None:
    """What follows by itself."""
    for _ in range(6):
        world.pass_time(minutes=16)
        world.poll()
        latest = world.backfills.latest(world.key)
        if latest and latest.is_live:
            world.run_backfill()


@pytest.mark.parametrize("make", [first, changed, cut, stood_still])
def test_a_poll_that_is_stopped_anywhere_is_made_up_for(make: Make):
    calm = make()
    begun = len(calm.script.calls)
    calm.poll()
    calls = calm.script.calls[begun:]
    settle(calm)

    for number, name in enumerate(calls, begun):
        world = make()
        world.script.at("after", number, raising(Killed()))
        with pytest.raises(Killed):
            world.poll()
        settle(world)

        assert world.records.rows == world.quickbooks.kept, name
        assert len(world.executions.started) == len(calm.executions.started), name
        assert not world.state.owed, name
