"""In-memory stand-ins for what polls and backfills need, and a stack made of them."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ledgerlink.domain.backfills import Backfill, BackfillStatus, Owed, Page, PageResult, Selection
from ledgerlink.domain.changes import Changes, Tombstone
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.cursors import ChangedRows, Cursors, Place, created, last_updated
from ledgerlink.domain.expiry import Ending, Warned
from ledgerlink.domain.flows import Direction, Flow
from ledgerlink.domain.normalise import items_named
from ledgerlink.domain.poll_schedule import Notified
from ledgerlink.domain.record_changes import ChangeKind, StoredChange
from ledgerlink.domain.records import DOCUMENTS, Record, RecordKey, instant
from ledgerlink.domain.sync_settings import SyncSettings
from ledgerlink.domain.sync_state import PollRequest, SyncState
from ledgerlink.errors import ChangesTooOld, StorageUnavailable
from ledgerlink.usecases.sync.backfill_page import PageCopier
from ledgerlink.usecases.sync.change_flow import change_flow
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.usecases.sync.plan_backfill import BackfillPlanner
from ledgerlink.usecases.sync.poll_connection import Polled, Poller
from ledgerlink.usecases.sync.start_backfill import BackfillStarter
from tests.unit.fakes import Clock, FakeConnections, FakeEvents, Port, Script
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT, connection

PACIFIC = ZoneInfo("America/Los_Angeles")
LEASE = timedelta(minutes=5)
SIDE = f"quickbooks:{REALM}"

type Row = dict[str, Any]


class FakeQuickBooks:
    """A company's rows with Intuit's times: whole seconds, Pacific offsets. An answer to ``changes`` can be cut."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.limit = 1000
        self.newest_first = False
        self.kept: dict[tuple[str, str], Row] = {}
        self.gone: dict[tuple[str, str], str] = {}
        self.asked_since: list[datetime] = []
        self.pages_asked = 0
        self.meanwhile: Callable[[], object] = lambda: None
        """Happens after each answer."""
        self._last_id = 0

    # what users do

    def make(self, entity: str, **fields: Any) -> str:
        self._last_id += 1
        entity_id = str(self._last_id)
        moment = self._time()
        metadata = {"CreateTime": moment, "LastUpdatedTime": moment}
        row = {"Id": entity_id, "SyncToken": "0", "TxnDate": moment[:10], "MetaData": metadata, **fields}
        self.kept[entity, entity_id] = row
        return entity_id

    def change(self, entity: str, entity_id: str, **fields: Any) -> None:
        row = self.kept[entity, entity_id]
        metadata = {**row["MetaData"], "LastUpdatedTime": self._time()}
        token = str(int(row["SyncToken"]) + 1)
        self.kept[entity, entity_id] = {**row, **fields, "SyncToken": token, "MetaData": metadata}

    def delete(self, entity: str, entity_id: str) -> None:
        del self.kept[entity, entity_id]
        self.gone[entity, entity_id] = self._time()

    def ids(self, entity: str) -> set[str]:
        return {entity_id for kind, entity_id in self.kept if kind == entity}

    # what the adapter asks

    def changes(self, entities: Sequence[str], since: datetime, now: datetime) -> Changes:
        self.asked_since.append(since)
        if now - since > timedelta(days=30):
            raise ChangesTooOld("Too long ago.")
        began, floor = self.clock(), since.replace(microsecond=0)
        found: list[tuple[datetime, str, Row | Tombstone]] = []
        for entity in entities:
            for row in self._of(entity):
                found.append((_time(row), entity, row))
            for (kind, entity_id), text in self.gone.items():
                moment = instant(text)
                assert moment is not None
                if kind == entity:
                    found.append((moment, entity, Tombstone(entity, entity_id, text)))
        found = sorted((one for one in found if one[0] >= floor), key=lambda one: one[0], reverse=self.newest_first)
        cut = len(found) >= self.limit
        rows: dict[str, list[Row]] = {entity: [] for entity in entities}
        deleted = []
        for _, entity, one in found[: self.limit]:
            if isinstance(one, Tombstone):
                deleted.append(one)
            else:
                rows[entity].append(one)
        self.meanwhile()
        return Changes(rows, deleted, frozenset(entities) if cut else frozenset(), began)

    def changed_between(self, entity: str, place: Place, until: datetime) -> Iterator[ChangedRows]:
        while True:
            found = [row for row in self._of(entity) if place.moment <= _time(row) <= until]
            found.sort(key=lambda row: (_time(row), int(row["Id"])))
            if place.rows and [row["Id"] for row in found[place.rows - 1 : place.rows]] != [place.last_id]:
                place = Place(place.moment)
            page = found[place.rows : place.rows + self.limit]
            self.pages_asked += 1
            if page:
                last = _time(page[-1])
                passed = [row for row in found[: place.rows + len(page)] if _time(row) == last]
                place = Place(last, len(passed), page[-1]["Id"])
            yield ChangedRows(page, place)
            self.meanwhile()
            if len(page) < self.limit:
                return

    def count(self, selection: Selection) -> int:
        return len(self._selected(selection))

    def created_at(self, selection: Selection, position: int) -> datetime | None:
        found = sorted(filter(None, map(created, self._selected(selection))))
        self.meanwhile()
        return found[position] if position < len(found) else None

    def rows(self, page: Page) -> list[Row]:
        first, end = page.created_from or datetime.min.replace(tzinfo=UTC), page.created_before
        found = [(row, created(row)) for row in self._selected(page.selection)]
        wanted = [row for row, at in found if at and first <= at and (end is None or at < end)]
        self.meanwhile()
        return wanted

    def named(self, entity: str, ids: Sequence[str]) -> list[Row]:
        return [row for row in self._of(entity) if row["Id"] in ids]

    def history(self, _connection: Connection) -> "FakeQuickBooks":
        return self

    def _selected(self, selection: Selection) -> list[Row]:
        rows = self._of(selection.entity)
        if selection.dated_from:
            rows = [row for row in rows if row["TxnDate"] >= selection.dated_from.isoformat()]
        if selection.changed_from:
            rows = [row for row in rows if _time(row) >= selection.changed_from.replace(microsecond=0)]
        return rows

    def _of(self, entity: str) -> list[Row]:
        return [row for (kind, _), row in self.kept.items() if kind == entity]

    def _time(self) -> str:
        return self.clock().astimezone(PACIFIC).replace(microsecond=0).isoformat()


