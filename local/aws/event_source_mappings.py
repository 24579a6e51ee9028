"""Numbers of an event source mapping that come from parameters.

AWS (CloudFormation reference, AWS::Lambda::EventSourceMapping): BatchSize and the like are integers; a parameter of
type Number is handed over as text and turned into one.
ministack 1.5.33: keeps ``ScalingConfig: {MaximumConcurrency: !Ref …}`` as text, compares it with a number, and from
then on reads no queue, for no mapping.
Here: an integer.
"""

from typing import Any

from local.aws.cloudformation import Properties, Resource, handlers_of, replace_handlers
from local.aws.settings import Settings

_MAPPING = "AWS::Lambda::EventSourceMapping"
_NUMBERS = ("BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds")


def close_gap(_settings: Settings) -> None:
    """Turn them into integers before ministack keeps them: it reads queues meanwhile."""
    stock = handlers_of(_MAPPING)

    def create(logical_id: str, properties: Properties, stack_name: str) -> Resource:
        made: Resource = stock["create"](logical_id, _with_integers(properties), stack_name)
        return made

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, *rest: Any) -> Resource:
        updated: Resource = stock["update"](physical_id, old, _with_integers(new), stack_name, *rest)
        return updated

    replace_handlers(_MAPPING, create=create, update=update)


def _with_integers(properties: Properties) -> Properties:
    numbers: Properties = {name: int(properties[name]) for name in _NUMBERS if name in properties}
    if scaling := properties.get("ScalingConfig"):
        numbers["ScalingConfig"] = {name: int(value) for name, value in scaling.items()}
    return properties | numbers
