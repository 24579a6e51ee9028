"""Why is nothing showing up: the first thing that is wrong with a connection, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ledgerlink.domain.backfills import Backfill, BackfillStatus
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.flows import Direction, Flow, directions
from ledgerlink.domain.poll_schedule import DAILY, INTERVAL, interval
from ledgerlink.domain.sync_settings import SyncSettings
from ledgerlink.domain.sync_state import SyncState
from ledgerlink.usecases.connections.read_connections import read_connection
from ledgerlink.usecases.sync.change_flow import Choices

_GRACE = timedelta(hours=1)
"""A poll may wait in line for so long without anything being wrong."""


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...


class SyncStates(Protocol):
    """Where the polling of connections stands."""

    def get(self, key: ConnectionKey) -> SyncState | None: ...


class Backfills(Protocol):
    """Where backfills are kept."""

    def latest(self, key: ConnectionKey) -> Backfill | None: ...


class Records(Protocol):
    """Our copies of what is in QuickBooks."""

    def has_any(self, key: ConnectionKey, direction: Direction, *, organic: bool) -> bool:
        """Whether there is a document of this direction; with organic lines, if only those count."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to be right. The hint of one that is not says what to do."""

    name: str
    is_right: bool
    message: str
    hint: str = ""
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks in the order in which they matter, up to the first one that is not right."""

    checks: Sequence[Check]

    @property
    def problem(self) -> Check | None:
        """What is wrong; None when nothing is."""
        return next((check for check in self.checks if not check.is_right), None)


@dataclass(frozen=True, slots=True)
class _Facts:
    connection: Connection
    flows: Sequence[Flow]
    state: SyncState | None
    backfill: Backfill | None
    settings: SyncSettings
    now: datetime

    @property
    def wanted(self) -> frozenset[Direction]:
        return directions(self.flows, self.connection.connection_id)


def diagnose(
    connections: Connections,
    flows: Flows,
    sync: SyncStates,
    backfills: Backfills,
    records: Records,
    choices: Choices,
    key: ConnectionKey,
    now: datetime,
) -> Diagnosis:
    """Read from what is stored, without a call to QuickBooks. Raises NotFound."""
    connection = read_connection(connections, key.tenant_id, key.connection_id)
    facts = _Facts(
        connection=connection,
        flows=flows.of_tenant(key.tenant_id),
        state=sync.get(key),
        backfill=backfills.latest(key),
        settings=choices(connection),
        now=now,
    )
    checks: list[Check] = []
    for look in (_connected, _switched_on, _flow_there, _flow_on, _polled, _polled_lately, _copied):
        checks.append(look(facts))
        if not checks[-1].is_right:
            return Diagnosis(checks)
    for organic in (False, True):
        for direction in sorted(facts.wanted):
            checks.append(_found(records, key, direction, organic=organic))
            if not checks[-1].is_right:
                return Diagnosis(checks)
    return Diagnosis(checks)


def _connected(facts: _Facts) -> Check:
    if facts.connection.status is ConnectionStatus.NEEDS_RECONNECT:
        hint = "Open the integrations page and connect QuickBooks again; flows and history are kept."
        return Check("connected", False, "QuickBooks no longer lets us into this company.", hint)
    if facts.connection.status is not ConnectionStatus.CONNECTED:
        hint = "Open the integrations page and connect QuickBooks; flows and history are kept."
        return Check("connected", False, "This company is disconnected.", hint)
    return Check("connected", True, "The company is connected.")


def _switched_on(facts: _Facts) -> Check:
    if not facts.connection.settings.enabled:
        hint = "Switch it on in the connection's settings."
        return Check("switched_on", False, "QuickBooks is switched off for this connection.", hint)
    return Check("switched_on", True, "The connection is switched on.")


def _flow_there(facts: _Facts) -> Check:
    if not any(facts.connection.connection_id in flow.sides.values() for flow in facts.flows):
        hint = "Make a flow with this company as its input to see purchases, or as its output to see sales."
        return Check("flow", False, "No flow names this company.", hint)
    return Check("flow", True, "A flow names this company.")


def _flow_on(facts: _Facts) -> Check:
    if not facts.wanted:
        return Check("flow_enabled", False, "The flow of this company is switched off.", "Switch the flow on.")
    return Check("flow_enabled", True, f"Switched on: {', '.join(sorted(facts.wanted))}.")


def _polled(facts: _Facts) -> Check:
    state = facts.state
    if state and state.last_error:
        error = dict(state.last_error)
        hint = str(error.get("hint") or "It is tried again by itself.")
        return Check("last_poll", False, "The last look into QuickBooks failed.", hint, error)
    if state is None or state.polled_at is None:
        hint = "Wait a quarter of an hour. If this stays, tell support: polls are not being started."
        return Check("last_poll", False, "Nobody has looked into QuickBooks yet.", hint)
    return Check("last_poll", True, "The last look into QuickBooks succeeded.")


def _polled_lately(facts: _Facts) -> Check:
    assert facts.state and facts.state.polled_at
    every = interval(facts.state.notified, facts.now, daily_allowed=facts.settings.daily_while_notified)
    if facts.now - facts.state.polled_at > every + _GRACE:
        hint = "Tell support: polls are late, or their messages are in the dead-letter queue."
        return Check("polled_lately", False, "Nobody has looked into QuickBooks for a while.", hint)
    how = {INTERVAL: "every quarter of an hour", DAILY: "when QuickBooks says that something changed, and once a day"}
    return Check("polled_lately", True, f"We look {how[every]}.")


def _copied(facts: _Facts) -> Check:
    backfill = facts.backfill
    if backfill and backfill.status is BackfillStatus.FAILED:
        hint = str((backfill.last_error or {}).get("hint") or "Start it again.")
        message = "Copying what was there before did not come to its end."
        return Check("backfill", False, message, hint, backfill.last_error)
    if backfill and backfill.is_live:
        hint = "Wait until it is done; where flows are shown it says how far it is."
        return Check("backfill", False, "What was there before is still being copied.", hint)
    return Check("backfill", True, "What was there before has been copied.")


def _found(records: Records, key: ConnectionKey, direction: Direction, *, organic: bool) -> Check:
    name = f"{direction.value}_{'organic' if organic else 'found'}"
    what = {Direction.PURCHASES: "purchase orders or bills", Direction.SALES: "estimates, invoices or sales receipts"}
    if not records.has_any(key, direction, organic=organic):
        if organic:
            hint = "Only documents with organic goods await certification: check the items' names and your keywords."
            return Check(name, False, f"None of the {what[direction]} names anything organic.", hint)
        hint = "Look in QuickBooks whether there are any in this company, or start a backfill over more days."
        return Check(name, False, f"There were no {what[direction]} in QuickBooks.", hint)
    return Check(name, True, f"There are {what[direction]}{' with organic goods' if organic else ''}.")
