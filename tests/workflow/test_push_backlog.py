"""What the state machine of a backlog does, with the functions that it really calls, in front of a scripted pusher."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import CHUNK_SIZE, MOST_DOCUMENTS, Backlog, BacklogStatus, DocumentResult, Outcome
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import (
    ConnectionRevoked,
    MissingConfiguration,
    QuickBooksUnavailable,
    RateLimited,
    StorageUnavailable,
    SyncError,
    WaitingForTurn,
)
from ledgerlink.messaging.executions import BacklogExecutions, backlog_input
from tests import canaries
from tests.unit.backlog_world import BacklogWorld
from tests.unit.orders import TENANT
from tests.workflow.harness import Context, Machine, handler_module, machine, push_backlog_definition

FUNCTIONS = ("plan_backlog", "push_backlog_chunk", "finish_backlog")
MODULES = {name: handler_module(name) for name in FUNCTIONS}
MOST_EVENTS = 25_000
"""Of one execution's history (Step Functions quotas)."""
CHUNK_TASK = push_backlog_definition()["States"]["Push the chunks"]["ItemProcessor"]["States"]["Push a chunk"]


@dataclass
class Stack:
    """The machine, and what stands behind its functions."""

    machine: Machine
    world: BacklogWorld

    def run(self, backlog: Backlog, name: str = "an-execution") -> dict[str, Any]:
        return self.machine.run(backlog_input(backlog), name)

    def sent(self) -> list[DocumentKey]:
        return [key for asked in self.world.pusher.asked_for for key in asked]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """statemachines/push_backlog.asl.yaml calling its three functions."""
    world = BacklogWorld()
    wired = SimpleNamespace(
        backlogs=world.backlogs,
        documents=world.documents,
        chunk_pusher=world.pusher,
        executions=world.pushes,
        backlog_executions=world.executions,
        events=world.events,
    )
    handlers = {}
    for name, module in MODULES.items():
        monkeypatch.setattr(module, "wiring", lambda: wired)
        monkeypatch.setattr(module, "clock", world.clock)
        handlers[name] = lambda event, name=name, module=module: module.lambda_handler(event, Context(name))
    with machine(push_backlog_definition(), handlers) as running:
        yield Stack(running, world)


def failed_documents(world: BacklogWorld, count: int) -> list[DocumentKey]:
    ids = [f"po-{number:05}" for number in range(count)]
    world.have(*ids)
    return [world.key(document_id) for document_id in ids]


@pytest.mark.parametrize("count", [0, 1, CHUNK_SIZE, 2 * CHUNK_SIZE + 1])
def test_a_backlog_is_planned_pushed_chunk_by_chunk_and_finished(stack: Stack, count: int):
    documents = failed_documents(stack.world, count)
    backlog = stack.world.send_failed()

    execution = stack.run(backlog)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == {"total": count, "synced": count, "failing": 0, "waiting": 0}
    assert stack.sent() == documents
    assert stack.world.stored(backlog).status is BacklogStatus.COMPLETED


def test_lambda_time_out_mid_batch_a_chunk_goes_on_while_there_is_more(stack: Stack):
    documents = failed_documents(stack.world, CHUNK_SIZE)
    stack.world.pusher.at_once = 50

    execution = stack.run(stack.world.send_failed())

    assert execution["status"] == "SUCCEEDED"
    assert [len(asked) for asked in stack.world.pusher.asked_for] == [120, 70, 20]
    assert {document.status for document in stack.world.documents.documents.values()} == {Status.SYNCED}
    assert len(documents) == CHUNK_SIZE


def test_the_payload_is_exactly_the_functions_task(stack: Stack):
    failed_documents(stack.world, 1)
    backlog = stack.world.send_failed()

    stack.run(backlog, name=backlog.execution_name)

    plan, push, finish = stack.machine.calls
    assert set(plan) == set(finish) == set(MODULES["plan_backlog"].Task.model_fields)
    assert set(push) == set(MODULES["push_backlog_chunk"].Task.model_fields)
    (task,) = stack.world.pusher.tasks
    assert (task.tenant_id, task.backlog_id, task.number) == (TENANT, backlog.backlog_id, 0)
    assert (task.execution, task.redrive_count, task.try_number) == (backlog.execution_name, 0, 1)
    left = timedelta(milliseconds=Context().get_remaining_time_in_millis())
    assert task.deadline == stack.world.clock() + left - MODULES["push_backlog_chunk"].LAST_CALLS


def test_partial_batch_failure_documents_that_failed_do_not_fail_the_execution(stack: Stack):
    documents = failed_documents(stack.world, 5)
    stack.world.pusher.results = {documents[2]: DocumentResult(Outcome.HANDED_ON, "quickbooks_rejected")}
    backlog = stack.world.send_failed()

    execution = stack.run(backlog)

    assert execution["status"] == "SUCCEEDED"
    assert [attempt.key for attempt, _ in stack.world.pushes.started.values()] == [documents[2]]
    assert stack.world.progress(backlog).errors == {"quickbooks_rejected": 1}


@pytest.mark.parametrize(
    "error",
    [RateLimited("Slow."), QuickBooksUnavailable("Down."), WaitingForTurn("Full."), StorageUnavailable("Busy.")],
)
def test_an_error_that_may_pass_is_tried_again_for_what_is_left(stack: Stack, error: SyncError):
    documents = failed_documents(stack.world, 10)
    stack.world.pusher.at_once = 4
    stack.world.pusher.stops = [error]

    execution = stack.run(stack.world.send_failed())

    assert execution["status"] == "SUCCEEDED"
    assert [len(asked) for asked in stack.world.pusher.asked_for] == [10, 6, 2]
    assert [task.try_number for task in stack.world.pusher.tasks][:2] == [1, 2]
    assert stack.world.chunk(next(iter(stack.world.backlogs.backlogs.values()))).synced == {"created": len(documents)}


