"""Say that a backlog has come to its end. Called by statemachines/push_backlog.asl.yaml."""

from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.errors import SyncError
from ledgerlink.usecases.backlogs.finish_backlog import finish_backlog
from ledgerlink.wiring import clock, wiring

logger = Logger()


class Task(BaseModel):
    """What the state machine hands us: a reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    tenant_id: str
    backlog_id: str


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The numbers of documents, as the console shows them."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, backlog_id=task.backlog_id)
    wired = wiring()
    try:
        reached = finish_backlog(
            wired.backlogs,
            wired.documents,
            wired.backlog_executions,
            wired.events,
            task.tenant_id,
            task.backlog_id,
            clock(),
        )
    except SyncError as error:
        raise error.without_names() from None
    counts = {"synced": reached.synced, "failing": reached.failing, "waiting": reached.waiting}
    logger.info("backlog finished", extra=counts)
    return {"total": reached.backlog.total, **counts}
