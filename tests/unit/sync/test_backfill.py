"""A backfill copies what was there before, whatever happens meanwhile."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from ledgerlink.domain.backfills import (
    MOST_PAGES,
    PAGE,
    BackfillRequest,
    BackfillStatus,
    Page,
    Selection,
    page_size,
    parse_request,
    progress,
    split,
)
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.flows import Direction
from ledgerlink.errors import (
    Conflict,
    ConnectionRevoked,
    InvalidRequest,
    MissingConfiguration,
    NotFound,
    QuickBooksUnavailable,
    Unexpected,
)
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.usecases.sync.read_backfill import read_backfill
from ledgerlink.usecases.sync.settle_backfill import settle_backfill
from tests.unit.fakes import Killed, raising
from tests.unit.orders import NOW, TENANT
from tests.unit.sync.fakes import SIDE, SyncWorld

BILLS = Selection("Bill", dated_from=NOW.date())


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("ledgerlink.domain.backfills.PAGE", 7)


def filled(documents=30):
    world = SyncWorld(start=NOW - timedelta(days=1))
    vendor, item = world.quickbooks.make("Vendor"), world.quickbooks.make("Item")
    world.quickbooks.make("Vendor")
    for _ in range(documents):
        line = {"DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": {"ItemRef": {"value": item}}}
        world.quickbooks.make("Bill", VendorRef={"value": vendor}, Line=[line])
        world.pass_time(minutes=1)
    world.clock.time = NOW
    world.flow()
    return world


def test_the_pages_meet_without_a_gap_and_the_first_and_last_are_open():
    times = [NOW + timedelta(minutes=n) for n in range(10)]

    pages = split(BILLS, 10, 4, lambda _, position: times[position])

    assert [(page.created_from, page.created_before, page.rows) for page in pages] == [
        (None, times[4], 4),
        (times[4], times[8], 4),
        (times[8], None, 2),
    ]


def test_rows_of_the_same_second_stay_in_one_page():
    pages = split(BILLS, 10, 3, lambda *_: NOW)

    assert pages == [Page(BILLS, None, NOW, 3), Page(BILLS, NOW, None, 7)]


def test_rows_that_vanish_while_it_is_planned_leave_no_gap():
    pages = split(BILLS, 10, 4, lambda _, position: NOW if position < 5 else None)

    assert [(page.created_from, page.created_before) for page in pages] == [(None, NOW), (NOW, None)]


def test_where_there_is_nothing_there_is_no_page():
    assert split(BILLS, 0, 4, lambda *_: NOW) == []


@pytest.mark.parametrize("total", [0, 1, PAGE, 40_000, 3_000_000])
def test_there_are_never_too_many_pages(total):
    assert -(-total // page_size(total)) <= MOST_PAGES


def test_documents_of_the_last_ninety_days_are_copied_with_what_they_name_and_nothing_else(small_pages):
    world = filled(30)
    old = world.quickbooks.make("Bill", TxnDate="2025-01-01")

    done = world.run_backfill()

    assert done.status is BackfillStatus.COMPLETED
    assert len(done.pages) == 5
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill") - {old}
    assert world.records.ids("Vendor") == {"1"}
    assert world.records.ids("Item") == {"2"}


def test_bundles_and_the_items_in_them_are_copied_too():
    world = SyncWorld(start=NOW - timedelta(days=1))
    inside, bundle = world.quickbooks.make("Item"), world.quickbooks.make("Item")
    part = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": inside}}}
    group = {"GroupItemRef": {"value": bundle}, "Line": [part]}
    world.quickbooks.make("Invoice", Line=[{"DetailType": "GroupLineDetail", "GroupLineDetail": group}])
    world.clock.time = NOW
    world.flow(input="shop", output=SIDE)

    world.run_backfill()

    assert world.records.ids("Item") == {inside, bundle}


def test_progress_says_how_far_it_is_and_when_it_will_be_done(small_pages):
    world = filled(28)
    world.planner().plan(world.key, 1)
    world.pass_time(minutes=10)
    world.copier().copy(world.key, 1, 0)

    told = progress(read_backfill(world.connections, world.backfills, TENANT, world.key.connection_id), world.clock())

    assert (told.pages_done, told.pages_planned, told.documents, told.names_read) == (1, 4, 7, 2)
    assert told.estimated_end == world.clock() + timedelta(minutes=30)
    assert [event["pages_done"] for event in world.events.named("backfill.progress")] == [0, 1]


def test_what_several_pages_name_was_read_by_each_of_them(small_pages):
    world = filled(28)

    world.run_backfill()

    (told,) = world.events.named("backfill.completed")
    assert (told["documents"], told["names_read"]) == (28, 4 * 2)
    assert len(world.records.ids("Vendor") | world.records.ids("Item")) == 2


def test_the_host_is_told_once_that_it_is_done():
    world = filled()
    world.run_backfill()

    finish_backfill(world.backfills, world.sync, world.events, world.key, 1, world.clock())

    (told,) = world.events.named("backfill.completed")
    assert told["documents"] == 30


def test_what_changed_while_it_ran_is_asked_for_as_soon_as_it_is_done():
    world = filled()
    world.poll()
    assert world.state.due_at > world.clock()

    world.run_backfill()

    assert world.state.due_at == world.clock()


def test_a_page_that_was_copied_is_not_read_again():
    world = filled()
    world.run_backfill()
    before = world.script.calls.count("quickbooks.rows")

    world.run_backfill()

    assert world.script.calls.count("quickbooks.rows") == before


def test_a_second_plan_changes_nothing(small_pages):
    world = filled()
    first = world.planner().plan(world.key, 1)
    for _ in range(9):
        world.quickbooks.make("Bill")

    second = world.planner().plan(world.key, 1)

    assert second.pages == first.pages


def test_two_planners_at_once_agree_on_one_plan(small_pages):
    world = filled()
    others = []

    def another():
        world.quickbooks.make("Bill")
        others.append(world.planner().plan(world.key, 1))

    world.script.next("before", "backfills.keep_plan", another)

    mine = world.planner().plan(world.key, 1)

    assert mine.pages == others[0].pages


def test_wherever_a_worker_is_killed_the_same_page_again_ends_the_same(small_pages):
    whole = filled(20)
    whole.run_backfill()
    calls = len(whole.script.calls)

    for number in range(0, calls, 3):
        world = filled(20)
        world.script.at("after", len(world.script.calls) + number, raising(Killed()))
        try:
            world.run_backfill()
        except Killed:
            world.script.forget()
            world.run_backfill()
        assert world.records.rows == whole.records.rows
        assert len(set(world.records.news)) == len(world.records.news)
        assert progress(world.backfills.latest(world.key), NOW).documents == 20


@pytest.mark.parametrize("seed", range(12))
def test_fault_31_what_changes_while_it_runs_is_neither_lost_nor_doubled(small_pages, seed):
    chance = random.Random(seed)
    world = filled(40)

    def meanwhile():
        world.pass_time(seconds=chance.randint(0, 30))
        bills = sorted(world.quickbooks.ids("Bill"))
        match chance.choice(["make", "change", "delete", "nothing"]):
            case "make":
                world.quickbooks.make("Bill")
            case "change":
                world.quickbooks.change("Bill", chance.choice(bills), Memo=str(chance.random()))
            case "delete":
                world.quickbooks.delete("Bill", chance.choice(bills))

    world.quickbooks.meanwhile = meanwhile
    world.planner().plan(world.key, 1)
    pages = list(range(len(world.backfills.latest(world.key).pages)))
    chance.shuffle(pages)
    for page in pages:
        world.copier().copy(world.key, 1, page)
        if chance.random() < 0.3:
            world.pass_time(minutes=15)
            world.poll()
    world.quickbooks.meanwhile = lambda: None
    finish_backfill(world.backfills, world.sync, world.events, world.key, 1, world.clock())
    world.pass_time(minutes=15)
    world.poll()

    assert {p: row for p, row in world.records.rows.items() if p[0] == "Bill"} == {
        place: row for place, row in world.quickbooks.kept.items() if place[0] == "Bill"
    }
    created = [entity_id for entity, entity_id, kind in world.records.news if kind == "created"]
    assert len(created) == len(set(created))


def test_a_first_poll_long_after_the_backfill_still_reads_what_changed_meanwhile():
    world = filled(3)
    world.run_backfill()
    world.pass_time(days=3)
    world.quickbooks.change("Bill", "4", Memo="edited")
    world.pass_time(days=10)

    world.poll()

    assert world.records.rows["Bill", "4"]["Memo"] == "edited"


def test_fault_12_a_token_revoked_in_the_middle_fails_and_a_redrive_after_reconnecting_finishes(small_pages):
    world = filled(28)
    world.planner().plan(world.key, 1)
    world.copier().copy(world.key, 1, 0)
    world.connections.have(replace(world.company, status=ConnectionStatus.NEEDS_RECONNECT))
    before = world.script.calls.count("quickbooks.rows")

    with pytest.raises(ConnectionRevoked):
        world.copier().copy(world.key, 1, 1)
    settle_backfill(world.backfills, world.events, world.key, 1, "ConnectionRevoked", world.clock())

    failed = world.backfills.latest(world.key)
    assert failed.status is BackfillStatus.FAILED
    assert "connect QuickBooks again" in failed.last_error["hint"]
    assert world.script.calls.count("quickbooks.rows") == before

    world.connections.have(world.company)
    for page in (1, 2, 3):
        world.copier().copy(world.key, 1, page)
    done = finish_backfill(world.backfills, world.sync, world.events, world.key, 1, world.clock())

    assert (done.status, done.last_error) == (BackfillStatus.COMPLETED, None)
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def test_a_page_that_ends_after_its_execution_failed_does_not_make_the_backfill_run_again(small_pages):
    world = filled(28)
    world.planner().plan(world.key, 1)
    world.script.next(
        "after",
        "quickbooks.rows",
        lambda: settle_backfill(world.backfills, world.events, world.key, 1, "ConnectionRevoked", world.clock()),
    )

    world.copier().copy(world.key, 1, 1)

    assert world.backfills.latest(world.key).status is BackfillStatus.FAILED
    assert world.events.named("backfill.progress")[-1]["pages_done"] == 1


def test_one_that_broke_off_without_a_word_does_not_hold_up_a_new_direction_for_ever():
    world = filled()
    world.planner().plan(world.key, 1)
    world.pass_time(days=2)

    world.flow("g", input="shop", output=SIDE)

    latest = world.backfills.latest(world.key)
    assert latest.number == 2
    assert Direction.SALES in latest.directions


def test_a_flow_that_is_switched_off_stops_the_calls():
    world = filled()
    world.planner().plan(world.key, 1)
    world.flow(enabled=False)
    before = world.script.calls.count("quickbooks.rows")

    with pytest.raises(MissingConfiguration) as stopped:
        world.copier().copy(world.key, 1, 0)

    assert stopped.value.code == "flow_disabled"
    assert world.script.calls.count("quickbooks.rows") == before


def test_a_direction_that_is_switched_off_is_not_read_while_the_other_goes_on():
    world = SyncWorld()
    world.quickbooks.make("Bill")
    world.quickbooks.make("Invoice")
    world.flow(input=SIDE, output=SIDE)
    pages = [page.selection.entity for page in world.planner().plan(world.key, 1).pages]
    world.flow(input=SIDE, output="shop")

    with pytest.raises(MissingConfiguration) as stopped:
        world.copier().copy(world.key, 1, pages.index("Invoice"))

    assert stopped.value.code == "flow_disabled"
    assert world.copier().copy(world.key, 1, pages.index("Bill")).documents == 1


def test_it_does_not_end_while_a_page_is_missing(small_pages):
    world = filled()
    world.planner().plan(world.key, 1)
    world.copier().copy(world.key, 1, 0)

    with pytest.raises(Unexpected):
        finish_backfill(world.backfills, world.sync, world.events, world.key, 1, world.clock())


def test_a_page_that_was_never_planned_is_not_found():
    world = filled()
    world.planner().plan(world.key, 1)

    with pytest.raises(NotFound):
        world.copier().copy(world.key, 1, 7)


def test_the_event_that_it_failed_counts_once_and_not_after_it_is_done():
    world = filled()
    world.planner().plan(world.key, 1)

    marks = [settle_backfill(world.backfills, world.events, world.key, 1, "States.Timeout", NOW) for _ in range(2)]
    world.run_backfill()
    late = settle_backfill(world.backfills, world.events, world.key, 1, "States.Timeout", NOW)

    assert (marks, late) == ([True, False], False)
    assert len(world.events.named("backfill.failed")) == 1


def test_the_host_can_ask_for_another_one_over_more_days():
    world = filled()
    world.run_backfill()

    again = world.starter().on_request(world.company, world.settings, BackfillRequest(days=730), NOW)

    assert (again.number, (NOW - again.since).days) == (2, 730)
    assert len(world.executions.started) == 2


def test_not_while_one_is_running():
    world = filled()

    with pytest.raises(Conflict):
        world.starter().on_request(world.company, world.settings, BackfillRequest(), NOW)


def test_one_that_broke_off_without_a_word_does_not_stand_in_the_way_for_ever():
    world = filled()

    again = world.starter().on_request(world.company, world.settings, BackfillRequest(), NOW + timedelta(days=2))

    assert again.number == 2


def test_not_for_a_direction_that_is_switched_off():
    world = filled()
    world.run_backfill()

    with pytest.raises(MissingConfiguration):
        world.starter().on_request(world.company, world.settings, BackfillRequest(directions=(Direction.SALES,)), NOW)


def test_a_gap_that_was_not_caught_up_is_part_of_the_next_one():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(days=2)
    lost = world.quickbooks.make("Vendor")
    world.pass_time(days=200)
    world.poll()
    settle_backfill(world.backfills, world.events, world.key, 2, "QuickBooksUnavailable", world.clock())

    world.starter().on_request(world.company, world.settings, BackfillRequest(), world.clock())
    world.run_backfill()

    assert world.records.ids("Vendor") == {lost}


def test_one_that_failed_is_part_of_the_first_one_of_another_direction():
    world = filled()
    settle_backfill(world.backfills, world.events, world.key, 1, "QuickBooksUnavailable", world.clock())

    world.flow("g", input="shop", output=SIDE)
    world.run_backfill()

    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def failed_gap():
    world = SyncWorld()
    world.flow("f", input=SIDE, output=SIDE)
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=20)
    lost = world.quickbooks.make("Invoice", TxnDate="2025-01-01")
    world.pass_time(days=45)
    world.poll()
    settle_backfill(world.backfills, world.events, world.key, 2, "QuickBooksUnavailable", world.clock())
    return world, lost


def test_a_gap_that_was_not_caught_up_is_part_of_the_next_gap():
    world, lost = failed_gap()
    world.pass_time(days=45)
    world.poll()

    world.run_backfill()

    assert world.records.ids("Invoice") == {lost}


def test_a_redrive_of_one_that_failed_before_a_later_gap_does_not_settle_that_gap():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=20)
    world.quickbooks.make("Bill")
    world.pass_time(days=45)
    world.poll()
    world.planner().plan(world.key, 2)
    world.copier().copy(world.key, 2, 0)
    settle_backfill(world.backfills, world.events, world.key, 2, "ConnectionRevoked", world.clock())
    later = world.quickbooks.make("Bill", TxnDate="2025-01-01")
    world.pass_time(days=45)
    world.poll()
    settle_backfill(world.backfills, world.events, world.key, 3, "QuickBooksUnavailable", world.clock())

    finish_backfill(world.backfills, world.sync, world.events, world.key, 2, world.clock())
    world.poll()
    assert later not in world.records.ids("Bill")
    world.starter().on_request(world.company, world.settings, BackfillRequest(days=1), world.clock())
    world.run_backfill()

    assert later in world.records.ids("Bill")


def test_a_gap_that_was_not_caught_up_is_part_of_a_request_for_the_other_direction():
    world, lost = failed_gap()
    request = BackfillRequest(directions=(Direction.PURCHASES,))
    world.starter().on_request(world.company, world.settings, request, world.clock())

    world.run_backfill()

    assert world.records.ids("Invoice") == {lost}


def test_a_first_one_that_failed_is_part_of_the_next_gap_with_what_its_documents_name():
    world = SyncWorld(start=NOW - timedelta(days=400))
    vendor = world.quickbooks.make("Vendor")
    world.pass_time(days=390)
    bill = world.quickbooks.make("Bill", VendorRef={"value": vendor})
    world.pass_time(days=10)
    world.flow()
    settle_backfill(world.backfills, world.events, world.key, 1, "QuickBooksUnavailable", world.clock())
    world.pass_time(days=45)
    world.poll()

    world.run_backfill()

    assert set(world.records.rows) == {("Bill", bill), ("Vendor", vendor)}


def test_what_was_switched_off_is_not_taken_over():
    world, _ = failed_gap()
    world.flow("f", input=SIDE, output="shop")

    again = world.starter().on_request(world.company, world.settings, BackfillRequest(), world.clock())

    assert again.directions == {Direction.PURCHASES}
    assert "Invoice" not in again.entities


def test_catching_up_on_one_direction_is_no_first_backfill_of_the_other():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(days=45)
    invoice = world.quickbooks.make("Invoice")
    world.pass_time(days=2)
    world.poll()
    caught_up = world.run_backfill()

    world.flow("g", input="shop", output=SIDE)
    world.run_backfill()

    assert caught_up.directions == {Direction.PURCHASES}
    assert world.records.ids("Invoice") == {invoice}


def both_failed(days=730):
    """A first backfill of both directions over so many days that failed; and an invoice that only those show."""
    world = SyncWorld(start=NOW)
    world.settings = world.settings.model_copy(update={"backfill_days": days})
    world.quickbooks.make("Bill")
    old = world.quickbooks.make("Invoice", TxnDate=(NOW - timedelta(days=700)).date().isoformat())
    world.flow(input=SIDE, output=SIDE)
    settle_backfill(world.backfills, world.events, world.key, 1, "QuickBooksUnavailable", world.clock())
    world.settings = world.settings.model_copy(update={"backfill_days": 90})
    return world, old


def test_a_direction_that_was_off_when_the_next_one_began_still_gets_what_it_was_promised():
    world, old = both_failed()
    world.flow(input=SIDE, output="shop")
    world.starter().on_request(world.company, world.settings, BackfillRequest(), world.clock())
    assert world.run_backfill().directions == {Direction.PURCHASES}
    world.pass_time(minutes=15)

    world.flow(input=SIDE, output=SIDE)
    world.run_backfill()

    assert world.backfills.latest(world.key).directions == {Direction.SALES}
    assert world.records.ids("Invoice") == {old}


def test_a_gap_of_a_direction_that_was_off_when_the_next_one_began_is_caught_up_when_it_is_on_again():
    world, lost = failed_gap()
    world.flow("f", input=SIDE, output="shop")
    world.starter().on_request(world.company, world.settings, BackfillRequest(), world.clock())
    world.run_backfill()
    assert world.records.ids("Invoice") == set()
    world.pass_time(minutes=15)

    world.flow("f", input=SIDE, output=SIDE)
    world.run_backfill()

    assert world.records.ids("Invoice") == {lost}


def test_a_direction_that_is_on_again_while_another_one_runs_gets_its_own_after_that():
    world, old = both_failed()
    world.flow(input=SIDE, output="shop")
    world.starter().on_request(world.company, world.settings, BackfillRequest(), world.clock())
    world.flow(input=SIDE, output=SIDE)
    world.run_backfill()
    world.pass_time(minutes=15)

    world.poll()
    world.run_backfill()

    assert world.records.ids("Invoice") == {old}


def test_the_days_that_were_promised_are_those_of_the_first_one_of_another_direction_that_takes_it_over():
    world = SyncWorld()
    world.settings = world.settings.model_copy(update={"backfill_days": 730})
    old = world.quickbooks.make("Bill", TxnDate=(NOW - timedelta(days=700)).date().isoformat())
    world.flow()
    settle_backfill(world.backfills, world.events, world.key, 1, "QuickBooksUnavailable", world.clock())
    world.settings = world.settings.model_copy(update={"backfill_days": 90})

    world.flow("g", input="shop", output=SIDE)
    world.run_backfill()

    assert world.records.ids("Bill") == {old}


def test_a_request_for_fewer_days_does_not_shorten_what_was_promised():
    world, old = both_failed()

    world.starter().on_request(world.company, world.settings, BackfillRequest(days=30), world.clock())
    world.run_backfill()

    assert world.records.ids("Invoice") == {old}
    world.pass_time(minutes=1)
    again = world.starter().on_request(world.company, world.settings, BackfillRequest(days=30), world.clock())
    assert (world.clock() - again.since).days == 30


def test_one_that_failed_waits_for_its_redrive_and_is_not_begun_anew_by_polls():
    world, old = both_failed()
    for _ in range(3):
        world.poll()
        world.pass_time(minutes=15)
    assert len(world.executions.started) == 1

    world.run_backfill()
    world.poll()

    assert world.records.ids("Invoice") == {old}
    assert len(world.executions.started) == 1


def test_a_poll_of_a_company_that_is_owed_nothing_reads_no_backfill():
    world = filled()
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=15)
    world.script.calls.clear()

    world.poll()

    assert "quickbooks.changes" in world.script.calls
    assert [call for call in world.script.calls if call.startswith("backfills.")] == []


def test_a_poll_that_began_before_the_last_one_was_finished_begins_no_other():
    world = filled()
    world.sync.flows_changed(world.key, world.clock())
    world.script.next("before", "backfills.latest", world.run_backfill)

    world.poll()

    assert len(world.executions.started) == 1


def test_two_requests_at_once_start_one():
    world = filled()
    world.run_backfill()

    def another():
        world.starter().on_request(world.company, world.settings, BackfillRequest(), NOW)

    world.script.next("after", "backfills.latest", another)

    with pytest.raises(Conflict):
        world.starter().on_request(world.company, world.settings, BackfillRequest(), NOW)
    assert world.state.backfill_number == 2


def test_a_backfill_whose_start_was_lost_is_started_by_the_next_poll():
    world = SyncWorld()
    world.script.next("before", "executions.start", raising(Killed()))
    with pytest.raises(Killed):
        world.flow()
    assert world.executions.started == {}

    world.poll()

    assert [backfill.number for backfill in world.executions.started.values()] == [1]


def test_it_waits_for_the_one_of_the_other_direction():
    world = filled()
    world.flow("g", input="shop", output=SIDE)
    assert len(world.executions.started) == 1

    world.run_backfill()
    world.poll()

    assert len(world.executions.started) == 2


@pytest.mark.parametrize("content", [{"days": 0}, {"days": 731}, {"days": "9"}, {"directions": ["up"]}, {"x": 1}, []])
def test_a_request_that_cannot_be_is_refused(content):
    with pytest.raises(InvalidRequest):
        parse_request(content)


def test_a_company_that_does_not_answer_fails_the_page_and_nothing_is_marked():
    world = filled()
    world.planner().plan(world.key, 1)
    world.script.fail("quickbooks.rows", QuickBooksUnavailable("Down."))

    with pytest.raises(QuickBooksUnavailable):
        world.copier().copy(world.key, 1, 0)

    assert world.backfills.latest(world.key).results == {}


def test_the_executions_name_is_one_that_aws_takes():
    world = filled()
    backfill = world.backfills.latest(world.key)

    name = replace(backfill, key=replace(world.key, tenant_id="t." * 32)).execution_name

    assert len(name) <= 80
    assert name.replace("-", "").replace("_", "").isalnum()
