"""A backlog on its way: planned, pushed chunk by chunk, finished or stopped."""

from datetime import timedelta

import pytest

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import (
    CHUNK_SIZE,
    BacklogStatus,
    DocumentResult,
    Outcome,
    next_id,
)
from ledgerlink.domain.documents import Status
from ledgerlink.errors import (
    ConnectionRevoked,
    DocumentBusy,
    InvalidRequest,
    NotFound,
    RateLimited,
    StorageUnavailable,
    Unexpected,
)
from ledgerlink.usecases.backlogs import plan_backlog
from ledgerlink.usecases.backlogs.plan_backlog import PAGE
from ledgerlink.usecases.backlogs.read_backlogs import LOOKED_AT, list_backlogs
from tests.unit.backlog_world import BacklogWorld
from tests.unit.fakes import Killed
from tests.unit.orders import KIND, NOW, REALM, TENANT

REJECTED = DocumentResult(Outcome.HANDED_ON, "quickbooks_rejected")
UNCHANGED = DocumentResult(Outcome.SYNCED, "unchanged")
OUT_OF_SYNC = {"category": "out_of_sync", "code": "vendor_gone"}


def ids(count: int) -> list[str]:
    return [f"po-{number:05}" for number in range(count)]


# the plan


def test_the_plan_finds_the_documents_that_stand_so() -> None:
    world = BacklogWorld()
    world.have("failed-1", "failed-2")
    world.have("waits", status=Status.WAITING_FOR_DAILY)
    world.have("synced", status=Status.SYNCED)
    world.have("theirs", tenant_id="globex")
    backlog = world.send_failed()

    chunks = world.plan(backlog)

    assert chunks == 1
    assert [key.document_id for key in world.chunk(backlog).left] == ["failed-1", "failed-2"]
    assert (world.stored(backlog).status, world.stored(backlog).total) == (BacklogStatus.RUNNING, 2)


def test_the_plan_finds_those_of_one_category_and_collection() -> None:
    world = BacklogWorld()
    world.have("ours", last_error=OUT_OF_SYNC)
    world.have("other", last_error={"category": "duplicate"})
    backlog = world.send({"where": {"category": "out_of_sync", "collection": KIND}})

    world.plan(backlog)

    assert [key.document_id for key in world.chunk(backlog).left] == ["ours"]


def test_the_plan_finds_those_of_one_company() -> None:
    world = BacklogWorld()
    world.have("ours", connection_id=REALM)
    world.have("other", connection_id="77")
    backlog = world.send({"where": {"connection": REALM}})

    world.plan(backlog)

    assert [key.document_id for key in world.chunk(backlog).left] == ["ours"]


def test_a_plan_that_is_made_again_stays_as_it_is() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.plan(backlog)
    world.push(backlog)
    world.have("po-2", updated_at=NOW - timedelta(hours=2))

    chunks = world.plan(backlog)

    assert chunks == 1
    assert world.chunk(backlog).left == ()


def test_named_documents_need_no_plan() -> None:
    world = BacklogWorld()
    world.have("po-1", status=Status.SYNCED)

    chunks = world.plan(world.send({"documents": [{"collection": KIND, "id": "po-1"}]}))

    assert chunks == 1


def test_nothing_to_send_is_no_chunk_and_a_completed_backlog() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()

    reached = world.run(backlog)

    assert reached.synced == 0
    assert (world.stored(backlog).status, world.stored(backlog).total) == (BacklogStatus.COMPLETED, 0)


def test_what_came_to_stand_so_after_the_request_is_not_meant() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()
    world.have("late", updated_at=NOW + timedelta(minutes=1))

    assert world.plan(backlog) == 0


def test_a_filter_that_fits_few_documents_is_not_stopped_by_a_page_without_any() -> None:
    world = BacklogWorld()
    world.have(*ids(PAGE + 5))
    world.have("zz", last_error=OUT_OF_SYNC)
    backlog = world.send({"where": {"category": "out_of_sync"}})

    world.plan(backlog)

    assert [key.document_id for key in world.chunk(backlog).left] == ["zz"]


