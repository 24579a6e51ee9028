"""IAM policies that name a sender of e-mail.

AWS (SES guide, "Identity and access management in Amazon SES"): SendEmail is authorised on the sender's identity, and a
policy may demand an address with ``ses:FromAddress``.
ministack 1.5.33: authorises it on ``*`` and has no such condition key, so a policy that names either denies all.
Here: as AWS, for the sender of SES v2's SendEmail.
"""

import json
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id

from local.aws.settings import Settings

_SEND = "/v2/email/outbound-emails"


def close_gap(_settings: Settings) -> None:
    """Authorise sending before ministack does so for the other calls."""
    stock = app._enforce_ses_v2

    def enforce(
        method: str, path: str, headers: dict[str, Any], body: bytes, parameters: dict[str, Any], request_id: str
    ) -> Any:
        if not (app.AUTH and method == "POST" and path.rstrip("/") == _SEND):
            return stock(method, path, headers, body, parameters, request_id)
        address = sender(body)
        identity = f"arn:aws:ses:{app.extract_region(headers, parameters)}:{get_account_id()}:identity/{address}"
        return app._enforce_data_plane(
            "sesv2",
            "ses:SendEmail",
            headers,
            parameters,
            request_id,
            resource_arn=identity,
            service_context={"ses:FromAddress": address},
            named_resource=identity,
        )

    app._enforce_ses_v2 = enforce


def sender(body: bytes) -> str:
    """From whom a request to send is."""
    try:
        return str(json.loads(body or b"{}").get("FromEmailAddress", ""))
    except ValueError:
        return ""
