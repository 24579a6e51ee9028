"""Keep a document that the host sent, and push it if nothing holds it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection, choose_connection
from ledgerlink.domain.documents import Document, Status, content_hash, parse_content, serialise, tags_of
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.errors import Conflict, ConnectionRevoked, MissingConfiguration, NotConnected

TRIES = 5


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def put(self, document: Document, replaced: Document | None) -> bool:
        """False when somebody else wrote the document since ``replaced`` was read."""


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
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


def store_document(
    documents: Documents,
    connections: Connections,
    executions: Executions,
    key: DocumentKey,
    content: Any,
    now: datetime,
) -> Stored:
    """Raises InvalidRequest, NotFound, or Conflict when others keep writing the same document."""
    check_ids({"id": key.document_id})
    companies = connections.of_tenant(key.tenant_id)
    model = parse_content(key.kind, content)
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
        status, reason = _gate(companies)
        syncing = status is Status.SYNCING
        document = Document(
            key=key,
            revision=(existing.revision if existing else 0) + (not same),
            content=text,
            content_hash=digest,
            status=status,
            attempt=(existing.attempt if existing else 0) + syncing,
            updated_at=now,
            syncing_since=now if syncing else None,
            last_error=reason,
            quickbooks=existing.quickbooks if existing else None,
            synced_at=existing.synced_at if existing else None,
            tags=tags_of(model),
        )
        if documents.put(document, existing):
            break
    else:
        raise Conflict("The document was changed by others at the same moment.")
    if document.status is Status.SYNCING:
        executions.start(document.current_attempt, Trigger.AUTOMATIC)
    return Stored(document, changed=not same)


def _was_held(document: Document) -> bool:
    """Not sent because of what was connected; the same content is worth another look."""
    return document.status in (Status.NOT_CONNECTED, Status.NEEDS_RECONNECT, Status.SEVERAL_CONNECTIONS)


def _gate(companies: Sequence[Connection]) -> tuple[Status, dict[str, Any] | None]:
    """What holds a document back, if anything does."""
    try:
        choose_connection(companies)
    except NotConnected as error:
        return Status.NOT_CONNECTED, error.to_dict()
    except ConnectionRevoked as error:
        return Status.NEEDS_RECONNECT, error.to_dict()
    except MissingConfiguration as error:
        return Status.SEVERAL_CONNECTIONS, error.to_dict()
    return Status.SYNCING, None
