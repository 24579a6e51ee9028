"""The event "Step Functions Execution Status Change", with all its fields.

AWS (Step Functions guide, "Automating Step Functions event delivery with
EventBridge"): an event at each change of status, with error, cause and the
redrive fields; input and output are left out when they are too long for
EventBridge, and ``included`` says so.
ministack 1.5.33: always redriveCount 0, and error and cause only for FAILED.
Here: as AWS. AWS does not say whether a redrive emits RUNNING; here it does.
"""

import json
from typing import Any

from ministack.services import eventbridge, stepfunctions

from local.aws.redrive import redrive_fields
from local.aws.settings import Settings

Record = dict[str, Any]

_MAX_PAYLOAD_BYTES = 248 * 1024


def close_gap(_settings: Settings) -> None:
    """Publish our own event."""
    stepfunctions._emit_execution_status_event = publish_status_change


def publish_status_change(execution: Record) -> None:
    """Publish the event; like on AWS a failure to do so never fails the execution."""
    if execution.get("sync"):
        # Synchronous executions belong to Express workflows, which publish nothing.
        return
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Detail": json.dumps(status_change(execution)),
        "Resources": [execution["executionArn"]],
    }
    try:
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    except Exception:
        stepfunctions.logger.exception("Status change of %s was not published", execution["executionArn"])


def status_change(execution: Record) -> Record:
    """The event's detail."""
    epoch_milliseconds = stepfunctions._iso_to_epoch_ms
    succeeded = execution["status"] == "SUCCEEDED"
    redrive = redrive_fields(execution)
    detail: Record = {
        "executionArn": execution["executionArn"],
        "stateMachineArn": execution["stateMachineArn"],
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": execution["name"],
        "status": execution["status"],
        "startDate": epoch_milliseconds(execution["startDate"]),
        "stopDate": epoch_milliseconds(execution.get("stopDate")),
        "input": execution["input"],
        "inputDetails": {"included": True},
        "output": execution.get("output") if succeeded else None,
        "outputDetails": {"included": True} if succeeded else None,
        "error": execution.get("error"),
        "cause": execution.get("cause"),
        "redriveCount": redrive["redriveCount"],
        "redriveDate": epoch_milliseconds(execution.get("redriveDate")),
        "redriveStatus": redrive["redriveStatus"],
        "redriveStatusReason": redrive.get("redriveStatusReason"),
    }
    if _escaped_bytes(detail["output"]) > _MAX_PAYLOAD_BYTES:
        detail.update(output=None, outputDetails={"included": False})
    if _escaped_bytes(detail["input"]) + _escaped_bytes(detail["output"]) > _MAX_PAYLOAD_BYTES:
        detail.update(input=None, inputDetails={"included": False})
    return detail


def _escaped_bytes(text: str | None) -> int:
    return 0 if text is None else len(json.dumps(text, ensure_ascii=False).encode())
