"""Fill the stack's secrets the way an operator does after the first deployment."""

import json
from typing import Any

from botocore.exceptions import ClientError

from local.deploy import client
from local.ports import Ports

# The app that the QuickBooks simulator knows.
INTUIT_APP = {
    "client_id": "ledgerlink-local",
    "client_secret": "ledgerlink-local-secret",
    "webhook_verifier_token": "ledgerlink-local-verifier",
}


def fill_intuit_secret(ports: Ports, secret_arn: str) -> None:
    """Put the simulator's app into the secret, unless it is there already."""
    secrets = client("secretsmanager", ports)
    if _value_of(secrets, secret_arn) != json.dumps(INTUIT_APP):
        secrets.put_secret_value(SecretId=secret_arn, SecretString=json.dumps(INTUIT_APP))


def read_host_api_key(ports: Ports, secret_arn: str) -> str:
    """The key with which the host calls the API."""
    value = _value_of(client("secretsmanager", ports), secret_arn)
    assert value, f"The stack generated no value for {secret_arn}"
    return value


def _value_of(secrets: Any, secret_arn: str) -> str | None:
    try:
        value: str | None = secrets.get_secret_value(SecretId=secret_arn).get("SecretString")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return value
