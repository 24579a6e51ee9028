"""RedriveExecution: an unsuccessful execution goes on at the state that failed.

AWS (Step Functions guide, "Restarting state machine executions with redrive";
API reference, RedriveExecution): same execution ARN, input and definition; goes
on at the unsuccessful state with that state's input and the variables; of an
inline Map or a Parallel only the failed branches run again; retry counters and
the machine's time-out start anew; DescribeExecution and the context object tell
the redrive count.
ministack 1.5.33: ``Unknown action: RedriveExecution``.
Here: the API action, over a walk that knows where it stands
(:mod:`local.aws.execution_run`). A failed iteration with several states runs
again from its first state.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ministack.services import stepfunctions

from local.aws import execution_run
from local.aws.settings import Settings

Record = dict[str, Any]

REDRIVABLE_FOR = timedelta(days=14)
_REMEMBERED_TOKENS = 10


def close_gap(_settings: Settings) -> None:
    """Add the action, and its fields to the actions that report an execution."""
    execution_run.install()
    stock_handle = stepfunctions.handle_request
    stock_describe = stepfunctions._describe_execution
    stock_list = stepfunctions._list_executions

    async def handle_request(method: str, path: str, headers: Record, body: bytes, query: Record) -> Any:
        if str(headers.get("x-amz-target", "")).endswith(".RedriveExecution"):
            return stepfunctions._finalize_response(redrive_execution(json.loads(body or b"{}")))
        return await stock_handle(method, path, headers, body, query)

    def describe_execution(data: Record) -> Any:
        response = stock_describe(data)
        execution = stepfunctions._executions.get(data.get("executionArn"))
        if execution is None:
            return response
        return stepfunctions.json_response({**json.loads(response[2]), **redrive_fields(execution)})

    def list_executions(data: Record) -> Any:
        response = stock_list(data)
        listed = json.loads(response[2])
        for entry in listed.get("executions", ()):
            execution = stepfunctions._executions[entry["executionArn"]]
            entry["redriveCount"] = execution.get("redriveCount", 0)
            if execution.get("redriveDate"):
                entry["redriveDate"] = execution["redriveDate"]
        return stepfunctions.json_response(listed, response[0])

    stepfunctions.handle_request = handle_request
    stepfunctions._describe_execution = describe_execution
    stepfunctions._list_executions = list_executions


def redrive_execution(data: Record) -> Any:
    """The API action."""
    arn = data.get("executionArn", "")
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        return stepfunctions.error_response_json("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", 400)

    token = data.get("clientToken")
    tokens: list[str] = execution.get("redriveTokens") or []
    if token is not None and token in tokens:
        return stepfunctions.json_response({"redriveDate": execution["redriveDate"]})
    reason = why_not_redrivable(execution)
    if reason is not None:
        return stepfunctions.error_response_json("ExecutionNotRedrivable", reason, 400)

    if execution.get("error") == "States.DataLimitExceeded":
        # Also the successful branches run again.
        execution["finishedBranches"] = {}
    count = execution.get("redriveCount", 0) + 1
    execution.update(
        status="RUNNING",
        stopDate=None,
        output=None,
        error=None,
        cause=None,
        redriveCount=count,
        redriveDate=stepfunctions.now_iso(),
    )
    if token is not None:
        execution["redriveTokens"] = [*tokens, token][-_REMEMBERED_TOKENS:]
    stepfunctions._add_event(execution, "ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": count}})
    stepfunctions._emit_execution_status_event(execution)
    execution_run.start(arn)
    return stepfunctions.json_response({"redriveDate": execution["redriveDate"]})


def why_not_redrivable(execution: Record) -> str | None:
    """The reason in AWS's words, or None if it can be redriven."""
    status = execution["status"]
    if status in ("RUNNING", "SUCCEEDED"):
        return f"Execution is {status} and cannot be redriven"
    closed = datetime.fromisoformat(execution["stopDate"].replace("Z", "+00:00"))
    if datetime.now(UTC) - closed > REDRIVABLE_FOR:
        return "Execution has exceeded the redrivable period of 14 days"
    return None


def redrive_fields(execution: Record) -> Record:
    """What DescribeExecution and the status change event say about redrives."""
    reason = why_not_redrivable(execution)
    fields: Record = {
        "redriveCount": execution.get("redriveCount", 0),
        "redriveStatus": "REDRIVABLE" if reason is None else "NOT_REDRIVABLE",
    }
    if execution.get("redriveDate"):
        fields["redriveDate"] = execution["redriveDate"]
    if reason is not None:
        fields["redriveStatusReason"] = reason
    return fields
