"""Show a tenant's flows."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.flows import Flow
from ledgerlink.errors import NotFound


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...


def list_flows(flows: Flows, tenant_id: str) -> Sequence[Flow]:
    """All of them, in the order of their ids."""
    return sorted(flows.of_tenant(tenant_id), key=lambda flow: flow.flow_id)


def read_flow(flows: Flows, tenant_id: str, flow_id: str) -> Flow:
    """Raises NotFound."""
    for flow in flows.of_tenant(tenant_id):
        if flow.flow_id == flow_id:
            return flow
    raise NotFound(f"There is no flow '{flow_id}'.")
