"""Settle what has been on its way for too long. Called every 15 minutes by EventBridge Scheduler."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.usecases.backlogs.sweep_backlogs import sweep_backlogs
from ledgerlink.usecases.documents.sweep_documents import sweep_documents
from ledgerlink.wiring import clock, wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Safe to run twice at once: every step is conditional or idempotent by name."""
    wired = wiring()
    try:
        documents = sweep_documents(wired.documents, wired.executions, wired.activity, wired.events, clock())
        logger.info("documents swept", extra={"settled": documents})
    finally:
        # Also after documents that could not be looked after.
        backlogs = sweep_backlogs(wired.backlogs, wired.backlog_executions, wired.events, clock())
        logger.info("backlogs swept", extra={"settled": backlogs})
