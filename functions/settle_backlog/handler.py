"""Mark a backlog that stopped before its end. Called by EventBridge for executions that end without success."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.usecases.backlogs.settle_backlog import StoppedBacklog, settle_backlog
from ledgerlink.wiring import clock, wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A Step Functions "Execution Status Change" event; the same event twice changes nothing more."""
    detail = event["detail"]
    reference = json.loads(detail["input"])
    stopped = StoppedBacklog(reference["tenant_id"], reference["backlog_id"], detail.get("error") or "")
    logger.append_keys(tenant_id=stopped.tenant_id, backlog_id=stopped.backlog_id)
    marked = settle_backlog(wiring().backlogs, wiring().events, stopped, clock())
    logger.warning("backlog stopped", extra={"marked": marked, "error_type": stopped.error, "status": detail["status"]})
