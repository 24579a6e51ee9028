"""How our things look in the API's JSON."""

import json
from collections.abc import Callable
from typing import Any

from ledgerlink.domain.activity import Activity
from ledgerlink.domain.backlogs import Backlog, Progress
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document, DocumentState, EntityInQuickBooks
from ledgerlink.domain.times import optional_text, to_text

type LinkTo = Callable[[EntityInQuickBooks], str | None]


def document_shape(document: DocumentState, link_to: LinkTo) -> dict[str, Any]:
    """Where a document stands."""
    entity = document.quickbooks
    return {
        "id": document.key.document_id,
        "kind": document.key.kind,
        **document.tags,
        "revision": document.revision,
        "status": document.status.value,
        "attempt": document.attempt,
        "execution": document.current_attempt.execution_name if document.attempt else None,
        "updated_at": to_text(document.updated_at),
        "synced_at": optional_text(document.synced_at),
        "last_error": document.last_error,
        "quickbooks": entity
        and {
            "entity": entity.entity,
            "id": entity.entity_id,
            "doc_number": entity.doc_number,
            "sync_token": entity.sync_token,
            "url": link_to(entity),
        },
    }


def whole_document_shape(document: Document, link_to: LinkTo) -> dict[str, Any]:
    """The state, and the content as the host sent it."""
    return document_shape(document, link_to) | {"document": json.loads(document.content)}


def activity_shape(entry: Activity) -> dict[str, Any]:
    """One entry of the activity log."""
    return {
        "at": to_text(entry.at),
        "kind": entry.key.kind,
        "id": entry.key.document_id,
        "revision": entry.revision,
        "trigger": entry.trigger.told,
        "outcome": entry.outcome.value,
        "summary": entry.summary,
        "attempt": entry.attempt,
        "try": entry.try_number,
        "execution": entry.execution,
        "duration_ms": entry.duration_ms,
        "calls": entry.calls,
        "intuit_tid": entry.intuit_tid,
        "error": entry.error,
    }


def backlog_shape(backlog: Backlog) -> dict[str, Any]:
    """One request to send many documents."""
    standing = backlog.standing
    return {
        "id": backlog.backlog_id,
        "trigger": backlog.trigger.told,
        "where": standing
        and {
            "status": standing.status.value,
            "category": standing.category,
            "collection": standing.kind,
            "connection": standing.connection_id,
        },
        "status": backlog.status.value,
        "total": backlog.total,
        "created_at": to_text(backlog.created_at),
        "started_at": optional_text(backlog.started_at),
        "finished_at": optional_text(backlog.finished_at),
        "execution": backlog.execution_name,
        "next": backlog.next_id,
        "error": backlog.error,
    }


def progress_shape(progress: Progress) -> dict[str, Any]:
    """The same, and how many documents have come how far."""
    return backlog_shape(progress.backlog) | {
        "synced": progress.synced,
        "unchanged": progress.unchanged,
        "failing": progress.failing,
        "waiting": progress.waiting,
        "skipped": dict(progress.skipped),
        "errors": dict(progress.errors),
        "uncertain": progress.uncertain,
    }


def connection_shape(connection: Connection) -> dict[str, Any]:
    """A connection without anything secret."""
    return {
        "id": connection.connection_id,
        "realm_id": connection.realm_id,
        "status": connection.status.value,
        "company_name": connection.company_name,
        "country": connection.country,
        "home_currency": connection.home_currency,
        "multicurrency": connection.multicurrency,
        "connected_at": to_text(connection.connected_at),
        "disconnected_at": optional_text(connection.disconnected_at),
    }


def disconnected_shape(connection: Connection) -> dict[str, Any]:
    """A connection that may have ended. ``access_withdrawn``: False if Intuit could not be told, None before that."""
    return connection_shape(connection) | {"access_withdrawn": connection.access_withdrawn}
