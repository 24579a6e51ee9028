"""The activity log: ActivityTable, entries gone by themselves after a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ledgerlink.domain.activity import Activity, ActivityFilter, Outcome
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table

KEPT = timedelta(days=400)
"""A fiscal year and a month, so that last year's close can still be explained."""


class DynamoActivity:
    """Entries of a tenant, newest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def write(self, entry: Activity) -> None:
        """Writing the same entry again changes nothing but itself."""
        at = to_text(entry.at)
        self._table.put(
            {
                "pk": keys.tenant_partition(entry.key.tenant_id),
                "sk": f"{at}#{entry.entry_id}",
                "kind": entry.key.kind,
                "document_id": entry.key.document_id,
                "at": at,
                "revision": entry.revision,
                "trigger": entry.trigger.value,
                "outcome": entry.outcome.value,
                "attempt": entry.attempt,
                "try_number": entry.try_number,
                "execution": entry.execution,
                "duration_ms": entry.duration_ms,
                "calls": entry.calls,
                "intuit_tid": entry.intuit_tid,
                "error": entry.error,
                "category": entry.error["category"] if entry.error else None,
                "summary": entry.summary,
                "expires_at": int((entry.at + KEPT).timestamp()),
            }
        )

    def page(
        self, tenant_id: str, wanted: ActivityFilter, *, limit: int, after: str | None, now: datetime
    ) -> tuple[list[Activity], str | None]:
        """Newest first, and the token to go on with; even a short page can have one."""
        filters = {
            "kind": wanted.kind,
            "document_id": wanted.document_id,
            "outcome": wanted.outcome.value if wanted.outcome else None,
            "category": wanted.category,
        }
        used = {name: value for name, value in filters.items() if value}
        partition = keys.tenant_partition(tenant_id)
        items, last = self._table.page(
            "#pk = :pk",
            {"pk": partition, "now": int(now.timestamp()), **used},
            filtered=" AND ".join(["#expires_at > :now", *(f"#{name} = :{name}" for name in used)]),
            limit=limit,
            after=(partition, after) if after else None,
            attributes=_SHOWN,
            newest_first=True,
        )
        return [_activity(tenant_id, item) for item in items], last


_SHOWN = (
    *("kind", "document_id", "at", "revision", "trigger", "outcome", "attempt", "try_number", "execution"),
    *("duration_ms", "calls", "intuit_tid", "error", "summary"),
)


def _activity(tenant_id: str, item: Mapping[str, Any]) -> Activity:
    return Activity(
        entry_id=item["sk"].partition("#")[2],
        key=DocumentKey(tenant_id, item["kind"], item["document_id"]),
        at=from_text(item["at"]),
        revision=item["revision"],
        trigger=Trigger(item["trigger"]),
        outcome=Outcome(item["outcome"]),
        attempt=item["attempt"],
        try_number=item["try_number"],
        execution=item["execution"],
        duration_ms=item.get("duration_ms"),
        calls=item.get("calls"),
        intuit_tid=item.get("intuit_tid"),
        error=item.get("error"),
        summary=item.get("summary", ""),
    )
