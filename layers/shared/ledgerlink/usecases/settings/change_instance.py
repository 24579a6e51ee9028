"""Make, change and remove the sub-units of a tenant."""

from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.history import Actor, HistoryEntry, changes_between
from ledgerlink.domain.ids import check_ids
from ledgerlink.domain.instances import Instance, parse_instance
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import Conflict, InvalidRequest

TRIES = 5
MOST = 1_000
"""Instances of a tenant: all are read with each of its documents and pages."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Choices(Protocol):
    """Where instances are kept, with the history of their changes."""

    def change_instance(self, instance: Instance, replaced: Instance | None, entry: HistoryEntry) -> bool:
        """False when somebody else changed it since ``replaced`` was read; None is a new one."""

    def remove_instance(self, instance: Instance, entry: HistoryEntry) -> bool:
        """False when somebody else changed it meanwhile."""


def put_instance(
    tenants: Tenants, choices: Choices, tenant_id: str, instance_id: str, content: object, by: Actor, now: datetime
) -> tuple[Instance, bool]:
    """The instance, and whether it is new. Raises NotFound, InvalidRequest, Conflict."""
    check_ids({"instance": instance_id})
    wanted = parse_instance(content)
    instance = Instance(tenant_id, instance_id, wanted.connection, wanted.enabled, wanted.auto_invoice)
    for _ in range(TRIES):
        tenant = tenants.tenant(tenant_id)
        _check_connection(tenant, instance)
        existing = tenant.instance(instance_id)
        if existing is None and len(tenant.instances) >= MOST:
            raise InvalidRequest(
                f"A tenant has at most {MOST:,} instances.",
                code="too_many_instances",
                hint="Remove one that is not used any more.",
            )
        changes = changes_between(_plain(existing), _plain(instance))
        if not changes or choices.change_instance(instance, existing, HistoryEntry(now, by, changes)):
            return instance, existing is None
    raise _changed_meanwhile()


def delete_instance(
    tenants: Tenants, choices: Choices, tenant_id: str, instance_id: str, by: Actor, now: datetime
) -> None:
    """Its documents stay; none is sent until it is made again. Raises NotFound, Conflict."""
    for _ in range(TRIES):
        instance = tenants.tenant(tenant_id).known_instance(instance_id)
        if choices.remove_instance(instance, HistoryEntry(now, by, changes_between(_plain(instance), {}))):
            return
    raise _changed_meanwhile()


def _check_connection(tenant: Tenant, instance: Instance) -> None:
    if instance.connection_id not in {connection.connection_id for connection in tenant.connections}:
        problem = "is no connection of this tenant"
        raise InvalidRequest(f"'connection' {problem}.", fields=[{"field": "connection", "problem": problem}])


def _plain(instance: Instance | None) -> dict[str, Any]:
    if instance is None:
        return {}
    return {
        "connection": instance.connection_id,
        "enabled": instance.enabled,
        "auto_invoice": instance.auto_invoice,
    }


def _changed_meanwhile() -> Conflict:
    return Conflict("The instance was changed by others at the same moment.")
