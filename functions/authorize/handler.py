"""Tell API Gateway who is calling: the host by its key, or a browser by its portal session.

A Lambda authorizer of type REQUEST. Context values reach the functions as
``requestContext.authorizer``: ``caller`` and for a browser ``tenant_id``.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.api.callers import is_host_key
from ledgerlink.api.http import HOST, Request
from ledgerlink.errors import NotAuthenticated
from ledgerlink.wiring import wiring

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raise the one exception that API Gateway answers with 401, or allow this very call."""
    request = Request(event)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_host_key(wiring().host_api_key, key.strip()):
        return _allow(event, {"caller": HOST})
    if request.is_from_another_site:
        raise Exception("Unauthorized")
    try:
        tenant_id = wiring().session_tokens.tenant_of(wiring().cookies.session(request))
    except NotAuthenticated:
        raise Exception("Unauthorized") from None
    return _allow(event, {"caller": "portal", "tenant_id": tenant_id})


def _allow(event: dict[str, Any], caller: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {
        "principalId": caller.get("tenant_id", HOST),
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": caller,
    }
