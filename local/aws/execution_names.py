"""The rules of StartExecution: names, idempotent starts, the size of the input.

AWS (API reference, StartExecution): a name has 1 to 80 characters without white
space, brackets, wildcards and some special characters, else InvalidName. The
same name with the same input while that execution runs answers with it again;
with another input, or after it has closed, ExecutionAlreadyExists. The input is
JSON of at most 256 KB.
ministack 1.5.33: refuses each second use of a name, and takes any name and input.
Here: as AWS, except that a name stays taken for ever and not for 90 days.
"""

import json
import re
from typing import Any

from ministack.services import stepfunctions

from local.aws.settings import Settings

Record = dict[str, Any]

MAX_INPUT_BYTES = 262_144
_NAME_LENGTH = range(1, 81)
_FORBIDDEN = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]')


def close_gap(_settings: Settings) -> None:
    """Check each request before ministack starts the execution."""
    stock_start = stepfunctions._start_execution

    def start_execution(data: Record) -> Any:
        name, text = data.get("name"), data.get("input", "{}")
        if name is not None and (len(name) not in _NAME_LENGTH or _FORBIDDEN.search(name)):
            return stepfunctions.error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
        if len(text.encode()) > MAX_INPUT_BYTES:
            return stepfunctions.error_response_json(
                "ValidationException",
                "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_INPUT_BYTES}",
                400,
            )
        try:
            value = json.loads(text)
        except ValueError as error:
            return stepfunctions.error_response_json(
                "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'", 400
            )

        running = _running_execution(data.get("stateMachineArn", ""), name)
        if running is not None and json.loads(running["input"]) == value:
            return stepfunctions.json_response(
                {"executionArn": running["executionArn"], "startDate": running["startDate"]}
            )
        return stock_start(data)

    stepfunctions._start_execution = start_execution


def _running_execution(machine_arn: str, name: str | None) -> Record | None:
    base_arn = stepfunctions._resolve_state_machine_arn(machine_arn)
    if name is None or base_arn is None:
        return None
    arn = f"{base_arn.replace(':stateMachine:', ':execution:')}:{name}"
    execution: Record | None = stepfunctions._executions.get(arn)
    return execution if execution is not None and execution["status"] == "RUNNING" else None
