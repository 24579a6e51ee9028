"""Mark a backfill whose execution ended without success."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from ledgerlink import errors
from ledgerlink.domain.backfills import Backfill
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import QuickBooksUnavailable, SyncError
from ledgerlink.usecases.sync.plan_backfill import Announcer, progress_detail

_HINT = "Support can redrive it: it goes on at the page that failed. Or start a new one."


class Backfills(Protocol):
    """Where backfills are kept."""

    def get(self, key: ConnectionKey, number: int) -> Backfill | None: ...
    def fail(self, backfill: Backfill, error: Mapping[str, Any]) -> bool:
        """True for the one who does it; only while it is live."""


def settle_backfill(
    backfills: Backfills, events: Announcer, key: ConnectionKey, number: int, error_name: str, now: datetime
) -> bool:
    """True when it is marked now; a late or repeated event changes nothing."""
    backfill = backfills.get(key, number)
    if backfill is None or not backfill.is_live:
        return False
    reason = _reason(error_name).to_dict()
    marked = backfills.fail(backfill, reason)
    if marked:
        events.publish("backfill.failed", key.tenant_id, progress_detail(backfill, now) | {"error": reason})
    return marked


def _reason(error_name: str) -> SyncError:
    """The error by the name that Step Functions knows; its own hint says what to do first."""
    kind = getattr(errors, error_name, None)
    if isinstance(kind, type) and issubclass(kind, SyncError):
        named = kind("The backfill stopped.")
        return kind("The backfill stopped.", hint=f"{named.hint} {_HINT}".strip())
    return QuickBooksUnavailable("The backfill took too long or broke off.", code="backfill_interrupted", hint=_HINT)
