"""Make, change, switch or delete a flow."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.backfills import Backfill
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.flows import Direction, Flow, connections_of, directions, parse_flow
from ledgerlink.domain.ids import check_ids
from ledgerlink.domain.sync_settings import SyncSettings
from ledgerlink.domain.sync_state import SyncState
from ledgerlink.errors import Conflict, InvalidRequest, SyncError
from ledgerlink.usecases.sync.read_flows import read_flow

logger = logging.getLogger(__name__)


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...
    def put(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        """Keep the flow and make the connections that it concerns due, all or nothing."""

    def delete(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        """Forget the flow and make the connections that it concerned due, all or nothing."""


class SyncStates(Protocol):
    """Where the polling of connections stands."""

    def get(self, key: ConnectionKey) -> SyncState | None: ...


class Starter(Protocol):
    """Starts backfills."""

    def for_new_directions(
        self, state: SyncState, wanted: frozenset[Direction], settings: SyncSettings, now: datetime
    ) -> Backfill | None: ...


MOST = 100
"""Flows of a tenant: all are read with each poll and page."""

type Choices = Callable[[Connection], SyncSettings]


def change_flow(
    connections: Connections,
    flows: Flows,
    sync: SyncStates,
    starter: Starter,
    choices: Choices,
    tenant_id: str,
    flow_id: str,
    content: Any,
    now: datetime,
) -> tuple[Flow, bool]:
    """The flow, and whether it is new. What is switched on for the first time is copied from now on.

    Raises InvalidRequest, or NotFound for a tenant that we have never heard of.
    """
    check_ids({"flow": flow_id})
    wanted = parse_flow(content)
    companies = {connection.connection_id: connection for connection in connections.of_tenant(tenant_id)}
    before = {flow.flow_id: flow for flow in flows.of_tenant(tenant_id)}
    known = before.get(flow_id)
    if known is None and len(before) >= MOST:
        raise InvalidRequest(
            f"A tenant has at most {MOST} flows.", code="too_many_flows", hint="Delete one that is not used any more."
        )
    flow = Flow(
        tenant_id=tenant_id,
        flow_id=flow_id,
        input=wanted.input,
        output=wanted.output,
        enabled=wanted.enabled,
        created_at=known.created_at if known else now,
        updated_at=now,
    )
    _check_connections(flow, companies)
    if known and replace(known, updated_at=now) == flow:
        flow = known
    else:
        concerned = connections_of(filter(None, (known, flow)))
        flows.put(flow, sorted(concerned), now)
    after = [*(other for name, other in before.items() if name != flow_id), flow]
    for connection_id in sorted(connections_of([flow])):
        _start_backfill(sync, starter, choices, companies[connection_id], after, now)
    return flow, known is None


def delete_flow(flows: Flows, tenant_id: str, flow_id: str, now: datetime) -> None:
    """Nothing is polled for it any more; what was copied stays. Raises NotFound."""
    flow = read_flow(flows, tenant_id, flow_id)
    flows.delete(flow, sorted(connections_of([flow])), now)


def _check_connections(flow: Flow, companies: dict[str, Connection]) -> None:
    fields = {Direction.PURCHASES: "input", Direction.SALES: "output"}
    unknown = [fields[direction] for direction, named in flow.sides.items() if named not in companies]
    if unknown:
        raise InvalidRequest(
            f"'{unknown[0]}' names a connection that does not exist.",
            code="unknown_connection",
            hint="Connect the company first.",
            fields=[{"field": field, "problem": "names no connection of this tenant"} for field in unknown],
        )


def _start_backfill(
    sync: SyncStates, starter: Starter, choices: Choices, connection: Connection, flows: Sequence[Flow], now: datetime
) -> None:
    state = sync.get(connection.key)
    wanted = directions(flows, connection.connection_id)
    callable_now = connection.status is ConnectionStatus.CONNECTED and connection.settings.enabled
    if state is None or not wanted or not callable_now:
        return
    try:
        starter.for_new_directions(state, wanted, choices(connection), now)
    except Conflict:
        return
    except SyncError as error:
        # The flow is kept and its connection due: the next poll starts the backfill.
        logger.warning("backfill not started", extra={"error_code": error.code})
