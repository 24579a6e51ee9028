"""A customer of the host, as far as we know it."""

from typing import Annotated

from pydantic import Field, ValidationError

from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part, Text


class TenantFacts(Part):
    """What the host may tell of a tenant when it asks for a session."""

    tenant_name: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    """Shown to people instead of the id, which is opaque. Left out, the last one stays."""


def parse_facts(content: object) -> TenantFacts:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return TenantFacts.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None
