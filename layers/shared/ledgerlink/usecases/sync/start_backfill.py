"""Start a backfill: when a direction is first switched on, when polling stood still for too long, or when asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain import backfills, cursors
from ledgerlink.domain.backfills import Backfill, BackfillRequest, BackfillStatus, Owed
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.cursors import Cursors
from ledgerlink.domain.flows import Direction, Flow, directions, entities_of
from ledgerlink.domain.sync_settings import SyncSettings
from ledgerlink.domain.sync_state import SyncState
from ledgerlink.errors import Conflict, ConnectionRevoked, MissingConfiguration, NotConnected

LONGEST = timedelta(days=1)
"""One that has not ended by then was broken off without a word: another one may take its place."""
_WAIT = "Wait until it is done; then start it again."


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...


class Backfills(Protocol):
    """Where backfills are kept."""

    def latest(self, key: ConnectionKey) -> Backfill | None:
        """The last one, with its pages and their results."""

    def owed(self, key: ConnectionKey) -> Mapping[Direction, Owed]:
        """What was promised to each direction and no run has finished."""

    def begin(self, backfill: Backfill, started: Cursors, *, restart: bool) -> bool:
        """Keep a new backfill together with the cursors that go on from its start; False when another was faster.

        It is the first one of its directions that have none, and a cursor that exists stays as it is; with
        ``restart`` it only catches up: the cursors start anew, and no direction has had its first one by it.
        Until it is complete, its directions are owed what it promises.
        """


class Executions(Protocol):
    """The state machine that copies."""

    def start(self, backfill: Backfill) -> None:
        """If it was started before, nothing happens."""


@dataclass(frozen=True, slots=True)
class BackfillStarter:
    """Starts backfills. Whatever is broken off half-way is taken up by the next poll of the connection."""

    flows: Flows
    backfills: Backfills
    executions: Executions

    def on_request(
        self, connection: Connection, settings: SyncSettings, request: BackfillRequest, now: datetime
    ) -> Backfill:
        """What the host asks for. Raises NotConnected, ConnectionRevoked, MissingConfiguration, or Conflict."""
        check_callable(connection)
        on = directions(self.flows.of_tenant(connection.tenant_id), connection.connection_id)
        wanted = frozenset(request.directions) or on
        if not wanted or not wanted <= on:
            raise flow_is_off()
        latest = self.backfills.latest(connection.key)
        if latest and _is_running(latest, now):
            raise Conflict("A backfill of this company is still running.", code="backfill_running", hint=_WAIT)
        days = timedelta(days=request.days or settings.backfill_days)
        return self._first(connection.key, latest, wanted, on, now - days, now)

    def for_new_directions(
        self, state: SyncState, wanted: frozenset[Direction], settings: SyncSettings, now: datetime
    ) -> Backfill | None:
        """The first backfill of each direction, what is owed and no failed run waits to be redriven for; and the start
        of one that was begun and broken off.
        """
        new = wanted - state.backfilled
        if not new and not state.owed:
            # So it is at nearly every poll: what was begun and is not complete is owed.
            return None
        latest = self.backfills.latest(state.key)
        if latest and latest.status is BackfillStatus.STARTING:
            self.executions.start(latest)
        if state.owed:
            # Read once more: the last one may have been finished meanwhile.
            new |= {d for d in self._owed(state.key, wanted) if latest is None or not _waits_for(latest, d)}
        if not new or (latest and _is_running(latest, now)):
            # One at a time for a company: the next poll sees to the rest.
            return None
        days = timedelta(days=settings.backfill_days)
        return self._first(state.key, latest, new, wanted, now - days, now)

    def over_gap(
        self, state: SyncState, wanted: frozenset[Direction], entities: Sequence[str], now: datetime
    ) -> Backfill:
        """Catch up on what change data capture no longer tells of these entities; their cursors start anew."""
        latest, since = self.backfills.latest(state.key), cursors.earliest(state.cursors, entities)
        concerned = frozenset(d for d in wanted if set(entities) & set(entities_of([d])))
        owed = self._owed(state.key, wanted)
        left_behind = entities_of(direction for direction, promised in owed.items() if promised.gap)
        read = {*entities, *backfills.documents_of(owed), *left_behind}
        backfill = Backfill(
            key=state.key,
            number=latest.number + 1 if latest else 1,
            directions=concerned | owed.keys(),
            entities=tuple(entity for entity in entities_of(wanted) if entity in read),
            since=min([since, *(promised.since for promised in owed.values())]),
            gap=True,
            status=BackfillStatus.STARTING,
            started_at=now,
        )
        return self._begin(backfill, cursors.started(entities, now), restart=True)

    def _first(
        self,
        key: ConnectionKey,
        latest: Backfill | None,
        wanted: frozenset[Direction],
        on: frozenset[Direction],
        since: datetime,
        now: datetime,
    ) -> Backfill:
        """Of the wanted directions, and of those that are on and still owed something."""
        owed = self._owed(key, on)
        wanted |= owed.keys()
        # The changes that one which failed was to catch up on may not show in the documents of these days.
        gap = any(promised.gap for promised in owed.values())
        backfill = Backfill(
            key=key,
            number=latest.number + 1 if latest else 1,
            directions=wanted,
            entities=entities_of(wanted) if gap else backfills.documents_of(wanted),
            since=min([since, *(promised.since for promised in owed.values())]),
            gap=gap,
            status=BackfillStatus.STARTING,
            started_at=now,
        )
        return self._begin(backfill, cursors.started(entities_of(wanted), now), restart=False)

    def _owed(self, key: ConnectionKey, on: frozenset[Direction]) -> dict[Direction, Owed]:
        return {direction: owed for direction, owed in self.backfills.owed(key).items() if direction in on}

    def _begin(self, backfill: Backfill, started: Cursors, *, restart: bool) -> Backfill:
        if not self.backfills.begin(backfill, started, restart=restart):
            raise Conflict(
                "Another backfill of this company was started at the same moment.", code="backfill_running", hint=_WAIT
            )
        self.executions.start(backfill)
        return backfill


def _waits_for(latest: Backfill, direction: Direction) -> bool:
    """Whether a redrive of the last one gives the direction what it is owed, or a request: it failed for a reason."""
    return latest.status is not BackfillStatus.COMPLETED and direction in latest.directions


def _is_running(backfill: Backfill, now: datetime) -> bool:
    return backfill.is_live and now - backfill.started_at < LONGEST


def check_callable(connection: Connection) -> None:
    """Raises ConnectionRevoked, NotConnected or MissingConfiguration where no call may be made."""
    if connection.status is ConnectionStatus.NEEDS_RECONNECT:
        raise ConnectionRevoked("QuickBooks no longer lets us into this company.")
    if connection.status is not ConnectionStatus.CONNECTED:
        raise NotConnected("This QuickBooks company is not connected.")
    if not connection.settings.enabled:
        raise MissingConfiguration(
            "QuickBooks is switched off for this connection.",
            code="connection_disabled",
            hint="Switch it on in the connection's settings.",
        )


def flow_is_off() -> MissingConfiguration:
    """Nothing that is switched on asks for it."""
    return MissingConfiguration(
        "No flow that is switched on asks for this.",
        code="flow_disabled",
        hint="Switch the flow on, or make one that has this company as its input (purchases) or output (sales).",
    )
