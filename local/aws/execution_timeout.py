"""TimeoutSeconds of a state machine.

AWS (Amazon States Language, top-level fields): an execution that runs longer
ends with the status TIMED_OUT; a redrive starts the time anew.
ministack 1.5.33: ignores the field.
Here: a timer per execution whose definition has it. A Lambda invocation that is
under way is not interrupted, as on AWS; its result is dropped.
"""

import contextvars
import json
import threading
from typing import Any

from ministack.services import stepfunctions

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Start the timer around each run."""
    stock_run = stepfunctions._run_execution

    def run_execution(execution_arn: str) -> None:
        execution = stepfunctions._executions.get(execution_arn)
        seconds = _timeout_of(execution)
        if execution is None or seconds is None:
            stock_run(execution_arn)
            return
        scope = contextvars.copy_context()
        timer = threading.Timer(
            seconds,
            lambda: scope.run(_time_out, execution, execution.get("redriveCount", 0)),
        )
        timer.daemon = True
        timer.start()
        try:
            stock_run(execution_arn)
        finally:
            timer.cancel()

    stepfunctions._run_execution = run_execution


def _timeout_of(execution: dict[str, Any] | None) -> float | None:
    if execution is None:
        return None
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    try:
        definition = json.loads(execution.get("definition") or machine.get("definition") or "{}")
    except ValueError:
        # The run itself fails the execution for this.
        return None
    seconds = definition.get("TimeoutSeconds")
    return float(seconds) if isinstance(seconds, int | float) else None


def _time_out(execution: dict[str, Any], redrive_count: int) -> None:
    if execution["status"] != "RUNNING" or execution.get("redriveCount", 0) != redrive_count:
        return
    execution.update(status="TIMED_OUT", stopDate=stepfunctions.now_iso(), error="States.Timeout")
    stepfunctions._add_event(
        execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": "States.Timeout"}}
    )
    stepfunctions._emit_execution_status_event(execution)
