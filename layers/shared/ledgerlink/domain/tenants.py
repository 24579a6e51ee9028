"""A customer of the host, as far as we know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part, Text
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.settings import TimeZone
from ledgerlink.errors import NotFound

UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant with its QuickBooks companies and its sub-units."""

    tenant_id: str
    name: str
    """What the host calls it; its id while the host has not told."""
    time_zone: str = UTC
    """In which it is shown times: the host's word, else that of the first company's settings."""
    connections: Sequence[Connection] = ()
    instances: Sequence[Instance] = ()

    def connection(self, connection_id: str) -> Connection:
        """Raises NotFound."""
        for connection in self.connections:
            if connection.connection_id == connection_id:
                return connection
        raise NotFound(f"There is no connection '{connection_id}'.")

    def instance(self, instance_id: str) -> Instance | None:
        """None where there is none."""
        return next((instance for instance in self.instances if instance.instance_id == instance_id), None)

    def known_instance(self, instance_id: str) -> Instance:
        """Raises NotFound."""
        instance = self.instance(instance_id)
        if instance is None:
            raise NotFound(f"There is no instance '{instance_id}'.")
        return instance


class TenantFacts(Part):
    """What the host may tell of a tenant when it asks for a session."""

    tenant_name: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    """Shown to people instead of the id, which is opaque. Left out, the last one stays."""
    time_zone: TimeZone | None = None
    """In which the tenant's people are shown times, such as Europe/Berlin. Left out, the last one stays."""


def parse_facts(content: object) -> TenantFacts:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return TenantFacts.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None
