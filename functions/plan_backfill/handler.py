"""Plan a backfill. Called by statemachines/backfill.asl.yaml."""

from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import SyncError
from ledgerlink.wiring import wiring

logger = Logger()


class Task(BaseModel):
    """What the state machine hands us: a reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    tenant_id: str
    connection_id: str
    backfill: int


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The numbers of the pages."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, connection_id=task.connection_id, backfill=task.backfill)
    try:
        planned = wiring().backfill_planner.plan(ConnectionKey(task.tenant_id, task.connection_id), task.backfill)
    except SyncError as error:
        # What is raised here ends in the log and in the execution's history.
        raise error.without_names() from None
    logger.info("backfill planned", extra={"pages": len(planned.pages)})
    return {"pages": list(range(len(planned.pages)))}
