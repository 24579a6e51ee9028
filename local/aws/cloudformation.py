"""Change how ministack's CloudFormation creates, updates or deletes one resource type."""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
# The physical id (what Ref returns) and the attributes (what GetAtt returns).
Resource = tuple[str, dict[str, Any]]


def handlers_of(resource_type: str) -> dict[str, Any]:
    """Return a copy of the type's handlers: ``create``, ``update``, ``delete``, ..."""
    return dict(provisioners._RESOURCE_HANDLERS[resource_type])


def replace_handlers(resource_type: str, **handlers: Any) -> None:
    """Use these handlers; those not named stay."""
    provisioners._RESOURCE_HANDLERS[resource_type] = {**handlers_of(resource_type), **handlers}


def after_create_and_update(resource_type: str, apply: Callable[[str, Properties], None]) -> None:
    """Call ``apply(physical_id, properties)`` each time a resource was created or updated."""
    stock = handlers_of(resource_type)

    def create(logical_id: str, properties: Properties, stack_name: str) -> Resource:
        physical_id, attributes = stock["create"](logical_id, properties, stack_name)
        apply(physical_id, properties)
        return physical_id, attributes

    def update(
        physical_id: str, old: Properties, new: Properties, stack_name: str, *rest: Any, **named: Any
    ) -> Resource:
        physical_id, attributes = stock["update"](physical_id, old, new, stack_name, *rest, **named)
        apply(physical_id, new)
        return physical_id, attributes

    replace_handlers(resource_type, create=create, update=update)


def is_true(value: Any) -> bool:
    """A template's booleans also come as the strings "true" and "false"."""
    return str(value).lower() == "true"
