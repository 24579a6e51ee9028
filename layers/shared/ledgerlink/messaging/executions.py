"""Executions of the state machines that push."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.attempts import Attempt, Ended, NeverStarted, Trigger
from ledgerlink.domain.backlogs import Backlog
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

INPUT_VERSION = 1
"""Written into every input: a redrive runs an old input with new code."""
NOT_STOPPED = ("RUNNING", "SUCCEEDED", "PENDING_REDRIVE")
"""The statuses of executions that have not ended without success."""


class PushExecutions:
    """Starts are idempotent by name; the input is a reference, never the document."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, attempt: Attempt, trigger: Trigger) -> None:
        """Start the attempt; if it was started before, nothing happens. Raises StorageUnavailable."""
        _start(self._client, self._state_machine_arn, attempt.execution_name, execution_input(attempt, trigger))

    def ended(self, attempt: Attempt) -> Ended | None:
        """How it ended without success; None while it runs or when it succeeded. Raises NeverStarted."""
        found = described(self._client, self._state_machine_arn, attempt.execution_name)
        if found["status"] in NOT_STOPPED:
            return None
        return ended_execution(
            name=found["name"],
            status=found["status"],
            execution_input=json.loads(found["input"]),
            error=found.get("error"),
            at=found["stopDate"],
            redrive_count=found.get("redriveCount"),
        )


class BacklogExecutions:
    """Executions of the state machine that sends many documents."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, backlog: Backlog) -> None:
        """Start it; if it was started before, nothing happens. Raises StorageUnavailable."""
        _start(self._client, self._state_machine_arn, backlog.execution_name, backlog_input(backlog))

    def ended(self, backlog: Backlog) -> str | None:
        """The error's name if it ended without success; None while it runs or if it succeeded. Raises NeverStarted."""
        found = described(self._client, self._state_machine_arn, backlog.execution_name)
        return None if found["status"] in NOT_STOPPED else found.get("error", "")


def _start(client: "SFNClient", state_machine_arn: str, name: str, value: dict[str, Any]) -> None:
    try:
        client.start_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(value))
    except ClientError as error:
        # A closed execution keeps its name for 90 days; a running one with the same input is no error at all.
        if error.response["Error"]["Code"] == "ExecutionAlreadyExists":
            return
        raise StorageUnavailable("Sending could not be started.", code="start_failed") from error
    except BotoCoreError as error:
        raise StorageUnavailable("Sending could not be started.", code="start_failed") from error


def described(client: "SFNClient", state_machine_arn: str, name: str) -> "DescribeExecutionOutputTypeDef":
    """The execution of that name. Raises NeverStarted, StorageUnavailable."""
    machine = state_machine_arn.replace(":stateMachine:", ":execution:")
    try:
        return client.describe_execution(executionArn=f"{machine}:{name}")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            raise NeverStarted(name) from error
        raise StorageUnavailable("The execution cannot be looked up.") from error
    except BotoCoreError as error:
        raise StorageUnavailable("The execution cannot be looked up.") from error


def backlog_input(backlog: Backlog) -> dict[str, Any]:
    """What the state machine passes to its tasks."""
    return {"version": INPUT_VERSION, "tenant_id": backlog.tenant_id, "backlog_id": backlog.backlog_id}


def execution_input(attempt: Attempt, trigger: Trigger) -> dict[str, Any]:
    """What the state machine passes to the push."""
    return {
        "version": INPUT_VERSION,
        "tenant_id": attempt.key.tenant_id,
        "kind": attempt.key.kind,
        "document_id": attempt.key.document_id,
        "revision": attempt.revision,
        "attempt": attempt.number,
        "trigger": trigger.value,
    }


def ended_execution(
    *,
    name: str,
    status: str,
    execution_input: dict[str, Any],
    error: str | None,
    at: datetime,
    redrive_count: int | None,
) -> Ended:
    """An execution that ended without success, from its description or its event."""
    key = DocumentKey(execution_input["tenant_id"], execution_input["kind"], execution_input["document_id"])
    return Ended(
        attempt=Attempt(key, execution_input["revision"], execution_input["attempt"]),
        trigger=Trigger(execution_input["trigger"]),
        execution=name,
        status=status,
        error=error or "",
        at=at,
        redrive_count=redrive_count or 0,
    )
