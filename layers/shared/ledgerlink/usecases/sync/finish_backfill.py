"""Finish a backfill whose pages are all copied."""

from datetime import datetime
from typing import Protocol

from ledgerlink.domain.backfills import Backfill, BackfillStatus
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import Unexpected
from ledgerlink.usecases.sync import plan_backfill
from ledgerlink.usecases.sync.plan_backfill import Announcer, find_backfill, progress_detail, resume_backfill


class Backfills(plan_backfill.Backfills, Protocol):
    """Where backfills are kept."""

    def complete(self, backfill: Backfill, now: datetime) -> bool:
        """Its directions are owed no more than what a later one promises. True for the one who does it."""


class SyncStates(Protocol):
    """Where the polling of connections stands."""

    def wake(self, key: ConnectionKey, now: datetime) -> None:
        """Due now, if anything of it is polled."""


def finish_backfill(
    backfills: Backfills, sync: SyncStates, events: Announcer, key: ConnectionKey, number: int, now: datetime
) -> Backfill:
    """The backfill as it is then. What changed while it ran is told by the next poll, which is due now.

    Raises NotFound, or Unexpected when a page is missing.
    """
    backfill = resume_backfill(backfills, key, number)
    if backfill.planned_at is None or backfill.missing_pages:
        raise Unexpected("A backfill is to end although pages of it were not copied.", code="backfill_incomplete")
    if backfill.status is BackfillStatus.COMPLETED:
        return backfill
    sync.wake(key, now)
    if backfills.complete(backfill, now):
        events.publish("backfill.completed", key.tenant_id, progress_detail(backfill, now))
    return find_backfill(backfills, key, number)
