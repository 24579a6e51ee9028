"""Poll one connection. Called by SQS with one message at a time."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.messaging.poll_queue import read_message
from ledgerlink.wiring import wiring

LEASE_MARGIN = timedelta(seconds=10)
"""A worker that Lambda has stopped is gone for good; this is for clocks that differ."""
LAST_CALLS = timedelta(seconds=60)
"""For what was begun before the budget was used up."""

logger = Logger()
metrics = Metrics(namespace="Ledgerlink", service="sync")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """A message that fails for a reason without a name comes again, and in the end to the dead-letter queue."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def poll(record: SQSRecord) -> None:
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        worker = f"{context.aws_request_id}/{record.message_id}"
        try:
            request = read_message(record.body)
            logger.append_keys(tenant_id=request.key.tenant_id, connection_id=request.key.connection_id)
            polled = wiring().poller.poll(request, worker, left + LEASE_MARGIN, left - LAST_CALLS)
        except Exception:
            logger.exception("poll failed", extra={"message_id": record.message_id})
            raise
        told = {"outcome": polled.outcome.value, "changed": polled.changed}
        if polled.error:
            told |= {"error_code": polled.error.code, "intuit_tid": polled.error.intuit_tid or ""}
        logger.info("connection polled", extra=told)
        metrics.add_metric(name=f"Polls{polled.outcome.name.title().replace('_', '')}", unit=MetricUnit.Count, value=1)
        wiring().certification_mailer.send(request.key.tenant_id)

    return process_partial_response(event=event, record_handler=poll, processor=processor, context=context)
