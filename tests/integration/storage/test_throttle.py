"""The shared budget against DynamoDB: no window is ever exceeded, whoever calls when."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.throttle import MINUTE, SECOND, CallKind, Limits, to_moment
from ledgerlink.errors import StorageUnavailable, WaitingForTurn
from ledgerlink.storage.table import Table
from ledgerlink.storage.throttle import DynamoThrottle, DynamoTurnstile
from tests.template import REGION, make_tables

ACME, GLOBEX = ConnectionKey("acme", "9341"), ConnectionKey("globex", "9342")
START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FOREVER = timedelta(days=1)
READ, WRITE, BATCH = CallKind.READ, CallKind.WRITE, CallKind.BATCH


class World:
    """A clock, and Lambdas that note when they call instead of sleeping until then."""

    def __init__(self, table: Table, limits: Limits) -> None:
        self.table, self.limits = table, limits
        self.now = START
        self.calls: list[tuple[int, CallKind]] = []
        self.updates = 0
        original = table._client.update_item

        def counted(**request: Any) -> Any:
            self.updates += 1
            return original(**request)

        table._client.update_item = counted  # type: ignore[method-assign]

    def worker(self, key: ConnectionKey = ACME, patience: timedelta = FOREVER) -> "Worker":
        return Worker(self, key, patience)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Worker:
    """One Lambda, with a memory of its own."""

    def __init__(self, world: World, key: ConnectionKey, patience: timedelta) -> None:
        self.world, self.slept = world, 0
        throttle = DynamoThrottle(world.table, world.limits, lambda: world.now, self._sleep)
        self.turnstile: DynamoTurnstile = throttle.turnstile(key, patience)

    def _sleep(self, seconds: float) -> None:
        self.slept = round(seconds * SECOND)

    def call(self, kind: CallKind = WRITE, metered: int = 0) -> int:
        """Enter; return for how many microseconds."""
        self.slept = 0
        at = to_moment(self.world.now)
        self.turnstile.enter(kind, metered)
        self.world.calls.append((at + self.slept, kind))
        return self.slept


def most_in_a_window(calls: list[tuple[int, CallKind]], span: int, *kinds: CallKind) -> int:
    times = sorted(moment for moment, kind in calls if kind in kinds)
    most = start = 0
    for end, moment in enumerate(times):
        while times[start] < moment - span:
            start += 1
        most = max(most, end - start + 1)
    return most


def assert_within_limits(world: World) -> None:
    assert most_in_a_window(world.calls, SECOND, READ, WRITE, BATCH) <= world.limits.per_second
    assert most_in_a_window(world.calls, MINUTE, READ, WRITE, BATCH) <= world.limits.per_minute
    assert most_in_a_window(world.calls, MINUTE, BATCH) <= world.limits.batches_per_minute


@contextmanager
def a_world(limits: Limits) -> Iterator[World]:
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        yield World(Table(client, make_tables()["ThrottleTable"]), limits)


@pytest.fixture
def new_world(table: Callable[[str], Table]) -> Callable[..., World]:
    return lambda **limits: World(table("ThrottleTable"), Limits(**limits))


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0.01, 0.2, 1, 3, 20]),
        st.integers(0, 3),
        st.sampled_from([READ, WRITE, WRITE, BATCH]),
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, limits=st.sampled_from([Limits(5, 20, 3), Limits(10, 60, 10), Limits()]))
def test_no_second_and_no_minute_is_ever_exceeded_in_any_interleaving(steps, limits):
    with a_world(limits) as world:
        workers = [world.worker() for _ in range(4)]

        for pause, worker, kind in steps:
            world.advance(pause)
            workers[worker].call(kind, metered=1)

        assert_within_limits(world)
        assert len(world.calls) == len(steps)


def test_a_full_minute_of_intuits_limits_is_used_to_within_two_percent(new_world):
    world = new_world()
    worker = world.worker()

    for number in range(520):
        worker.call(WRITE)
        if number % 12 == 0:
            worker.call(BATCH)

    assert_within_limits(world)
    first = [moment for moment, _ in world.calls if moment < to_moment(START) + MINUTE]
    assert len(first) >= 486


def test_eight_lambdas_at_once_share_one_budget(new_world, one_request_at_a_time):
    world = new_world(per_second=10, per_minute=60, batches_per_minute=10)
    workers = [world.worker() for _ in range(8)]

    def work(worker: Worker) -> None:
        for number in range(10):
            worker.call(BATCH if number % 5 == 4 else WRITE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, workers))

    assert_within_limits(world)
    assert len(world.calls) == 80
    # Turns are handed out one by one: but for the first two nobody shares a moment with another.
    writes = [moment for moment, kind in world.calls if kind is WRITE]
    assert len(set(writes)) >= len(writes) - 1


def test_a_call_costs_one_write(new_world):
    world = new_world()
    worker = world.worker()

    for pause in [0.0] * 20 + [0.05] * 10 + [60.0] * 5:
        world.advance(pause)
        worker.call(READ, metered=1)

    # At the turn from idle to busy or back the first guess may be wrong.
    assert world.updates <= 35 + 2


def test_an_idle_company_is_called_at_once_and_twice(new_world):
    worker = new_world().worker()

    assert [worker.call(), worker.call()] == [0, 0]
    assert worker.call() > 0


def test_batches_have_turns_of_their_own(new_world):
    world = new_world()
    worker = world.worker()
    for _ in range(30):
        worker.call(WRITE)

    assert worker.call(BATCH) == 0
    assert worker.call(BATCH) == world.limits.batches.spacing


def test_a_turn_beyond_the_callers_patience_is_refused_and_not_booked(new_world):
    world = new_world()
    busy, hurried = world.worker(), world.worker(patience=timedelta(seconds=1))
    for _ in range(100):
        busy.call()

    for _ in range(5):
        with pytest.raises(WaitingForTurn) as caught:
            hurried.call()

    booked = world.limits.calls.spacing
    assert busy.call() == 99 * booked
    assert "14 s" in caught.value.message


def test_patience_is_for_all_calls_together(new_world):
    world = new_world()
    worker = world.worker(patience=timedelta(milliseconds=300))

    with pytest.raises(WaitingForTurn):
        for _ in range(10):
            worker.call()

    assert len(world.calls) == 2 + 1  # waits 0, 0, 0.13; then 0.27 is more than what is left


def test_a_429_closes_the_tap_for_everyone_and_other_companies_go_on(new_world):
    world = new_world()
    told, other, late = world.worker(), world.worker(patience=timedelta(seconds=10)), world.worker()
    stranger = world.worker(GLOBEX)
    told.call()

    told.turnstile.closed_for(60)

    for kind in (READ, WRITE, BATCH):
        with pytest.raises(WaitingForTurn):
            other.call(kind)
    assert late.call(WRITE) >= 60 * SECOND
    assert late.call(BATCH) >= 60 * SECOND
    assert [stranger.call(WRITE), stranger.call(BATCH)] == [0, 0]
    world.advance(61)
    assert other.call(BATCH) < 2 * SECOND


def test_a_shorter_wait_does_not_open_the_tap_again(new_world):
    world = new_world()
    worker = world.worker()

    worker.turnstile.closed_for(60)
    worker.turnstile.closed_for(5)

    assert world.worker().call() >= 60 * SECOND


def test_closing_an_unused_tap_closes_it(new_world):
    world = new_world()

    world.worker().turnstile.closed_for(60)

    assert world.worker().call(BATCH) == 60 * SECOND


def test_after_the_tap_was_closed_calls_do_not_come_all_at_once(new_world):
    world = new_world()
    world.worker().turnstile.closed_for(60)
    workers = [world.worker() for _ in range(5)]

    for _ in range(6):
        for worker in workers:
            worker.call()

    assert_within_limits(world)


def test_metered_reads_are_counted_by_month_and_connection(new_world):
    world = new_world()
    world.worker().call(READ, metered=1)
    world.worker().call(BATCH, metered=7)
    world.worker().call(WRITE)
    world.worker(GLOBEX).call(READ, metered=1)
    world.now = datetime(2026, 12, 1, tzinfo=UTC)
    world.worker().call(READ, metered=2)

    item = world.table.get("TENANT#acme#CONNECTION#9341", "THROTTLE")

    assert item is not None
    assert (item["reads_2026_11"], item["reads_2026_12"]) == (8, 2)


def test_each_warning_level_is_logged_once(new_world, caplog):
    world = new_world(reads_per_month=10)
    workers = [world.worker() for _ in range(3)]

    with caplog.at_level(logging.WARNING):
        for number in range(12):
            workers[number % 3].call(READ, metered=1)

    told = [(record.__dict__["percent"], record.__dict__["reads"]) for record in caplog.records]
    assert told == [(70, 7), (90, 9)]


def test_a_throttled_table_is_a_passing_trouble(new_world, monkeypatch):
    world = new_world()
    busy = ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem")

    def fail(**_: Any) -> Any:
        raise busy

    monkeypatch.setattr(world.table._client, "update_item", fail)

    with pytest.raises(StorageUnavailable):
        world.worker().call()


def test_a_lane_that_never_holds_still_gives_up_instead_of_turning_for_ever(new_world, monkeypatch):
    world = new_world()
    updates = 0

    def contended(**_: Any) -> Any:
        nonlocal updates
        updates += 1
        flipping = {"tat": {"N": str(to_moment(world.now) + (updates % 2))}}
        raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}, "Item": flipping}, "UpdateItem")  # type: ignore[typeddict-unknown-key]

    monkeypatch.setattr(world.table._client, "update_item", contended)

    with pytest.raises(StorageUnavailable):
        world.worker().call()

    assert updates < 10