@pytest.mark.parametrize("error", [ConnectionRevoked("Out."), MissingConfiguration("No account.", code="x")])
def test_an_error_of_the_whole_company_fails_the_execution_at_the_chunk(stack: Stack, error: SyncError):
    failed_documents(stack.world, CHUNK_SIZE + 1)
    stack.world.pusher.at_once = 0
    stack.world.pusher.stops = [error]

    execution = stack.run(stack.world.send_failed())

    assert (execution["status"], execution["error"]) == ("FAILED", type(error).__name__)
    assert len(stack.world.pusher.asked_for) == 1
    last_entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in stack.machine.history(execution["executionArn"])
        if "stateEnteredEventDetails" in event
    ][-1]
    assert last_entered == "Push a chunk"


def test_429_storm_a_chunk_gives_up_after_one_try_and_three_retries(stack: Stack):
    failed_documents(stack.world, 1)
    stack.world.pusher.at_once = 0
    stack.world.pusher.stops = [RateLimited("Slow down.") for _ in range(10)]

    execution = stack.run(stack.world.send_failed())

    assert (execution["status"], execution["error"]) == ("FAILED", "RateLimited")
    assert stack.machine.waits == [60, 120, 240]
    assert stack.world.stored(next(iter(stack.world.backlogs.backlogs.values()))).status is BacklogStatus.RUNNING


def test_redrive_twice_what_was_sent_is_not_sent_again(stack: Stack):
    """moto knows no redrive: the same input is run again, which repeats even more than a redrive does."""
    documents = failed_documents(stack.world, CHUNK_SIZE + 10)
    stack.world.pusher.at_once = 100
    stack.world.pusher.stops = [ConnectionRevoked("Out.")]
    backlog = stack.world.send_failed()
    first = stack.run(backlog, "first")
    stack.world.settle(backlog, first["error"])
    stack.world.pusher.at_once = 1000

    second, third = stack.run(backlog, "second"), stack.run(backlog, "third")

    assert [first["status"], second["status"], third["status"]] == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert [len(asked) for asked in stack.world.pusher.asked_for] == [120, 20, 10]
    assert stack.world.progress(backlog).synced == len(documents)
    assert len(stack.world.events.named("backlog.completed")) == 1


def test_starting_the_same_backlog_twice_runs_it_once(stack: Stack):
    failed_documents(stack.world, 1)
    backlog = stack.world.send_failed()
    executions = BacklogExecutions(stack.machine.client, stack.machine.arn)

    executions.start(backlog)
    executions.start(backlog)
    (execution,) = stack.machine.executions
    stack.machine.closed(execution["executionArn"])
    executions.start(backlog)

    assert execution["name"] == backlog.execution_name
    assert len(stack.machine.executions) == 1


def test_a_daily_run_goes_the_same_way(stack: Stack):
    stack.world.have("po-1", status=Status.WAITING_FOR_DAILY, connection_id="1")
    backlog = replace(stack.world.send({"where": {"status": "waiting_for_daily"}}), trigger=Trigger.DAILY)

    execution = stack.run(backlog)

    assert execution["status"] == "SUCCEEDED"
    assert stack.world.status("po-1") is Status.SYNCED


def test_neither_names_nor_documents_pass_through_the_history(stack: Stack):
    stack.world.have("po-1", content=json.dumps({"supplier": canaries.SUPPLIER}))
    stack.world.pusher.at_once = 0
    stack.world.pusher.stops = [MissingConfiguration(f"No account for {canaries.SUPPLIER}.", hint=canaries.SUPPLIER)]

    execution = stack.run(stack.world.send_failed())

    history = json.dumps([execution, *stack.machine.history(execution["executionArn"])], default=str)
    assert execution["error"] == "MissingConfiguration"
    assert canaries.SUPPLIER not in history
    assert "po-1" not in history


def events_of(stack: Stack, count: int, failures: Sequence[SyncError]) -> int:
    """The events of an execution, each of whose chunks fails like this before it succeeds."""
    world = stack.world
    documents = failed_documents(world, count)
    chunks = -(-count // CHUNK_SIZE)
    world.pusher.at_once = 0
    scripts = {number: list(failures) for number in range(chunks)}
    push = world.pusher.push_chunk

    def fail_first(task: Any, backlog: Backlog, keys: Sequence[DocumentKey]) -> Any:
        world.pusher.stops = [scripts[task.number].pop(0)] if scripts[task.number] else []
        world.pusher.at_once = 0 if world.pusher.stops else len(documents)
        return push(task, backlog, keys)

    world.pusher.push_chunk = fail_first  # type: ignore[method-assign]
    execution = stack.run(world.send_failed())
    assert execution["status"] == "SUCCEEDED"
    return len(stack.machine.history(execution["executionArn"]))


def test_the_longest_backlog_fits_into_an_executions_history_however_often_its_chunks_are_retried(stack: Stack):
    retried = {entry["ErrorEquals"][0]: entry["MaxAttempts"] for entry in CHUNK_TASK["Retry"]}
    kinds: dict[str, SyncError] = {
        "WaitingForTurn": WaitingForTurn("Full."),
        "RateLimited": RateLimited("Slow."),
        "DocumentBusy": QuickBooksUnavailable("Down."),
    }
    failures = [kinds[name] for name, times in retried.items() for _ in range(times)]

    one = events_of(stack, CHUNK_SIZE, failures)

    chunks = -(-MOST_DOCUMENTS // CHUNK_SIZE)
    assert set(retried) == set(kinds)
    assert chunks * one < MOST_EVENTS
