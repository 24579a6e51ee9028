"""IAM actions of the SQS batch calls.

AWS (SQS guide, "Amazon SQS API permissions: Actions and resource reference"): SendMessageBatch needs
``sqs:SendMessage``, and so for the other batch calls; there is no action with "Batch" in its name.
ministack 1.5.33: asks for ``sqs:SendMessageBatch``, which no policy for AWS has.
Here: as AWS.
"""

from typing import Any

from ministack.core import iam_actions

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Change the action that a request to SQS is authorised as."""
    stock = iam_actions.extract_iam_action

    def iam_action(service: str, *request: Any, **named: Any) -> str | None:
        action: str | None = stock(service, *request, **named)
        return action.removesuffix("Batch") if service == "sqs" and action else action

    iam_actions.extract_iam_action = iam_action
