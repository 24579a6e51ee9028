"""IAM policies that name KMS keys and encryption contexts.

AWS (KMS guide, "AWS KMS condition keys"): a policy may demand an encryption
context with ``kms:EncryptionContext:<key>`` or ``kms:EncryptionContextKeys``, and
an alias with ``kms:RequestAlias``; a request by alias is authorised against the
key's own ARN.
ministack 1.5.33: has none of the condition keys, so such a policy denies all, and
compares the alias's ARN.
Here: as AWS. Key policies and grants are not evaluated.
"""

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import kms

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Add to what ministack's policy evaluation knows about a request."""
    stock_context = iam_actions.request_tag_context
    stock_resource = iam_actions.extract_resource_arn

    def request_context(service: str, action: str, body: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = stock_context(service, action, body, parameters)
        return {**context, **condition_keys(body)} if service == "kms" else context

    def resource_arn(
        service: str,
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        parameters: dict[str, Any],
        region: str,
        account: str,
    ) -> str:
        arn: str = stock_resource(service, method, path, headers, body, parameters, region, account)
        if service == "kms" and arn in kms._aliases:
            return f"arn:aws:kms:{region}:{account}:key/{kms._aliases[arn]}"
        return arn

    iam_actions.request_tag_context = request_context
    iam_actions.extract_resource_arn = resource_arn


def condition_keys(body: bytes) -> dict[str, Any]:
    """The KMS condition keys of one request."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    encryption_context = request.get("EncryptionContext") or {}
    keys: dict[str, Any] = {f"kms:EncryptionContext:{name}": value for name, value in encryption_context.items()}
    if encryption_context:
        keys["kms:EncryptionContextKeys"] = list(encryption_context)
    _, separator, alias = str(request.get("KeyId", "")).partition("alias/")
    if separator:
        keys["kms:RequestAlias"] = f"alias/{alias}"
    return keys
