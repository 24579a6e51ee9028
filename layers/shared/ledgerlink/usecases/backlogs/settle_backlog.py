"""Mark a backlog whose execution stopped before its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledgerlink import errors
from ledgerlink.domain.backlogs import Backlog
from ledgerlink.errors import Permanent, QuickBooksUnavailable, SyncError, Transient


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...
    def mark_failed(self, backlog: Backlog, error: Mapping[str, Any], now: datetime) -> bool:
        """True for the one caller that changed it; a completed backlog does not fail any more."""


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class StoppedBacklog:
    """An execution that ended without success."""

    tenant_id: str
    backlog_id: str
    error: str
    """The exception's class name, or one of AWS's own names."""


def settle_backlog(backlogs: Backlogs, events: Announcer, stopped: StoppedBacklog, now: datetime) -> bool:
    """True when it is marked now; a late or repeated event changes nothing."""
    backlog = backlogs.find(stopped.tenant_id, stopped.backlog_id)
    if backlog is None:
        return False
    reason = _reason(stopped).to_dict()
    marked = backlogs.mark_failed(backlog, reason, now)
    if marked:
        detail: dict[str, object] = {
            "backlog_id": backlog.backlog_id,
            "trigger": backlog.trigger.told,
            "error": reason,
        }
        events.publish("backlog.failed", stopped.tenant_id, detail)
    return marked


def _reason(stopped: StoppedBacklog) -> SyncError:
    known = getattr(errors, stopped.error, None)
    if isinstance(known, type) and issubclass(known, Permanent | Transient):
        return known("Sending many documents was stopped before its end.")
    return QuickBooksUnavailable(
        "Sending many documents took too long or broke off.",
        code="backlog_interrupted",
        hint="Send them again: documents that were sent are not sent twice.",
    )
