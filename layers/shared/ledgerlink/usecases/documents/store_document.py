"""Keep a document that the host sent, and push it if nothing holds it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.contents.parts import Content, TransactionContent
from ledgerlink.domain.documents import Document, Status, content_hash, parse_content, serialise
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.routing import gate, route
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.to_quickbooks.parts import doc_number
from ledgerlink.errors import Conflict, ConnectionRevoked, MissingConfiguration, NotConnected, SyncError

TRIES = 5


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def put(self, document: Document, replaced: Document | None) -> bool:
        """False when somebody else wrote the document since ``replaced`` was read."""


class Tenants(Protocol):
    """The tenant's companies and instances."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Executions(Protocol):
    """The state machine that pushes."""

    def start(self, attempt: Attempt, trigger: Trigger) -> None:
        """Starting the same attempt again does nothing."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The document as it stands, and whether its content is new."""

    document: Document
    changed: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Whether anything holds a document back."""

    status: Status
    reason: dict[str, Any] | None = None
    connection_id: str = ""
    """The company that it goes to; empty while nothing says which, or that one cannot be reached."""


def store_document(
    documents: Documents,
    tenants: Tenants,
    executions: Executions,
    key: DocumentKey,
    content: Any,
    now: datetime,
) -> Stored:
    """Raises InvalidRequest, NotFound, or Conflict when others keep writing the same document."""
    check_ids({"id": key.document_id})
    tenant = tenants.tenant(key.tenant_id)
    model = parse_content(key.kind, content)
    _check_number(tenant, key.kind, model)
    return store_content(documents, executions, tenant, key, model, now)


def _check_number(tenant: Tenant, kind: str, model: Content) -> None:
    """Raises InvalidRequest for a number that the company's pattern makes too long for QuickBooks."""
    try:
        way = route(tenant.connections, tenant.instances, model.instance)
    except SyncError:
        return  # which pattern it gets is not known yet
    pattern = getattr(way.connection.settings.kinds.of(kind), "number_pattern", "")
    if pattern and isinstance(model, TransactionContent):
        doc_number(pattern, model.number)


def store_content(
    documents: Documents, executions: Executions, tenant: Tenant, key: DocumentKey, model: Content, now: datetime
) -> Stored:
    """As ``store_document``, of content that is checked already."""
    text = serialise(model)
    digest = content_hash(text)
    for _ in range(TRIES):
        existing = documents.get(key)
        if existing and existing.content_hash == digest and not _was_held(existing):
            if existing.status is Status.SYNCING:
                # The start may have been lost after the document was stored.
                executions.start(existing.current_attempt, existing.trigger)
            return Stored(existing, changed=False)
        same = existing is not None and existing.content_hash == digest
        held = what_holds(tenant, key.kind, model)
        if existing and same and held == _as_it_stands(existing):
            # Written again it would come to stand behind the documents that a daily run takes.
            return Stored(existing, changed=False)
        syncing = held.status is Status.SYNCING
        document = Document(
            key=key,
            revision=(existing.revision if existing else 0) + (not same),
            content=text,
            content_hash=digest,
            status=held.status,
            attempt=(existing.attempt if existing else 0) + syncing,
            updated_at=now,
            syncing_since=now if syncing else None,
            last_error=held.reason,
            quickbooks=existing.quickbooks if existing else None,
            synced_at=existing.synced_at if existing else None,
            tags=model.tags,
            figures=model.figures,
            connection_id=held.connection_id,
        )
        if documents.put(document, existing):
            break
    else:
        raise Conflict("The document was changed by others at the same moment.")
    if document.status is Status.SYNCING:
        executions.start(document.current_attempt, Trigger.AUTOMATIC)
    return Stored(document, changed=not same)


def _was_held(document: Document) -> bool:
    """Not sent because of what was connected or set; the same content is worth another look."""
    return document.status not in (Status.SYNCING, Status.SYNCED, Status.SYNC_FAILED)


def _as_it_stands(document: Document) -> Held:
    return Held(document.status, document.last_error, document.connection_id)


def what_holds(tenant: Tenant, kind: str, content: Content) -> Held:
    """What holds a document back, if anything does."""
    try:
        way = route(tenant.connections, tenant.instances, content.instance)
    except NotConnected as error:
        return Held(Status.NOT_CONNECTED, error.to_dict())
    except ConnectionRevoked as error:
        return Held(Status.NEEDS_RECONNECT, error.to_dict())
    except MissingConfiguration as error:
        return Held(Status(error.code), error.to_dict())
    status, reason = gate(way, kind, content.status)
    return Held(status, reason, way.connection.connection_id)
