"""How flows, backfills and diagnoses look in the API's JSON."""

from datetime import datetime
from typing import Any

from ledgerlink.domain.backfills import Backfill, progress
from ledgerlink.domain.flows import Flow
from ledgerlink.domain.times import optional_text, to_text
from ledgerlink.usecases.sync.diagnose import Check, Diagnosis


def flow_shape(flow: Flow) -> dict[str, Any]:
    """A flow as the host sent it, and what is polled for it."""
    return {
        "id": flow.flow_id,
        "input": flow.input,
        "output": flow.output,
        "enabled": flow.enabled,
        "polls": {direction.value: connection_id for direction, connection_id in flow.sides.items()},
        "created_at": to_text(flow.created_at),
        "updated_at": to_text(flow.updated_at),
    }


def backfill_shape(backfill: Backfill, now: datetime) -> dict[str, Any]:
    """Where a backfill stands, and how far it is."""
    reached = progress(backfill, now)
    return {
        "number": backfill.number,
        "status": backfill.status.value,
        "directions": sorted(backfill.directions),
        "since": to_text(backfill.since),
        "pages_done": reached.pages_done,
        "pages_planned": reached.pages_planned,
        "documents": reached.documents,
        "names_read": reached.names_read,
        "started_at": to_text(backfill.started_at),
        "completed_at": optional_text(backfill.completed_at),
        "estimated_end": optional_text(reached.estimated_end),
        "execution": backfill.execution_name,
        "last_error": backfill.last_error,
    }


def diagnosis_shape(diagnosis: Diagnosis) -> dict[str, Any]:
    """``problem`` is null when nothing is wrong."""
    return {
        "problem": _check(diagnosis.problem) if diagnosis.problem else None,
        "checks": [_check(check) for check in diagnosis.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "check": check.name,
        "ok": check.is_right,
        "message": check.message,
        "hint": check.hint,
        "error": check.error,
    }
