"""Finish a backfill. Called by statemachines/backfill.asl.yaml."""

from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.domain.backfills import progress
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import SyncError
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.wiring import clock, wiring

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
    """What all pages came to."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, connection_id=task.connection_id, backfill=task.backfill)
    wired = wiring()
    key, now = ConnectionKey(task.tenant_id, task.connection_id), clock()
    try:
        done = progress(finish_backfill(wired.backfills, wired.sync, wired.events, key, task.backfill, now), now)
        wired.certification_mailer.send(task.tenant_id)
    except SyncError as error:
        raise error.without_names() from None
    logger.info("backfill completed", extra={"documents": done.documents, "names_read": done.names_read})
    return {"pages": done.pages_done, "documents": done.documents, "names_read": done.names_read}
