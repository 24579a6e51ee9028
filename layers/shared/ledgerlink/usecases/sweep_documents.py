"""Settle documents that have been syncing for too long.

Execution status events are best effort (AWS, "Automating Step Functions with
EventBridge"), and a crash between storing a document and starting its execution
leaves no event at all.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.attempts import Attempt, Ended, Trigger
from ledgerlink.domain.documents import Document
from ledgerlink.usecases.settle_push import ActivityLog, Announcer, settle_push
from ledgerlink.usecases.settle_push import Documents as SettledDocuments

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""Longer than a start ever takes; executions that are still at it are left alone."""
AT_ONCE = 200
"""DescribeExecution refills 15 a second for the whole account: a sweep must not use it up."""


class Documents(SettledDocuments, Protocol):
    """Documents that can be asked who is late."""

    def syncing_since_before(self, moment: datetime, limit: int) -> Iterable[Document]: ...


class Executions(Protocol):
    """The state machine that pushes."""

    def start(self, attempt: Attempt, trigger: Trigger) -> None: ...
    def ended(self, attempt: Attempt) -> Ended | None:
        """How it ended without success; None while it runs or when it succeeded. Raises LookupError if it never ran."""


def sweep_documents(
    documents: Documents, executions: Executions, activity: ActivityLog, events: Announcer, now: datetime
) -> int:
    """How many were settled or started."""
    settled = 0
    for document in documents.syncing_since_before(now - PATIENCE, AT_ONCE):
        attempt = document.current_attempt
        try:
            ended = executions.ended(attempt)
        except LookupError:
            logger.warning("lost start, started again", extra={"execution": attempt.execution_name})
            executions.start(attempt, document.trigger)
            settled += 1
            continue
        if ended is not None:
            settled += settle_push(documents, activity, events, ended, now)
    return settled