@pytest.fixture
def short_backlogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """An execution takes 150 documents, so that a test takes no second."""
    monkeypatch.setattr(plan_backlog, "MOST_DOCUMENTS", 150)


def test_the_rest_of_a_long_backlog_has_one_of_its_own(short_backlogs: None) -> None:
    world = BacklogWorld()
    world.have(*ids(150 + 130))
    backlog = world.send({"where": {}, "request_id": "resend"})

    world.run(backlog)
    rest = world.backlogs.find(TENANT, "resend.part2")

    assert rest is not None
    assert world.executions.ids == ["resend", "resend.part2"]
    world.run(rest)
    assert (world.stored(backlog).total, world.stored(rest).total) == (150, 130)
    assert world.stored(rest).next_id is None
    assert {document.status for document in world.documents.documents.values()} == {Status.SYNCED}
    assert len({key for asked in world.pusher.asked_for for key in asked}) == 150 + 130


def test_what_was_not_sent_by_the_first_part_is_not_tried_by_the_next(short_backlogs: None) -> None:
    world = BacklogWorld()
    world.have(*ids(150 + 1))
    world.pusher.results = {world.key("po-00000"): DocumentResult(Outcome.SKIPPED, "other_company")}
    backlog = world.send({"where": {}, "request_id": "resend"})

    world.run(backlog)
    rest = world.backlogs.find(TENANT, "resend.part2")
    assert rest is not None
    world.run(rest)

    assert [key.document_id for key in world.pusher.asked_for[-1]] == ["po-00150"]


def test_parts_are_counted() -> None:
    ids = ["a", "a.part2", "a.part9", "x.2026", "my.partial", "a.part2.b", "a.part"]

    assert [next_id(one) for one in ids] == [
        *("a.part2", "a.part3", "a.part10", "x.2026.part2"),
        *("my.partial.part2", "a.part2.b.part2", "a.part.part2"),
    ]


def test_a_backlog_that_is_not_there_cannot_be_planned_pushed_or_finished() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()
    world.backlogs.backlogs.clear()

    for step in (world.plan, world.push, world.finish):
        with pytest.raises(NotFound):
            step(backlog)


# a chunk


def test_a_chunk_whose_documents_are_all_sent_is_done() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")
    backlog = world.send_failed()
    world.plan(backlog)

    more = world.push(backlog)

    assert not more
    assert world.chunk(backlog).synced == {"created": 2}
    assert [world.status("po-1"), world.status("po-2")] == [Status.SYNCED] * 2


def test_lambda_time_out_mid_batch_more_is_left_and_the_next_invocation_takes_it() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2", "po-3")
    world.pusher.at_once = 2
    backlog = world.send_failed()
    world.plan(backlog)

    first, second = world.push(backlog), world.push(backlog)

    assert (first, second) == (True, False)
    assert [[key.document_id for key in asked] for asked in world.pusher.asked_for] == [
        ["po-1", "po-2", "po-3"],
        ["po-3"],
    ]


def test_partial_batch_failure_each_document_that_failed_goes_on_alone() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2", attempt=4)
    world.pusher.results = {world.key("po-2"): REJECTED}
    backlog = world.send_failed()
    world.plan(backlog)

    world.push(backlog)

    assert world.status("po-1") is Status.SYNCED
    failed = world.document("po-2")
    assert (failed.status, failed.attempt, failed.trigger) == (Status.SYNCING, 5, Trigger.SELECTION)
    assert list(world.pushes.started.values()) == [(Attempt(world.key("po-2"), 1, 5), Trigger.SELECTION)]


def test_a_document_that_a_person_has_named_goes_on_as_what_that_person_asked_for() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.pusher.results = {world.key("po-1"): REJECTED}
    backlog = world.send({"documents": [{"collection": KIND, "id": "po-1"}]})

    world.push(backlog)

    assert list(world.pushes.started.values()) == [(Attempt(world.key("po-1"), 1, 2), Trigger.MANUAL)]


