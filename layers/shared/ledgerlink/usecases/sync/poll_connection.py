"""Poll one connection: ask what changed, store it, tell the host, and only then move the cursor.

Whatever breaks off in between is read again by the next poll: the cursor is older, and what was stored before is
recognised. QuickBooks' answer to one call is enough unless it was cut.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain import cursors, known_rows
from ledgerlink.domain.backfills import Backfill
from ledgerlink.domain.changes import Changes
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.cursors import ChangedRows, Cursor, Cursors, Place
from ledgerlink.domain.flows import Direction, Flow, directions, entities_of
from ledgerlink.domain.poll_schedule import DAILY, INTERVAL, interval, next_due
from ledgerlink.domain.record_changes import ChangeKind, StoredChange
from ledgerlink.domain.sync_settings import SyncSettings
from ledgerlink.domain.sync_state import PollRequest, SyncState
from ledgerlink.errors import ChangesTooOld, Conflict, Permanent, SyncError
from ledgerlink.usecases.connections.read_connections import read_connection
from ledgerlink.usecases.sync.start_backfill import check_callable

logger = logging.getLogger(__name__)

SECOND = timedelta(seconds=1)


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...


class SyncStates(Protocol):
    """Where the polling of connections stands. Without the lease nothing of it is written."""

    def begin(self, key: ConnectionKey, worker: str, until: datetime, now: datetime) -> SyncState | None:
        """Take the connection and return how it stands; None while another worker has it."""

    def keep_cursors(self, key: ConnectionKey, worker: str, moved: Cursors) -> None: ...
    def finish(self, state: SyncState, worker: str, due_at: datetime) -> None:
        """Keep how it stands now and let go; one that was asked for again meanwhile stays due."""

    def failed(
        self, key: ConnectionKey, worker: str, error: Mapping[str, Any], began: datetime, due_at: datetime
    ) -> None:
        """Keep why, and let go; one that was asked for again since it began stays due."""

    def rest(self, state: SyncState, worker: str) -> None:
        """Not due any more, unless a flow was changed meanwhile; and let go."""

    def release(self, key: ConnectionKey, worker: str) -> None:
        """Let go."""


class Company(Protocol):
    """The changes of one company."""

    def changes(self, entities: Sequence[str], since: datetime, now: datetime) -> Changes:
        """Raises ChangesTooOld for more than QuickBooks remembers."""

    def changed_between(self, entity: str, place: Place, until: datetime) -> Iterable[ChangedRows]:
        """The rows that were last changed from that place on until then, page by page, oldest first."""

    def named(self, entity: str, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """The rows with these ids that exist."""


class Companies(Protocol):
    """The way to a connection's company."""

    def history(self, connection: Connection) -> Company: ...


class RecordStore(Protocol):
    """Our copies of what is in QuickBooks."""

    def unknown_items(self, tenant_id: str, connection_id: str, changes: Changes) -> Sequence[str]:
        """The items that the documents name, of which there is neither a copy nor one among the changes."""

    def store(
        self, tenant_id: str, connection_id: str, changes: Changes, seen_at: datetime, now: datetime
    ) -> Sequence[StoredChange]:
        """Newer wins; ``seen_at`` is when QuickBooks began to answer."""

    def announce(self, changes: Sequence[StoredChange]) -> None:
        """Tell the host and the tenant."""


class Starter(Protocol):
    """Starts backfills."""

    def for_new_directions(
        self, state: SyncState, wanted: frozenset[Direction], settings: SyncSettings, now: datetime
    ) -> Backfill | None: ...
    def over_gap(
        self, state: SyncState, wanted: frozenset[Direction], entities: Sequence[str], now: datetime
    ) -> Backfill: ...


class Outcome(StrEnum):
    """How a poll ended."""

    POLLED = "polled"
    UNFINISHED = "unfinished"
    """So much changed that the next poll has to go on."""
    BUSY = "busy"
    """Another worker is at it."""
    DONE_BEFORE = "done_before"
    RESTING = "resting"
    """No flow that is switched on asks for it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll did."""

    outcome: Outcome
    changed: int = 0
    error: SyncError | None = None


