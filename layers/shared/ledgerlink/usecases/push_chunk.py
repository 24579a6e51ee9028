"""Push many documents together: what they name is looked up in one call, and each call writes up to thirty of them.

Each is written exactly once by the same steps as a document that is pushed alone, and each is judged alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import Backlog, DocumentResult, Outcome
from ledgerlink.domain.connections import Connection, ConnectionStatus
from ledgerlink.domain.documents import Document, Status, load_content
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, Lease
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.resolution import Resolution
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.translation import Context, Resolved, Translation
from ledgerlink.errors import (
    ConnectionRevoked,
    DocumentBusy,
    NotConnected,
    OutOfSync,
    QuickBooksUnavailable,
    RateLimited,
    SyncError,
    Transient,
    WaitingForTurn,
)
from ledgerlink.usecases import push_document
from ledgerlink.usecases.answer_asks import answer_in_batches, unexpected
from ledgerlink.usecases.describe_company import CompanyFacts
from ledgerlink.usecases.find_references import sent_first
from ledgerlink.usecases.prepare_push import Routed, Tenants, route_document, translate_document
from ledgerlink.usecases.push_backlog_chunk import ChunkResult, ChunkTask
from ledgerlink.usecases.push_document import (
    ENDED_BY_A_PERSON,
    Companies,
    Company,
    Followers,
    Links,
    notes_of,
    sku_of,
)
from ledgerlink.usecases.record_push import PushRecorder, Try
from ledgerlink.usecases.store_document import Held, what_holds
from ledgerlink.usecases.write_once import Writing, Written, write_once

AT_ONCE = (30, 10, 3, 1)
"""Documents in one call: Intuit's batches take 30. After a call without an answer fewer, for one of them may be why."""
MOST_LINES = 600
"""Lines in one call: Intuit cuts a request after two minutes."""
LEASE_MARGIN = timedelta(seconds=150)
"""A call that is begun just before the deadline may take as long, and until then its documents are ours."""

_NO_ACCESS = (ConnectionRevoked, NotConnected)
_STOP = (WaitingForTurn, RateLimited, *_NO_ACCESS)
"""What is wrong with the company and not with the document."""

_GOES_WITH_DAILY = (Status.SYNCING, Status.WAITING_FOR_DAILY, Status.NEEDS_RECONNECT)
"""What is to be sent now that the daily run has come, or waits for the next one after the tenant has reconnected."""


class Each(Protocol):
    """``map``, or one that works on several at a time: storage is slow, and documents do not wait for each other."""

    def __call__[A, B](self, work: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]: ...


class Documents(push_document.Documents, Protocol):
    """Where documents are kept."""

    def put(self, document: Document, replaced: Document | None) -> bool:
        """False when somebody else wrote the document since ``replaced`` was read."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document whose translation is known."""

    routed: Routed
    translation: Translation
    context: Context
    wanted: Wanted

    @property
    def document(self) -> Document:
        return self.routed.document

    @property
    def company(self) -> str:
        return self.routed.connection.connection_id

    def named_of(self, chunk: Collection[DocumentKey]) -> set[DocumentKey]:
        """The other documents of the chunk that it names: what a bill is for."""
        key = self.document.key
        return {other for name in self.wanted.documents if (other := DocumentKey(key.tenant_id, *name)) in chunk} - {
            key
        }

    @property
    def lines(self) -> int:
        """How much of a call it takes."""
        return len(getattr(self.routed.content, "lines", ())) + 1


class _AskedOnce:
    """A company that is not asked again for the next document after it did not answer."""

    def __init__(self, company: CompanyFacts) -> None:
        self._company = company
        self._failure: Transient | None = None

    def company_info(self) -> Mapping[str, Any]:
        return self._answer(self._company.company_info)

    def preferences(self) -> Mapping[str, Any]:
        return self._answer(self._company.preferences)

    def _answer(self, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        if self._failure:
            raise self._failure
        try:
            return ask()
        except Transient as failure:
            self._failure = failure
            raise


class _Described:
    """Companies as QuickBooks described them for an earlier document of the chunk."""

    def __init__(self, tenants: Tenants, companies: Companies) -> None:
        self._tenants = tenants
        self._companies = companies
        self._known: dict[str, Connection] = {}
        self._asked: dict[str, _AskedOnce] = {}

    def facts(self, connection: Connection) -> CompanyFacts:
        """The company, as far as it answers in this chunk."""
        if connection.connection_id not in self._asked:
            self._asked[connection.connection_id] = _AskedOnce(self._companies.facts(connection))
        return self._asked[connection.connection_id]

    def describe(self, connection: Connection) -> None:
        self._tenants.describe(connection)
        self._known[connection.connection_id] = connection

    def known(self, routed: Routed) -> Routed:
        """The document on its way to the company as it is known now."""
        return replace(routed, connection=self._known.get(routed.connection.connection_id, routed.connection))


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
        each: Each = map,
    ) -> None:
        self.documents = documents
        self.tenants = tenants
        self.links = links
        self.companies = companies
        self.recorder = recorder
        self.followers = followers
        self.clock = clock
        self.each = each

    def push_chunk(self, task: ChunkTask, backlog: Backlog, keys: Sequence[DocumentKey]) -> ChunkResult:
        """Push as many as there is time for. Documents without a result were not begun."""
        return _Run(self, task, backlog, self.tenants.tenant(task.tenant_id)).push(keys)


class _Run:
    """One chunk in one invocation, with what became of its documents so far."""

    def __init__(self, ports: ChunkOfDocuments, task: ChunkTask, backlog: Backlog, tenant: Tenant) -> None:
        self._ports = ports
        self._task = task
        self._backlog = backlog
        self._tenant = tenant
        self._described = _Described(ports.tenants, ports.companies)
        self._lease = Lease(task.worker, task.deadline + LEASE_MARGIN)
        self._by_hand = backlog.trigger is Trigger.MANUAL
        self._results: dict[DocumentKey, DocumentResult] = {}
        self._stopped_by: SyncError | None = None
        self._at_once = AT_ONCE[task.lost_calls % len(AT_ONCE)]
        self._silent = False
        """The last document that was sent alone got no answer."""
        self._closed: set[str] = set()
        """Companies that take no more for the moment; the others go on."""
        self._gone: dict[str, SyncError] = {}
        """Of those: what we have no access to any more."""
        self._company_of: dict[DocumentKey, str] = {}

    def push(self, keys: Sequence[DocumentKey]) -> ChunkResult:
        by_company: dict[str, list[_Ready]] = defaultdict(list)
        for key, routed in zip(keys, self._ports.each(self._route, keys), strict=True):
            if ready := self._ready(key, routed):
                by_company[ready.company].append(ready)
        for documents in by_company.values():
            chunk = {ready.document.key for ready in documents}
            self._push_to_company([ready for ready in documents if not ready.named_of(chunk)])
            self._push_to_company([ready for ready in documents if self._may_follow(ready, ready.named_of(chunk))])
        for key, company in self._company_of.items():
            if company in self._gone:
                self._results.setdefault(key, _left_out(self._gone[company]))
        return ChunkResult(self._results, self._stopped_by)

    # each document's own part

    def _route(self, key: DocumentKey) -> Routed | DocumentResult | tuple[Document, SyncError]:
        """Its way; the result of one that is not to be sent."""
        document = self._ports.documents.get(key)
        if document is None:
            return DocumentResult(Outcome.SKIPPED, "not_found")
        try:
            held = self._held(document)
            if held is None:
                return route_document(document, self._tenant, self._ports.links, by_hand=self._by_hand)
        except SyncError as error:
            return document, error
        except Exception as failure:
            return document, unexpected(failure)
        return self._hold(document, held)

    def _held(self, document: Document) -> Held | None:
        """What holds it back from its daily run: the settings or its own status may have changed while it waited."""
        if self._backlog.trigger is not Trigger.DAILY:
            return None
        kind = document.key.kind
        held = what_holds(self._tenant, kind, load_content(kind, document.content))
        # Without any company the chunk stops, and goes on when one is connected again.
        goes = held.status in _GOES_WITH_DAILY or (held.status is Status.NOT_CONNECTED and not self._others())
        return None if goes else held

    def _hold(self, document: Document, held: Held) -> DocumentResult:
        """Keep it under what holds it now, as a PUT of today would."""
        if document.status is not held.status:
            now = self._ports.clock()
            kept = replace(
                document,
                status=held.status,
                last_error=held.reason,
                connection_id=held.connection_id,
                updated_at=now,
            )
            if not self._ports.documents.put(kept, document):
                return DocumentResult(Outcome.SKIPPED, "changed_meanwhile")
        return DocumentResult(Outcome.SKIPPED, held.status.value)

    def _ready(self, key: DocumentKey, routed: Routed | DocumentResult | tuple[Document, SyncError]) -> _Ready | None:
        if isinstance(routed, DocumentResult):
            self._results[key] = routed
            return None
        if isinstance(routed, tuple):
            document, error = routed
            if isinstance(error, _NO_ACCESS) and self._others():
                self._results[key] = _left_out(error)
            elif isinstance(error, _STOP):
                self._stop(error)
            else:
                self._hand_on(document, error)
            return None
        self._company_of[key] = routed.connection.connection_id
        if routed.link and routed.is_unchanged and not self._by_hand:
            self._unchanged(routed, routed.link)
            return None
        if self._is_over(routed.connection.connection_id):
            return None
        routed, described = self._described.known(routed), self._described
        try:
            translation, context = translate_document(routed, described, described.facts, self._ports.clock())
            return _Ready(routed, translation, context, translation.wanted())
        except SyncError as error:
            self._not_to_be_had(routed, error)
        except Exception as failure:
            self._failed(routed, unexpected(failure))
        return None

    def _unchanged(self, routed: Routed, link: EntityLink) -> None:
        one = self._try(routed.document, self._ports.clock())
        if error := self._keep(one, routed, link, "unchanged", []):
            self._not_to_be_had(routed, error)
        else:
            self._results[routed.document.key] = DocumentResult(Outcome.SYNCED, "unchanged")

    def _keep(self, one: Try, routed: Routed, link: EntityLink, how: str, notes: list[str]) -> SyncError | None:
        """What kept its success from being kept, if anything did: then it is repeated, and finds it there."""
        try:
            self._ports.followers.follow(routed)
            self._ports.recorder.succeeded(one, routed.document, routed.connection, link, how, notes)
        except SyncError as error:
            return error
        except Exception as failure:
            return unexpected(failure)
        return None

    def _not_to_be_had(self, routed: Routed, error: SyncError) -> None:
        """What a document needs before it is written: who does not answer now has no answer for the others either."""
        if isinstance(error, Transient) and not isinstance(error, DocumentBusy):
            self._stop(error, routed.connection.connection_id)
        else:
            self._failed(routed, error)

    def _failed(self, routed: Routed, error: SyncError) -> None:
        if isinstance(error, _STOP):
            self._stop(error, routed.connection.connection_id)
        else:
            self._hand_on(routed.document, error)

    def _hand_on(self, document: Document, error: SyncError) -> None:
        self._ports.recorder.failed(self._try(document, self._ports.clock()), document, error)
        self._results[document.key] = DocumentResult(Outcome.HANDED_ON, error.code)

    def _stop(self, error: SyncError, company: str = "") -> None:
        """Without access to one company the backlog goes on with the others, and fails when none is left."""
        self._closed.add(company)
        if isinstance(error, _NO_ACCESS) and self._others(company):
            self._gone[company] = error
        else:
            self._stopped_by = self._stopped_by or error

    def _others(self, company: str = "") -> bool:
        """Whether the tenant has another company that documents of the backlog may go to."""
        return any(
            connection.status is ConnectionStatus.CONNECTED and connection.connection_id not in (company, *self._gone)
            for connection in self._tenant.connections
        )

    def _may_follow(self, ready: _Ready, named: Collection[DocumentKey]) -> bool:
        """Whether it names others of the chunk, and all of them are in QuickBooks by now."""
        became = [self._results.get(key) for key in named]
        if any(result and result.outcome is Outcome.HANDED_ON for result in became):
            # They are tried again by themselves, so it is as well.
            self._hand_on(ready.document, sent_first())
            return False
        return bool(became) and all(became)

    # one company's part

    def _push_to_company(self, documents: Sequence[_Ready]) -> None:
        if not documents or self._is_over(documents[0].company):
            return
        try:
            company = self._ports.companies.open(documents[0].context, self._lease)
            resolution = company.references.resolve([ready.wanted for ready in documents])
        except Transient as error:
            self._stop(error, documents[0].company)
            return
        except Exception as failure:
            refusal = failure if isinstance(failure, SyncError) else unexpected(failure)
            for ready in documents:
                self._failed(ready.routed, refusal)
            return
        resolved: list[tuple[_Ready, References]] = []
        for ready in documents:
            try:
                resolved.append((ready, resolution.references(ready.wanted)))
            except SyncError as error:
                self._not_to_be_had(ready.routed, error)
        for part in _calls(resolved, self._at_once):
            if self._is_over(documents[0].company):
                return
            self._push_together(company, part, resolution)

    def _is_over(self, company: str) -> bool:
        return company in self._closed or self._ports.clock() >= self._task.deadline

    def _push_together(
        self, company: Company, part: Sequence[tuple[_Ready, References]], resolution: Resolution
    ) -> None:
        now, before = self._ports.clock(), company.books.calls
        held = self._take_skus(company, [ready for ready, _ in part])
        try:
            part = [(ready, refs) for ready, refs in part if ready.document.key not in self._results]
            outcomes = answer_in_batches(
                company.books,
                [write_once(self._writing(ready, refs, now)) for ready, refs in part],
                self._ports.each,
            )
        finally:
            for sku in held:
                company.guard.give_back(sku)
        if lost := self._lost(outcomes):
            self._stop(lost, part[0][0].company)
            return
        calls, intuit_tid = company.books.calls - before, company.books.last_intuit_tid
        written = [(ready, outcome) for (ready, _), outcome in zip(part, outcomes, strict=True)]

        def keep(one: tuple[_Ready, Written | SyncError]) -> SyncError | None:
            ready, outcome = one
            if isinstance(outcome, SyncError):
                return None
            notes = notes_of(outcome, ready.translation, resolution.notes_for(ready.wanted))
            if len(part) > 1:
                notes.append(f"Sent together with {len(part) - 1} others")
            tried = self._try(ready.document, now, calls, intuit_tid)
            return self._keep(tried, ready.routed, outcome.link, outcome.how, notes)

        for (ready, refs), outcome, unkept in zip(part, outcomes, self._ports.each(keep, written), strict=True):
            if unkept:
                self._not_to_be_had(ready.routed, unkept)
            elif isinstance(outcome, SyncError):
                self._failed(ready.routed, self._explained(company, ready, refs, outcome))
            else:
                self._results[ready.document.key] = DocumentResult(Outcome.SYNCED, outcome.how.value)

    def _lost(self, outcomes: Sequence[Written | SyncError]) -> SyncError | None:
        """No answer to any of them: the whole call is repeated, with fewer of them together, and begins with a look.

        One that gets none alone is handed on, so that it holds up nobody; two in a row are no matter of theirs.
        """
        lost = [outcome for outcome in outcomes if isinstance(outcome, QuickBooksUnavailable)]
        if not outcomes or len(lost) < len(outcomes):
            self._silent = False
            return None
        if len(lost) > 1 or self._at_once > 1 or self._silent:
            return lost[0]
        self._silent = True
        return None

    def _take_skus(self, company: Company, documents: Sequence[_Ready]) -> list[str]:
        held = []
        for ready in documents:
            if sku := sku_of(ready.translation):
                try:
                    company.guard.take(sku)
                    held.append(sku)
                except SyncError as error:
                    self._failed(ready.routed, error)
        return held

    def _writing(self, ready: _Ready, refs: References, now: datetime) -> Writing:
        document = ready.document
        return Writing(
            links=self._ports.links,
            key=ready.routed.key,
            document=Resolved(ready.translation, refs),
            content_hash=document.content_hash,
            revision=document.revision,
            lease=self._lease,
            now=now,
            by_hand=self._by_hand,
            is_newest=lambda: self._is_newest(document),
        )

    def _is_newest(self, document: Document) -> bool:
        stored = self._ports.documents.get(document.key)
        return stored is not None and stored.revision == document.revision

    def _explained(self, company: Company, ready: _Ready, refs: References, error: SyncError) -> SyncError:
        if not isinstance(error, OutOfSync) or error.code in ENDED_BY_A_PERSON:
            return error
        try:
            return company.references.explain(ready.wanted, refs, error)
        except SyncError:
            return error  # what QuickBooks said is known, only not what it meant

    def _try(self, document: Document, began: datetime, calls: int = 0, intuit_tid: str | None = None) -> Try:
        task, key = self._task, document.key
        return Try(
            attempt=Attempt(key, document.revision, document.attempt),
            trigger=Trigger.REDRIVE if task.redrive_count else self._backlog.trigger,
            execution=task.execution,
            entry_id=f"{task.execution}:{task.redrive_count}:{task.try_number}:{key.kind}/{key.document_id}",
            try_number=task.try_number,
            began=began,
            calls=calls,
            intuit_tid=intuit_tid,
        )


def _left_out(error: SyncError) -> DocumentResult:
    """A document whose company was lost stays as it stands, for another backlog after that is connected again."""
    return DocumentResult(Outcome.SKIPPED, error.code)


def _calls(documents: Sequence[tuple[_Ready, References]], at_once: int) -> Iterator[list[tuple[_Ready, References]]]:
    """As many documents as one call takes."""
    part: list[tuple[_Ready, References]] = []
    lines = 0
    for ready, refs in documents:
        if part and (len(part) >= at_once or lines + ready.lines > MOST_LINES):
            yield part
            part, lines = [], 0
        part.append((ready, refs))
        lines += ready.lines
    if part:
        yield part
