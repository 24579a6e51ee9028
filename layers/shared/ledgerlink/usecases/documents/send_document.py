"""Push a document because a person asked for it, for example after a failure."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.documents import Document, Status, load_content
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.routing import check_switched_on, route
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import Conflict, NotFound


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def put(self, document: Document, replaced: Document | None) -> bool: ...


class Tenants(Protocol):
    """The tenant's companies and instances."""

    def tenant(self, tenant_id: str) -> Tenant: ...


class Executions(Protocol):
    """The state machine that pushes."""

    def start(self, attempt: Attempt, trigger: Trigger) -> None: ...


def send_document(
    documents: Documents, tenants: Tenants, executions: Executions, key: DocumentKey, now: datetime
) -> Document:
    """Start another attempt, unless one is under way: a double click sends once.

    Raises NotFound, NotConnected, ConnectionRevoked, MissingConfiguration or Conflict.
    """
    check_ids({"id": key.document_id})
    tenant = tenants.tenant(key.tenant_id)
    document = documents.get(key)
    if document is None:
        raise NotFound(f"There is no document '{key.document_id}'.")
    if document.status is Status.SYNCING:
        # The start may have been lost after the attempt was counted.
        executions.start(document.current_attempt, document.trigger)
        return document
    content = load_content(key.kind, document.content)
    way = route(tenant.connections, tenant.instances, content.instance)
    check_switched_on(way, key.kind)
    again = replace(
        document,
        status=Status.SYNCING,
        attempt=document.attempt + 1,
        trigger=Trigger.MANUAL,
        updated_at=now,
        syncing_since=now,
        last_error=None,
        connection_id=way.connection.connection_id,
    )
    if not documents.put(again, document):
        raise Conflict("The document was changed or sent by others at the same moment.")
    executions.start(again.current_attempt, Trigger.MANUAL)
    return again
