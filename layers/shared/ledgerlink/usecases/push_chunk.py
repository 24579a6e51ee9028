"""Push many documents together: what they name is looked up in one call, and each call writes up to thirty of them.

Each is written exactly once by the same steps as a document that is pushed alone, and each is judged alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import Backlog, DocumentResult, Outcome
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import Lease
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.translation import Context, Resolved, Translation
from ledgerlink.errors import ConnectionRevoked, NotConnected, OutOfSync, RateLimited, SyncError, WaitingForTurn
from ledgerlink.usecases.answer_asks import answer_in_batches
from ledgerlink.usecases.prepare_push import Routed, Tenants, route_document, translate_document
from ledgerlink.usecases.push_backlog_chunk import ChunkResult, ChunkTask
from ledgerlink.usecases.push_document import (
    ENDED_BY_A_PERSON,
    Companies,
    Company,
    Documents,
    Followers,
    Links,
    notes_of,
    sku_of,
)
from ledgerlink.usecases.record_push import PushRecorder, Try
from ledgerlink.usecases.resolve_references import Resolution
from ledgerlink.usecases.write_once import Writing, Written, write_once

AT_ONCE = 30
"""Intuit's batches take as many."""
MOST_LINES = 600
"""Lines in one call: Intuit cuts a request after two minutes."""
LEASE_MARGIN = timedelta(seconds=150)
"""A call that is begun just before the deadline may take as long, and until then its documents are ours."""

_STOP = (WaitingForTurn, RateLimited, ConnectionRevoked, NotConnected)
"""What is wrong with the company and not with the document."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document whose translation is known."""

    routed: Routed
    translation: Translation
    context: Context
    wanted: Wanted

    @property
    def lines(self) -> int:
        """How much of a call it takes."""
        return len(getattr(self.routed.content, "lines", ())) + 1


