"""Queue the connections that are due. Called every quarter of an hour by EventBridge Scheduler."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.usecases.sync.start_polls import start_polls
from ledgerlink.wiring import clock, wiring

logger = Logger()
metrics = Metrics(namespace="Ledgerlink", service="sync")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Safe to run twice: what was queued is no longer due."""
    queued = start_polls(wiring().sync, wiring().poll_queue, clock())
    logger.info("polls queued", extra={"queued": queued})
    metrics.add_metric(name="PollsQueued", unit=MetricUnit.Count, value=queued)
