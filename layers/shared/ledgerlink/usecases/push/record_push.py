"""Keep how a push ended: on the document, in the activity log, and for the host."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document, EntityInQuickBooks
from ledgerlink.domain.links import EntityLink
from ledgerlink.errors import DocumentBusy, SyncError, WaitingForTurn

logger = logging.getLogger(__name__)


class Documents(Protocol):
    """Where documents are kept."""

    def mark_synced(self, document: Document, became: EntityInQuickBooks, now: datetime) -> bool:
        """False when the document has a newer revision by now."""

    def note_error(self, attempt: Attempt, error: Mapping[str, Any]) -> None:
        """What the last try ran into, while the next one is still to come; nothing of an older revision."""


class ActivityLog(Protocol):
    """One entry per attempt."""

    def write(self, entry: Activity) -> None: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class Try:
    """Which try of which attempt, and what it has cost."""

    attempt: Attempt
    trigger: Trigger
    execution: str
    entry_id: str
    """Names this try in the activity log."""
    try_number: int
    began: datetime
    calls: int = 0
    intuit_tid: str | None = None


class PushRecorder:
    """Records pushes of one stack."""

    def __init__(
        self, documents: Documents, activity: ActivityLog, events: Announcer, clock: Callable[[], datetime]
    ) -> None:
        self._documents = documents
        self._activity = activity
        self._events = events
        self._clock = clock

    def succeeded(
        self, one: Try, document: Document, connection: Connection, link: EntityLink, how: str, notes: Sequence[str]
    ) -> None:
        """QuickBooks has the document now."""
        assert link.entity_id is not None
        became = EntityInQuickBooks(link.entity, link.entity_id, link.doc_number, link.sync_token, connection.realm_id)
        self._documents.mark_synced(document, became, one.began)
        self._activity.write(self._entry(one, document, Outcome.SUCCEEDED, summary=". ".join([how, *notes])))
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

    def failed(self, one: Try, document: Document, error: SyncError) -> None:
        """Keep what went wrong; whoever called decides whether there is another try."""
        try:
            self._documents.note_error(replace(one.attempt, revision=document.revision), error.to_dict())
            if not isinstance(error, DocumentBusy | WaitingForTurn):  # waiting is no try
                self._activity.write(self._entry(one, document, Outcome.FAILED, error=error))
        except SyncError as failure:  # the error that we were to keep is the one that matters
            # No traceback: it would show that one as well, and with it a customer's names.
            logger.warning("error not noted", extra={"error_code": failure.code})

    def _entry(
        self, one: Try, document: Document, outcome: Outcome, *, error: SyncError | None = None, summary: str = ""
    ) -> Activity:
        return Activity(
            entry_id=f"{one.entry_id}:{outcome}",
            key=document.key,
            at=one.began,
            revision=document.revision,
            trigger=one.trigger,
            outcome=outcome,
            attempt=one.attempt.number,
            try_number=one.try_number,
            execution=one.execution,
            duration_ms=round((self._clock() - one.began) / timedelta(milliseconds=1)),
            calls=one.calls,
            intuit_tid=(error.intuit_tid if error else None) or one.intuit_tid,
            error=error.to_dict() if error else None,
            summary=summary,
        )
