"""Credentials in Secrets Manager, cached for a while and read again when one is refused."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

LIFETIME_SECONDS = 300.0
REFETCH_SECONDS = 10.0
"""A wrong key must not make us ask Secrets Manager for every request."""

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


@dataclass(frozen=True, slots=True)
class IntuitApp:
    """The Intuit app's credentials."""

    client_id: str
    client_secret: str = field(repr=False)


class Secret:
    """One secret: its current value, and the previous one while a rotation is under way."""

    def __init__(
        self, client: "SecretsManagerClient", arn: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._arn = arn
        self._monotonic = monotonic
        self._values: list[str] = []
        self._read_at = 0.0

    def values(self) -> list[str]:
        """The current value, then the previous one if there is one. Raises StorageUnavailable."""
        if not self._values or self._monotonic() - self._read_at > LIFETIME_SECONDS:
            self._read()
        return self._values

    def refetched(self) -> list[str]:
        """The values after a refusal: read again unless that was just done."""
        if self._monotonic() - self._read_at > REFETCH_SECONDS:
            self._read()
        return self._values

    def _read(self) -> None:
        found = [self._version(CURRENT), self._version(PREVIOUS)]
        self._values = [value for value in found if value]
        self._read_at = self._monotonic()

    def _version(self, stage: str) -> str | None:
        try:
            return self._client.get_secret_value(SecretId=self._arn, VersionStage=stage)["SecretString"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None  # this stage has no version yet
            raise StorageUnavailable("The credentials cannot be read.") from error
        except BotoCoreError as error:
            raise StorageUnavailable("The credentials cannot be read.") from error


def intuit_apps(values: Sequence[str]) -> list[IntuitApp]:
    """The Intuit app's credentials in these values; none until ops have filled the secret."""
    return [app for value in values if (app := _intuit_app(value))]


def _intuit_app(value: str) -> IntuitApp | None:
    try:
        content = json.loads(value)
        return IntuitApp(content["client_id"], content["client_secret"])
    except (ValueError, KeyError, TypeError):
        return None
