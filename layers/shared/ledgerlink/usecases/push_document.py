"""Push one document to QuickBooks. Everything is read afresh, so a redrive sees what was fixed meanwhile."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection, choose_connection
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status, load_content
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.purchase_order_body import References, create_body, line_ids_of, marked_documents, update_body
from ledgerlink.domain.purchase_orders import ENTITY, PurchaseOrder
from ledgerlink.errors import DocumentBusy, MissingConfiguration, NotFound, OutOfSync, SyncError, WaitingForTurn
from ledgerlink.usecases.describe_company import CompanyFacts, Descriptions, described
from ledgerlink.usecases.resolve_references import ReferenceResolver
from ledgerlink.usecases.write_once import Books, EntityLinks, Written, write_once

logger = logging.getLogger(__name__)


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def mark_syncing(self, document: Document, now: datetime) -> None:
        """A redrive makes a failed document busy again."""

    def mark_synced(self, document: Document, became: EntityInQuickBooks, now: datetime) -> bool:
        """False when the document has a newer revision by now."""

    def note_error(self, attempt: Attempt, error: Mapping[str, Any]) -> None:
        """What the last try ran into, while the next one is still to come."""


class Connections(Descriptions, Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


class Links(EntityLinks, Protocol):
    """Links that can also be read."""

    def find(self, key: LinkKey) -> EntityLink | None: ...


class ActivityLog(Protocol):
    """One entry per attempt."""

    def write(self, entry: Activity) -> None: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


class MeteredBooks(Books, Protocol):
    """A company that counts what it was asked."""

    @property
    def calls(self) -> int: ...
    @property
    def last_intuit_tid(self) -> str | None: ...


class Company(Protocol):
    """All that a push needs of one connected company."""

    @property
    def books(self) -> MeteredBooks: ...
    @property
    def references(self) -> ReferenceResolver: ...


class Companies(Protocol):
    """Opens a connected company."""

    def open(self, connection: Connection) -> Company: ...
    def facts(self, connection: Connection) -> CompanyFacts: ...


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
        return self.trigger is not Trigger.AUTOMATIC


@dataclass(frozen=True, slots=True)
class Pushed:
    """What QuickBooks has now."""

    entity_id: str
    how: str


@dataclass(frozen=True, slots=True)
class _PurchaseOrderToWrite:
    """The purchase order with its references resolved."""

    order: PurchaseOrder
    document_id: str
    refs: References
    connection: Connection
    entity: str = ENTITY

    @property
    def doc_number(self) -> str:
        return self.order.doc_number

    def create_body(self) -> Mapping[str, Any]:
        return create_body(self.order, self.document_id, self.refs, self.connection)

    def update_body(self, entity_id: str, sync_token: str, line_ids: Mapping[str, str]) -> Mapping[str, Any]:
        return update_body(
            self.order,
            self.document_id,
            self.refs,
            self.connection,
            entity_id=entity_id,
            sync_token=sync_token,
            line_ids=line_ids,
        )

    def line_ids_of(self, entity: Mapping[str, Any]) -> dict[str, str]:
        return line_ids_of(self.order, entity)

    def is_ours(self, entity: Mapping[str, Any]) -> bool:
        return self.document_id in marked_documents(entity)

    def may_be_adopted(self, entity: Mapping[str, Any]) -> bool:
        # Another document's purchase order stays its own even while that one's link is not stored yet.
        same_vendor = str((entity.get("VendorRef") or {}).get("value")) == self.refs.vendor_id
        return same_vendor and not marked_documents(entity)


class DocumentPusher:
    """Pushes documents of one stack."""

    def __init__(
        self,
        documents: Documents,
        connections: Connections,
        links: Links,
        companies: Companies,
        activity: ActivityLog,
        events: Announcer,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._connections = connections
        self._links = links
        self._companies = companies
        self._activity = activity
        self._events = events
        self._clock = clock

    def push(self, task: PushTask, lease: timedelta) -> Pushed:
        """Make QuickBooks hold the document as it is now, exactly once. Raises any SyncError."""
        now = self._clock()
        document = self._documents.get(task.attempt.key)
        if document is None:
            raise NotFound("The document to be sent is not stored here.")
        books: MeteredBooks | None = None
        try:
            # An older attempt that is redriven pushes as well, but how it ends says nothing about the last one.
            if document.status is not Status.SYNCING and document.attempt == task.attempt.number:
                self._documents.mark_syncing(document, now)
            connection = choose_connection(self._connections.of_tenant(task.attempt.key.tenant_id))
            key = LinkKey(connection.tenant_id, connection.connection_id, document.key.kind, document.key.document_id)
            link = self._links.find(key)
            _stay_in_company(document, connection, task)
            if link and _has_content(link, document) and not task.by_hand:
                return self._done(task, document, connection, link, "unchanged", None, now)
            connection = described(self._connections, connection, self._companies.facts)
            company = self._companies.open(connection)
            books = company.books
            worker = Lease(task.worker, now + lease)
            written = self._write(company, key, document, connection, task, worker, now, is_new=link is None)
        except SyncError as error:
            self._note(task, document, error, books, now)
            raise
        return self._done(task, document, connection, written.link, written.how, books, now)

    def _write(
        self,
        company: Company,
        key: LinkKey,
        document: Document,
        connection: Connection,
        task: PushTask,
        lease: Lease,
        now: datetime,
        *,
        is_new: bool,
    ) -> Written:
        order = cast(PurchaseOrder, load_content(document.key.kind, document.content))
        refs = company.references.resolve(order, is_new=is_new)
        try:
            return write_once(
                company.books,
                self._links,
                key,
                _PurchaseOrderToWrite(order, document.key.document_id, refs, connection),
                content_hash=document.content_hash,
                revision=document.revision,
                lease=lease,
                now=now,
                by_hand=task.by_hand,
                is_newest=lambda: self._is_newest(document),
            )
        except OutOfSync as error:
            if error.code == "deleted_in_quickbooks":
                raise
            raise company.references.explain(order, refs, error) from error

    def _is_newest(self, document: Document) -> bool:
        stored = self._documents.get(document.key)
        return stored is not None and stored.revision == document.revision

    def _done(
        self,
        task: PushTask,
        document: Document,
        connection: Connection,
        link: EntityLink,
        how: str,
        books: MeteredBooks | None,
        now: datetime,
    ) -> Pushed:
        assert link.entity_id is not None
        became = EntityInQuickBooks(link.entity, link.entity_id, link.doc_number, link.sync_token, connection.realm_id)
        self._documents.mark_synced(document, became, now)
        self._activity.write(self._entry(task, document, Outcome.SUCCEEDED, books, now, summary=how))
        self._events.publish(
            "document.synced",
            document.key.tenant_id,
            {
                "kind": document.key.kind,
                "id": document.key.document_id,
                "revision": document.revision,
                "how": how,
                "quickbooks": {"entity": link.entity, "id": link.entity_id, "doc_number": link.doc_number},
            },
        )
        return Pushed(link.entity_id, how)

    def _note(
        self, task: PushTask, document: Document, error: SyncError, books: MeteredBooks | None, now: datetime
    ) -> None:
        """Keep what went wrong; the state machine decides whether there is another try."""
        try:
            self._documents.note_error(task.attempt, error.to_dict())
            if not isinstance(error, DocumentBusy | WaitingForTurn):  # waiting is no try
                self._activity.write(self._entry(task, document, Outcome.FAILED, books, now, error=error))
        except SyncError as failure:  # the error that we were to keep is the one that matters
            # No traceback: it would show that one as well, and with it a customer's names.
            logger.warning("error not noted", extra={"error_code": failure.code})

    def _entry(
        self,
        task: PushTask,
        document: Document,
        outcome: Outcome,
        books: MeteredBooks | None,
        now: datetime,
        *,
        error: SyncError | None = None,
        summary: str = "",
    ) -> Activity:
        return Activity(
            entry_id=f"{task.execution}:{task.redrive_count}:{task.try_number}:{outcome}",
            key=document.key,
            at=now,
            revision=document.revision,
            trigger=task.trigger,
            outcome=outcome,
            attempt=task.attempt.number,
            try_number=task.try_number,
            execution=task.execution,
            duration_ms=round((self._clock() - now) / timedelta(milliseconds=1)),
            calls=books.calls if books else 0,
            intuit_tid=(error.intuit_tid if error else None) or (books.last_intuit_tid if books else None),
            error=error.to_dict() if error else None,
            summary=summary,
        )


def _has_content(link: EntityLink, document: Document) -> bool:
    """QuickBooks surely has this very content: no write was begun since it was stored there."""
    return bool(link.entity_id) and not link.deleted and link.content_hash == document.content_hash


def _stay_in_company(document: Document, connection: Connection, task: PushTask) -> None:
    """A document is not made a second time in another company just because that one was connected meanwhile."""
    became = document.quickbooks
    if became and became.realm_id != connection.realm_id and not task.by_hand:
        raise MissingConfiguration(
            f"{became.doc_number} is in another QuickBooks company than the one that is connected now.",
            code="other_company",
            hint="Connect that company again; or send it by hand to create it in the company that is connected now.",
        )
