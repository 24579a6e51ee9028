"""Send one chunk of a backlog. Called by statemachines/push_backlog.asl.yaml."""

from datetime import timedelta
from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.errors import SyncError
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkTask, push_backlog_chunk
from ledgerlink.wiring import clock, wiring

LAST_CALLS = timedelta(seconds=130)
"""For a batch that was begun before the deadline, which Intuit cuts after two minutes, and for its results."""

logger = Logger()


class Task(BaseModel):
    """What the state machine hands us: a reference, and which try this is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    tenant_id: str
    backlog_id: str
    number: int
    execution: str
    redrive_count: int
    retry_count: int


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Whether more of it is left. Raise an error from ledgerlink.errors to make the state machine retry or stop."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, backlog_id=task.backlog_id, execution=task.execution)
    wired = wiring()
    now = clock()
    chunk_task = ChunkTask(
        tenant_id=task.tenant_id,
        backlog_id=task.backlog_id,
        number=task.number,
        execution=task.execution,
        redrive_count=task.redrive_count,
        try_number=task.retry_count + 1,
        worker=context.aws_request_id,
        deadline=now + timedelta(milliseconds=context.get_remaining_time_in_millis()) - LAST_CALLS,
    )
    try:
        more = push_backlog_chunk(
            wired.backlogs, wired.documents, wired.chunk_pusher, wired.executions, chunk_task, now
        )
    except SyncError as error:
        # What is raised here ends in the log and in the execution's history, where no customer's data belongs.
        raise error.without_names() from None
    logger.info("chunk pushed", extra={"chunk": task.number, "more": more})
    return {"more": more}
