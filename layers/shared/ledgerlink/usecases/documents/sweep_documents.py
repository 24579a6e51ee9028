"""Settle documents that have been syncing for too long.

Execution status events are best effort (AWS, "Automating Step Functions with
EventBridge"), and a crash between storing a document and starting its execution
leaves no event at all.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.attempts import Attempt, Ended, NeverStarted, Trigger
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import Unexpected
from ledgerlink.usecases.documents.settle_push import ActivityLog, Announcer, settle_push
from ledgerlink.usecases.documents.settle_push import Documents as SettledDocuments

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""Longer than a start ever takes; executions that are still at it are left alone."""
AT_ONCE = 200
"""DescribeExecution refills 15 a second for the whole account: a sweep must not use it up."""
LOOKED_AT = 20_000
"""Documents that are late, out of which those of one sweep are chosen: a few megabytes of keys."""


class Documents(SettledDocuments, Protocol):
    """Documents that can be asked who is late."""

    def syncing_since_before(self, moment: datetime, limit: int) -> Iterable[DocumentKey]:
        """Those that have been syncing, or were not seen by a sweep, for the longest time."""

    def seen_busy(self, attempt: Attempt, now: datetime) -> None:
        """All others come before it next time, if it is still busy with this attempt then."""


class Executions(Protocol):
    """The state machine that pushes."""

    def start(self, attempt: Attempt, trigger: Trigger) -> None: ...
    def ended(self, attempt: Attempt) -> Ended | None:
        """How it ended without success; None while it runs or when it succeeded. Raises NeverStarted."""


def sweep_documents(
    documents: Documents, executions: Executions, activity: ActivityLog, events: Announcer, now: datetime
) -> int:
    """How many were settled or started. Raises Unexpected at the end if some could not be looked after."""
    settled = failed = 0
    for key in _in_turn(documents.syncing_since_before(now - PATIENCE, LOOKED_AT))[:AT_ONCE]:
        try:
            settled += _look_after(key, documents, executions, activity, events, now)
        except Exception:  # one document must not keep all others waiting
            failed += 1
            logger.exception(
                "document not swept",
                extra={"tenant_id": key.tenant_id, "kind": key.kind, "document_id": key.document_id},
            )
    if failed:
        raise Unexpected(f"{failed} documents could not be looked after, {settled} were.", code="sweep_failed")
    return settled


def _in_turn(keys: Iterable[DocumentKey]) -> list[DocumentKey]:
    """One of each tenant after the other: a tenant with thousands that are late keeps no other waiting."""
    places: list[tuple[int, DocumentKey]] = []
    found = Counter[str]()
    for key in keys:
        places.append((found[key.tenant_id], key))
        found[key.tenant_id] += 1
    return [key for _, key in sorted(places, key=lambda place: place[0])]


def _look_after(
    key: DocumentKey,
    documents: Documents,
    executions: Executions,
    activity: ActivityLog,
    events: Announcer,
    now: datetime,
) -> bool:
    document = documents.get(key)
    if document is None or document.status is not Status.SYNCING:
        return False
    attempt = document.current_attempt
    # First of all, so that what runs for hours or cannot be settled does not stay at the head of the queue.
    documents.seen_busy(attempt, now)
    try:
        ended = executions.ended(attempt)
    except NeverStarted:
        logger.warning("lost start, started again", extra={"execution": attempt.execution_name})
        executions.start(attempt, document.trigger)
        return True
    return ended is not None and settle_push(documents, activity, events, ended, now)
