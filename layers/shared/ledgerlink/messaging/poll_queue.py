"""Polls that wait for a worker: one message each in an SQS standard queue.

The tenant is the message group, which makes the queue a fair one: a tenant with much to do does not make
the others wait (Amazon SQS guide, "Fair queues").
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.sync_state import PollRequest
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MESSAGE_VERSION = 1


class PollQueue:
    """Sending is all that is done here: Lambda takes the messages out."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, requests: Sequence[PollRequest]) -> None:
        """At most ten. Raises StorageUnavailable when one is not taken; others may have been."""
        entries = [
            {
                "Id": str(number),
                "MessageBody": json.dumps(message(request)),
                "MessageGroupId": request.key.tenant_id,
                "DelaySeconds": request.delay_seconds,
            }
            for number, request in enumerate(requests)
        ]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)  # type: ignore[arg-type]
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("Polls could not be queued.", code="queue_unavailable") from error
        if answer.get("Failed"):
            raise StorageUnavailable("Polls could not be queued.", code="queue_unavailable")


def message(request: PollRequest) -> dict[str, Any]:
    """What a worker is told."""
    return {
        "version": MESSAGE_VERSION,
        "tenant_id": request.key.tenant_id,
        "connection_id": request.key.connection_id,
        "asked_at": to_text(request.asked_at),
    }


def read_message(body: str) -> PollRequest:
    """Raises ValueError or KeyError for what is no poll."""
    told = json.loads(body)
    if told["version"] != MESSAGE_VERSION:
        raise ValueError("a message of another version")
    return PollRequest(ConnectionKey(told["tenant_id"], told["connection_id"]), from_text(told["asked_at"]))