def test_a_document_that_waited_for_the_day_goes_on_as_part_of_the_daily_run() -> None:
    world = BacklogWorld()
    world.have("po-1", status=Status.WAITING_FOR_DAILY, connection_id="1")
    world.pusher.results = {world.key("po-1"): REJECTED}
    backlog = world.send({"where": {"status": "waiting_for_daily"}})
    world.backlogs._change(backlog, trigger=Trigger.DAILY)
    world.plan(backlog)

    world.push(backlog)

    assert world.document("po-1").trigger is Trigger.DAILY


def test_what_was_sent_before_a_crash_is_not_sent_again() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2", "po-3")
    world.pusher.at_once = 2
    world.pusher.crashes = [Killed()]
    backlog = world.send_failed()
    world.plan(backlog)
    world.clock.time += timedelta(seconds=5)
    with pytest.raises(Killed):
        world.push(backlog)

    world.push(backlog)

    assert [key.document_id for key in world.pusher.asked_for[1]] == ["po-3"]
    assert world.chunk(backlog).synced == {"meanwhile": 2, "created": 1}


def test_a_chunk_that_is_repeated_counts_nothing_twice() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")
    world.pusher.results = {world.key("po-2"): REJECTED}
    backlog = world.send_failed()
    world.plan(backlog)
    world.push(backlog)

    more = world.push(backlog)

    assert not more
    assert len(world.pusher.asked_for) == 1
    assert len(world.pushes.started) == 1
    assert sum(world.chunk(backlog).synced.values()) + len(world.chunk(backlog).handed_on) == 2


def test_what_was_done_before_the_chunk_was_stopped_is_kept() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")
    world.pusher.at_once = 1
    world.pusher.stops = [RateLimited("Slow down.")]
    backlog = world.send_failed()
    world.plan(backlog)

    with pytest.raises(RateLimited):
        world.push(backlog)

    assert world.chunk(backlog).synced == {"created": 1}
    assert [key.document_id for key in world.chunk(backlog).left] == ["po-2"]


def test_429_storm_a_chunk_that_could_begin_nothing_fails_with_what_stopped_it() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.pusher.at_once = 0
    world.pusher.stops = [RateLimited("Slow down.")]
    backlog = world.send_failed()
    world.plan(backlog)

    with pytest.raises(RateLimited):
        world.push(backlog)


def test_a_chunk_that_makes_no_progress_does_not_go_round_for_ever() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.pusher.at_once = 0
    backlog = world.send_failed()
    world.plan(backlog)

    with pytest.raises(Unexpected) as stuck:
        world.push(backlog)

    assert stuck.value.code == "no_progress"


def test_a_document_that_is_being_sent_by_itself_is_left_to_that() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.plan(backlog)
    world.change("po-1", status=Status.SYNCING, attempt=2)

    more = world.push(backlog)

    assert not more
    assert world.pusher.asked_for == []
    assert world.chunk(backlog).handed_on == {world.key("po-1"): "sent_by_itself"}


def test_a_document_that_is_gone_is_skipped() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.plan(backlog)
    world.documents.documents.clear()

    world.push(backlog)

    assert world.chunk(backlog).skipped == {world.key("po-1"): "not_found"}


def test_a_document_that_was_synced_long_ago_is_sent_when_a_person_asks() -> None:
    world = BacklogWorld()
    world.have("po-1", status=Status.SYNCED, synced_at=NOW - timedelta(hours=1))
    backlog = world.send({"documents": [{"collection": KIND, "id": "po-1"}]})
    world.plan(backlog)

    world.push(backlog)

    assert world.chunk(backlog).synced == {"created": 1}


