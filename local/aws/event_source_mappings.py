"""Numbers of an event source mapping that come from parameters.

AWS (CloudFormation reference, AWS::Lambda::EventSourceMapping): BatchSize and the like are integers; a parameter of
type Number is handed over as text and turned into one.
ministack 1.5.33: keeps ``ScalingConfig: {MaximumConcurrency: !Ref …}`` as text, compares it with a number, and from
then on reads no queue, for no mapping.
Here: an integer.
"""

from typing import Any

from ministack.services import lambda_svc

from local.aws.cloudformation import after_create_and_update
from local.aws.settings import Settings

_NUMBERS = ("BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds")


def close_gap(_settings: Settings) -> None:
    """Turn them into integers after the mapping was created or updated."""
    after_create_and_update("AWS::Lambda::EventSourceMapping", _make_integers)


def _make_integers(mapping_id: str, _properties: dict[str, Any]) -> None:
    mapping = lambda_svc._esms[mapping_id]
    mapping |= {name: int(mapping[name]) for name in _NUMBERS if name in mapping}
    if scaling := mapping.get("ScalingConfig"):
        mapping["ScalingConfig"] = {name: int(value) for name, value in scaling.items()}
