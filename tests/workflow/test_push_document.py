"""What the push state machine does with each kind of answer of its function."""

import json
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from ledgerlink import errors
from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.documents import load_content
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import (
    DocumentBusy,
    NotFound,
    OutOfSync,
    Permanent,
    QuickBooksUnavailable,
    RateLimited,
    StaleSyncToken,
    SyncError,
    Transient,
    WaitingForDocument,
    WaitingForTurn,
)
from ledgerlink.messaging.executions import PushExecutions, execution_input
from ledgerlink.usecases.push.look_before_write import MAY_STILL_ARRIVE
from tests.workflow.conftest import ScriptedPusher
from tests.workflow.harness import Context, Machine, machine, push_document_definition

ATTEMPT = Attempt(DocumentKey("acme", "purchase-orders", "po-7"), revision=2, number=3)
INPUT = execution_input(ATTEMPT, Trigger.AUTOMATIC)

RETRY = push_document_definition()["States"]["Push to QuickBooks"]["Retry"]
OURS = [name for entry in RETRY for name in entry["ErrorEquals"] if "." not in name]
AWS_OWN = [name for entry in RETRY for name in entry["ErrorEquals"] if "." in name]


def classes_under(base: type[SyncError]) -> list[str]:
    known = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, base)]
    return [known_class.__name__ for known_class in known if known_class is not base]


def make(name: str) -> SyncError:
    error: SyncError = getattr(errors, name)("It went wrong.")
    return error


def test_a_push_that_succeeds_calls_the_function_once_and_returns_what_it_became(push: Machine):
    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert execution["output"] == '{"entity_id": "117", "how": "created"}'
    assert len(push.calls) == 1


@pytest.mark.parametrize("name", OURS)
def test_an_error_that_may_pass_is_tried_again(push: Machine, pusher: ScriptedPusher, name: str):
    pusher.failures = [make(name), make(name)]

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(push.calls) == 3


@pytest.mark.parametrize("name", classes_under(Permanent))
def test_an_error_that_stays_is_not_tried_again(push: Machine, pusher: ScriptedPusher, name: str):
    pusher.failures = [make(name)]

    execution = push.run(INPUT)

    assert (execution["status"], execution["error"]) == ("FAILED", name)
    assert len(push.calls) == 1


@pytest.mark.parametrize("error", [errors.Unexpected("A fault of ours."), ValueError("a bug"), KeyError("tenant_id")])
def test_a_fault_of_ours_is_not_tried_again(push: Machine, pusher: ScriptedPusher, error: Exception):
    pusher.failures = [error]

    execution = push.run(INPUT)

    assert (execution["status"], execution["error"]) == ("FAILED", type(error).__name__)
    assert len(push.calls) == 1


def test_an_error_that_may_pass_but_does_not_fails_after_one_try_and_three_retries(
    push: Machine, pusher: ScriptedPusher
):
    pusher.failures = [QuickBooksUnavailable("QuickBooks is down.", intuit_tid="1-abc") for _ in range(10)]

    execution = push.run(INPUT)

    assert (execution["status"], execution["error"]) == ("FAILED", "QuickBooksUnavailable")
    assert "intuit_tid 1-abc" in execution["cause"]
    assert len(push.calls) == 4


