"""Tokens sealed by KMS for one connection."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KmsSealer:
    """The encryption context binds a sealed token to its tenant and connection: moved elsewhere it does not open.

    KMS takes at most 4,096 bytes (Encrypt), so each token is sealed by itself.
    """

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, key: ConnectionKey, text: str) -> bytes:
        """The sealed text. Raises StorageUnavailable."""
        try:
            return self._client.encrypt(KeyId=self._key_id, Plaintext=text.encode(), EncryptionContext=_context(key))[
                "CiphertextBlob"
            ]
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error

    def open(self, key: ConnectionKey, sealed: bytes) -> str:
        """The text. Raises StorageUnavailable."""
        try:
            return self._client.decrypt(KeyId=self._key_id, CiphertextBlob=sealed, EncryptionContext=_context(key))[
                "Plaintext"
            ].decode()
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error


def _context(key: ConnectionKey) -> dict[str, str]:
    return {"tenant": key.tenant_id, "connection": key.connection_id}


_PASSING = frozenset(
    {"ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException"}
)


def _translated(error: ClientError | BotoCoreError) -> Exception:
    if isinstance(error, ClientError) and error.response["Error"]["Code"] not in _PASSING:
        return error
    return StorageUnavailable("The key that protects the tokens cannot be reached.")
