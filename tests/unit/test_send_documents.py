"""Asking for many documents to be sent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import CHUNK_SIZE, Backlog, BacklogStatus, Standing
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import Conflict, InvalidRequest, NotFound, StorageUnavailable
from ledgerlink.usecases.backlogs.send_documents import MOST_NAMED
from tests.unit.backlog_world import BacklogWorld
from tests.unit.orders import KIND, NOW, TENANT


def named(*ids: str, **more: Any) -> dict[str, Any]:
    return {"documents": [{"collection": KIND, "id": document_id} for document_id in ids], **more}


def wrong_fields(refused: pytest.ExceptionInfo[InvalidRequest]) -> list[str]:
    return [field["field"] for field in refused.value.fields]


def test_named_documents_are_listed_and_one_execution_is_started() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2", status=Status.SYNC_FAILED)

    backlog = world.send(named("po-1", "po-2"))

    assert (backlog.status, backlog.total, backlog.trigger) == (BacklogStatus.QUEUED, 2, Trigger.MANUAL)
    assert world.executions.ids == [backlog.backlog_id]
    assert world.chunk(backlog).left == (DocumentKey(TENANT, KIND, "po-1"), DocumentKey(TENANT, KIND, "po-2"))


def test_no_document_counts_as_syncing_before_its_turn() -> None:
    world = BacklogWorld()
    world.have("po-1", status=Status.SYNC_FAILED)

    world.send(named("po-1"))

    assert world.status("po-1") is Status.SYNC_FAILED


def test_a_document_that_is_named_twice_is_sent_once() -> None:
    world = BacklogWorld()
    world.have("po-1")

    backlog = world.send(named("po-1", "po-1"))

    assert backlog.total == 1


def test_a_thousand_documents_are_cut_into_chunks() -> None:
    world = BacklogWorld()
    ids = [f"po-{number}" for number in range(MOST_NAMED)]
    world.have(*ids)

    backlog = world.send(named(*ids))

    chunks = world.backlogs.chunks(TENANT, backlog.backlog_id)
    assert [len(chunk.left) for chunk in chunks] == [CHUNK_SIZE] * 8 + [40]
    assert [key.document_id for chunk in chunks for key in chunk.left] == ids


def test_documents_that_stand_somewhere_are_found_later_by_the_plan() -> None:
    world = BacklogWorld()

    backlog = world.send({"where": {"status": "sync_failed", "category": "out_of_sync", "collection": KIND}})

    assert backlog.standing == Standing(Status.SYNC_FAILED, NOW, category="out_of_sync", kind=KIND)
    assert (backlog.total, backlog.chunks) == (None, None)


def test_without_a_status_those_that_failed_are_sent() -> None:
    world = BacklogWorld()

    backlog = world.send({"where": {}})

    assert backlog.standing == Standing(Status.SYNC_FAILED, NOW)


def test_every_document_that_is_not_there_is_named() -> None:
    world = BacklogWorld()
    world.have("po-2")

    with pytest.raises(InvalidRequest) as refused:
        world.send(named("po-1", "po-2", "po-3"))

    assert wrong_fields(refused) == ["documents[0].id", "documents[2].id"]
    assert world.executions.ids == []


def test_another_tenants_document_is_not_there() -> None:
    world = BacklogWorld()
    world.have("po-1", tenant_id="globex")

    with pytest.raises(InvalidRequest) as refused:
        world.send(named("po-1"))

    assert wrong_fields(refused) == ["documents[0].id"]


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        ({}, ""),
        ({**named("po-1"), "where": {}}, ""),
        ({"documents": []}, "documents"),
        (named(*["po-1"] * (MOST_NAMED + 1)), "documents"),
        (named("po 1"), "documents[0].id"),
        ({"documents": [{"collection": "orders", "id": "po-1"}]}, "documents[0].collection"),
        ({"documents": [{"collection": KIND, "id": "po-1", "force": True}]}, "documents[0].force"),
        ({"where": {"status": "lost"}}, "where.status"),
        ({"where": {"status": "synced"}}, "where.status"),
        ({"where": {"status": "syncing"}}, "where.status"),
        ({"where": {"category": "bad luck"}}, "where.category"),
        ({"where": {"collection": "orders"}}, "where.collection"),
        ({"where": {"connection": "77"}}, "where.connection"),
        ({**named("po-1"), "request_id": "a b"}, "request_id"),
        ({**named("po-1"), "request_id": "x" * 49}, "request_id"),
        ({**named("po-1"), "request_id": "resend.part2"}, "request_id"),
        ([], ""),
    ],
)
def test_what_is_wrong_with_a_request_is_named(request_body: Any, field: str) -> None:
    world = BacklogWorld()
    world.have("po-1")

    with pytest.raises(InvalidRequest) as refused:
        world.send(request_body)

    assert wrong_fields(refused)[0] == field
    assert world.executions.ids == []


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({}, "The body: needs either 'documents' or 'where'."),
        ([], "The body: must be a JSON object."),
        ({"documents": ["po-1"]}, "'documents[0]': must be a JSON object."),
    ],
)
def test_a_request_is_refused_in_words_of_the_api(request_body: Any, message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        BacklogWorld().send(request_body)

    assert refused.value.message == message


def test_an_unknown_tenant_has_nothing_to_send() -> None:
    world = BacklogWorld()

    with pytest.raises(NotFound):
        world.send({"where": {}}, tenant_id="nobody")


def test_a_double_click_is_one_backlog() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")

    first = world.send(named("po-1", "po-2"))
    world.clock.time += timedelta(seconds=2)
    second = world.send(named("po-2", "po-1"))

    assert second == first
    assert world.executions.ids == [first.backlog_id]


@pytest.mark.parametrize("status", [BacklogStatus.COMPLETED, BacklogStatus.FAILED])
def test_documents_whose_backlog_has_ended_are_sent_again_even_within_the_minute(status: BacklogStatus) -> None:
    world = BacklogWorld()
    first = world.send_failed()
    world.backlogs.backlogs[TENANT, first.backlog_id] = replace(first, status=status)

    world.clock.time += timedelta(seconds=20)
    second, clicked_twice = world.send_failed(), world.send_failed()

    assert second.backlog_id != first.backlog_id
    assert clicked_twice == second
    assert world.executions.ids == [first.backlog_id, second.backlog_id]


def test_other_documents_at_the_same_moment_are_another_backlog() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")

    first, second = world.send(named("po-1")), world.send(named("po-2"))

    assert world.executions.ids == [first.backlog_id, second.backlog_id]


def test_the_same_documents_an_hour_later_are_another_backlog() -> None:
    world = BacklogWorld()
    world.have("po-1")
    first = world.send(named("po-1"))

    world.clock.time += timedelta(hours=1)
    second = world.send(named("po-1"))

    assert second.backlog_id != first.backlog_id
    assert len(world.executions.ids) == 2


def test_the_same_request_id_is_the_same_backlog_whenever_it_comes() -> None:
    world = BacklogWorld()
    world.have("po-1")
    first = world.send(named("po-1", request_id="click-7"))

    world.clock.time += timedelta(days=1)
    second = world.send(named("po-1", request_id="click-7"))

    assert (first.backlog_id, second) == ("click-7", first)
    assert world.executions.ids == ["click-7"]


def test_a_request_id_is_not_used_for_other_documents() -> None:
    world = BacklogWorld()
    world.have("po-1", "po-2")
    world.send(named("po-1", request_id="click-7"))

    with pytest.raises(Conflict) as refused:
        world.send(named("po-2", request_id="click-7"))

    assert refused.value.code == "request_id_taken"


def test_two_tenants_may_use_the_same_request_id() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.have("po-1", tenant_id="globex")
    world.connections.remember_tenant("globex", NOW)

    ours = world.send(named("po-1", request_id="click-7"))
    theirs = world.send(named("po-1", request_id="click-7"), tenant_id="globex")

    assert ours.execution_name != theirs.execution_name
    assert len(world.executions.started) == 2


def test_a_lost_start_is_made_up_by_the_same_request() -> None:
    world = BacklogWorld()
    world.have("po-1")
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.send(named("po-1"))

    backlog = world.send(named("po-1"))

    assert world.executions.ids == [backlog.backlog_id]


@pytest.mark.parametrize("tenant_id", ["a", "t" * 64, "dots.and.more"])
@pytest.mark.parametrize("backlog_id", ["b", "b" * 64, "daily-9341454273912345-20261121T0200Z"])
def test_an_execution_name_is_one_that_step_functions_takes(tenant_id: str, backlog_id: str) -> None:
    backlog = Backlog(tenant_id, backlog_id, Trigger.MANUAL, NOW, "asked")

    name = backlog.execution_name

    assert len(name) <= 80
    assert name.replace("-", "").replace("_", "").isalnum()
    assert name != replace(backlog, created_at=NOW + timedelta(days=40)).execution_name
