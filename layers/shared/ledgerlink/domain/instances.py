"""A tenant's sub-units, each with the QuickBooks company that its documents go to."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part

DEFAULT = "default"
"""The instance of the documents that name none."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One sub-unit of a tenant: a shop."""

    tenant_id: str
    instance_id: str
    connection_id: str
    enabled: bool = True
    """Off: nothing of it is sent, not even by hand."""
    auto_invoice: bool = True
    """Off: its invoices and shipments are sent by hand only."""


class InstanceChoice(Part):
    """What a tenant chooses for an instance."""

    connection: Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
    enabled: Annotated[bool, Field(strict=True)] = True
    auto_invoice: Annotated[bool, Field(strict=True)] = True


def parse_instance(content: object) -> InstanceChoice:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return InstanceChoice.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None
