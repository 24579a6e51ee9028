"""Executions of the state machine that judges stored records anew."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.attempts import NeverStarted
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import StorageUnavailable
from ledgerlink.messaging.executions import NOT_STOPPED, described

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

INPUT_VERSION = 1
"""Written into every input: a redrive runs an old input with new code."""


class JudgementExecutions:
    """Starts are idempotent by name; inputs name records and never hold one."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start_for_keywords(self, settings: OrganicSettings) -> None:
        """Judge all records of the tenant, once for each attempt at its keywords. Raises StorageUnavailable."""
        self._start(settings.execution_name, {"tenant_id": settings.tenant_id, "revision": settings.revision})

    def has_failed(self, settings: OrganicSettings) -> bool:
        """Whether the attempt ended without success; neither while it runs nor before it was started.

        Raises StorageUnavailable.
        """
        try:
            found = described(self._client, self._state_machine_arn, settings.execution_name)
        except NeverStarted:
            return False
        return found["status"] not in NOT_STOPPED

    def start_for_item(self, item: RecordKey, revision: int) -> None:
        """Judge the documents that name the item, once for each revision of it. Raises StorageUnavailable."""
        judgement = {"tenant_id": item.tenant_id, "revision": revision, "item": item.record_id}
        digest = hashlib.sha256(json.dumps(judgement, sort_keys=True).encode()).hexdigest()[:32]
        self._start(f"item-{digest}", judgement)

    def _start(self, name: str, judgement: dict[str, Any]) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=name,
                input=json.dumps({"version": INPUT_VERSION, "after": None, "item": None, **judgement}),
            )
        except ClientError as error:
            # A closed execution keeps its name for 90 days; a running one with the same input is no error at all.
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise StorageUnavailable("Judging the records could not be started.", code="start_failed") from error
        except BotoCoreError as error:
            raise StorageUnavailable("Judging the records could not be started.", code="start_failed") from error
