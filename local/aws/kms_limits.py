"""KMS encrypts at most 4,096 bytes.

AWS (API reference, Encrypt): more than 4,096 bytes of plaintext are refused with
a ValidationException.
ministack 1.5.33: takes any size.
Here: as AWS.
"""

import base64
from typing import Any

from ministack.services import kms

from local.aws.settings import Settings

MAX_PLAINTEXT_BYTES = 4096


def close_gap(_settings: Settings) -> None:
    """Measure the plaintext before ministack encrypts it."""
    stock_encrypt = kms._encrypt

    def encrypt(data: dict[str, Any]) -> Any:
        if len(base64.b64decode(data.get("Plaintext") or "")) > MAX_PLAINTEXT_BYTES:
            return kms.error_response_json(
                "ValidationException",
                "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_PLAINTEXT_BYTES}",
                400,
            )
        return stock_encrypt(data)

    kms._encrypt = encrypt
