"""Judge stored records by new keywords or a changed item. Called by statemachines/judge_records.asl.yaml."""

from typing import Any, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from ledgerlink.domain.records import record_key
from ledgerlink.usecases.certification.judge_stored_records import Judgement
from ledgerlink.wiring import wiring

SPARE_MILLISECONDS = 30_000
"""For the page that is under way when time runs out."""

logger = Logger()


class Task(BaseModel):
    """What the state machine hands us, and what we hand back with another ``after``; None at the end."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    version: Literal[1]
    tenant_id: str
    revision: int
    item: str | None
    after: str | None


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raise an error from ledgerlink.errors to make the state machine retry or stop."""
    task = Task.model_validate(event)
    logger.append_keys(tenant_id=task.tenant_id)
    judgement = Judgement(
        tenant_id=task.tenant_id,
        revision=task.revision,
        item=record_key(task.tenant_id, task.item) if task.item else None,
        after=task.after,
    )
    left = wiring().record_judge.judge(judgement, lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
    if left is None:
        wiring().certification_mailer.send(task.tenant_id)
    return task.model_copy(update={"after": left.after if left else None}).model_dump()
