"""What the state machine of a backfill does, with the functions that it really calls, in front of a stack in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ledgerlink.domain.backfills import MOST_PAGES, BackfillStatus
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.errors import QuickBooksUnavailable, WaitingForTurn
from ledgerlink.messaging.backfill_executions import BackfillExecutions, execution_input
from tests import canaries
from tests.unit.fakes import raising
from tests.unit.inbound.fakes import FakeMailer
from tests.unit.orders import NOW
from tests.unit.sync.fakes import SyncWorld
from tests.workflow.harness import ROOT, Context, Machine, handler_module, load, machine

FUNCTIONS = ("plan_backfill", "backfill_page", "finish_backfill")
MODULES = {name: handler_module(name) for name in FUNCTIONS}
MOST_EVENTS = 25_000
"""Of one execution's history (Step Functions quotas)."""


def definition() -> dict[str, Any]:
    return load(ROOT / "statemachines" / "backfill.asl.yaml", RetryIntervalSeconds=15)


@dataclass
class Stack:
    """The machine, and what stands behind its functions."""

    machine: Machine
    world: SyncWorld
    mailer: FakeMailer

    def run(self, name: str = "an-execution") -> dict[str, Any]:
        backfill = self.world.backfills.latest(self.world.key)
        assert backfill is not None
        return self.machine.run(execution_input(backfill), name)

    def pages_called(self) -> list[int]:
        return [call["page"] for call in self.machine.calls if "page" in call]

    @property
    def status(self) -> BackfillStatus:
        backfill = self.world.backfills.latest(self.world.key)
        assert backfill is not None
        return backfill.status


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """statemachines/backfill.asl.yaml calling its three functions; four pages of seven bills each."""
    monkeypatch.setattr("ledgerlink.domain.backfills.PAGE", 7)
    world = SyncWorld(start=NOW - timedelta(days=1))
    for _ in range(28):
        world.quickbooks.make("Bill", PrivateNote=canaries.MEMO)
        world.pass_time(seconds=1)
    world.clock.time = NOW
    world.flow()
    mailer = FakeMailer()
    wired = SimpleNamespace(
        backfill_planner=world.planner(),
        page_copier=world.copier(),
        backfills=world.backfills,
        sync=world.sync,
        events=world.events,
        certification_mailer=mailer,
    )
    handlers = {}
    for name, module in MODULES.items():
        monkeypatch.setattr(module, "wiring", lambda: wired)
        handlers[name] = lambda event, name=name, module=module: module.lambda_handler(event, Context(name))
    monkeypatch.setattr(MODULES["finish_backfill"], "clock", world.clock)
    with machine(definition(), handlers) as running:
        yield Stack(running, world, mailer)


def test_a_backfill_is_planned_copied_page_by_page_and_finished(stack: Stack):
    execution = stack.run()

    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"pages": 4, "documents": 28, "names_read": 0}
    assert sorted(stack.pages_called()) == [0, 1, 2, 3]
    assert stack.world.records.ids("Bill") == stack.world.quickbooks.ids("Bill")
    assert stack.status is BackfillStatus.COMPLETED
    assert stack.mailer.ended == [stack.world.key.tenant_id]


def test_a_company_in_which_nothing_happened_is_done_at_once(stack: Stack):
    stack.world.quickbooks.kept.clear()

    execution = stack.run()

    assert execution["status"] == "SUCCEEDED"
    assert stack.pages_called() == []
    assert stack.status is BackfillStatus.COMPLETED


def test_the_payloads_are_exactly_the_functions_tasks(stack: Stack):
    stack.run()

    plan, *pages, finish = stack.machine.calls
    assert set(plan) == set(MODULES["plan_backfill"].Task.model_fields)
    assert {frozenset(page) for page in pages} == {frozenset(MODULES["backfill_page"].Task.model_fields)}
    assert set(finish) == set(MODULES["finish_backfill"].Task.model_fields)


def test_a_page_that_fails_for_a_moment_is_tried_again(stack: Stack):
    stack.world.script.next("before", "quickbooks.rows", raising(QuickBooksUnavailable("Down.")), times=3)

    execution = stack.run()

    assert execution["status"] == "SUCCEEDED"
    assert len(stack.pages_called()) == 7


def test_standing_in_line_is_no_try(stack: Stack):
    stack.world.script.next("before", "quickbooks.rows", raising(WaitingForTurn("Full.")), times=30)

    execution = stack.run()

    assert execution["status"] == "SUCCEEDED"
    assert max(stack.machine.waits) <= 300


def test_fault_12_a_token_revoked_in_the_middle_fails_the_execution_and_running_it_again_finishes(stack: Stack):
    world = stack.world
    revoked = replace(world.company, status=ConnectionStatus.NEEDS_RECONNECT)
    world.script.next("after", "backfills.keep_result", lambda: world.connections.have(revoked))

    failed = stack.run("first")

    assert (failed["status"], failed["error"]) == ("FAILED", "ConnectionRevoked")
    done = len(world.backfills.kept[world.key, 1].results)
    assert 1 <= done < 4

    world.connections.have(world.company)
    stack.machine.calls.clear()
    reads = world.script.calls.count("quickbooks.rows")
    again = stack.run("second")

    assert again["status"] == "SUCCEEDED"
    assert world.script.calls.count("quickbooks.rows") - reads == 4 - done
    assert world.records.ids("Bill") == world.quickbooks.ids("Bill")


def test_the_history_holds_references_and_numbers_and_nothing_of_the_documents(stack: Stack):
    execution = stack.run()

    history = json.dumps(stack.machine.history(execution["executionArn"]), default=str)
    assert canaries.MEMO not in history


def test_no_company_is_so_large_that_its_history_ends_an_execution(stack: Stack):
    execution = stack.run()
    events = len(stack.machine.history(execution["executionArn"]))
    without_pages = 20
    task = definition()["States"]["Copy the pages"]["ItemProcessor"]["States"]["Copy a page"]
    retries = sum(entry["MaxAttempts"] for entry in task["Retry"])

    # A retry is scheduled, started and fails.
    a_page = (events - without_pages + 4) / 4 + 3 * retries
    entities = 8

    assert a_page * (MOST_PAGES + entities) + without_pages < MOST_EVENTS


def test_starting_it_twice_runs_it_once(stack: Stack):
    backfill = stack.world.backfills.latest(stack.world.key)
    assert backfill is not None
    executions = BackfillExecutions(stack.machine.client, stack.machine.arn)

    executions.start(backfill)
    executions.start(backfill)

    (execution,) = stack.machine.executions
    assert stack.machine.closed(execution["executionArn"])["status"] == "SUCCEEDED"
    executions.start(backfill)
    assert len(stack.machine.executions) == 1