def _time(row: Row) -> datetime:
    moment = last_updated(row)
    assert moment is not None
    return moment


class FakeRecords:
    """Copies: newer wins by time and token, what was deleted stays deleted, the same again is no news."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.gone: dict[tuple[str, str], datetime] = {}
        self.news: list[tuple[str, str, str]] = []
        """What the host was told: entity, id, kind of change."""
        self.stores = 0
        self.taken: list[tuple[str, str]] = []
        """Every row and deletion that came, as often as it came."""

    def unknown_items(self, tenant_id: str, connection_id: str, changes: Changes) -> Sequence[str]:
        documents = (row for entity in DOCUMENTS & changes.rows.keys() for row in changes.rows[entity])
        named = {item for document in documents for item in items_named(document)}
        return sorted(named - self.ids("Item") - {row["Id"] for row in changes.rows.get("Item", ())})

    def store(
        self, tenant_id: str, connection_id: str, changes: Changes, seen_at: datetime, now: datetime
    ) -> Sequence[StoredChange]:
        self.stores += 1
        stored = []
        for tombstone in changes.deleted:
            place = (tombstone.entity, tombstone.entity_id)
            self.taken.append(place)
            known = place in self.gone
            self.gone[place] = instant(tombstone.last_updated_time) or seen_at
            was_there = self.rows.pop(place, None) is not None
            stored.append(self._change(place, ChangeKind.DELETED if was_there and not known else ChangeKind.UNCHANGED))
        for entity, rows in changes.rows.items():
            self.taken += [(entity, row["Id"]) for row in rows]
            stored += [self._change((entity, row["Id"]), self._keep(entity, row)) for row in rows]
        return stored

    def announce(self, changes: Sequence[StoredChange]) -> None:
        for change in changes:
            if change.kind is not ChangeKind.UNCHANGED:
                key = change.record.key
                self.news.append((key.entity, key.entity_id, change.kind.value))

    def ids(self, entity: str) -> set[str]:
        return {entity_id for kind, entity_id in self.rows if kind == entity}

    def has_any(self, key: ConnectionKey, direction: str, *, organic: bool) -> bool:
        return bool(self.rows) and not organic

    def _keep(self, entity: str, row: Mapping[str, Any]) -> ChangeKind:
        place = (entity, row["Id"])
        moment = last_updated(row)
        assert moment is not None
        if place in self.gone and self.gone[place] >= moment:
            return ChangeKind.UNCHANGED
        before = self.rows.get(place)
        if before and _version(before) >= _version(row):
            return ChangeKind.UNCHANGED
        self.rows[place] = row
        return ChangeKind.CHANGED if before else ChangeKind.CREATED

    @staticmethod
    def _change(place: tuple[str, str], kind: ChangeKind) -> StoredChange:
        return StoredChange(Record(RecordKey(TENANT, REALM, *place)), kind)


def _version(row: Mapping[str, Any]) -> tuple[datetime | None, int]:
    return last_updated(row), int(row["SyncToken"])


class FakeSyncStates:
    """Where polls stand. ``due`` is the index."""

    def __init__(self) -> None:
        self.states: dict[ConnectionKey, SyncState] = {}
        self.leases: dict[ConnectionKey, tuple[str, datetime]] = {}
        self.asked: dict[ConnectionKey, datetime] = {}
        self.queued_until: dict[ConnectionKey, datetime] = {}

    def get(self, key: ConnectionKey) -> SyncState | None:
        return self.states.get(key)

    def flows_changed(self, key: ConnectionKey, now: datetime) -> None:
        state = self.states.get(key) or SyncState(key)
        self.states[key] = replace(state, flow_version=state.flow_version + 1, due_at=now)
        self.asked[key] = now

    def wake(self, key: ConnectionKey, now: datetime) -> None:
        self._ask(key, now)

    def due_before(self, moment: datetime) -> Iterable[tuple[ConnectionKey, datetime]]:
        return [(s.key, s.due_at) for s in self.states.values() if s.due_at and s.due_at < moment]

    def handed_out(self, key: ConnectionKey, due_at: datetime, again_at: datetime) -> None:
        if self.states[key].due_at == due_at:
            self.states[key] = replace(self.states[key], due_at=again_at)

    def told(self, key: ConnectionKey, now: datetime) -> bool:
        if not self._ask(key, now):
            return False
        state = self.states[key]
        self.states[key] = replace(state, notified=Notified(now, state.notified.missed_at))
        return True

    def may_queue(self, key: ConnectionKey, now: datetime, until: datetime) -> bool:
        if key in self.queued_until and self.queued_until[key] > now:
            return False
        self.queued_until[key] = until
        return True

    def begin(self, key: ConnectionKey, worker: str, until: datetime, now: datetime) -> SyncState | None:
        if key not in self.states or (key in self.leases and self.leases[key][1] > now):
            return None
        self.leases[key] = (worker, until)
        return self.states[key]

    def keep_cursors(self, key: ConnectionKey, worker: str, moved: Cursors) -> None:
        if self._is_mine(key, worker):
            state = self.states[key]
            self.states[key] = replace(state, cursors={**state.cursors, **moved})

    def finish(self, state: SyncState, worker: str, due_at: datetime) -> None:
        key = state.key
        if not self._is_mine(key, worker):
            return
        current = self.states[key]
        assert state.polled_at is not None
        asked = self.asked.get(key)
        self.states[key] = replace(
            current,
            cursors={**current.cursors, **state.cursors},
            polled_at=state.polled_at,
            changed_at=state.changed_at,
            notified=Notified(current.notified.told_at, state.notified.missed_at),
            known=state.known,
            due_at=due_at if asked is None or asked <= state.polled_at else current.due_at,
            failures=0,
            last_error=None,
        )
        self.leases.pop(key)

    def failed(
        self, key: ConnectionKey, worker: str, error: Mapping[str, Any], began: datetime, due_at: datetime
    ) -> None:
        if self._is_mine(key, worker):
            state, asked = self.states[key], self.asked.get(key)
            self.states[key] = replace(
                state,
                last_error=error,
                failures=state.failures + 1,
                due_at=due_at if asked is None or asked <= began else state.due_at,
            )
            self.leases.pop(key)

    def rest(self, state: SyncState, worker: str) -> None:
        if self._is_mine(state.key, worker):
            if self.states[state.key].flow_version == state.flow_version:
                self.states[state.key] = replace(self.states[state.key], due_at=None, last_error=None)
                self.asked.pop(state.key, None)
            self.leases.pop(state.key)

    def release(self, key: ConnectionKey, worker: str) -> None:
        if self._is_mine(key, worker):
            self.leases.pop(key)

    def _ask(self, key: ConnectionKey, now: datetime) -> bool:
        state = self.states.get(key)
        if state is None or state.due_at is None:
            return False
        self.states[key] = replace(state, due_at=now)
        self.asked[key] = now
        return True

    def _is_mine(self, key: ConnectionKey, worker: str) -> bool:
        return key in self.leases and self.leases[key][0] == worker


class FakeFlows:
    """The tenants' flows, written together with what they mean for polls."""

    def __init__(self, sync: FakeSyncStates) -> None:
        self.flows: dict[tuple[str, str], Flow] = {}
        self._sync = sync

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]:
        return [flow for (tenant, _), flow in self.flows.items() if tenant == tenant_id]

    def put(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        self.flows[flow.tenant_id, flow.flow_id] = flow
        self._wake(flow, concerned, now)

    def delete(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        self.flows.pop((flow.tenant_id, flow.flow_id), None)
        self._wake(flow, concerned, now)

    def _wake(self, flow: Flow, concerned: Iterable[str], now: datetime) -> None:
        for connection_id in concerned:
            self._sync.flows_changed(ConnectionKey(flow.tenant_id, connection_id), now)


class FakeBackfills:
    """Backfills by number, begun together with the cursors of their connection."""

    def __init__(self, sync: FakeSyncStates) -> None:
        self.kept: dict[tuple[ConnectionKey, int], Backfill] = {}
        self._sync = sync

    def latest(self, key: ConnectionKey) -> Backfill | None:
        state = self._sync.states.get(key)
        return self.kept.get((key, state.backfill_number)) if state else None

    def get(self, key: ConnectionKey, number: int) -> Backfill | None:
        return self.kept.get((key, number))

    def owed(self, key: ConnectionKey) -> Mapping[Direction, Owed]:
        state = self._sync.states.get(key)
        return dict(state.owed) if state else {}

    def begin(self, backfill: Backfill, started: Cursors, *, restart: bool) -> bool:
        key = backfill.key
        state = self._sync.states.get(key) or SyncState(key)
        if state.backfill_number != backfill.number - 1:
            return False
        self.kept[key, backfill.number] = backfill
        self._sync.states[key] = replace(
            state,
            backfill_number=backfill.number,
            backfilled=state.backfilled if restart else state.backfilled | backfill.directions,
            cursors={**state.cursors, **started} if restart else {**started, **state.cursors},
            owed={**state.owed, **dict.fromkeys(backfill.directions, backfill.promise)},
        )
        return True

    def keep_plan(self, backfill: Backfill, pages: Sequence[Page], now: datetime) -> None:
        current = self._current(backfill)
        if current.planned_at is None:
            self._set(replace(current, pages=tuple(pages), planned_at=now, status=BackfillStatus.RUNNING))

    def keep_result(self, backfill: Backfill, number: int, result: PageResult) -> None:
        current = self._current(backfill)
        self._set(replace(current, results={**current.results, number: result}))

    def resume(self, backfill: Backfill) -> None:
        if self._current(backfill).status is BackfillStatus.FAILED:
            self._set(replace(self._current(backfill), status=BackfillStatus.RUNNING, last_error=None))

    def fail(self, backfill: Backfill, error: Mapping[str, Any]) -> bool:
        if not self._current(backfill).is_live:
            return False
        self._set(replace(self._current(backfill), status=BackfillStatus.FAILED, last_error=dict(error)))
        return True

    def complete(self, backfill: Backfill, now: datetime) -> bool:
        state = self._sync.states[backfill.key]
        owed = {
            direction: owed
            for direction, owed in state.owed.items()
            if direction not in backfill.directions or owed.number > backfill.number
        }
        self._sync.states[backfill.key] = replace(state, owed=owed)
        if self._current(backfill).status is BackfillStatus.COMPLETED:
            return False
        self._set(replace(self._current(backfill), status=BackfillStatus.COMPLETED, completed_at=now, last_error=None))
        return True

    def _current(self, backfill: Backfill) -> Backfill:
        return self.kept[backfill.key, backfill.number]

    def _set(self, backfill: Backfill) -> None:
        self.kept[backfill.key, backfill.number] = backfill


class FakeBackfillExecutions:
    """Executions by name: a second start does nothing."""

    def __init__(self) -> None:
        self.started: dict[str, Backfill] = {}

    def start(self, backfill: Backfill) -> None:
        self.started.setdefault(backfill.execution_name, backfill)


class FakePollQueue:
    """A queue that takes ten at a time."""

    def __init__(self) -> None:
        self.sent: list[PollRequest] = []
        self.is_down = False

    def send(self, requests: Sequence[PollRequest]) -> None:
        assert len(requests) <= 10
        if self.is_down:
            raise StorageUnavailable("Polls could not be queued.", code="queue_unavailable")
        self.sent += requests


class FakeWebhookEvents:
    """The notifications that were taken."""

    def __init__(self) -> None:
        self.known: set[tuple[ConnectionKey, str]] = set()

    def unknown(self, key: ConnectionKey, event_ids: Collection[str]) -> Collection[str]:
        return [event_id for event_id in event_ids if (key, event_id) not in self.known]

    def remember(self, key: ConnectionKey, event_ids: Collection[str], until: datetime) -> None:
        self.known |= {(key, event_id) for event_id in event_ids}


class FakeRealms(dict[str, ConnectionKey]):
    """Which tenant has which company."""

    def connections(self, realm_ids: Collection[str]) -> Mapping[str, ConnectionKey]:
        return {realm_id: self[realm_id] for realm_id in realm_ids if realm_id in self}


class FakeWatchedTokens:
    """When connections were last renewed, and when they end."""

    def __init__(self) -> None:
        self.renewed: dict[ConnectionKey, datetime] = {}
        self.ends: dict[ConnectionKey, datetime] = {}
        self.warnings: dict[ConnectionKey, Warned] = {}

    def not_renewed_since(self, moment: datetime) -> Iterable[ConnectionKey]:
        return sorted((key for key, at in self.renewed.items() if at < moment), key=lambda key: self.renewed[key])

    def ending_before(self, moment: datetime) -> Iterable[Ending]:
        return [Ending(key, at, self.warnings.get(key)) for key, at in self.ends.items() if at < moment]

    def warned(self, ending: Ending, days: int) -> bool:
        if self.warnings.get(ending.key) != ending.warned:
            return False
        self.warnings[ending.key] = Warned(days, ending.ends_at)
        return True


class SyncWorld:
    """A stack in memory; every call of a port during a poll or a page goes through ``script``."""

    def __init__(self, *, start: datetime = NOW, connected: Connection | None = None) -> None:
        self.clock = Clock(start)
        self.script = Script()
        self.company = connected or connection()
        self.quickbooks = FakeQuickBooks(self.clock)
        self.records = FakeRecords()
        self.sync = FakeSyncStates()
        self.flows = FakeFlows(self.sync)
        self.backfills = FakeBackfills(self.sync)
        self.executions = FakeBackfillExecutions()
        self.connections = FakeConnections()
        self.events = FakeEvents()
        self.settings = SyncSettings()
        self.connections.have(self.company)
        self._workers = itertools.count(1)

    @property
    def key(self) -> ConnectionKey:
        return CONNECTION_KEY

    @property
    def state(self) -> SyncState:
        return self.sync.states[self.key]

    def flow(self, flow_id: str = "f", *, enabled: bool = True, **sides: str) -> Flow:
        """The host makes or changes a flow: purchases unless said otherwise."""
        content = {"input": SIDE, "output": "shop", **sides, "enabled": enabled}
        flow, _ = change_flow(
            self.connections,
            self.flows,
            self.sync,
            self.starter(),
            lambda _: self.settings,
            TENANT,
            flow_id,
            content,
            self.clock(),
        )
        return flow

    def poll(self, *, asked_at: datetime | None = None, budget: timedelta = timedelta(minutes=4)) -> Polled:
        """One message reaches a worker."""
        request = PollRequest(self.key, asked_at or self.clock())
        return self.poller().poll(request, f"worker {next(self._workers)}", LEASE, budget)

    def pass_time(self, **span: float) -> None:
        self.clock.time += timedelta(**span)

    def run_backfill(self) -> Backfill:
        """What the state machine does with the last one."""
        backfill = self.backfills.latest(self.key)
        assert backfill is not None
        planned = self.planner().plan(self.key, backfill.number)
        for page in range(len(planned.pages)):
            self.copier().copy(self.key, backfill.number, page)
        return finish_backfill(self.backfills, self.sync, self.events, self.key, backfill.number, self.clock())

    def starter(self) -> BackfillStarter:
        return BackfillStarter(
            self._port("flows", self.flows),
            self._port("backfills", self.backfills),
            self._port("executions", self.executions),
        )

    def poller(self) -> Poller:
        return Poller(
            self._port("connections", self.connections),
            self._port("flows", self.flows),
            self._port("sync", self.sync),
            self,
            self._port("records", self.records),
            self.starter(),
            lambda _: self.settings,
            self.clock,
        )

    def planner(self) -> BackfillPlanner:
        return BackfillPlanner(
            self._port("connections", self.connections),
            self._port("flows", self.flows),
            self._port("backfills", self.backfills),
            self,
            self.events,
            self.clock,
        )

    def copier(self) -> PageCopier:
        return PageCopier(
            self._port("connections", self.connections),
            self._port("flows", self.flows),
            self._port("backfills", self.backfills),
            self,
            self._port("records", self.records),
            self.events,
            self.clock,
        )

    def history(self, _connection: Connection) -> Any:
        """The port ``Companies``."""
        return self._port("quickbooks", self.quickbooks)

    def _port(self, name: str, fake: Any) -> Any:
        return Port(name, fake, self.script)
