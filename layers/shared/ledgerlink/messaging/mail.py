"""E-mail through Amazon SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

import logging
import re
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.certification_mail import Letter, MailUnavailable

logger = logging.getLogger(__name__)

REFUSED = frozenset({"BadRequestException", "MessageRejected"})
"""Malformed, unverified or blocked: the same message will be refused again. Everything else is about the account."""


class SesClient(Protocol):
    """The one call of boto3's "sesv2" that is used."""

    def send_email(self, **request: Any) -> Any: ...


class SesMail:
    """Each message has one address, so that nobody sees the others."""

    def __init__(self, client: SesClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, to: str, letter: Letter) -> None:
        """Send it, or log that it is refused for good. Raises MailUnavailable."""
        content = {
            "Simple": {
                "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": letter.text, "Charset": "UTF-8"}},
            }
        }
        try:
            self._client.send_email(FromEmailAddress=self._sender, Destination={"ToAddresses": [to]}, Content=content)
        except ClientError as error:
            # Its code alone: the text can name the address.
            code = error.response["Error"]["Code"]
            if code not in REFUSED or self._is_about_us(error):
                raise MailUnavailable(code) from None
            logger.warning("e-mail refused", extra={"error_code": code})
        except BotoCoreError as error:
            raise MailUnavailable(type(error).__name__) from None

    def _is_about_us(self, error: ClientError) -> bool:
        """Whether it is the sender that SES has yet to verify: it names the identities that failed, each as a word.

        https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
        """
        named = re.split(r"[\s,:;<>]+", error.response["Error"].get("Message", "").lower())
        return self._sender.lower() in (word.rstrip(".") for word in named)
