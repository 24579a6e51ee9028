"""Executions and events, as far as moto plays Step Functions and EventBridge."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from ledgerlink.domain.attempts import Attempt, NeverStarted, Trigger
from ledgerlink.domain.backlogs import Backlog
from ledgerlink.errors import StorageUnavailable
from ledgerlink.messaging.events import EventBus
from ledgerlink.messaging.executions import BacklogExecutions, PushExecutions, execution_input
from tests.template import ACCOUNT, REGION
from tests.unit.orders import KEY, NOW

ATTEMPT = Attempt(KEY, 1, 1)


class Machine:
    """A push state machine, and what runs in it."""

    def __init__(self) -> None:
        self.client = boto3.client("stepfunctions", region_name=REGION)
        definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
        self.arn = self.client.create_state_machine(
            name="push", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{ACCOUNT}:role/push"
        )["stateMachineArn"]
        self.executions = PushExecutions(self.client, self.arn)

    def running(self) -> list[str]:
        return [e["name"] for e in self.client.list_executions(stateMachineArn=self.arn)["executions"]]

    def described(self) -> Any:
        arn = self.arn.replace(":stateMachine:", ":execution:") + f":{ATTEMPT.execution_name}"
        return self.client.describe_execution(executionArn=arn)


@pytest.fixture
def machine(aws: None) -> Machine:
    return Machine()


def test_a_start_passes_a_reference_and_never_the_document(machine: Machine) -> None:
    machine.executions.start(ATTEMPT, Trigger.MANUAL)

    assert json.loads(machine.described()["input"]) == {
        "version": 1,
        "tenant_id": "acme",
        "kind": "purchase-orders",
        "document_id": "po-7",
        "revision": 1,
        "attempt": 1,
        "trigger": "manual",
    }


@pytest.mark.parametrize("second", [Trigger.AUTOMATIC, Trigger.MANUAL], ids=["same input", "other input"])
def test_push_by_two_executions_is_refused_by_the_name(machine: Machine, second: Trigger) -> None:
    machine.executions.start(ATTEMPT, Trigger.AUTOMATIC)

    machine.executions.start(ATTEMPT, second)

    assert machine.running() == [ATTEMPT.execution_name]


def test_another_attempt_is_another_execution(machine: Machine) -> None:
    machine.executions.start(ATTEMPT, Trigger.AUTOMATIC)

    machine.executions.start(Attempt(KEY, 1, 2), Trigger.MANUAL)

    assert len(machine.running()) == 2


def test_one_of_eight_starts_runs(machine: Machine, race: Any) -> None:
    got = race(lambda number: machine.executions.start(ATTEMPT, Trigger.AUTOMATIC))

    assert got == [None] * 8
    assert machine.running() == [ATTEMPT.execution_name]


def test_an_execution_that_never_ran_is_told_from_one_that_runs(machine: Machine) -> None:
    with pytest.raises(NeverStarted):
        machine.executions.ended(ATTEMPT)
    machine.executions.start(ATTEMPT, Trigger.AUTOMATIC)

    assert machine.executions.ended(ATTEMPT) is None


def test_an_execution_that_was_aborted_says_so(machine: Machine) -> None:
    machine.executions.start(ATTEMPT, Trigger.MANUAL)
    machine.client.stop_execution(executionArn=machine.described()["executionArn"])

    ended = machine.executions.ended(ATTEMPT)

    assert ended is not None
    assert (ended.attempt, ended.trigger, ended.execution) == (ATTEMPT, Trigger.MANUAL, ATTEMPT.execution_name)
    assert (ended.status, ended.redrive_count) == ("ABORTED", 0)
    assert ended.at <= datetime.now(UTC)


def test_the_end_of_a_backlogs_execution_is_told(machine: Machine) -> None:
    backlogs = BacklogExecutions(machine.client, machine.arn)
    backlog = Backlog("acme", "resend", Trigger.MANUAL, NOW, "asked")
    with pytest.raises(NeverStarted):
        backlogs.ended(backlog)
    backlogs.start(backlog)
    running = backlogs.ended(backlog)
    arn = machine.arn.replace(":stateMachine:", ":execution:")

    machine.client.stop_execution(executionArn=f"{arn}:{backlog.execution_name}", error="ConnectionRevoked")

    # moto forgets the error's name.
    assert (running, backlogs.ended(backlog)) == (None, "")


def test_step_functions_throttled_is_transient(throttled: None) -> None:
    executions = PushExecutions(
        boto3.client("stepfunctions", region_name=REGION), f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:push"
    )

    with pytest.raises(StorageUnavailable):
        executions.start(ATTEMPT, Trigger.AUTOMATIC)
    with pytest.raises(StorageUnavailable):
        executions.ended(ATTEMPT)


def test_the_input_that_was_written_a_version_ago_is_still_what_we_write() -> None:
    assert execution_input(ATTEMPT, Trigger.AUTOMATIC)["version"] == 1


class Bus:
    """The stack's bus with a queue behind it, as a host would subscribe."""

    def __init__(self) -> None:
        self.client = boto3.client("events", region_name=REGION)
        self.queues = boto3.client("sqs", region_name=REGION)
        self.client.create_event_bus(Name="stack")
        self.url = self.queues.create_queue(QueueName="host")["QueueUrl"]
        self.client.put_rule(Name="all", EventBusName="stack", EventPattern=json.dumps({"source": ["ledgerlink"]}))
        target = {"Id": "host", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:host"}
        self.client.put_targets(Rule="all", EventBusName="stack", Targets=[target])  # type: ignore[list-item]
        self.bus = EventBus(self.client, "stack")

    def delivered(self) -> list[Any]:
        found = self.queues.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]


def test_an_event_reaches_the_host_with_its_version_and_tenant(aws: None) -> None:
    bus = Bus()

    bus.bus.publish("document.synced", "acme", {"id": "po-7", "how": "created"})

    (event,) = bus.delivered()
    assert (event["source"], event["detail-type"]) == ("ledgerlink", "document.synced")
    assert event["detail"] == {"schema_version": 1, "tenant_id": "acme", "id": "po-7", "how": "created"}


def test_an_event_that_cannot_be_published_fails_nothing(throttled: None, caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus(boto3.client("events", region_name=REGION), "stack")

    bus.publish("document.synced", "acme", {})

    assert [record.message for record in caplog.records] == ["event not published"]


def test_an_event_that_eventbridge_refuses_by_itself_is_logged(
    aws: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = boto3.client("events", region_name=REGION)
    refusal = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
    monkeypatch.setattr(client, "put_events", lambda Entries: refusal)

    EventBus(client, "stack").publish("document.synced", "acme", {})

    assert [record.message for record in caplog.records] == ["event not published"]


def test_a_client_error_names_no_event_detail(aws: None, caplog: pytest.LogCaptureFixture) -> None:
    EventBus(boto3.client("events", region_name=REGION), "no-such-bus").publish("e", "acme", {"name": "Canary Mills"})

    assert "event not published" in caplog.text
    assert "Canary Mills" not in caplog.text
