"""Entries of a history, beside what they are about: ConnectionsTable."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table

_SHOWN = ("at", "caller", "user", "changes")


def history_item(pk: str, about: str, entry: HistoryEntry) -> dict[str, Any]:
    """The item of an entry about one thing; entries sort by their time."""
    at = to_text(entry.at)
    return {
        "pk": pk,
        "sk": f"{_prefix(about)}{at}",
        "at": at,
        "caller": entry.by.caller,
        "user": entry.by.user,
        "changes": json.dumps([asdict(change) for change in entry.changes]),
    }


def history_page(
    table: Table, pk: str, about: str, *, limit: int, after: str | None
) -> tuple[list[HistoryEntry], str | None]:
    """Newest first, and the token to go on after while there is more."""
    prefix = _prefix(about)
    items, last = table.page(
        "#pk = :pk AND begins_with(#sk, :prefix)",
        {"pk": pk, "prefix": prefix},
        limit=limit,
        after=(pk, prefix + after) if after else None,
        attributes=_SHOWN,
        newest_first=True,
    )
    return [_entry(item) for item in items], last.removeprefix(prefix) if last else None


def _prefix(about: str) -> str:
    return f"{keys.HISTORY}{about}#"


def _entry(item: Mapping[str, Any]) -> HistoryEntry:
    changes = [Change(**change) for change in json.loads(item["changes"])]
    return HistoryEntry(from_text(item["at"]), Actor(item["caller"], item.get("user")), changes)
