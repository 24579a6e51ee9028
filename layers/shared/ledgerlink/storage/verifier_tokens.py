"""The tokens that Intuit signs its notifications with, out of the Intuit app's secret."""

import json
from collections.abc import Sequence


def verifier_tokens(values: Sequence[str]) -> list[str]:
    """The current one and the one before; none until ops have filled the secret."""
    return [token for value in values if (token := _verifier_token(value))]


def _verifier_token(value: str) -> str:
    try:
        token = json.loads(value)["webhook_verifier_token"]
    except (ValueError, KeyError, TypeError):
        return ""
    return token if isinstance(token, str) else ""
