"""How far the sending of many documents has come, as a page shows it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ledgerlink.domain.backlogs import Backlog, BacklogStatus, Progress, Standing
from ledgerlink.pages.words import CATEGORIES, KINDS, TRIGGERS

SKIPPED: Mapping[str, str] = {
    "not_found": "no longer there",
    "changed_meanwhile": "changed or sent by itself meanwhile",
    "connection_revoked": "their company has to be connected again",
    "needs_reconnect": "their company has to be connected again",
    "not_connected": "their company is not connected",
    "several_connections": "nothing says which company they belong to",
    "unknown_instance": "their instance is not known",
    "instance_off": "their instance is switched off",
    "integration_off": "the integration is switched off",
    "kind_off": "documents of this kind are switched off",
    "waiting_for_status": "not in a status in which they are sent",
    "waiting_for_send": "sent by hand only",
}
"""Why documents were not sent, by the reason that a backlog counts."""


def is_under_way(backlog: Backlog) -> bool:
    """Whether its documents are not all looked at yet."""
    return not backlog.has_ended


def sending(progress: Progress) -> dict[str, Any]:
    """The numbers, what is still to come, and whether a page has to look again."""
    backlog = progress.backlog
    skipped = sum(progress.skipped.values())
    settled = progress.synced + progress.failing + skipped + progress.uncertain
    failed = backlog.status is BacklogStatus.FAILED
    return {
        "id": backlog.backlog_id,
        "what": _what(backlog.standing),
        "trigger": TRIGGERS[backlog.trigger.told],
        "asked_at": backlog.created_at,
        "finished_at": backlog.finished_at,
        "total": backlog.total,
        "settled": settled,
        "synced": progress.synced,
        "unchanged": progress.unchanged,
        "failing": progress.failing,
        "waiting": progress.waiting,
        "uncertain": progress.uncertain,
        "skipped": skipped,
        "skipped_why": _why(progress.skipped),
        "stopped": backlog.error if failed else None,
        "is_under_way": is_under_way(backlog) or (not failed and progress.waiting > 0),
        "next": backlog.next_id,
    }


def _why(skipped: Mapping[str, int]) -> dict[str, int]:
    """How many were not sent, by the words for it."""
    counted = Counter[str]()
    for reason, count in skipped.items():
        counted[SKIPPED.get(reason, reason)] += count
    return dict(counted)


def _what(standing: Standing | None) -> str:
    """What was asked for, where it was not named one by one."""
    if standing is None:
        return ""
    kinds = KINDS[standing.kind].many if standing.kind else "Documents of all kinds"
    return f"{kinds}: {CATEGORIES[standing.category]}" if standing.category else kinds
