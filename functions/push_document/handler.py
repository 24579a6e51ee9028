"""Push one document to QuickBooks. Called by statemachines/push_document.asl.yaml."""

from datetime import timedelta
from typing import Any, Literal

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import SyncError
from ledgerlink.usecases.push.push_document import SUPERSEDED, PushTask
from ledgerlink.wiring import wiring

LEASE_MARGIN = timedelta(seconds=10)
"""A worker that Lambda has stopped is gone for good; this is for clocks that differ."""

logger = Logger()
metrics = Metrics(namespace="Ledgerlink", service="push")


class Task(BaseModel):
    """What the state machine hands us: a reference, and which try this is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    tenant_id: str
    kind: str
    document_id: str
    revision: int
    attempt: int
    trigger: Trigger
    execution: str
    redrive_count: int
    retry_count: int


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raise an error from ledgerlink.errors to make the state machine retry or stop."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, document_id=task.document_id, execution=task.execution)
    push_task = PushTask(
        attempt=Attempt(DocumentKey(task.tenant_id, task.kind, task.document_id), task.revision, task.attempt),
        trigger=Trigger.REDRIVE if task.redrive_count else task.trigger,
        execution=task.execution,
        redrive_count=task.redrive_count,
        try_number=task.retry_count + 1,
        worker=context.aws_request_id,
    )
    lease = timedelta(milliseconds=context.get_remaining_time_in_millis()) + LEASE_MARGIN
    try:
        pushed = wiring().pusher.push(push_task, lease)
    except SyncError as error:
        # What is raised here ends in the log and in the execution's history; the activity log has the whole error.
        raise error.without_names() from None
    logger.info("document pushed", extra={"entity_id": pushed.entity_id, "how": pushed.how})
    if pushed.how != SUPERSEDED:
        metrics.add_metric(name="DocumentsPushed", unit=MetricUnit.Count, value=1)
    return {"entity_id": pushed.entity_id, "how": pushed.how}
