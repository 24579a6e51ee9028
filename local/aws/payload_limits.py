"""256 KB: the limit of what a state may hand to another.

AWS (Step Functions guide, "Service quotas"): a task's or a state's result larger
than 262,144 bytes as UTF-8 fails with ``States.DataLimitExceeded``, which no
``States.ALL`` catches.
ministack 1.5.33: has no limit.
Here: the limit holds for task results and for the output of each state. A task
over the limit is neither retried nor caught unless the error is named.
"""

import json
from typing import Any

from ministack.services import stepfunctions

from local.aws.settings import Settings

MAX_PAYLOAD_BYTES = 262_144


def close_gap(_settings: Settings) -> None:
    """Measure what tasks return and what states put out."""
    stock_invoke = stepfunctions._invoke_resource
    stock_matches = stepfunctions._error_matches

    def invoke_resource(resource: str, value: Any) -> Any:
        result = stock_invoke(resource, value)
        _check(result, f"The state/task '{resource}' returned a result")
        return result

    def error_matches(names: list[str], error: str) -> Any:
        if error == "States.DataLimitExceeded":
            return error in names
        return stock_matches(names, error)

    stepfunctions._invoke_resource = invoke_resource
    stepfunctions._error_matches = error_matches
    for function in ("_execute_pass", "_execute_task", "_execute_map", "_execute_parallel"):
        setattr(stepfunctions, function, _limited(getattr(stepfunctions, function)))


def _limited(execute: Any) -> Any:
    def limited(state: dict[str, Any], *arguments: Any) -> Any:
        output, next_name = execute(state, *arguments)
        _check(output, "The state returned a result")
        return output, next_name

    return limited


def _check(value: Any, what: str) -> None:
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_PAYLOAD_BYTES:
        raise stepfunctions._ExecutionError(
            "States.DataLimitExceeded",
            f"{what} with a size exceeding the maximum number of bytes service limit.",
        )
