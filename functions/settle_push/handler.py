"""Mark a document whose push gave up. Called by EventBridge for executions that end without success."""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.messaging.executions import ended_execution
from ledgerlink.usecases.documents.settle_push import settle_push
from ledgerlink.wiring import clock, wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A Step Functions "Execution Status Change" event; the same event twice changes nothing more."""
    detail = event["detail"]
    ended = ended_execution(
        name=detail["name"],
        status=detail["status"],
        execution_input=json.loads(detail["input"]),
        error=detail.get("error"),
        at=datetime.fromtimestamp(detail["stopDate"] / 1000, UTC),
        redrive_count=detail.get("redriveCount"),
    )
    logger.append_keys(tenant_id=ended.attempt.key.tenant_id, execution=ended.execution)
    marked = settle_push(wiring().documents, wiring().activity, wiring().events, ended, clock())
    logger.warning("push gave up", extra={"marked": marked, "error_type": ended.error, "status": ended.status})
