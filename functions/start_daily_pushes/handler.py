"""Start the daily runs that are due. Called every 15 minutes by EventBridge Scheduler."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.usecases.backlogs.start_daily_pushes import start_daily_pushes
from ledgerlink.wiring import clock, wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Safe to run twice at once: a run is known by the moment at which it was due."""
    wired = wiring()
    started = start_daily_pushes(wired.connections, wired.documents, wired.backlogs, wired.backlog_executions, clock())
    logger.info("daily runs started", extra={"started": started})
