"""Mark a backfill that gave up. Called by EventBridge for executions that end without success."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.usecases.sync.settle_backfill import settle_backfill
from ledgerlink.wiring import clock, wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A Step Functions "Execution Status Change" event; the same event twice changes nothing more."""
    detail = event["detail"]
    started_with, error_name = json.loads(detail["input"]), detail.get("error") or ""
    key, number = ConnectionKey(started_with["tenant_id"], started_with["connection_id"]), started_with["backfill"]
    logger.append_keys(tenant_id=key.tenant_id, connection_id=key.connection_id, backfill=number)
    marked = settle_backfill(wiring().backfills, wiring().events, key, number, error_name, clock())
    logger.warning("backfill gave up", extra={"marked": marked, "error_type": error_name, "status": detail["status"]})