def test_a_failed_document_that_was_sent_anew_meanwhile_is_left_to_that() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.plan(backlog)
    world.pusher.results = {world.key("po-1"): REJECTED}
    put, started_elsewhere = world.documents.put, [Status.SYNCING]

    def lose(document, replaced):
        if started_elsewhere:
            world.change("po-1", status=started_elsewhere.pop(), attempt=2)
            return False
        return put(document, replaced)

    world.documents.put = lose  # type: ignore[method-assign]

    world.push(backlog)

    assert world.document("po-1").attempt == 2
    assert list(world.pushes.started.values()) == [(Attempt(world.key("po-1"), 1, 2), Trigger.AUTOMATIC)]


def test_two_workers_at_one_chunk_do_not_both_count_it() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.plan(backlog)
    save = world.backlogs.save

    def late(chunk):
        save(chunk)
        return save(chunk)

    world.backlogs.save = late  # type: ignore[method-assign]

    with pytest.raises(DocumentBusy):
        world.push(backlog)

    assert world.chunk(backlog).synced == {"created": 1}


def test_a_lost_start_of_a_document_that_goes_on_alone_is_made_up() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.pusher.results = {world.key("po-1"): REJECTED}
    world.pushes.lost_starts = 1
    backlog = world.send_failed()
    world.plan(backlog)
    with pytest.raises(StorageUnavailable):
        world.push(backlog)

    world.push(backlog)

    assert world.chunk(backlog).handed_on == {world.key("po-1"): "sent_by_itself"}
    assert list(world.pushes.started.values()) == [(Attempt(world.key("po-1"), 1, 2), Trigger.SELECTION)]


# its end


def test_a_completed_backlog_says_how_it_went() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2", "po-3", "po-4")
    world.pusher.results = {
        world.key("po-2"): UNCHANGED,
        world.key("po-3"): REJECTED,
        world.key("po-4"): DocumentResult(Outcome.SKIPPED, "not_found"),
    }
    backlog = world.send_failed()

    world.run(backlog)

    (told,) = world.events.named("backlog.completed")
    assert told == {
        "backlog_id": backlog.backlog_id,
        "trigger": "manual",
        "total": 4,
        "synced": 2,
        "unchanged": 1,
        "failing": 0,
        "waiting": 1,
        "skipped": 1,
        "next": None,
    }
    assert world.stored(backlog).status is BacklogStatus.COMPLETED
    assert world.stored(backlog).finished_at == NOW


def test_a_backlog_is_finished_once() -> None:
    world = BacklogWorld()
    world.have("po-1")
    backlog = world.send_failed()
    world.run(backlog)

    world.finish(backlog)

    assert len(world.events.named("backlog.completed")) == 1


def test_a_stopped_backlog_is_failed_and_says_what_to_do() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()
    world.plan(backlog)

    marked = world.settle(backlog, "ConnectionRevoked")

    (told,) = world.events.named("backlog.failed")
    assert marked
    assert world.stored(backlog).status is BacklogStatus.FAILED
    assert world.stored(backlog).error == told["error"]
    assert told["error"]["category"] == "authentication"  # type: ignore[index]
    assert "connect QuickBooks again" in told["error"]["hint"]  # type: ignore[index]


@pytest.mark.parametrize("error", ["", "States.Timeout", "Sandbox.Timedout", "KeyError", "Unexpected"])
def test_a_backlog_that_broke_off_says_that_it_can_be_sent_again(error: str) -> None:
    world = BacklogWorld()
    backlog = world.send_failed()

    world.settle(backlog, error)

    assert (world.stored(backlog).error or {})["code"] == "backlog_interrupted"


def test_a_repeated_or_late_event_changes_nothing() -> None:
    world = BacklogWorld()
    world.have("po-1")
    failed, completed = world.send({"where": {}, "request_id": "a"}), world.send({"where": {}, "request_id": "b"})
    world.settle(failed, "KeyError")
    world.run(completed)

    again = [world.settle(failed, "KeyError"), world.settle(completed, "KeyError")]

    assert again == [False, False]
    assert len(world.events.named("backlog.failed")) == 1
    assert world.stored(completed).status is BacklogStatus.COMPLETED


