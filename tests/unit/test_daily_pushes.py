"""The schedule that starts daily runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus
from ledgerlink.domain.documents import Status
from ledgerlink.domain.settings import Mode, Settings
from ledgerlink.errors import StorageUnavailable, Unexpected
from ledgerlink.usecases.backlogs.start_daily_pushes import AGAIN_AFTER
from tests.unit.backlog_world import BacklogWorld
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, connection

DUE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RUN = f"daily-{REALM}-20261121T090000Z"
DAILY = Settings.model_validate({"mode": "daily", "daily_at": "10:00", "time_zone": "Europe/Berlin"})


def daily_world(*waiting: str, **changes: Any) -> BacklogWorld:
    world = BacklogWorld()
    world.connections.have(connection(**({"settings": DAILY} | changes)))
    world.connections.schedule_daily(CONNECTION_KEY, DUE)
    world.have(*waiting, status=Status.WAITING_FOR_DAILY, connection_id=REALM)
    return world


def test_documents_that_wait_for_the_day_are_sent_when_it_is_due() -> None:
    world = daily_world("po-1", "po-2")

    started = world.start_daily()

    assert started == 1
    (backlog,) = world.executions.started.values()
    assert (backlog.backlog_id, backlog.trigger) == (RUN, Trigger.DAILY)
    world.run(backlog)
    assert [world.status("po-1"), world.status("po-2")] == [Status.SYNCED] * 2


def test_the_next_run_is_a_day_later() -> None:
    world = daily_world("po-1")

    world.start_daily()

    assert world.connections.due == {CONNECTION_KEY: DUE + timedelta(days=1)}


def test_before_its_time_nothing_is_started() -> None:
    world = daily_world("po-1")
    world.clock.time = DUE - timedelta(seconds=1)

    assert world.start_daily() == 0
    assert world.connections.due == {CONNECTION_KEY: DUE}


def test_a_schedule_that_fires_twice_starts_a_run_once() -> None:
    world = daily_world("po-1")
    world.start_daily()
    world.connections.due[CONNECTION_KEY] = DUE  # what the second one read before the first one wrote

    world.start_daily()

    assert world.executions.ids == [RUN]


def test_a_crash_before_the_start_is_made_up_by_the_next_schedule() -> None:
    world = daily_world("po-1")
    world.executions.lost_starts = 1
    with pytest.raises(Unexpected):
        world.start_daily()
    world.clock.time += timedelta(minutes=15)

    world.start_daily()

    assert world.executions.ids == [RUN]
    assert world.connections.due == {CONNECTION_KEY: DUE + timedelta(days=1)}


def test_a_schedule_that_is_days_late_runs_once_and_not_once_a_day() -> None:
    world = daily_world("po-1")
    world.clock.time += timedelta(days=3)

    started = world.start_daily()

    assert started == 1
    assert world.connections.due == {CONNECTION_KEY: DUE + timedelta(days=4)}


def test_without_documents_no_run_is_started() -> None:
    world = daily_world()

    assert world.start_daily() == 0
    assert world.connections.due == {CONNECTION_KEY: DUE + timedelta(days=1)}


def test_documents_of_another_company_wait_for_that_ones_run() -> None:
    world = daily_world("po-1")
    world.have("other", status=Status.WAITING_FOR_DAILY, connection_id="77")

    world.start_daily()
    world.run(next(iter(world.executions.started.values())))

    assert (world.status("po-1"), world.status("other")) == (Status.SYNCED, Status.WAITING_FOR_DAILY)


@pytest.mark.parametrize("status", [ConnectionStatus.NEEDS_RECONNECT, ConnectionStatus.DISCONNECTED])
def test_a_company_that_we_may_not_call_is_left_for_another_day(status: ConnectionStatus) -> None:
    world = daily_world("po-1", status=status)

    assert world.start_daily() == 0
    assert world.status("po-1") is Status.WAITING_FOR_DAILY
    assert world.connections.due == {CONNECTION_KEY: DUE + timedelta(days=1)}


def test_after_a_change_to_realtime_there_is_a_last_run() -> None:
    world = daily_world("po-1", settings=Settings())

    started = world.start_daily()

    assert started == 1
    assert world.executions.ids == [RUN]
    assert world.connections.due == {}


def test_the_last_run_also_takes_what_was_being_stored_while_the_mode_changed() -> None:
    world = daily_world("po-1", settings=Settings())
    changing = DUE + timedelta(seconds=2)
    world.have("po-2", status=Status.WAITING_FOR_DAILY, connection_id=REALM, updated_at=changing)

    world.start_daily()

    (last,) = world.executions.started.values()
    world.run(last)
    assert [world.status("po-1"), world.status("po-2")] == [Status.SYNCED] * 2


def test_the_last_run_is_one_of_its_own_even_in_the_minute_of_a_daily_run() -> None:
    world = daily_world("po-1")
    world.start_daily()
    world.have("po-2", status=Status.WAITING_FOR_DAILY, connection_id=REALM)
    world.connections.have(connection(settings=Settings()))
    world.connections.schedule_daily(CONNECTION_KEY, DUE + timedelta(seconds=40))

    world.start_daily()

    assert world.executions.ids == [RUN, f"daily-{REALM}-20261121T090040Z"]
    assert len(world.backlogs.backlogs) == 2


@pytest.mark.parametrize("status", [ConnectionStatus.NEEDS_RECONNECT, ConnectionStatus.DISCONNECTED])
def test_a_last_run_that_may_not_begin_stays_due_until_the_company_is_connected_again(
    status: ConnectionStatus,
) -> None:
    world = daily_world("po-1", settings=Settings(), status=status)

    lost = world.start_daily()
    due = dict(world.connections.due)
    world.connections.have(connection())
    world.clock.time += AGAIN_AFTER
    again = world.start_daily()

    assert (lost, due, again) == (0, {CONNECTION_KEY: NOW + AGAIN_AFTER}, 1)
    assert world.connections.due == {}


def test_a_last_run_that_nothing_waits_for_is_over_without_access_too() -> None:
    world = daily_world(settings=Settings(), status=ConnectionStatus.NEEDS_RECONNECT)

    world.start_daily()

    assert world.connections.due == {}


@pytest.mark.parametrize(
    ("status", "started"), [(ConnectionStatus.DISCONNECTED, 1), (ConnectionStatus.NEEDS_RECONNECT, 0)]
)
def test_documents_of_a_disconnected_company_may_have_been_given_to_another_one(
    status: ConnectionStatus, started: int
) -> None:
    world = daily_world("po-1", status=status)
    world.connections.have(connection(connection_id="77", realm_id="77", settings=DAILY))

    assert world.start_daily() == started


@pytest.mark.parametrize("change", [{"mode": Mode.MANUAL}, {"enabled": False}])
def test_a_company_that_is_no_longer_sent_to_once_a_day_has_no_run(change: dict[str, Any]) -> None:
    world = daily_world("po-1", settings=DAILY.model_copy(update=change))

    assert world.start_daily() == 0
    assert world.connections.due == {}


def test_a_time_that_was_changed_meanwhile_stays() -> None:
    world = daily_world("po-1")
    elsewhere = DUE + timedelta(hours=8)
    start = world.executions.start

    def change_settings(backlog):
        start(backlog)
        world.connections.schedule_daily(CONNECTION_KEY, elsewhere)

    world.executions.start = change_settings  # type: ignore[method-assign]

    world.start_daily()

    assert world.connections.due == {CONNECTION_KEY: elsewhere}


def test_one_company_with_trouble_keeps_no_other_waiting() -> None:
    world = daily_world("po-1")
    other = ConnectionKey("aaa", "77")
    world.connections.have(connection(tenant_id="aaa", connection_id="77", realm_id="77", settings=DAILY))
    world.connections.schedule_daily(other, DUE)
    of_tenant = world.connections.of_tenant

    def trouble(tenant_id: str) -> Any:
        if tenant_id == "aaa":
            raise StorageUnavailable("The database is busy.")
        return of_tenant(tenant_id)

    world.connections.of_tenant = trouble  # type: ignore[method-assign]

    with pytest.raises(Unexpected):
        world.start_daily()

    assert world.executions.ids == [RUN]
    assert world.connections.due == {other: DUE, CONNECTION_KEY: DUE + timedelta(days=1)}
