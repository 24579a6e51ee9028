"""Copy one page of a backfill. Called by statemachines/backfill.asl.yaml."""

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
    page: int


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raise an error from ledgerlink.errors to make the state machine retry or stop."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id, connection_id=task.connection_id, backfill=task.backfill)
    key = ConnectionKey(task.tenant_id, task.connection_id)
    try:
        result = wiring().page_copier.copy(key, task.backfill, task.page)
    except SyncError as error:
        raise error.without_names() from None
    logger.info(
        "page copied", extra={"page": task.page, "documents": result.documents, "names_read": result.names_read}
    )
    return {"documents": result.documents}