def test_an_event_of_a_backlog_that_is_no_longer_kept_is_ignored() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()
    world.backlogs.backlogs.clear()

    assert not world.settle(backlog, "KeyError")


def test_a_redrive_goes_on_with_the_chunk_that_stopped() -> None:
    world = BacklogWorld()
    world.have(*ids(CHUNK_SIZE + 1))
    world.pusher.stops = [ConnectionRevoked("Out.")]
    world.pusher.at_once = 7
    backlog = world.send_failed()
    world.plan(backlog)
    with pytest.raises(ConnectionRevoked):
        world.push(backlog)
    world.settle(backlog, "ConnectionRevoked")
    world.pusher.at_once = 1000

    for number in (0, 1):
        world.push(backlog, number, redrive_count=1)
    running = world.stored(backlog).status
    reached = world.finish(backlog)

    assert running is BacklogStatus.RUNNING
    assert (reached.synced, reached.waiting) == (CHUNK_SIZE + 1, 0)
    sent = [key for asked in world.pusher.asked_for[1:] for key in asked]
    assert len(sent) == len(set(sent)) == CHUNK_SIZE + 1 - 7
    assert world.stored(backlog).error is None


# progress


def test_progress_counts_every_document_once() -> None:
    world = BacklogWorld()
    world.have(*ids(CHUNK_SIZE + 30))
    world.pusher.results = {world.key(f"po-{number:05}"): REJECTED for number in range(3)}
    backlog = world.send_failed()
    world.plan(backlog)
    world.push(backlog)
    first, second, third = (world.key(f"po-{number:05}") for number in range(3))
    world.becomes_synced(first)
    world.documents.mark_failed(world.documents.documents[second].current_attempt, OUT_OF_SYNC, world.clock())

    reached = world.progress(backlog)

    assert world.documents.documents[third].status is Status.SYNCING
    assert (reached.synced, reached.failing, reached.waiting) == (CHUNK_SIZE - 2, 1, 31)
    assert reached.errors == {"quickbooks_rejected": 3}
    assert reached.backlog.total == reached.synced + reached.failing + reached.waiting + reached.uncertain


def test_progress_looks_at_some_of_the_documents_that_go_on_alone_and_owns_up_to_the_others() -> None:
    world = BacklogWorld()
    documents = ids(2 * CHUNK_SIZE)
    world.have(*documents)
    world.pusher.results = {world.key(document_id): REJECTED for document_id in documents}
    backlog = world.send_failed()
    world.plan(backlog)
    world.push(backlog, 0)
    world.push(backlog, 1)

    reached = world.progress(backlog)

    assert (reached.waiting, reached.uncertain) == (LOOKED_AT, 2 * CHUNK_SIZE - LOOKED_AT)


def test_a_backlog_of_another_tenant_is_not_there() -> None:
    world = BacklogWorld()
    backlog = world.send_failed()
    world.connections.remember_tenant("globex", NOW)
    theirs = world.stored(backlog)

    with pytest.raises(NotFound):
        world.progress(type(theirs)("globex", theirs.backlog_id, theirs.trigger, theirs.created_at, theirs.asked_for))


def test_backlogs_are_listed_newest_first() -> None:
    world = BacklogWorld()
    for number in range(5):
        world.send({"where": {}, "request_id": f"click-{number}"})
        world.clock.time += timedelta(minutes=1)

    first, after = list_backlogs(world.backlogs, world.connections, TENANT, limit=3, after=None)
    second, end = list_backlogs(world.backlogs, world.connections, TENANT, limit=3, after=after)

    assert [backlog.backlog_id for backlog in [*first, *second]] == [f"click-{number}" for number in (4, 3, 2, 1, 0)]
    assert end is None


def test_a_token_that_we_did_not_give_out_is_refused() -> None:
    world = BacklogWorld()

    with pytest.raises(InvalidRequest):
        list_backlogs(world.backlogs, world.connections, TENANT, limit=3, after="TENANT#globex")