class _Described:
    """Companies as QuickBooks described them for an earlier document of the chunk."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._known: dict[str, Connection] = {}

    def describe(self, connection: Connection) -> None:
        self._tenants.describe(connection)
        self._known[connection.connection_id] = connection

    def known(self, routed: Routed) -> Routed:
        """The document on its way to the company as it is known now."""
        return replace(routed, connection=self._known.get(routed.connection.connection_id, routed.connection))


@dataclass(slots=True)
class _Collected:
    """What became of the documents so far."""

    described: _Described
    results: dict[DocumentKey, DocumentResult] = field(default_factory=dict)
    stopped_by: SyncError | None = None

    def stop(self, error: SyncError) -> None:
        """Waiting is worth another try; what a person has to put right comes up again when nothing else is left."""
        if self.stopped_by is None or isinstance(error, WaitingForTurn | RateLimited):
            self.stopped_by = error


class ChunkOfDocuments:
    """Pushes documents of one stack, many at a time."""

    def __init__(
        self,
        documents: Documents,
        tenants: Tenants,
        links: Links,
        companies: Companies,
        recorder: PushRecorder,
        followers: Followers,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._tenants = tenants
        self._links = links
        self._companies = companies
        self._recorder = recorder
        self._followers = followers
        self._clock = clock

    def push_chunk(self, task: ChunkTask, backlog: Backlog, keys: Sequence[DocumentKey]) -> ChunkResult:
        """Push as many as there is time for. Documents without a result were not begun."""
        tenant = self._tenants.tenant(task.tenant_id)
        collected = _Collected(_Described(self._tenants))
        by_company: dict[str, list[_Ready]] = defaultdict(list)
        for key in keys:
            if ready := self._ready(task, backlog, tenant, key, collected):
                by_company[ready.routed.connection.connection_id].append(ready)
        for documents in by_company.values():
            self._push_to_company(task, backlog, documents, collected)
        return ChunkResult(collected.results, collected.stopped_by)

    # one document's part

    def _ready(
        self, task: ChunkTask, backlog: Backlog, tenant: Tenant, key: DocumentKey, collected: _Collected
    ) -> _Ready | None:
        document = self._documents.get(key)
        if document is None:
            collected.results[key] = DocumentResult(Outcome.SKIPPED, "not_found")
            return None
        by_hand = backlog.trigger is Trigger.MANUAL
        now = self._clock()
        try:
            routed = route_document(document, tenant, self._links, by_hand=by_hand)
            if routed.link and routed.is_unchanged and not by_hand:
                self._followers.follow(routed)
                self._recorder.succeeded(
                    _try(task, backlog, document, now), document, routed.connection, routed.link, "unchanged", []
                )
                collected.results[key] = DocumentResult(Outcome.SYNCED, "unchanged")
                return None
            routed = collected.described.known(routed)
            translation, context = translate_document(routed, collected.described, self._companies.facts, now)
        except SyncError as error:
            self._failed(task, backlog, document, error, collected)
            return None
        return _Ready(routed, translation, context, translation.wanted())

    def _failed(
        self, task: ChunkTask, backlog: Backlog, document: Document, error: SyncError, collected: _Collected
    ) -> None:
        if isinstance(error, _STOP):
            collected.stop(error)
            return
        self._recorder.failed(_try(task, backlog, document, self._clock()), document, error)
        collected.results[document.key] = DocumentResult(Outcome.HANDED_ON, error.code)

    # one company's part

    def _push_to_company(
        self, task: ChunkTask, backlog: Backlog, documents: Sequence[_Ready], collected: _Collected
    ) -> None:
        lease = Lease(task.worker, task.deadline + LEASE_MARGIN)
        company = self._companies.open(documents[0].context, lease)
        try:
            resolution = company.references.resolve([ready.wanted for ready in documents])
        except SyncError as error:
            for ready in documents:
                self._failed(task, backlog, ready.routed.document, error, collected)
            return
        resolved: list[tuple[_Ready, References]] = []
        for ready in documents:
            try:
                resolved.append((ready, resolution.references(ready.wanted)))
            except SyncError as error:
                self._failed(task, backlog, ready.routed.document, error, collected)
        for part in _calls(resolved):
            if self._clock() >= task.deadline or isinstance(collected.stopped_by, _STOP):
                return
            self._push_together(task, backlog, company, lease, part, resolution, collected)

    def _push_together(
        self,
        task: ChunkTask,
        backlog: Backlog,
        company: Company,
        lease: Lease,
        part: Sequence[tuple[_Ready, References]],
        resolution: Resolution,
        collected: _Collected,
    ) -> None:
        now, before = self._clock(), company.books.calls
        held = self._take_skus(task, backlog, company, part, collected)
        try:
            part = [(ready, refs) for ready, refs in part if ready.routed.document.key not in collected.results]
            outcomes = answer_in_batches(
                company.books, [write_once(self._writing(backlog, r, refs, lease, now)) for r, refs in part]
            )
        finally:
            for sku in held:
                company.guard.give_back(sku)
        calls = company.books.calls - before
        for (ready, refs), outcome in zip(part, outcomes, strict=True):
            if isinstance(outcome, SyncError):
                error = self._explained(company, ready, refs, outcome)
                self._failed(task, backlog, ready.routed.document, error, collected)
            else:
                one = _try(task, backlog, ready.routed.document, now, calls, company.books.last_intuit_tid)
                self._succeeded(one, ready, outcome, resolution, len(part))
                collected.results[ready.routed.document.key] = DocumentResult(Outcome.SYNCED, outcome.how.value)

    def _take_skus(
        self,
        task: ChunkTask,
        backlog: Backlog,
        company: Company,
        part: Sequence[tuple[_Ready, References]],
        collected: _Collected,
    ) -> list[str]:
        held = []
        for ready, _ in part:
            if sku := sku_of(ready.translation):
                try:
                    company.guard.take(sku)
                    held.append(sku)
                except SyncError as error:
                    self._failed(task, backlog, ready.routed.document, error, collected)
        return held

    def _writing(self, backlog: Backlog, ready: _Ready, refs: References, lease: Lease, now: datetime) -> Writing:
        document = ready.routed.document
        return Writing(
            links=self._links,
            key=ready.routed.key,
            document=Resolved(ready.translation, refs),
            content_hash=document.content_hash,
            revision=document.revision,
            lease=lease,
            now=now,
            by_hand=backlog.trigger is Trigger.MANUAL,
            is_newest=lambda: self._is_newest(document),
        )

    def _is_newest(self, document: Document) -> bool:
        stored = self._documents.get(document.key)
        return stored is not None and stored.revision == document.revision

    def _explained(self, company: Company, ready: _Ready, refs: References, error: SyncError) -> SyncError:
        if not isinstance(error, OutOfSync) or error.code in ENDED_BY_A_PERSON:
            return error
        try:
            return company.references.explain(ready.wanted, refs, error)
        except SyncError:
            return error  # what QuickBooks said is known, only not what it meant

    def _succeeded(self, one: Try, ready: _Ready, written: Written, resolution: Resolution, together: int) -> None:
        notes = notes_of(written, ready.translation, resolution.notes_for(ready.wanted))
        if together > 1:
            notes.append(f"Sent together with {together - 1} others")
        self._followers.follow(ready.routed)
        routed = ready.routed
        self._recorder.succeeded(one, routed.document, routed.connection, written.link, written.how, notes)


def _calls(documents: Sequence[tuple[_Ready, References]]) -> Iterator[list[tuple[_Ready, References]]]:
    """As many documents as one call takes."""
    part: list[tuple[_Ready, References]] = []
    lines = 0
    for ready, refs in documents:
        if part and (len(part) >= AT_ONCE or lines + ready.lines > MOST_LINES):
            yield part
            part, lines = [], 0
        part.append((ready, refs))
        lines += ready.lines
    if part:
        yield part


def _try(
    task: ChunkTask,
    backlog: Backlog,
    document: Document,
    began: datetime,
    calls: int = 0,
    intuit_tid: str | None = None,
) -> Try:
    key = document.key
    return Try(
        attempt=Attempt(key, document.revision, document.attempt),
        trigger=Trigger.REDRIVE if task.redrive_count else backlog.trigger,
        execution=task.execution,
        entry_id=f"{task.execution}:{task.redrive_count}:{task.try_number}:{key.kind}/{key.document_id}",
        try_number=task.try_number,
        began=began,
        calls=calls,
        intuit_tid=intuit_tid,
    )
