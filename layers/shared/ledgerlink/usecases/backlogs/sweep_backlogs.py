"""Start backlogs whose start was lost, and mark those whose end no event told (see sweep_documents)."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.attempts import NeverStarted
from ledgerlink.domain.backlogs import Backlog, BacklogStatus
from ledgerlink.errors import Unexpected
from ledgerlink.usecases.backlogs.settle_backlog import Announcer, StoppedBacklog, settle_backlog
from ledgerlink.usecases.backlogs.settle_backlog import Backlogs as SettledBacklogs

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""Longer than a start ever takes; executions that are still at it are left alone."""
AT_ONCE = 50
"""DescribeExecution refills 15 a second for the whole account: a sweep must not use it up."""


class Backlogs(SettledBacklogs, Protocol):
    """Backlogs that can be asked who is late."""

    def unfinished_since_before(self, moment: datetime, limit: int) -> Iterable[tuple[str, str]]:
        """Tenants and ids of those that have not been finished, or seen by a sweep, for the longest time."""

    def seen_unfinished(self, backlog: Backlog, now: datetime) -> None:
        """All others come before it next time."""


class Executions(Protocol):
    """The state machine that sends many documents."""

    def start(self, backlog: Backlog) -> None: ...
    def ended(self, backlog: Backlog) -> str | None:
        """The error's name if it ended without success; None while it runs or if it succeeded. Raises NeverStarted."""


def sweep_backlogs(backlogs: Backlogs, executions: Executions, events: Announcer, now: datetime) -> int:
    """How many were settled or started. Raises Unexpected at the end if some could not be looked after."""
    settled = failed = 0
    for tenant_id, backlog_id in list(backlogs.unfinished_since_before(now - PATIENCE, AT_ONCE)):
        try:
            settled += _look_after(tenant_id, backlog_id, backlogs, executions, events, now)
        except Exception:  # one backlog must not keep all others waiting
            failed += 1
            logger.exception("backlog not swept", extra={"tenant_id": tenant_id, "backlog_id": backlog_id})
    if failed:
        raise Unexpected(f"{failed} backlogs could not be looked after, {settled} were.", code="sweep_failed")
    return settled


def _look_after(
    tenant_id: str, backlog_id: str, backlogs: Backlogs, executions: Executions, events: Announcer, now: datetime
) -> bool:
    backlog = backlogs.find(tenant_id, backlog_id)
    if backlog is None or backlog.status not in (BacklogStatus.QUEUED, BacklogStatus.RUNNING):
        return False
    # First of all, so that what runs for hours or cannot be settled does not stay at the head of the queue.
    backlogs.seen_unfinished(backlog, now)
    try:
        error = executions.ended(backlog)
    except NeverStarted:
        logger.warning("lost start, started again", extra={"execution": backlog.execution_name})
        executions.start(backlog)
        return True
    return error is not None and settle_backlog(backlogs, events, StoppedBacklog(tenant_id, backlog_id, error), now)
