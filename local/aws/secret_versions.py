"""A version of a secret is written once.

AWS (API reference, PutSecretValue): a ClientRequestToken that is taken by a
version with another value is refused with ResourceExistsException; with the same
value the call does nothing.
ministack 1.5.33: overwrites the version, and the value before it is lost.
Here: as AWS.
"""

from typing import Any

from ministack.services import secretsmanager

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Look at the version before ministack writes it."""
    stock_put = secretsmanager._put_secret_value

    def put_secret_value(data: dict[str, Any]) -> Any:
        token = data.get("ClientRequestToken")
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        version = secret["Versions"].get(token) if secret and token else None
        if version is None:
            return stock_put(data)
        if _value(version) != _value(data):
            return secretsmanager.error_response_json(
                "ResourceExistsException",
                f"You can't use ClientRequestToken {token} because that value is already in use "
                f"for a version of secret {secret['ARN']}.",
                400,
            )
        return secretsmanager.json_response(
            {
                "ARN": secret["ARN"],
                "Name": secret["Name"],
                "VersionId": token,
                "VersionStages": list(version["Stages"]),
            }
        )

    secretsmanager._put_secret_value = put_secret_value


def _value(data: dict[str, Any]) -> tuple[Any, Any]:
    return data.get("SecretString"), data.get("SecretBinary")