@dataclass(frozen=True, slots=True)
class Poller:
    """Everything that a poll needs."""

    connections: Connections
    flows: Flows
    sync: SyncStates
    companies: Companies
    records: RecordStore
    starter: Starter
    choices: Callable[[Connection], SyncSettings]
    clock: Callable[[], datetime]

    def poll(self, request: PollRequest, worker: str, lease: timedelta, budget: timedelta) -> Polled:
        """Do it, unless another worker does or has done it.

        A poll that fails for a reason that has a name is tried again when it is due again. Anything else is raised:
        its message is delivered again, and in the end kept where it can be looked at.
        """
        began = self.clock()
        state = self._begin(request.key, worker, began, lease)
        if state is None:
            return Polled(Outcome.BUSY)
        if state.polled_at and request.asked_at <= state.polled_at:
            self.sync.release(request.key, worker)
            return Polled(Outcome.DONE_BEFORE)
        try:
            return self._poll(state, worker, began, budget)
        except SyncError as error:
            due_at = next_due(request.key, self.clock(), DAILY if _lasts(error) else INTERVAL)
            self.sync.failed(request.key, worker, error.to_dict(), began, due_at)
            return Polled(Outcome.FAILED, error=error)
        except Exception:
            self.sync.release(request.key, worker)
            raise

    def _begin(self, key: ConnectionKey, worker: str, began: datetime, lease: timedelta) -> SyncState | None:
        try:
            return self.sync.begin(key, worker, began + lease, began)
        except Exception:
            # It may have been taken although nobody can read how it stands.
            with contextlib.suppress(SyncError):
                self.sync.release(key, worker)
            raise

    def _poll(self, state: SyncState, worker: str, began: datetime, budget: timedelta) -> Polled:
        flows = self.flows.of_tenant(state.key.tenant_id)
        wanted = directions(flows, state.key.connection_id)
        if not wanted:
            self.sync.rest(state, worker)
            return Polled(Outcome.RESTING)
        connection = read_connection(self.connections, state.key.tenant_id, state.key.connection_id)
        check_callable(connection)
        settings = self.choices(connection)
        state = self._with_backfills(state, wanted, settings, began)
        run = _Run(self, state, worker, self.companies.history(connection), began, began + budget)
        complete = run.read(wanted)
        ended = run.ended()
        if not complete:
            # Due at once: the next one goes on where the cursors are.
            self.sync.finish(ended, worker, self.clock())
            return Polled(Outcome.UNFINISHED, run.changed)
        every = interval(ended.notified, began, daily_allowed=settings.daily_while_notified)
        if state.notified.since(state.polled_at) and not run.changed:
            # What it was told of does not show yet: the next poll looks again, that one time.
            every = INTERVAL
        self.sync.finish(ended, worker, next_due(state.key, self.clock(), every))
        return Polled(Outcome.POLLED, run.changed)

    def _with_backfills(
        self, state: SyncState, wanted: frozenset[Direction], settings: SyncSettings, now: datetime
    ) -> SyncState:
        """Start what is still to be copied, and cursors for what was never read."""
        try:
            self.starter.for_new_directions(state, wanted, settings, now)
        except Conflict:
            logger.info("backfill started elsewhere")
        fresh = cursors.started(cursors.missing(state.cursors, entities_of(wanted)), now)
        return replace(state, cursors={**fresh, **state.cursors})


