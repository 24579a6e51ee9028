"""Executions of the state machine that copies a company's past."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.backfills import Backfill
from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

INPUT_VERSION = 1
"""Written into every input: a redrive runs an old input with new code."""


class BackfillExecutions:
    """Starts are idempotent by name; the input is a reference."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, backfill: Backfill) -> None:
        """Start it; if it was started before, nothing happens. Raises StorageUnavailable."""
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=backfill.execution_name,
                input=json.dumps(execution_input(backfill)),
            )
        except ClientError as error:
            # A closed execution keeps its name for 90 days; a running one with the same input is no error at all.
            if error.response["Error"]["Code"] == "ExecutionAlreadyExists":
                return
            raise StorageUnavailable("The backfill could not be started.", code="start_failed") from error
        except BotoCoreError as error:
            raise StorageUnavailable("The backfill could not be started.", code="start_failed") from error


def execution_input(backfill: Backfill) -> dict[str, Any]:
    """What the state machine passes to its tasks."""
    return {
        "version": INPUT_VERSION,
        "tenant_id": backfill.key.tenant_id,
        "connection_id": backfill.key.connection_id,
        "backfill": backfill.number,
    }
