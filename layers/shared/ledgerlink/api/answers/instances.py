"""Sub-units of the tenant."""

from typing import TypedDict


class InstanceState(TypedDict):
    """A sub-unit of the tenant."""

    id: str
    connection: str
    enabled: bool
    auto_invoice: bool
