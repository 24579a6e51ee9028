"""Backlogs and their chunks in their table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import (
    CHUNK_SIZE,
    Backlog,
    BacklogStatus,
    Chunk,
    DocumentResult,
    Outcome,
    Standing,
    chunks_of,
)
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.storage import keys
from ledgerlink.storage.backlogs import KEPT, DynamoBacklogs
from ledgerlink.storage.documents import DynamoDocuments
from ledgerlink.storage.table import Table
from ledgerlink.usecases.backlogs.send_documents import MOST_NAMED
from tests.integration.storage.test_documents import document
from tests.unit.fakes_backlog import FakeBacklogs
from tests.unit.orders import KIND, NOW, REALM, TENANT

ERROR = {"category": "authentication", "code": "connection_revoked", "message": "Out.", "hint": "Connect."}
STANDING = Standing(Status.WAITING_FOR_DAILY, NOW, kind=KIND, connection_id=REALM, after="2026#purchase-orders#po-1")


@pytest.fixture(params=["table", "fake"])
def backlogs(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeBacklogs()
    return DynamoBacklogs(request.getfixturevalue("table")("DocumentsTable"))


def backlog(backlog_id: str = "click-7", **changes: Any) -> Backlog:
    facts: dict[str, Any] = {"trigger": Trigger.MANUAL, "created_at": NOW, "asked_for": "abc"}
    return Backlog(TENANT, backlog_id, **(facts | changes))


def documents(count: int) -> list[DocumentKey]:
    return [DocumentKey(TENANT, KIND, f"po-{number:05}") for number in range(count)]


def planned(backlogs: Any, count: int) -> Backlog:
    chunks = list(chunks_of(backlog(), documents(count)))
    whole = backlog(chunks=len(chunks), total=count)
    backlogs.create(whole, chunks)
    return whole


def test_a_backlog_is_read_back_as_it_was(backlogs: Any) -> None:
    whole = backlog(standing=STANDING, trigger=Trigger.DAILY)

    created = backlogs.create(whole, ())

    assert created
    assert backlogs.find(TENANT, "click-7") == whole


def test_a_backlog_is_made_once_and_keeps_its_first_chunks(backlogs: Any) -> None:
    whole = planned(backlogs, 2)

    created = backlogs.create(backlog(asked_for="other"), list(chunks_of(backlog(), documents(1))))

    assert not created
    assert backlogs.find(TENANT, "click-7") == whole
    assert backlogs.chunk(TENANT, "click-7", 0).left == tuple(documents(2))


def test_another_tenants_backlog_is_not_found(backlogs: Any) -> None:
    planned(backlogs, 1)

    assert backlogs.find("globex", "click-7") is None
    assert backlogs.chunk("globex", "click-7", 0) is None
    assert backlogs.chunks("globex", "click-7") == []
    assert backlogs.page("globex", limit=10, after=None) == ([], None)


def test_as_many_documents_as_a_request_may_name_are_stored_with_the_backlog(table: Callable[[str], Table]) -> None:
    stored = DynamoBacklogs(table("DocumentsTable"))
    longest = [DocumentKey(TENANT, "inventory-adjustments", f"{number:064}") for number in range(MOST_NAMED)]

    created = stored.create(backlog(), list(chunks_of(backlog(), longest)))

    assert created
    assert [key for chunk in stored.chunks(TENANT, "click-7") for key in chunk.left] == longest


def test_chunks_come_in_their_order(backlogs: Any) -> None:
    planned(backlogs, 12 * CHUNK_SIZE)

    found = backlogs.chunks(TENANT, "click-7")

    assert [chunk.number for chunk in found] == list(range(12))


def test_a_plan_is_stored_and_may_be_stored_again(backlogs: Any) -> None:
    whole = backlog(standing=STANDING)
    backlogs.create(whole, ())
    plan = replace(whole, chunks=1, total=3, rest_after="2026#purchase-orders#po-9", next_id="click-7.part2")

    for _ in range(2):
        backlogs.plan(plan, list(chunks_of(plan, documents(3))))

    assert backlogs.find(TENANT, "click-7") == plan
    assert backlogs.chunk(TENANT, "click-7", 0).left == tuple(documents(3))


def test_a_plan_without_a_rest_has_none(backlogs: Any) -> None:
    whole = backlog(standing=STANDING)
    backlogs.create(whole, ())

    backlogs.plan(replace(whole, chunks=0, total=0), ())

    assert backlogs.find(TENANT, "click-7") == replace(whole, chunks=0, total=0)


def test_what_became_of_documents_is_read_back(backlogs: Any) -> None:
    planned(backlogs, 4)
    first, second, third, _ = documents(4)
    results = {
        first: DocumentResult(Outcome.SYNCED, "created"),
        second: DocumentResult(Outcome.HANDED_ON, "quickbooks_rejected"),
        third: DocumentResult(Outcome.SKIPPED, "not_found"),
    }
    done = backlogs.chunk(TENANT, "click-7", 0).with_results(results)

    saved = backlogs.save(done)

    assert saved
    assert backlogs.chunk(TENANT, "click-7", 0) == replace(done, version=1)


def test_a_chunk_that_another_worker_wrote_is_not_written_over(backlogs: Any) -> None:
    planned(backlogs, 2)
    read = backlogs.chunk(TENANT, "click-7", 0)
    synced = {key: DocumentResult(Outcome.SYNCED, "created") for key in documents(2)}
    backlogs.save(read.with_results(synced))

    saved = backlogs.save(read.with_results(dict(list(synced.items())[:1])))

    assert not saved
    assert backlogs.chunk(TENANT, "click-7", 0).synced == {"created": 2}


def test_one_of_eight_workers_at_a_chunk_counts_it(table: Callable[[str], Table], race: Any) -> None:
    stored = DynamoBacklogs(table("DocumentsTable"))
    planned(stored, 2)
    chunk = stored.chunk(TENANT, "click-7", 0)
    assert chunk
    done = chunk.with_results({key: DocumentResult(Outcome.SYNCED, "created") for key in documents(2)})

    saved = race(lambda _: stored.save(done))

    assert saved.count(True) == 1


def test_a_backlog_goes_its_way(backlogs: Any) -> None:
    whole = planned(backlogs, 1)

    backlogs.mark_running(whole, NOW)
    running = backlogs.find(TENANT, "click-7")
    failed = backlogs.mark_failed(whole, ERROR, NOW + timedelta(minutes=1))
    stopped = backlogs.find(TENANT, "click-7")
    backlogs.mark_running(whole, NOW + timedelta(hours=1))
    again = backlogs.find(TENANT, "click-7")
    completed = backlogs.mark_completed(whole, NOW + timedelta(hours=2))

    assert (failed, completed) == (True, True)
    assert running == replace(whole, status=BacklogStatus.RUNNING, started_at=NOW)
    assert stopped == replace(running, status=BacklogStatus.FAILED, finished_at=NOW + timedelta(minutes=1), error=ERROR)
    assert again == running
    assert backlogs.find(TENANT, "click-7") == replace(
        running, status=BacklogStatus.COMPLETED, finished_at=NOW + timedelta(hours=2)
    )


def test_a_completed_backlog_stays_completed(backlogs: Any) -> None:
    whole = planned(backlogs, 1)
    backlogs.mark_completed(whole, NOW)

    backlogs.mark_running(whole, NOW)
    marked = [backlogs.mark_failed(whole, ERROR, NOW), backlogs.mark_completed(whole, NOW)]

    assert marked == [False, False]
    assert backlogs.find(TENANT, "click-7").status is BacklogStatus.COMPLETED


def test_a_backlog_that_is_gone_is_not_made_by_marking_it(backlogs: Any) -> None:
    assert not backlogs.mark_completed(backlog(), NOW)
    assert not backlogs.mark_failed(backlog(), ERROR, NOW)
    assert backlogs.find(TENANT, "click-7") is None


def test_backlogs_are_listed_newest_first_in_pages(backlogs: Any) -> None:
    for number in (3, 1, 4, 0, 2):
        backlogs.create(backlog(f"b-{number}", created_at=NOW + timedelta(minutes=number)), ())

    first, after = backlogs.page(TENANT, limit=2, after=None)
    second, after = backlogs.page(TENANT, limit=2, after=after)
    third, end = backlogs.page(TENANT, limit=2, after=after)

    assert [[found.backlog_id for found in page] for page in (first, second, third)] == [
        ["b-4", "b-3"],
        ["b-2", "b-1"],
        ["b-0"],
    ]
    assert end is None


def test_everything_of_a_backlog_is_gone_after_a_month_and_no_document_is(table: Callable[[str], Table]) -> None:
    documents_table = table("DocumentsTable")
    stored = DynamoBacklogs(documents_table)
    whole = backlog(standing=STANDING)
    stored.create(whole, ())
    stored.plan(replace(whole, chunks=1), [Chunk(TENANT, "click-7", 0, tuple(documents(1)))])

    items = [
        *documents_table.query("#pk = :pk", {"pk": keys.backlog(TENANT, "click-7")[0]}),
        *documents_table.query("#pk = :pk", {"pk": keys.backlog_list(TENANT)}),
    ]

    assert len(items) == 3
    assert {item["expires_at"] for item in items} == {int((NOW + KEPT).timestamp())}


def test_a_backlog_is_no_document(table: Callable[[str], Table]) -> None:
    documents_table = table("DocumentsTable")
    planned(DynamoBacklogs(documents_table), 3)

    listed = DynamoDocuments(documents_table).page(TENANT, KIND, status=None, limit=10, after=None)

    assert listed == ([], None)


# the sweep


LATER = NOW + timedelta(hours=1)


def unfinished(backlogs: Any, moment: datetime = LATER, limit: int = 10) -> list[str]:
    return [backlog_id for _, backlog_id in backlogs.unfinished_since_before(moment, limit)]


def test_a_backlog_is_found_by_the_sweep_until_it_is_finished(backlogs: Any) -> None:
    for backlog_id in ("queued", "running", "completed", "failed", "redriven"):
        backlogs.create(backlog(backlog_id), ())
    backlogs.mark_running(backlog("running"), NOW)
    backlogs.mark_completed(backlog("completed"), NOW)
    backlogs.mark_failed(backlog("failed"), ERROR, NOW)
    backlogs.mark_failed(backlog("redriven"), ERROR, NOW)
    backlogs.mark_running(backlog("redriven"), NOW)

    assert sorted(unfinished(backlogs)) == ["queued", "redriven", "running"]
    assert next(iter(backlogs.unfinished_since_before(LATER, 1)))[0] == TENANT


def test_the_sweep_finds_those_first_that_it_has_not_seen_for_the_longest_time(backlogs: Any) -> None:
    for number in range(3):
        backlogs.create(backlog(f"click-{number}", created_at=NOW + timedelta(minutes=number)), ())

    backlogs.seen_unfinished(backlog("click-0"), NOW + timedelta(minutes=9))

    assert unfinished(backlogs) == ["click-1", "click-2", "click-0"]
    assert unfinished(backlogs, limit=2) == ["click-1", "click-2"]
    assert unfinished(backlogs, moment=NOW + timedelta(minutes=2)) == ["click-1"]


def test_a_finished_backlog_that_the_sweep_sees_late_is_not_found_again(backlogs: Any) -> None:
    backlogs.create(backlog(), ())
    backlogs.mark_completed(backlog(), NOW)

    backlogs.seen_unfinished(backlog(), NOW)

    assert unfinished(backlogs) == []


def test_the_sweep_of_documents_finds_no_backlogs_and_that_of_backlogs_no_documents(
    table: Callable[[str], Table],
) -> None:
    documents_, backlogs_ = DynamoDocuments(table("DocumentsTable")), DynamoBacklogs(table("DocumentsTable"))
    documents_.put(document(), None)
    backlogs_.create(backlog(), ())

    assert list(documents_.syncing_since_before(LATER, 10)) == [document().key]
    assert unfinished(backlogs_) == ["click-7"]
