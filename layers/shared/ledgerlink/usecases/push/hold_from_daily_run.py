"""Hold back from its daily run what is no longer to be sent: while it waited, settings or its status have changed."""

from dataclasses import replace
from datetime import datetime

from ledgerlink.domain.backlogs import DocumentResult, Outcome
from ledgerlink.domain.documents import Document, Status, load_content
from ledgerlink.domain.tenants import Tenant
from ledgerlink.usecases.documents.store_document import Held, what_holds
from ledgerlink.usecases.push.chunk_ports import Documents

_GOES = (Status.SYNCING, Status.WAITING_FOR_DAILY, Status.NEEDS_RECONNECT)
"""What is to be sent now that the daily run has come, or waits for the next one after the tenant has reconnected."""


def what_holds_from_daily_run(document: Document, tenant: Tenant, *, has_company: bool) -> Held | None:
    """What holds the document back, if anything does."""
    kind = document.key.kind
    held = what_holds(tenant, kind, load_content(kind, document.content))
    # Without any company the chunk stops, and goes on when one is connected again.
    goes = held.status in _GOES or (held.status is Status.NOT_CONNECTED and not has_company)
    return None if goes else held


def hold_back(documents: Documents, document: Document, held: Held, now: datetime) -> DocumentResult:
    """Keep it under what holds it now, as a PUT of today would."""
    if document.status is not held.status:
        kept = replace(
            document,
            status=held.status,
            last_error=held.reason,
            connection_id=held.connection_id,
            updated_at=now,
            syncing_since=None,
        )
        if not documents.put(kept, document):
            return DocumentResult(Outcome.SKIPPED, "changed_meanwhile")
    return DocumentResult(Outcome.SKIPPED, held.status.value)
