"""Say that every document of a backlog was looked at, and go on with the rest of a long one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.backlogs import Backlog, Chunk, Progress, rest_of
from ledgerlink.errors import NotFound
from ledgerlink.usecases.backlogs.read_backlogs import Documents, progress


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...
    def create(self, backlog: Backlog, chunks: Sequence[Chunk]) -> bool: ...
    def chunks(self, tenant_id: str, backlog_id: str) -> Sequence[Chunk]: ...
    def mark_completed(self, backlog: Backlog, now: datetime) -> bool:
        """True for the one caller that changed it."""


class Executions(Protocol):
    """The state machine that sends many documents."""

    def start(self, backlog: Backlog) -> None: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


def finish_backlog(
    backlogs: Backlogs,
    documents: Documents,
    executions: Executions,
    events: Announcer,
    tenant_id: str,
    backlog_id: str,
    now: datetime,
) -> Progress:
    """Doing it again changes nothing, and starts nothing a second time. Raises NotFound."""
    backlog = backlogs.find(tenant_id, backlog_id)
    if backlog is None:
        raise NotFound("The backlog to be finished is not stored here.")
    # First, for whoever comes after a crash finds the backlog still running.
    if rest := rest_of(backlog):
        backlogs.create(rest, ())
        executions.start(rest)
    reached = progress(backlogs, documents, backlog)
    if backlogs.mark_completed(backlog, now):
        events.publish("backlog.completed", tenant_id, _detail(reached))
    return reached


def _detail(reached: Progress) -> dict[str, object]:
    backlog = reached.backlog
    return {
        "backlog_id": backlog.backlog_id,
        "trigger": backlog.trigger.told,
        "total": backlog.total,
        "synced": reached.synced,
        "unchanged": reached.unchanged,
        "failing": reached.failing,
        "waiting": reached.waiting,
        "skipped": sum(reached.skipped.values()),
        "next": backlog.next_id,
    }
