"""Backlogs whose start or end got lost on its way."""

from typing import Any

import pytest

from ledgerlink.domain.backlogs import Backlog, BacklogStatus
from ledgerlink.errors import StorageUnavailable, Unexpected
from ledgerlink.usecases.backlogs import sweep_backlogs
from ledgerlink.usecases.backlogs.sweep_backlogs import PATIENCE
from tests.unit.backlog_world import BacklogWorld
from tests.unit.orders import TENANT


@pytest.fixture
def world() -> BacklogWorld:
    world = BacklogWorld()
    world.have("po-1")
    return world


def asked_for(world: BacklogWorld, **changes: Any) -> Backlog:
    return world.send({"where": {}, **changes})


def ended(world: BacklogWorld, backlog: Backlog, error: str = "ConnectionRevoked") -> None:
    """Its execution stopped, and the event of that got lost."""
    world.executions.endings[backlog.execution_name] = error


def test_a_backlog_whose_start_was_lost_is_started_by_the_sweep(world: BacklogWorld) -> None:
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        asked_for(world, request_id="lost")
    world.clock.time += PATIENCE * 2

    settled = world.sweep()

    assert (settled, world.executions.ids) == (1, ["lost"])


def test_a_backlog_whose_end_was_lost_is_marked_and_the_host_told(world: BacklogWorld) -> None:
    backlog = asked_for(world)
    world.plan(backlog)
    ended(world, backlog)
    world.clock.time += PATIENCE * 2

    settled = world.sweep()

    assert (settled, world.stored(backlog).status) == (1, BacklogStatus.FAILED)
    assert [told["error"]["code"] for told in world.events.named("backlog.failed")] == [  # type: ignore[index]
        "connection_revoked"
    ]


def test_a_backlog_that_was_started_just_now_is_left_alone(world: BacklogWorld) -> None:
    backlog = asked_for(world)
    ended(world, backlog)
    world.clock.time += PATIENCE

    assert world.sweep() == 0


def test_running_and_finished_backlogs_are_left_alone(world: BacklogWorld) -> None:
    running, completed = asked_for(world, request_id="running"), asked_for(world, request_id="completed")
    world.plan(running)
    world.run(completed)
    before = dict(world.backlogs.backlogs)
    world.clock.time += PATIENCE * 2

    settled = world.sweep() + world.sweep()

    assert (settled, world.backlogs.backlogs) == (0, before)


def test_a_backlog_that_was_redriven_and_stops_again_is_marked_again(world: BacklogWorld) -> None:
    backlog = asked_for(world)
    world.plan(backlog)
    world.settle(backlog, "ConnectionRevoked")
    world.push(backlog)
    ended(world, backlog, "KeyError")
    world.clock.time += PATIENCE * 2

    settled = world.sweep()

    assert (settled, world.stored(backlog).status) == (1, BacklogStatus.FAILED)


def test_what_still_runs_makes_way_for_what_comes_after_it(
    world: BacklogWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_backlogs, "AT_ONCE", 2)
    backlogs = [asked_for(world, request_id=f"click-{number}") for number in range(4)]
    ended(world, backlogs[3])
    world.clock.time += PATIENCE * 2

    settled = [world.sweep(), world.sweep()]

    assert settled == [0, 1]


def test_a_backlog_that_cannot_be_swept_neither_stops_the_others_nor_stays_unseen(world: BacklogWorld) -> None:
    backlogs = [asked_for(world, request_id=f"click-{number}") for number in range(2)]
    for backlog in backlogs:
        ended(world, backlog)
    world.clock.time += PATIENCE * 2
    find, troubles = world.executions.ended, [StorageUnavailable("Busy.")]

    def trouble(backlog: Backlog) -> str | None:
        if troubles:
            raise troubles.pop()
        return find(backlog)

    world.executions.ended = trouble  # type: ignore[method-assign]

    with pytest.raises(Unexpected, match="1 backlogs could not be looked after, 1 were"):
        world.sweep()

    statuses = [world.backlogs.backlogs[TENANT, backlog.backlog_id].status for backlog in backlogs]
    assert statuses == [BacklogStatus.QUEUED, BacklogStatus.FAILED]


def test_a_backlog_that_is_gone_is_left_alone(world: BacklogWorld) -> None:
    asked_for(world)
    world.backlogs.backlogs.clear()
    world.clock.time += PATIENCE * 2

    assert world.sweep() == 0
