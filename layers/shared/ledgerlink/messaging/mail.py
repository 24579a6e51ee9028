"""E-mail through Amazon SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

logger = logging.getLogger(__name__)


class SesClient(Protocol):
    """The one call of boto3's "sesv2" that is used."""

    def send_email(self, **request: Any) -> Any: ...


class SesMail:
    """Sending never fails what it tells about: the event and the portal say the same."""

    def __init__(self, client: SesClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, to: Sequence[str], subject: str, text: str) -> None:
        """One message to each, so that nobody sees the others' addresses."""
        content = {
            "Simple": {
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            }
        }
        for address in to:
            try:
                self._client.send_email(
                    FromEmailAddress=self._sender, Destination={"ToAddresses": [address]}, Content=content
                )
            except (ClientError, BotoCoreError) as error:
                # The error's text can name the address.
                logger.error("e-mail not sent", extra={"error_type": type(error).__name__})
