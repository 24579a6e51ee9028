"""Stand-ins for what the sending of many documents needs, which keep the promises of the real adapters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ledgerlink.domain.attempts import Attempt, NeverStarted
from ledgerlink.domain.backlogs import HELD, Backlog, BacklogStatus, Chunk, DocumentResult, Outcome, Standing
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.documents import Document
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import to_text
from ledgerlink.errors import StorageUnavailable, SyncError
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkResult, ChunkTask
from tests.unit.fakes import FakeConnections, FakeDocuments


class FakeHeldDocuments(FakeDocuments):
    """Documents that can be asked where they stand."""

    def __init__(self) -> None:
        super().__init__()
        self._failed_at: dict[DocumentKey, datetime] = {}

    def mark_failed(self, attempt: Attempt, error: Mapping[str, Any], now: datetime) -> bool:
        marked = super().mark_failed(attempt, error, now)
        if marked:
            self._failed_at[attempt.key] = now
        return marked

    def put(self, document: Document, replaced: Document | None) -> bool:
        written = super().put(document, replaced)
        if written:
            self._failed_at.pop(document.key, None)
        return written

    def states(self, wanted: Sequence[DocumentKey]) -> dict[DocumentKey, Document]:
        return {key: self.documents[key] for key in wanted if key in self.documents}

    def with_standing(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[list[DocumentKey], str | None]:
        found, last = self.places(tenant_id, wanted, limit=limit, after=after)
        return [key for key, _ in found], last

    def places(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[list[tuple[DocumentKey, str]], str | None]:
        places = {
            f"{to_text(self._failed_at.get(key, document.updated_at))}#{key.kind}#{key.document_id}": document
            for key, document in self.documents.items()
            if (key.tenant_id, document.status) == (tenant_id, wanted.status) and document.status in HELD
        }
        before = to_text(wanted.before) + "$"
        page = sorted(place for place in places if place > (after or "") and place < before)[:limit]
        fitting = [(places[place].key, place) for place in page if _fits(places[place], wanted)]
        return fitting, page[-1] if len(page) == limit else None


def _fits(document: Document, wanted: Standing) -> bool:
    category = (document.last_error or {}).get("category")
    return (
        wanted.category in (None, category)
        and wanted.kind in (None, document.key.kind)
        and wanted.connection_id in (None, document.connection_id)
    )


class FakeBacklogs:
    """Backlogs and their chunks."""

    def __init__(self) -> None:
        self.backlogs: dict[tuple[str, str], Backlog] = {}
        self.stored: dict[tuple[str, str, int], Chunk] = {}
        self._unfinished: dict[tuple[str, str], datetime] = {}

    def create(self, backlog: Backlog, chunks: Sequence[Chunk]) -> bool:
        if _id(backlog) in self.backlogs:
            return False
        self.backlogs[_id(backlog)] = backlog
        self._unfinished[_id(backlog)] = backlog.created_at
        self._store(chunks)
        return True

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None:
        return self.backlogs.get((tenant_id, backlog_id))

    def page(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[list[Backlog], str | None]:
        places = {
            f"{to_text(backlog.created_at)}#{backlog.backlog_id}": backlog
            for backlog in self.backlogs.values()
            if backlog.tenant_id == tenant_id
        }
        newest = sorted((place for place in places if not after or place < after), reverse=True)
        last = newest[limit - 1] if len(newest) > limit else None
        return [places[place] for place in newest[:limit]], last

    def plan(self, backlog: Backlog, chunks: Sequence[Chunk]) -> None:
        self._store(chunks)
        self._change(
            backlog,
            chunks=backlog.chunks,
            total=backlog.total,
            rest_after=backlog.rest_after,
            next_id=backlog.next_id,
        )

    def mark_running(self, backlog: Backlog, now: datetime) -> None:
        there = self.backlogs[_id(backlog)]
        if there.status in (BacklogStatus.QUEUED, BacklogStatus.FAILED):
            started = there.started_at or now
            self._change(backlog, status=BacklogStatus.RUNNING, started_at=started, finished_at=None, error=None)
            self._unfinished[_id(backlog)] = now

    def mark_completed(self, backlog: Backlog, now: datetime) -> bool:
        there = self.backlogs.get(_id(backlog))
        if there is None or there.status is BacklogStatus.COMPLETED:
            return False
        self._change(backlog, status=BacklogStatus.COMPLETED, finished_at=now, error=None)
        self._unfinished.pop(_id(backlog), None)
        return True

    def mark_failed(self, backlog: Backlog, error: Mapping[str, Any], now: datetime) -> bool:
        there = self.backlogs.get(_id(backlog))
        if there is None or there.status not in (BacklogStatus.QUEUED, BacklogStatus.RUNNING):
            return False
        self._change(backlog, status=BacklogStatus.FAILED, finished_at=now, error=dict(error))
        self._unfinished.pop(_id(backlog), None)
        return True

    def unfinished_since_before(self, moment: datetime, limit: int) -> Iterable[tuple[str, str]]:
        late = sorted((since, key) for key, since in self._unfinished.items() if since < moment)
        return [key for _, key in late[:limit]]

    def seen_unfinished(self, backlog: Backlog, now: datetime) -> None:
        if _id(backlog) in self._unfinished:
            self._unfinished[_id(backlog)] = now

    def chunk(self, tenant_id: str, backlog_id: str, number: int) -> Chunk | None:
        return self.stored.get((tenant_id, backlog_id, number))

    def chunks(self, tenant_id: str, backlog_id: str) -> list[Chunk]:
        return [chunk for key, chunk in sorted(self.stored.items()) if key[:2] == (tenant_id, backlog_id)]

    def save(self, chunk: Chunk) -> bool:
        key = chunk.tenant_id, chunk.backlog_id, chunk.number
        if self.stored[key].version != chunk.version:
            return False
        self.stored[key] = replace(chunk, version=chunk.version + 1)
        return True

    def _store(self, chunks: Sequence[Chunk]) -> None:
        self.stored |= {(chunk.tenant_id, chunk.backlog_id, chunk.number): chunk for chunk in chunks}

    def _change(self, backlog: Backlog, **changes: Any) -> None:
        self.backlogs[_id(backlog)] = replace(self.backlogs[_id(backlog)], **changes)


def _id(backlog: Backlog) -> tuple[str, str]:
    return backlog.tenant_id, backlog.backlog_id


class FakeBacklogExecutions:
    """Step Functions: one execution per name, for ever; a start may get lost on its way."""

    def __init__(self) -> None:
        self.started: dict[str, Backlog] = {}
        self.endings: dict[str, str] = {}
        """The errors of those that ended without success, by name."""
        self.lost_starts = 0

    def start(self, backlog: Backlog) -> None:
        if self.lost_starts:
            self.lost_starts -= 1
            raise StorageUnavailable("Sending could not be started.", code="start_failed")
        self.started.setdefault(backlog.execution_name, backlog)

    def ended(self, backlog: Backlog) -> str | None:
        if backlog.execution_name not in self.started:
            raise NeverStarted(backlog.execution_name)
        return self.endings.get(backlog.execution_name)

    @property
    def ids(self) -> list[str]:
        return [backlog.backlog_id for backlog in self.started.values()]


CREATED = DocumentResult(Outcome.SYNCED, "created")


@dataclass
class FakeChunkPusher:
    """QuickBooks takes every document, unless it was told of another end; ``at_once`` is what there is time for."""

    sent: Callable[[DocumentKey], None]
    """What else happens to a document that is synced."""
    results: dict[DocumentKey, DocumentResult] = field(default_factory=dict)
    stops: list[SyncError] = field(default_factory=list)
    """What stops the next invocations after ``at_once`` documents."""
    crashes: list[BaseException] = field(default_factory=list)
    """What kills the next invocations after they have sent."""
    at_once: int = 1000
    asked_for: list[list[DocumentKey]] = field(default_factory=list)
    tasks: list[ChunkTask] = field(default_factory=list)

    def push_chunk(self, task: ChunkTask, backlog: Backlog, keys: Sequence[DocumentKey]) -> ChunkResult:
        self.tasks.append(task)
        self.asked_for.append(list(keys))
        done = {key: self.results.get(key, CREATED) for key in keys[: self.at_once]}
        for key, result in done.items():
            if result.outcome is Outcome.SYNCED:
                self.sent(key)
        if self.crashes:
            raise self.crashes.pop(0)
        return ChunkResult(done, self.stops.pop(0) if self.stops else None)


class FakeDailyConnections(FakeConnections):
    """Connections by the time of their daily run."""

    def __init__(self) -> None:
        super().__init__()
        self.due: dict[ConnectionKey, datetime] = {}

    def schedule_daily(self, key: ConnectionKey, due: datetime | None, replaced: datetime | None = None) -> bool:
        if key not in self.stored or (replaced and self.due.get(key) != replaced):
            return False
        if due:
            self.due[key] = due
        else:
            self.due.pop(key, None)
        return True

    def daily_due(self, now: datetime, limit: int) -> Iterable[tuple[ConnectionKey, datetime]]:
        found = sorted((due, key.tenant_id, key.connection_id) for key, due in self.due.items() if due <= now)
        return [(ConnectionKey(tenant, connection), due) for due, tenant, connection in found][:limit]
