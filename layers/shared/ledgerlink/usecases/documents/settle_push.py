"""Mark a document whose push gave up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from ledgerlink import errors
from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.attempts import Attempt, Ended, Trigger
from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import QuickBooksUnavailable, SyncError


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def mark_failed(self, attempt: Attempt, error: Mapping[str, Any], now: datetime) -> bool:
        """Only while this attempt is the last one and still counts as busy."""


class ActivityLog(Protocol):
    """One entry per attempt."""

    def write(self, entry: Activity) -> None: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


def settle_push(documents: Documents, activity: ActivityLog, events: Announcer, ended: Ended, now: datetime) -> bool:
    """True when the document is marked now; a late or repeated event changes nothing."""
    key = ended.attempt.key
    document = documents.get(key)
    if document is None or document.attempt != ended.attempt.number or document.status is not Status.SYNCING:
        return False
    reason = _reason(document, ended)
    # Before the mark: if we stop in between, the event is delivered again and finds the document still busy.
    activity.write(
        Activity(
            entry_id=f"{ended.execution}:{ended.redrive_count}:{Outcome.GAVE_UP}",
            key=key,
            at=ended.at,
            revision=ended.attempt.revision,
            trigger=Trigger.REDRIVE if ended.redrive_count else ended.trigger,
            outcome=Outcome.GAVE_UP,
            attempt=ended.attempt.number,
            try_number=0,
            execution=ended.execution,
            intuit_tid=reason.get("intuit_tid"),
            error=reason,
            summary=f"{ended.status}: {ended.error}" if ended.error else ended.status,
        )
    )
    marked = documents.mark_failed(ended.attempt, reason, now)
    if marked:
        events.publish(
            "document.sync_failed",
            key.tenant_id,
            {"kind": key.kind, "id": key.document_id, "revision": ended.attempt.revision, "error": reason},
        )
    return marked


def _reason(document: Document, ended: Ended) -> dict[str, Any]:
    """What the last try noted; if it could not note anything, what AWS says of it."""
    if document.last_error and isinstance(getattr(errors, ended.error, None), type):
        return document.last_error
    return _unnoted(ended).to_dict()


def _unnoted(ended: Ended) -> SyncError:
    if ended.status == "ABORTED":
        return QuickBooksUnavailable(
            "Sending was stopped by support.", code="push_aborted", hint="Send it again when support says so."
        )
    return QuickBooksUnavailable(
        "Sending took too long or broke off; QuickBooks may or may not have the document.",
        code="push_interrupted",
        hint="Send it again: we look in QuickBooks first, so nothing is made twice.",
    )
