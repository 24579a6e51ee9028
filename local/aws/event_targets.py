"""EventBridge hands an event to a function asynchronously, and to the rule's DLQ if it cannot.

AWS (EventBridge guide, "Using dead-letter queues to process undelivered events";
Lambda guide, "Asynchronous invocation"): a function that raises is tried twice
more, then the event goes to the function's own OnFailure destination. The rule's
dead-letter queue receives what could not be delivered at all, with the reason in
the message attributes.
ministack 1.5.33: runs the function once, and drops what it cannot deliver.
Here: both, with the pauses between the attempts that ministack uses for
asynchronous invocations (1 s and 2 s; AWS: 1 and 2 minutes).
"""

import hashlib
import json
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sqs

from local.aws.settings import Settings

Record = dict[str, Any]


def close_gap(_settings: Settings) -> None:
    """Change how rules and schedules reach functions, and look before each delivery."""
    stock_invoke = eventbridge._invoke_target

    def invoke_target(target: Record, event: Record, rule: Record, view: Any = None) -> None:
        problem = _why_undeliverable(str(target.get("Arn", "")))
        if problem is None:
            stock_invoke(target, event, rule, view)
            return
        view = view or eventbridge._pattern_event_view(event)
        _send_to_dead_letter_queue(target, view.event_with_detail(), rule, problem)

    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_lambda = invoke_function_asynchronously


def invoke_function_asynchronously(function_arn: str, payload: str) -> None:
    """Invoke with retries and the function's OnFailure destination; returns at once."""
    function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
    if not function or not config:
        eventbridge.logger.warning("EventBridge: function %s does not exist", function_arn)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))


def _why_undeliverable(target_arn: str) -> str | None:
    service = target_arn.split(":")[2] if target_arn.count(":") >= 5 else ""
    if service == "lambda" and not lambda_svc._get_func_record_for_ref(target_arn)[0]:
        return f"Function not found: {target_arn}"
    if service == "sqs" and not sqs._queue_by_arn(target_arn):
        return f"The specified queue does not exist: {target_arn}"
    return None


def _send_to_dead_letter_queue(target: Record, event: Record, rule: Record, problem: str) -> None:
    queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    queue = sqs._queue_by_arn(queue_arn) if queue_arn else None
    if queue is None:
        eventbridge.logger.warning("EventBridge: event of rule %s dropped: %s", rule.get("Name"), problem)
        return
    body = json.dumps(event)
    eventbridge._dispatch_to_sqs(parse_arn(queue_arn), body)
    attributes = {
        "ERROR_CODE": "RESOURCE_NOT_FOUND",
        "ERROR_MESSAGE": problem,
        "RULE_ARN": str(rule.get("Arn", "")),
        "TARGET_ARN": str(target.get("Arn", "")),
    }
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    message = next(m for m in reversed(queue["messages"]) if m["md5_body"] == digest)
    message["message_attributes"] = {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }
