"""Push one document to QuickBooks. Everything is read afresh, so a redrive sees what was fixed meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, Lease
from ledgerlink.domain.to_quickbooks.item import ItemTranslation
from ledgerlink.domain.to_quickbooks.kept_fields import kept_note
from ledgerlink.domain.translation import Context, Resolved, Translation
from ledgerlink.errors import NotFound, OutOfSync, SyncError
from ledgerlink.usecases.connections.describe_company import CompanyFacts
from ledgerlink.usecases.push import prepare_push, record_push, write_once
from ledgerlink.usecases.push.answer_asks import BatchBooks, Books, answer_one_by_one
from ledgerlink.usecases.push.prepare_push import Routed, Tenants, route_document, translate_document, written_elsewhere
from ledgerlink.usecases.push.record_push import PushRecorder, Try
from ledgerlink.usecases.push.write_once import Writing, Written
from ledgerlink.usecases.references.resolve_references import ReferenceResolver
from ledgerlink.usecases.references.sku_guard import SkuGuard

ENDED_BY_A_PERSON = ("deleted_in_quickbooks", "voided_in_quickbooks", "closed_in_quickbooks")
"""What somebody did in QuickBooks to the entity itself, not to something that it names."""


SUPERSEDED = "superseded"
"""Nothing was sent, for the document has changed since and waits for something."""


class Documents(record_push.Documents, Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def mark_syncing(self, document: Document, now: datetime) -> None:
        """A redrive makes a failed document busy again."""


class Links(prepare_push.Links, write_once.EntityLinks, Protocol):
    """What documents became."""


class CountingBooks(Books, BatchBooks, Protocol):
    """A company that counts what it was asked."""

    @property
    def calls(self) -> int: ...
    @property
    def last_intuit_tid(self) -> str | None: ...


class Company(Protocol):
    """All that a push needs of one connected company."""

    @property
    def books(self) -> CountingBooks: ...
    @property
    def references(self) -> ReferenceResolver: ...
    @property
    def guard(self) -> SkuGuard: ...


class Companies(Protocol):
    """Opens a connected company."""

    def open(self, context: Context, lease: Lease) -> Company: ...
    def facts(self, connection: Connection) -> CompanyFacts: ...


class Followers(Protocol):
    """What follows from a document that is in QuickBooks."""

    def follow(self, routed: Routed) -> None:
        """Harmless when it is repeated."""


@dataclass(frozen=True, slots=True)
class PushTask:
    """Which try of which attempt this is."""

    attempt: Attempt
    trigger: Trigger
    execution: str
    redrive_count: int
    try_number: int
    """1 for the first try of an execution or of a redrive."""
    worker: str
    """This invocation alone: the owner of the lease."""

    @property
    def by_hand(self) -> bool:
        """A person asked for it, so the document is sent even if QuickBooks seems to have it."""
        return self.trigger in (Trigger.MANUAL, Trigger.REDRIVE)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What QuickBooks has now."""

    entity_id: str
    how: str


class DocumentPusher:
    """Pushes documents of one stack, one at a time."""

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

    def push(self, task: PushTask, lease: timedelta) -> Pushed:
        """Make QuickBooks hold the document as it is now, exactly once. Raises any SyncError."""
        now = self._clock()
        document = self._documents.get(task.attempt.key)
        if document is None:
            raise NotFound("The document to be sent is not stored here.")
        if _is_superseded(document, task):
            return Pushed("", SUPERSEDED)
        one = _try(task, now)
        try:
            # An older attempt that is redriven pushes as well, but how it ends says nothing about the last one.
            if document.status is not Status.SYNCING and document.attempt == task.attempt.number:
                self._documents.mark_syncing(document, now)
            tenant = self._tenants.tenant(document.key.tenant_id)
            routed = route_document(document, tenant, self._links, by_hand=task.by_hand)
            if routed.link and routed.is_unchanged and not task.by_hand:
                return self._done(one, routed, routed.link, "unchanged", [])
            translation, context = translate_document(routed, self._tenants, self._companies.facts, now)
            company = self._companies.open(context, Lease(task.worker, now + lease))
        except SyncError as error:
            self._recorder.failed(one, document, error)
            raise
        try:
            written, notes = self._write(company, routed, translation, task, Lease(task.worker, now + lease), now)
        except SyncError as error:
            self._recorder.failed(_counted(one, company.books), document, error)
            raise
        return self._done(_counted(one, company.books), routed, written.link, written.how, notes)

    def _write(
        self, company: Company, routed: Routed, translation: Translation, task: PushTask, lease: Lease, now: datetime
    ) -> tuple[Written, list[str]]:
        wanted = translation.wanted()
        resolution = company.references.resolve([wanted])
        refs = resolution.references(wanted)
        resolved = Resolved(translation, refs)
        writing = writing_of(self._documents, self._links, routed, resolved, lease, now, by_hand=task.by_hand)
        try:
            with company.guard.alone(sku_of(translation)):
                written = answer_one_by_one(company.books, write_once.write_once(writing))
        except OutOfSync as error:
            if error.code in ENDED_BY_A_PERSON:
                raise
            raise company.references.explain(wanted, refs, error) from error
        return written, notes_of(written, translation, resolution.notes_for(wanted))

    def _done(self, one: Try, routed: Routed, link: EntityLink, how: str, notes: list[str]) -> Pushed:
        assert link.entity_id is not None
        self._followers.follow(routed)
        self._recorder.succeeded(one, routed.document, routed.connection, link, how, notes)
        return Pushed(link.entity_id, how)


def _is_superseded(document: Document, task: PushTask) -> bool:
    """A newer revision is held back by now: this attempt stood in line for one that is no longer wanted."""
    is_held = document.status not in (Status.SYNCING, Status.SYNCED, Status.SYNC_FAILED)
    return is_held and document.revision > task.attempt.revision and not task.by_hand


def writing_of(
    documents: Documents,
    links: Links,
    routed: Routed,
    resolved: Resolved,
    lease: Lease,
    now: datetime,
    *,
    by_hand: bool,
) -> Writing:
    """How a document is written, unless a newer revision of it is stored by then, or another company has it."""
    document = routed.document

    def is_newest() -> bool:
        stored = documents.get(document.key)
        if stored is None or stored.revision != document.revision:
            return False
        return _realm_of(stored) == _realm_of(document) and not written_elsewhere(routed, links)

    return Writing(
        links=links,
        key=routed.key,
        document=resolved,
        content_hash=routed.sent_hash,
        revision=document.revision,
        lease=lease,
        now=now,
        by_hand=by_hand,
        is_newest=is_newest,
    )


def _realm_of(document: Document) -> str:
    return document.quickbooks.realm_id if document.quickbooks else ""


def sku_of(translation: Translation) -> str:
    """The SKU of a product whose item may have to be created, else nothing."""
    return translation.product.sku if isinstance(translation, ItemTranslation) else ""


def notes_of(written: Written, translation: Translation, others: list[str]) -> list[str]:
    """What the tenant should know: of the document itself only where it was created just now."""
    own = translation.notes if written.how is write_once.How.CREATED else ()
    kept = kept_note(written.kept)
    return [*own, *others, kept] if kept else [*own, *others]


def _try(task: PushTask, now: datetime) -> Try:
    return Try(
        attempt=task.attempt,
        trigger=task.trigger,
        execution=task.execution,
        entry_id=f"{task.execution}:{task.redrive_count}:{task.try_number}",
        try_number=task.try_number,
        began=now,
    )


def _counted(one: Try, books: CountingBooks) -> Try:
    return replace(one, calls=books.calls, intuit_tid=books.last_intuit_tid)
