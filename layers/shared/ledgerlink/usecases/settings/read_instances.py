"""Show the sub-units of a tenant, and who changed them."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.ids import check_ids
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.tenants import Tenant
from ledgerlink.usecases.settings.read_settings import check_history_token


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class History(Protocol):
    """The changes of instances."""

    def instance_history(
        self, tenant_id: str, instance_id: str, *, limit: int, after: str | None
    ) -> tuple[Sequence[HistoryEntry], str | None]: ...


def list_instances(tenants: Tenants, tenant_id: str) -> Sequence[Instance]:
    """All of them. Raises NotFound."""
    return tenants.tenant(tenant_id).instances


def read_instance(tenants: Tenants, tenant_id: str, instance_id: str) -> Instance:
    """Raises NotFound."""
    return tenants.tenant(tenant_id).known_instance(instance_id)


def read_instance_history(
    tenants: Tenants, history: History, tenant_id: str, instance_id: str, *, limit: int, after: str | None
) -> tuple[Sequence[HistoryEntry], str | None]:
    """A page, newest first; also of an instance that was removed. Raises NotFound, InvalidRequest."""
    tenants.tenant(tenant_id)
    check_ids({"instance": instance_id})
    check_history_token(after)
    return history.instance_history(tenant_id, instance_id, limit=limit, after=after)
