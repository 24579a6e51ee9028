"""When a connection is polled next, and who is queued when."""

from datetime import timedelta

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.poll_schedule import DAILY, INTERVAL, TRUST, Notified, interval, next_due, slot_of
from ledgerlink.usecases.sync.start_polls import PATIENCE, start_polls
from tests.unit.fakes import Killed, Port, Script, raising
from tests.unit.orders import CONNECTION_KEY, NOW
from tests.unit.sync.fakes import FakePollQueue, FakeSyncStates, SyncWorld


def test_a_connection_has_the_same_moment_in_every_interval():
    first = next_due(CONNECTION_KEY, NOW, INTERVAL)

    assert next_due(CONNECTION_KEY, first, INTERVAL) == first + INTERVAL
    assert next_due(CONNECTION_KEY, first + timedelta(minutes=7), INTERVAL) == first + INTERVAL
    assert NOW < first <= NOW + INTERVAL + timedelta(minutes=1)


def test_a_clock_that_is_a_little_behind_does_not_poll_twice():
    first = next_due(CONNECTION_KEY, NOW, INTERVAL)

    assert next_due(CONNECTION_KEY, first - timedelta(seconds=2), INTERVAL) == first + INTERVAL


@pytest.mark.parametrize("every", [INTERVAL, DAILY])
def test_connections_are_spread_over_the_interval(every):
    dues = [next_due(ConnectionKey("acme", str(number)), NOW, every) - NOW for number in range(1000)]

    quarters = [sum(every * n / 4 <= due < every * (n + 1) / 4 for due in dues) for n in range(4)]

    assert min(quarters) > 180


def test_once_a_day_while_notifications_arrive():
    assert interval(Notified(told_at=NOW), NOW, daily_allowed=True) == DAILY
    assert interval(Notified(told_at=NOW), NOW, daily_allowed=False) == INTERVAL
    assert interval(Notified(), NOW, daily_allowed=True) == INTERVAL


def test_back_to_the_quarter_of_an_hour_when_they_fall_silent():
    told = NOW - timedelta(days=1)

    assert interval(Notified(told, missed_at=NOW), NOW, daily_allowed=True) == INTERVAL
    assert interval(Notified(told), told + TRUST + timedelta(seconds=1), daily_allowed=True) == INTERVAL
    assert interval(Notified(told_at=NOW, missed_at=told), NOW, daily_allowed=True) == DAILY


def stand_due(sync, count, at=NOW):
    for number in range(count):
        key = ConnectionKey(f"t{number}", "1")
        sync.flows_changed(key, at)


def test_only_what_is_due_in_this_slot_is_queued_and_each_at_its_moment():
    sync, queue = FakeSyncStates(), FakePollQueue()
    stand_due(sync, 25)
    sync.flows_changed(ConnectionKey("soon", "1"), slot_of(NOW) + timedelta(minutes=14))
    sync.flows_changed(ConnectionKey("later", "1"), slot_of(NOW) + timedelta(minutes=15))

    queued = start_polls(sync, queue, NOW)

    assert queued == len(queue.sent) == 26
    delays = {request.key.tenant_id: request.delay_seconds for request in queue.sent}
    assert "later" not in delays
    assert delays["soon"] > delays["t0"] > 0
    assert max(delays.values()) <= 900


def test_fault_33_a_slot_that_comes_twice_queues_nothing_the_second_time():
    sync, queue = FakeSyncStates(), FakePollQueue()
    stand_due(sync, 12)
    start_polls(sync, queue, NOW)

    again = start_polls(sync, queue, NOW + timedelta(seconds=1))

    assert again == 0
    assert len(queue.sent) == 12


def test_a_schedule_that_dies_after_queueing_loses_no_connection():
    sync, queue, script = FakeSyncStates(), FakePollQueue(), Script()
    stand_due(sync, 30)
    script.next("after", "queue.send", raising(Killed()))
    with pytest.raises(Killed):
        start_polls(sync, Port("queue", queue, script), NOW)

    start_polls(sync, queue, NOW + timedelta(minutes=15))

    assert {request.key for request in queue.sent} == set(sync.states)


def test_whoever_was_queued_and_was_never_polled_is_queued_again_after_a_while():
    sync, queue = FakeSyncStates(), FakePollQueue()
    stand_due(sync, 1)
    start_polls(sync, queue, NOW)

    assert start_polls(sync, queue, NOW + PATIENCE - timedelta(minutes=20)) == 0
    assert start_polls(sync, queue, NOW + PATIENCE) == 1


def test_ten_thousand_connections_cost_what_is_due():
    world = SyncWorld()
    for number in range(3):
        world.sync.flows_changed(ConnectionKey(f"t{number}", "1"), NOW)
    script = Script()

    start_polls(Port("sync", world.sync, script), FakePollQueue(), NOW)

    assert len(script.calls) == 1 + 3
