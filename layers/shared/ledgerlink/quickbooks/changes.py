"""Change data capture: what is asked, and what the answer means.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ledgerlink.domain.changes import Changes, Tombstone
from ledgerlink.errors import ChangesTooOld, QuickBooksUnavailable
from ledgerlink.quickbooks.fault_shapes import fault_in
from ledgerlink.quickbooks.faults import to_error

MOST_OBJECTS = 1000
"""Intuit cuts an answer there and says nothing; whether it counts per entity or in all is not published."""
LONGEST_WINDOW = timedelta(days=30) - timedelta(hours=1)
"""Intuit looks back 30 days; the hour is for clocks that differ and for the way there."""


def parameters(entities: Sequence[str], since: datetime, now: datetime) -> dict[str, str]:
    """The query of the call. Raises ChangesTooOld where a part of the window would be missing silently."""
    if since.tzinfo is None or now.tzinfo is None:
        raise ValueError("a time for QuickBooks needs a zone")
    names = list(dict.fromkeys(entities))
    if not names or not all(re.fullmatch(r"[A-Za-z]{1,40}", name) for name in names):
        raise ValueError("change data capture needs names of entities")
    if now - since > LONGEST_WINDOW:
        raise ChangesTooOld(
            f"QuickBooks tells changes for 30 days only, and the last ones seen are {(now - since).days} days old."
        )
    # Whole seconds, downwards: a row of the same second must not be lost.
    moment = since.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return {"entities": ",".join(names), "changedSince": f"{moment.isoformat()}Z"}


def read_changes(entities: Sequence[str], answer: Mapping[str, Any], intuit_tid: str | None) -> Changes:
    """Sort the answer: rows, deleted ones apart, and what may be missing."""
    rows: dict[str, list[dict[str, Any]]] = {entity: [] for entity in entities}
    deleted: list[Tombstone] = []
    counts = dict.fromkeys(rows, 0)
    spelling = {entity.lower(): entity for entity in rows}
    for part in _parts(answer, intuit_tid):
        for name, value in part.items():
            found = [value] if isinstance(value, dict) else value
            if not isinstance(found, list):
                continue  # startPosition, maxResults
            entity = spelling.get(name.lower(), name)
            changed = [row for row in found if isinstance(row, dict)]
            counts[entity] = counts.get(entity, 0) + len(changed)
            deleted += [_tombstone(entity, row) for row in changed if _is_deleted(row)]
            rows.setdefault(entity, []).extend(row for row in changed if not _is_deleted(row))
    full = frozenset(entity for entity, count in counts.items() if count >= MOST_OBJECTS)
    # Intuit says "per response": then every entity may have lost some.
    truncated = frozenset(rows) if sum(counts.values()) >= MOST_OBJECTS else full
    return Changes(rows, deleted, truncated, _time(answer.get("time")))


def _parts(answer: Mapping[str, Any], intuit_tid: str | None) -> list[dict[str, Any]]:
    """One QueryResponse per entity, empty where nothing changed."""
    whole = answer.get("CDCResponse")
    if not isinstance(whole, list):
        raise _unreadable(intuit_tid)
    parts: list[dict[str, Any]] = []
    for group in whole:
        if fault := fault_in(group):
            raise to_error(400, fault, intuit_tid)
        responses = group.get("QueryResponse") if isinstance(group, dict) else None
        if isinstance(responses, dict):
            responses = [responses]
        if not isinstance(responses, list):
            raise _unreadable(intuit_tid)
        for response in responses:
            if fault := fault_in(response):
                raise to_error(400, fault, intuit_tid)
            if not isinstance(response, dict):
                raise _unreadable(intuit_tid)
            parts.append(response)
    return parts


def _is_deleted(row: Mapping[str, Any]) -> bool:
    return row.get("status") == "Deleted"


def _tombstone(entity: str, row: Mapping[str, Any]) -> Tombstone:
    metadata = row.get("MetaData")
    time = metadata.get("LastUpdatedTime") if isinstance(metadata, dict) else None
    return Tombstone(entity, str(row.get("Id")), time if isinstance(time, str) else None)


def _time(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _unreadable(intuit_tid: str | None) -> QuickBooksUnavailable:
    return QuickBooksUnavailable("QuickBooks gave an answer that cannot be read.", intuit_tid=intuit_tid)
