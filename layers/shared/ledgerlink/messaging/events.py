"""Events for the host on the stack's own EventBridge bus; docs/events.md has their schemas."""

import json
import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

logger = logging.getLogger(__name__)

SOURCE = "ledgerlink"
SCHEMA_VERSION = 1


class EventBus:
    """Publishing never fails what it tells about: the documents' status is the truth, an event is a hint."""

    def __init__(self, client: "EventBridgeClient", bus_name: str) -> None:
        self._client = client
        self._bus_name = bus_name

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None:
        """Put ``{schema_version, tenant_id, ...detail}`` on the bus under the detail type ``event``."""
        entry = {
            "EventBusName": self._bus_name,
            "Source": SOURCE,
            "DetailType": event,
            "Detail": json.dumps({"schema_version": SCHEMA_VERSION, "tenant_id": tenant_id, **detail}),
        }
        try:
            answer = self._client.put_events(Entries=[entry])  # type: ignore[list-item]
        except (ClientError, BotoCoreError):
            logger.exception("event not published", extra={"event_type": event})
            return
        if answer["FailedEntryCount"]:
            logger.error("event not published", extra={"event_type": event, "reason": answer["Entries"][0]})
