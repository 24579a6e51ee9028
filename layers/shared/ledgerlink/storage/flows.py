"""The tenants' flows: SyncTable. A flow is written together with what it means for its connections' polls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.flows import Flow
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import sync_keys as keys
from ledgerlink.storage.keys import tenant_partition
from ledgerlink.storage.sync_state import shard_of
from ledgerlink.storage.table import Table


class DynamoFlows:
    """Flows of a tenant stand together, so that they are read in one go."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_tenant(self, tenant_id: str) -> list[Flow]:
        """All of them; none for a tenant without flows."""
        items = self._table.query(
            "#pk = :pk AND begins_with(#sk, :prefix)", {"pk": tenant_partition(tenant_id), "prefix": keys.FLOW}
        )
        return [_flow(tenant_id, item) for item in items]

    def put(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        """Keep the flow and make the connections that it concerns due, all or nothing."""
        pk, sk = keys.flow(flow.tenant_id, flow.flow_id)
        item = {
            "pk": pk,
            "sk": sk,
            "input": flow.input,
            "output": flow.output,
            "enabled": flow.enabled,
            "created_at": to_text(flow.created_at),
            "updated_at": to_text(flow.updated_at),
        }
        self._table.transact([self._table.put_of(item), *self._due(flow.tenant_id, concerned, now)])

    def delete(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        """Forget the flow and make the connections that it concerned due, all or nothing."""
        gone = self._table.delete_of(*keys.flow(flow.tenant_id, flow.flow_id))
        self._table.transact([gone, *self._due(flow.tenant_id, concerned, now)])

    def _due(self, tenant_id: str, connection_ids: Iterable[str], now: datetime) -> list[dict[str, Any]]:
        """The next poll looks which flows there are: it starts what is new, and rests where nothing is left."""
        connections = [ConnectionKey(tenant_id, connection_id) for connection_id in connection_ids]
        return [
            self._table.update_of(
                *keys.sync_state(key),
                "SET #due_at = :now, #due_shard = :shard, #asked_at = :now ADD #flow_version :one",
                values={"now": to_text(now), "shard": shard_of(key), "one": 1},
            )
            for key in connections
        ]


def _flow(tenant_id: str, item: dict[str, Any]) -> Flow:
    return Flow(
        tenant_id=tenant_id,
        flow_id=item["sk"].removeprefix(keys.FLOW),
        input=item["input"],
        output=item["output"],
        enabled=item["enabled"],
        created_at=from_text(item["created_at"]),
        updated_at=from_text(item["updated_at"]),
    )