class _Run:
    """One poll of one company."""

    def __init__(
        self, poller: Poller, state: SyncState, worker: str, company: Company, began: datetime, until: datetime
    ) -> None:
        self.changed = 0
        self._poller = poller
        self._state = state
        self._worker = worker
        self._company = company
        self._began = began
        self._until = until
        self._cursors = dict(state.cursors)
        self._known: known_rows.Known = frozenset()
        self._shown: datetime | None = None
        """The latest change that QuickBooks has told of: whatever it is asked for after that is as new."""

    def read(self, wanted: frozenset[Direction]) -> bool:
        """Everything that changed; False when the time was too short, and the cursors say how far it came."""
        entities = entities_of(wanted)
        try:
            changes = self._ask(entities)
        except ChangesTooOld:
            self._start_anew(wanted)
            changes = self._ask(entities)
        self._store(known_rows.without(changes, self._state.known))
        self._cursors = cursors.after(self._cursors, entities, changes)
        if not changes.truncated:
            self._known = known_rows.known_after(changes, cursors.earliest(self._cursors, entities))
            return True
        self._take_note(changes)
        # The one that is farthest behind comes first, so that none has to wait for ever.
        behind = sorted(entities, key=lambda entity: self._cursors[entity].start.moment)
        is_complete = all(self._read_cut(entity) for entity in behind if entity in changes.truncated)
        if is_complete:
            self._ask_the_quiet(entities)
        return is_complete

    def ended(self) -> SyncState:
        """How the connection stands after it."""
        now, notified = self._began, self._state.notified
        if self.changed and not notified.may_concern(self._state.polled_at, now):
            notified = replace(notified, missed_at=now)
        return replace(
            self._state,
            cursors=self._cursors,
            polled_at=now,
            changed_at=now if self.changed else self._state.changed_at,
            notified=notified,
            known=self._known,
        )

    def _ask(self, entities: Sequence[str]) -> Changes:
        return self._company.changes(entities, cursors.earliest(self._cursors, entities), self._poller.clock())

    def _start_anew(self, wanted: frozenset[Direction]) -> None:
        """A backfill reads what change data capture no longer tells; from here on the cursors go on."""
        now, entities = self._poller.clock(), entities_of(wanted)
        old = cursors.too_old(self._cursors, entities, now) or list(entities)
        self._poller.starter.over_gap(replace(self._state, cursors=self._cursors), wanted, old, now)
        self._cursors |= cursors.started(old, now)

    def _read_cut(self, entity: str) -> bool:
        """The changes of one entity of which an answer was cut, as many at a time as an answer can hold.

        The answer tells what was deleted, as far as it goes; queries tell everything else in that span, in
        whatever order the answer was cut.
        """
        place, is_whole = self._cursors[entity].start, self._cursors[entity].leaves_nothing_out
        while self._poller.clock() < self._until:
            changes = self._company.changes([entity], place.moment, self._poller.clock())
            self._store(changes)
            self._take_note(changes)
            # Otherwise something may have shown up since where an earlier poll had read: it is read once more.
            goes_as_far = (self._shown, changes.time) if is_whole else (None, None)
            if entity not in changes.truncated:
                self._keep(entity, self._cursors[entity].moved(*goes_as_far))
                return True
            for rows, reached in self._left_out(entity, place, changes):
                self._store(Changes({entity: rows}, [], frozenset(), None))
                self._keep(entity, self._cursors[entity].reached(reached, *goes_as_far))
                place = reached
                if self._poller.clock() >= self._until:
                    return False
        return False

    def _ask_the_quiet(self, entities: Sequence[str]) -> None:
        """Ask once more for those that were answered before the latest change was told.

        Otherwise they go by the clock, an hour back, and the next poll reads that hour of all entities again.
        """
        quiet = [entity for entity in entities if self._is_behind(self._cursors[entity])]
        if quiet and self._poller.clock() < self._until:
            changes = self._ask(quiet)
            self._store(changes)
            self._cursors = cursors.after(self._cursors, quiet, changes, self._shown)

    def _is_behind(self, cursor: Cursor) -> bool:
        return self._shown is not None and (cursor.seen is None or cursor.seen < self._shown)

    def _left_out(self, entity: str, place: Place, changes: Changes) -> Iterator[ChangedRows]:
        """The rows from that place on as far as the answer goes, and at the end where the next answer begins."""
        until = max(cursors.newest(changes) or place.moment, place.moment)
        # Where all of an answer is of one second, that second is read, and the next answer begins behind it.
        end = Place(max(until, place.moment + SECOND))
        for rows, reached in self._company.changed_between(entity, place, until):
            yield ChangedRows(rows, reached if reached.moment <= end.moment else end)
        yield ChangedRows([], end)

    def _take_note(self, changes: Changes) -> None:
        self._shown = max(filter(None, (self._shown, cursors.shown(changes))), default=None)

    def _keep(self, entity: str, cursor: Cursor) -> None:
        self._cursors[entity] = cursor
        self._poller.sync.keep_cursors(self._state.key, self._worker, self._cursors)

    def _store(self, changes: Changes) -> None:
        changes = self._with_items(changes)
        key, now = self._state.key, self._poller.clock()
        stored = self._poller.records.store(key.tenant_id, key.connection_id, changes, changes.time or self._began, now)
        self._poller.records.announce(stored)
        self.changed += sum(_is_news(change) for change in stored)

    def _with_items(self, changes: Changes) -> Changes:
        """With items that did not change for long: a SKU, and whether an order is organic, may be read only there."""
        key = self._state.key
        unknown = self._poller.records.unknown_items(key.tenant_id, key.connection_id, changes)
        if not unknown:
            return changes
        items = [*changes.rows.get("Item", ()), *self._company.named("Item", unknown)]
        return replace(changes, rows={**changes.rows, "Item": items})


def _is_news(change: StoredChange) -> bool:
    return change.kind is not ChangeKind.UNCHANGED


def _lasts(error: SyncError) -> bool:
    """Whether somebody has to change something first; reconnecting and switching on make the connection due at once."""
    return isinstance(error, Permanent) and not isinstance(error, Conflict)
