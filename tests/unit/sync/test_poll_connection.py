"""One poll: nothing is lost and nothing told twice, wherever it breaks off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.backfills import BackfillStatus
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.poll_schedule import DAILY, INTERVAL
from ledgerlink.errors import ConnectionRevoked, QuickBooksUnavailable, RateLimited, StorageUnavailable
from ledgerlink.usecases.sync.poll_connection import Outcome
from tests.unit.fakes import Killed, raising
from tests.unit.orders import connection
from tests.unit.sync.fakes import LEASE, SIDE, SyncWorld

FALL_BACK = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SPRING_FORWARD = datetime(2027, 3, 14, 10, 0, tzinfo=UTC)


@pytest.fixture
def world():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=15)
    return world


def test_one_call_asks_for_every_entity_and_what_changed_is_stored_and_told(world):
    bill, vendor = world.quickbooks.make("Bill"), world.quickbooks.make("Vendor")
    world.quickbooks.make("Invoice")
    before = len(world.quickbooks.asked_since)

    polled = world.poll()

    assert (polled.outcome, polled.changed) == (Outcome.POLLED, 2)
    assert len(world.quickbooks.asked_since) - before == 1
    assert set(world.records.rows) == {("Bill", bill), ("Vendor", vendor)}
    assert sorted(world.records.news) == [("Bill", bill, "created"), ("Vendor", vendor, "created")]


def test_the_same_change_is_told_once_though_the_overlap_reads_it_again(world):
    world.quickbooks.make("Bill")

    for _ in range(4):
        world.poll()
        world.pass_time(minutes=1)

    assert len(world.records.news) == 1


def test_a_deletion_is_told(world):
    bill = world.quickbooks.make("Bill")
    world.poll()
    world.pass_time(minutes=15)
    world.quickbooks.delete("Bill", bill)

    world.poll()

    assert world.records.ids("Bill") == set()
    assert world.records.news[-1] == ("Bill", bill, "deleted")


def test_fault_34_the_cursor_never_moves_before_the_data_wherever_the_worker_is_killed():
    quiet = SyncWorld()
    quiet.flow()
    quiet.run_backfill()
    quiet.quickbooks.make("Bill")
    quiet.script.calls.clear()
    quiet.poll()
    calls = list(quiet.script.calls)
    assert calls.index("records.store") < calls.index("records.announce") < calls.index("sync.finish")

    for number in range(len(calls)):
        for when in ("before", "after"):
            world = SyncWorld()
            world.flow()
            world.run_backfill()
            bill = world.quickbooks.make("Bill")
            world.script.calls.clear()
            world.script.at(when, number, raising(Killed()))
            with pytest.raises(Killed):
                world.poll()
            seen = world.state.cursors["Bill"].seen
            assert seen is None or world.records.ids("Bill") == {bill}, (when, calls[number])
            world.script.forget()
            world.pass_time(minutes=15)

            world.poll(asked_at=world.clock() + LEASE)

            assert world.records.ids("Bill") == {bill}, (when, calls[number])


def test_fault_33_a_second_poll_of_the_same_connection_exits_quietly(world):
    second = []
    world.quickbooks.make("Bill")
    world.script.next("after", "quickbooks.changes", lambda: second.append(world.poll()))

    first = world.poll()

    assert second[0].outcome is Outcome.BUSY
    assert first.outcome is Outcome.POLLED


def test_fault_13_a_message_that_comes_twice_is_polled_once(world):
    asked_at = world.clock()
    world.pass_time(seconds=2)
    world.poll(asked_at=asked_at)
    before = len(world.quickbooks.asked_since)

    again = world.poll(asked_at=asked_at)

    assert again.outcome is Outcome.DONE_BEFORE
    assert len(world.quickbooks.asked_since) == before


def test_a_worker_that_died_is_followed_by_another_when_its_lease_has_ended(world):
    world.script.next("after", "quickbooks.changes", raising(Killed()))
    with pytest.raises(Killed):
        world.poll()

    assert world.poll().outcome is Outcome.BUSY
    world.pass_time(minutes=6)
    assert world.poll().outcome is Outcome.POLLED


def test_a_worker_that_outlived_its_lease_writes_nothing(world):
    def another():
        world.pass_time(minutes=6)
        world.quickbooks.make("Bill")
        world.poll()

    world.script.next("after", "quickbooks.changes", another)

    world.poll()

    assert world.state.polled_at == world.clock()
    assert world.records.ids("Bill") == {"1"}


def test_what_is_asked_for_while_a_poll_runs_stays_due(world):
    def told():
        world.pass_time(seconds=1)
        world.sync.told(world.key, world.clock())

    world.script.next("after", "quickbooks.changes", told)

    world.poll()

    assert world.state.due_at == world.clock()


@pytest.mark.parametrize("error", [QuickBooksUnavailable("Down."), RateLimited("Slow down.")])
def test_fault_9_a_poll_that_fails_leaves_the_cursor_and_is_tried_again_in_its_turn(world, error):
    world.quickbooks.make("Bill")
    before = world.state.cursors
    world.script.fail("quickbooks.changes", error)

    failed = world.poll()

    assert failed.outcome is Outcome.FAILED
    assert world.state.cursors == before
    assert (world.state.failures, world.state.last_error["code"]) == (1, error.code)
    assert world.state.due_at - world.clock() <= INTERVAL + timedelta(minutes=1)
    world.pass_time(minutes=15)
    world.poll()
    assert world.records.ids("Bill") == {"1"}
    assert (world.state.failures, world.state.last_error) == (0, None)


def test_a_poll_that_fails_while_the_tenant_reconnects_leaves_the_connection_due(world):
    def reconnect():
        world.pass_time(seconds=1)
        world.sync.wake(world.key, world.clock())
        raise ConnectionRevoked("Refused.")

    world.quickbooks.meanwhile = reconnect

    failed = world.poll()

    assert failed.outcome is Outcome.FAILED
    assert world.state.due_at == world.clock()


def test_fault_15_a_fault_of_ours_is_raised_and_does_not_block_the_connection(world):
    world.script.fail("records.store", KeyError("Id"))
    with pytest.raises(KeyError):
        world.poll()

    assert world.poll().outcome is Outcome.POLLED


def test_a_revoked_connection_is_looked_at_once_a_day_without_a_call():
    world = SyncWorld(connected=replace(connection(), status=ConnectionStatus.NEEDS_RECONNECT))
    world.flow()

    ended = world.poll()

    assert isinstance(ended.error, ConnectionRevoked)
    assert world.quickbooks.asked_since == []
    assert world.state.due_at
    assert world.state.due_at - world.clock() > INTERVAL + timedelta(minutes=1)
    assert world.executions.started == {}


def test_a_connection_that_is_switched_off_is_not_called():
    company = connection()
    world = SyncWorld(connected=replace(company, settings=company.settings.model_copy(update={"enabled": False})))
    world.flow()

    ended = world.poll()

    assert ended.error and ended.error.code == "connection_disabled"
    assert world.quickbooks.asked_since == []


def test_a_flow_that_is_switched_off_is_not_polled(world):
    world.flow(enabled=False)
    before = len(world.quickbooks.asked_since)

    ended = world.poll()

    assert ended.outcome is Outcome.RESTING
    assert len(world.quickbooks.asked_since) == before
    assert world.state.due_at is None


def test_a_flow_that_is_switched_on_while_the_worker_finds_nothing_to_do_stays_due(world):
    world.flow(enabled=False)
    world.script.next("after", "flows.of_tenant", world.flow)

    world.poll()

    assert world.state.due_at is not None


def test_a_direction_that_was_off_for_a_week_goes_on_where_it_was():
    world = SyncWorld()
    world.flow()
    world.flow("g", input="shop", output=SIDE)
    world.run_backfill()
    world.poll()
    world.flow("g", input="shop", output=SIDE, enabled=False)
    for _ in range(7):
        world.pass_time(days=1)
        world.quickbooks.make("Invoice")
        world.quickbooks.make("Bill")
        world.poll()
    assert world.records.ids("Invoice") == set()
    world.pass_time(minutes=1)

    world.flow("g", input="shop", output=SIDE)
    world.poll()

    assert len(world.records.ids("Invoice")) == len(world.records.ids("Bill")) == 7


@pytest.mark.parametrize("minutes", [-10, 10])
def test_fault_28_our_clock_may_be_wrong_by_minutes(minutes):
    world = SyncWorld()
    ours = world.clock
    world.quickbooks.clock = lambda: ours() + timedelta(minutes=minutes)
    world.flow()
    world.run_backfill()

    for _ in range(20):
        world.quickbooks.make("Bill")
        world.poll()
        world.pass_time(minutes=3)
    world.poll()

    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")
    assert len(world.records.news) == 20


@given(
    start=st.sampled_from([FALL_BACK - timedelta(hours=2), SPRING_FORWARD - timedelta(hours=2)]),
    steps=st.lists(st.tuples(st.sampled_from(["make", "change", "delete", "poll"]), st.integers(0, 40)), min_size=5),
)
def test_fault_29_no_change_around_daylight_saving_is_lost_or_told_twice(start, steps):
    world = SyncWorld(start=start)
    world.flow()
    world.run_backfill()
    happened = []

    for step, minutes in [*steps, ("poll", 1)]:
        world.pass_time(minutes=minutes, seconds=1)
        bills = sorted(world.quickbooks.ids("Bill"))
        if step == "make":
            happened.append(world.quickbooks.make("Bill"))
        elif step == "change" and bills:
            world.quickbooks.change("Bill", bills[0], Memo=str(minutes))
        elif step == "delete" and bills:
            world.quickbooks.delete("Bill", bills[-1])
        elif step == "poll":
            world.poll()

    kept = {place: row for place, row in world.quickbooks.kept.items() if place[0] == "Bill"}
    assert world.records.rows == kept
    created = [entity_id for _, entity_id, kind in world.records.news if kind == "created"]
    assert len(created) == len(set(created))


def test_fault_30_a_cursor_beyond_thirty_days_starts_a_backfill_and_goes_on():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.quickbooks.make("Bill")
    world.poll()
    world.pass_time(days=5)
    lost = world.quickbooks.make("Vendor")
    world.pass_time(days=31)
    fresh = world.quickbooks.make("Bill")

    polled = world.poll()
    backfill = world.run_backfill()

    assert polled.outcome is Outcome.POLLED
    assert backfill.gap
    assert backfill.status is BackfillStatus.COMPLETED
    assert world.records.ids("Vendor") == {lost}
    assert fresh in world.records.ids("Bill")
    world.pass_time(minutes=15)
    world.poll()
    assert len(world.executions.started) == 2


def test_a_worker_that_dies_after_it_started_to_catch_up_is_not_followed_by_another_backfill():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(days=40)
    world.script.next("after", "executions.start", raising(Killed()))
    with pytest.raises(Killed):
        world.poll()
    world.pass_time(minutes=6)

    world.poll()

    assert [backfill.gap for backfill in world.executions.started.values()] == [False, True]


def test_only_the_direction_that_stood_still_is_caught_up():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.flow("g", input="shop", output=SIDE)
    world.run_backfill()
    world.poll()
    world.flow("g", input="shop", output=SIDE, enabled=False)
    for _ in range(40):
        world.pass_time(days=1)
        world.poll()
    world.pass_time(minutes=1)

    world.flow("g", input="shop", output=SIDE)
    world.poll()

    (*_, last) = world.executions.started.values()
    assert last.entities == ("Estimate", "Invoice", "SalesReceipt", "Customer")


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_answer_that_was_cut_is_completed_by_queries_and_nothing_is_skipped(world, newest_first):
    world.quickbooks.limit = 10
    world.quickbooks.newest_first = newest_first
    for _ in range(60):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=40)

    polled = world.poll()

    assert polled.outcome is Outcome.POLLED
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")
    assert len(world.records.news) == 60


def test_deletions_beyond_a_cut_are_found_where_quickbooks_tells_the_oldest_first(world):
    for _ in range(40):
        world.quickbooks.make("Bill")
    world.poll()
    world.pass_time(minutes=20)
    world.quickbooks.limit = 10
    for bill in sorted(world.quickbooks.ids("Bill")):
        world.quickbooks.delete("Bill", bill)
        world.pass_time(seconds=30)

    world.poll()

    assert world.records.ids("Bill") == set()


def test_a_second_in_which_more_changed_than_an_answer_holds_is_read_whole(world):
    world.quickbooks.limit = 10
    for _ in range(35):
        world.quickbooks.make("Bill")
    world.pass_time(seconds=30)
    world.quickbooks.make("Bill")

    world.poll()

    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def test_changes_while_a_cut_answer_is_completed_are_not_lost(world):
    world.quickbooks.limit = 10
    for _ in range(40):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=40)
    edits = iter(sorted(world.quickbooks.ids("Bill")))

    def edit():
        world.pass_time(seconds=1)
        if bill := next(edits, None):
            world.quickbooks.change("Bill", bill, Memo="edited")

    world.quickbooks.meanwhile = edit
    world.poll()
    world.quickbooks.meanwhile = lambda: None
    world.pass_time(minutes=15)
    world.poll()

    assert world.records.rows == {place: row for place, row in world.quickbooks.kept.items() if place[0] == "Bill"}


def test_so_much_that_the_time_is_too_short_goes_on_with_the_next_poll(world):
    world.quickbooks.limit = 10
    for _ in range(100):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=50)
    world.quickbooks.meanwhile = lambda: world.pass_time(seconds=20)

    outcomes = []
    for _ in range(20):
        outcomes.append(world.poll(budget=timedelta(seconds=90)).outcome)
        if outcomes[-1] is Outcome.POLLED:
            break
        assert world.state.due_at <= world.clock()
        world.pass_time(seconds=1)

    assert outcomes[0] is Outcome.UNFINISHED
    assert outcomes[-1] is Outcome.POLLED
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def test_a_cut_answer_over_a_long_time_is_completed_over_several_polls(world):
    world.quickbooks.limit = 10
    world.quickbooks.newest_first = True
    for _ in range(400):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=50)
    world.quickbooks.meanwhile = lambda: world.pass_time(seconds=15)

    spans, outcomes = list[timedelta](), list[Outcome]()
    while Outcome.POLLED not in outcomes and len(outcomes) < 20:
        began = world.clock()
        outcomes.append(world.poll(budget=timedelta(minutes=2)).outcome)
        spans.append(world.clock() - began)
        assert outcomes[-1] is Outcome.POLLED or world.state.due_at <= world.clock()
        world.pass_time(seconds=1)

    assert max(spans) <= timedelta(minutes=2, seconds=30)
    assert outcomes[0] is Outcome.UNFINISHED
    assert outcomes[-1] is Outcome.POLLED
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def test_a_worker_that_dies_while_it_completes_a_cut_answer_leaves_the_cursor_at_the_page_before(world):
    world.quickbooks.limit = 10
    world.quickbooks.newest_first = True
    for _ in range(60):
        world.quickbooks.make("Bill")
        world.pass_time(minutes=2)
    before, end = world.state.cursors["Bill"].since, world.clock() + timedelta(seconds=90)

    def slow():
        world.pass_time(seconds=15)
        if world.clock() > end:
            raise Killed

    world.quickbooks.meanwhile = slow
    with pytest.raises(Killed):
        world.poll()

    assert world.state.cursors["Bill"].since > before
    assert len(world.records.ids("Bill")) < 60


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("gap", [0, 1])
def test_more_within_the_overlap_than_a_poll_can_read_is_read_over_several_polls(world, newest_first, gap):
    world.quickbooks.limit = 10
    world.quickbooks.newest_first = newest_first
    for _ in range(200):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=gap)
    world.quickbooks.meanwhile = lambda: world.pass_time(seconds=20)

    polls = 0
    while world.records.ids("Bill") != world.quickbooks.ids("Bill"):
        polls += 1
        assert polls < 30, f"{len(world.records.ids('Bill'))} of 200 were read"
        world.poll(budget=timedelta(seconds=150))
        world.pass_time(seconds=1)

    assert len(world.records.news) == 200
    world.quickbooks.meanwhile = lambda: None
    outcomes = set()
    for _ in range(8):
        world.pass_time(minutes=15)
        outcomes.add(world.poll().outcome)
    assert outcomes == {Outcome.POLLED}
    assert len(world.records.news) == 200


def test_a_late_change_is_found_though_the_polls_before_went_on_without_the_overlap(world):
    world.quickbooks.limit = 10
    world.quickbooks.newest_first = True
    late = world.quickbooks.make("Bill")
    row = world.quickbooks.kept.pop(("Bill", late))
    for _ in range(200):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=1)

    def work():
        world.pass_time(seconds=20)
        world.quickbooks.make("Bill")

    world.quickbooks.meanwhile = work
    assert world.poll(budget=timedelta(seconds=150)).outcome is Outcome.UNFINISHED

    world.quickbooks.kept["Bill", late] = row
    for _ in range(10):
        world.poll(budget=timedelta(seconds=150))
    world.quickbooks.meanwhile = lambda: None
    world.pass_time(minutes=15)
    world.poll()

    assert late in world.records.ids("Bill")


def test_rows_that_leave_a_second_while_it_is_read_over_several_polls_hide_no_others(world):
    world.quickbooks.limit = 10
    for _ in range(100):
        world.quickbooks.make("Bill")
    bills = iter(sorted(world.quickbooks.ids("Bill"), key=int))

    def edit():
        world.pass_time(seconds=20)
        if bill := next(bills, None):
            world.quickbooks.change("Bill", bill, Memo="edited")

    world.quickbooks.meanwhile = edit
    for _ in range(60):
        world.poll(budget=timedelta(seconds=150))
        world.pass_time(seconds=1)
    world.quickbooks.meanwhile = lambda: None
    world.pass_time(minutes=15)
    world.poll()

    assert world.records.rows == {place: row for place, row in world.quickbooks.kept.items() if place[0] == "Bill"}


def quiet_polls(world, number=6):
    """What polls in a company in which nothing happens any more take in, one every quarter of an hour."""
    taken = []
    for _ in range(number):
        world.pass_time(minutes=15)
        before, asked = len(world.records.taken), len(world.quickbooks.asked_since) + world.quickbooks.pages_asked
        world.poll()
        calls = len(world.quickbooks.asked_since) + world.quickbooks.pages_asked - asked
        taken.append((calls, len(world.records.taken) - before))
    return taken


def test_what_was_stored_is_not_stored_again_by_each_poll_until_something_newer_comes(world):
    bills = [world.quickbooks.make("Bill") for _ in range(50)]
    gone = world.quickbooks.make("Bill")
    world.quickbooks.delete("Bill", gone)
    world.pass_time(minutes=31)
    world.poll()

    assert quiet_polls(world) == [(1, 0)] * 6
    world.pass_time(minutes=15)
    world.quickbooks.change("Bill", bills[0], Memo="edited")
    world.poll()
    assert world.records.taken[-1] == ("Bill", bills[0])
    assert world.records.rows["Bill", bills[0]]["Memo"] == "edited"


def test_what_changed_within_half_an_hour_is_stored_by_the_next_polls_too_as_we_may_have_written_it(world):
    world.quickbooks.make("Bill")
    world.poll()

    assert quiet_polls(world) == [(1, 1), (1, 1), *[(1, 0)] * 4]


def test_another_balance_within_the_same_second_is_no_known_row(world):
    bill = world.quickbooks.make("Bill", Balance="5")
    world.pass_time(minutes=6)
    world.poll()
    world.quickbooks.kept["Bill", bill]["Balance"] = "3"
    before = len(world.records.taken)
    world.pass_time(minutes=15)

    world.poll()

    assert world.records.taken[before:] == [("Bill", bill)]


def test_what_a_poll_that_failed_had_stored_is_stored_again(world):
    world.quickbooks.make("Bill")
    world.pass_time(minutes=6)
    world.script.fail("records.announce", QuickBooksUnavailable("Down."))
    world.poll()
    before = len(world.records.taken)

    world.poll()

    assert len(world.records.taken) == before + 1


def test_after_a_cut_answer_was_completed_a_quiet_company_is_asked_once_a_poll(world):
    world.quickbooks.limit = 10
    for _ in range(60):
        world.quickbooks.make("Bill")
        world.pass_time(seconds=40)
    world.pass_time(minutes=6)
    world.poll()

    taken = quiet_polls(world)

    assert [calls for calls, _ in taken] == [1] * 6
    assert sum(rows for _, rows in taken) <= 20
    assert [rows for _, rows in taken[3:]] == [0, 0, 0]


@pytest.mark.parametrize("error", [StorageUnavailable("Down."), KeyError("answered")])
def test_a_worker_that_cannot_read_how_the_connection_stands_lets_go_of_it(world, error):
    world.script.next("after", "sync.begin", raising(error))
    with pytest.raises(type(error)):
        world.poll()

    assert world.poll().outcome is Outcome.POLLED


def test_why_the_state_could_not_be_read_is_told_though_nothing_can_be_let_go_of_either(world):
    world.script.next("after", "sync.begin", raising(StorageUnavailable("Cannot be read.")))
    world.script.fail("sync.release", StorageUnavailable("Cannot be written."))

    with pytest.raises(StorageUnavailable, match="read"):
        world.poll()


def test_while_notifications_come_a_company_is_polled_once_a_day_and_when_they_miss_something_every_quarter(world):
    world.sync.told(world.key, world.clock())
    world.quickbooks.make("Bill")
    world.poll()
    assert world.state.due_at - world.clock() > INTERVAL + timedelta(minutes=1)
    world.pass_time(hours=5)
    world.quickbooks.make("Bill")
    world.clock.time = world.state.due_at

    world.poll()

    assert world.state.notified.missed_at == world.clock()
    assert world.state.due_at - world.clock() <= INTERVAL + timedelta(minutes=1)


def test_a_change_that_shows_after_its_notification_is_found_a_quarter_of_an_hour_later(world):
    world.sync.told(world.key, world.clock())
    world.poll()
    assert world.state.due_at - world.clock() <= INTERVAL + timedelta(minutes=1)
    bill = world.quickbooks.make("Bill")
    world.clock.time = world.state.due_at

    world.poll()

    assert world.records.ids("Bill") == {bill}
    assert world.state.notified.missed_at is None
    assert world.state.due_at - world.clock() > INTERVAL + timedelta(minutes=1)


def test_what_never_shows_is_looked_for_once_more_and_then_daily(world):
    world.sync.told(world.key, world.clock())
    world.poll()
    world.clock.time = world.state.due_at

    world.poll()

    assert world.state.due_at - world.clock() > INTERVAL + timedelta(minutes=1)


def test_a_daily_poll_that_finds_nothing_stays_daily(world):
    world.sync.told(world.key, world.clock())
    world.quickbooks.make("Bill")
    world.poll()
    world.clock.time = world.state.due_at

    world.poll()

    assert world.state.due_at == world.clock() + DAILY


def test_a_tenant_can_ask_for_a_poll_every_quarter_of_an_hour_whatever_is_told(world):
    world.settings = world.settings.model_copy(update={"daily_while_notified": False})
    world.sync.told(world.key, world.clock())

    world.poll()

    assert world.state.due_at - world.clock() <= INTERVAL + timedelta(minutes=1)