def test_the_history_tells_what_kind_of_error_it_was_and_what_to_do_but_no_names(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [
        OutOfSync("In QuickBooks, the vendor 'Mrs Finch' is inactive.", code="vendor_gone", hint="Ask Mrs Finch.")
    ]

    execution = push.run(INPUT)

    assert execution["error"] == "OutOfSync"
    assert "vendor_gone" in execution["cause"]
    assert OutOfSync.default_hint in execution["cause"]
    assert "Finch" not in json.dumps([execution, list(push.history(execution["executionArn"]))], default=str)


def test_a_stored_document_that_can_no_longer_be_read_does_not_tell_its_names(push: Machine, pusher: ScriptedPusher):
    with pytest.raises(ValidationError) as unreadable:
        load_content("purchase-orders", '{"supplier": {"id": "s-1", "name": "Mrs Finch", "email": 5}}')
    pusher.failures = [unreadable.value]

    execution = push.run(INPUT)

    assert execution["error"] == "ValidationError"
    assert "supplier.email" in execution["cause"]
    assert "Finch" not in execution["cause"]


def test_the_last_error_is_the_one_that_the_execution_fails_with(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [make("QuickBooksUnavailable"), make("StorageUnavailable"), make("OutOfSync")]

    execution = push.run(INPUT)

    assert (execution["status"], execution["error"]) == ("FAILED", "OutOfSync")


def test_waiting_for_another_worker_does_not_use_up_the_three_retries(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [DocumentBusy("Busy.")] * 50 + [QuickBooksUnavailable("Down.")] * 3

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(push.calls) == 54


def test_standing_in_line_is_no_try(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [WaitingForTurn("Full.")] * 60 + [QuickBooksUnavailable("Down."), RateLimited("Slow.")] * 3

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(push.calls) == 67
    assert max(push.waits[:60]) <= 120


def test_a_bill_waits_for_its_order_as_long_as_that_may_stand_in_line(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [WaitingForDocument("The order is first.")] * 100 + [QuickBooksUnavailable("Down.")] * 3

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(push.calls) == 104


def test_waiting_for_a_turn_at_intuit_does_not_use_up_the_three_retries(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [RateLimited("Slow down."), QuickBooksUnavailable("Down.")] * 3

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(push.calls) == 7


def test_waiting_for_a_turn_at_intuit_lasts_a_minute_and_longer_each_time(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [RateLimited("Slow down.")] * 3

    push.run(INPUT)

    assert push.waits == [60, 120, 240]


def test_the_lease_of_a_worker_that_died_is_waited_out(
    push: Machine, pusher: ScriptedPusher, push_document_module: ModuleType
):
    pusher.failures = [DocumentBusy("Busy.")] * 50
    longest_lease = Context().get_remaining_time_in_millis() / 1000 + push_document_module.LEASE_MARGIN.total_seconds()

    execution = push.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert sum(push.waits) > longest_lease
    assert sum(push.waits) > MAY_STILL_ARRIVE.total_seconds()


def test_retries_spread_so_that_many_documents_do_not_come_back_at_once(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [StaleSyncToken("Stale.")] * 3

    push.run(INPUT)

    longest = [15, 30, 60]
    assert all(wait <= most for wait, most in zip(push.waits, longest, strict=True))
    assert push.waits != longest


def test_the_payload_is_exactly_the_functions_task(push: Machine, push_document_module: ModuleType):
    push.run(INPUT, name=ATTEMPT.execution_name)

    (payload,) = push.calls
    task = push_document_module.Task.model_validate(payload)
    assert task.model_config["extra"] == "forbid"
    assert set(payload) == set(push_document_module.Task.model_fields)
    assert task.execution == ATTEMPT.execution_name
    assert (task.tenant_id, task.kind, task.document_id) == ("acme", "purchase-orders", "po-7")
    assert (task.version, task.revision, task.attempt, task.trigger) == (1, 2, 3, Trigger.AUTOMATIC)


def test_the_tries_are_numbered_from_one_to_four(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [QuickBooksUnavailable("Down.") for _ in range(10)]

    push.run(INPUT)

    assert [task.try_number for task in pusher.tasks] == [1, 2, 3, 4]
    assert {task.attempt for task in pusher.tasks} == {ATTEMPT}


def test_an_input_with_a_field_that_the_task_does_not_know_never_reaches_the_function(push: Machine):
    push.run({**INPUT, "body": {"DocNumber": "PO-7"}})

    assert "body" not in push.calls[0]


def test_starting_the_same_attempt_twice_runs_it_once(push: Machine):
    executions = PushExecutions(push.client, push.arn)

    executions.start(ATTEMPT, Trigger.AUTOMATIC)
    executions.start(ATTEMPT, Trigger.AUTOMATIC)

    (execution,) = push.executions
    assert push.closed(execution["executionArn"])["status"] == "SUCCEEDED"
    assert len(push.calls) == 1


def test_starting_an_attempt_again_after_it_ended_does_nothing(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [NotFound("Gone.")]
    executions = PushExecutions(push.client, push.arn)
    executions.start(ATTEMPT, Trigger.AUTOMATIC)
    push.closed(push.executions[0]["executionArn"])

    executions.start(ATTEMPT, Trigger.MANUAL)

    assert [execution["status"] for execution in push.executions] == ["FAILED"]
    assert len(push.calls) == 1


def test_how_an_execution_ended_can_be_asked_by_its_attempt(push: Machine, pusher: ScriptedPusher):
    pusher.failures = [NotFound("Gone.")]
    executions = PushExecutions(push.client, push.arn)
    executions.start(ATTEMPT, Trigger.AUTOMATIC)
    push.closed(push.executions[0]["executionArn"])

    ended = executions.ended(ATTEMPT)

    assert ended is not None
    assert (ended.attempt, ended.status, ended.error) == (ATTEMPT, "FAILED", "NotFound")


@pytest.mark.parametrize("name", [name for name in AWS_OWN if not name.startswith("States.")])
def test_a_fault_of_lambda_itself_is_tried_again(name: str):
    failures = [name, name]

    def handler(_payload: Any) -> Any:
        # Lambda's own names have a dot, which no Python class can have in its source.
        if failures:
            raise type(failures.pop(), (Exception,), {})("AWS had trouble.")
        return {"entity_id": "117", "how": "created"}

    with machine(push_document_definition(), {"push_document": handler}) as push:
        execution = push.run(INPUT)

        assert execution["status"] == "SUCCEEDED"
        assert len(push.calls) == 3


def test_every_error_that_may_pass_has_been_tried():
    assert set(classes_under(Transient)) == set(OURS)
