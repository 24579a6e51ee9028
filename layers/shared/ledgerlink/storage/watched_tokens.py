"""The tokens of all connections that are connected, by when they were renewed and by when they end: ConnectionsTable.

The indexes hold only connections that have tokens; the writes of ``storage/connections.py`` put them in and out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.expiry import Ending, Warned
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

RENEWED_INDEX, ENDING_INDEX = "renewed", "ending"
TOKEN_SHARDS = 8
_ACCESS_LIFETIME = timedelta(hours=1)
"""Intuit: access tokens are good for 3,600 seconds."""


class DynamoWatchedTokens:
    """Reads over all tenants, for the function that keeps connections alive."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def not_renewed_since(self, moment: datetime) -> Iterator[ConnectionKey]:
        """The longest unused first, one of each shard in turn."""
        before = to_text(moment + _ACCESS_LIFETIME)
        return (_key(item) for item in self._of_all_shards(RENEWED_INDEX, "access_expires_at", before))

    def ending_before(self, moment: datetime) -> Iterator[Ending]:
        """Those that end by then unless the tenant connects again."""
        for found in self._of_all_shards(ENDING_INDEX, "ends_at", to_text(moment)):
            key = _key(found)
            item = self._table.get(*keys.connection(key)) or {}
            warned = item.get("warned")
            told = Warned(warned["days"], from_text(warned["ends_at"])) if warned else None
            yield Ending(key, from_text(found["ends_at"]), told)

    def warned(self, ending: Ending, days: int) -> bool:
        """Keep that it was said; True for the first who says it."""
        before = ending.warned and {"days": ending.warned.days, "ends_at": to_text(ending.warned.ends_at)}
        try:
            self._table.update(
                *keys.connection(ending.key),
                "SET #warned = :warned",
                "#warned = :before" if before else "attribute_not_exists(#warned) AND attribute_exists(#pk)",
                {"warned": {"days": days, "ends_at": to_text(ending.ends_at)}, "before": before},
            )
        except ConditionFailed:
            return False
        return True

    def _of_all_shards(self, index: str, attribute: str, before: str) -> Iterator[dict[str, Any]]:
        condition = f"#token_shard = :shard AND #{attribute} < :before"
        shards = [
            self._table.query(condition, {"shard": shard, "before": before}, index=index)
            for shard in range(TOKEN_SHARDS)
        ]
        return (item for item in chain.from_iterable(zip_longest(*shards)) if item)


def token_shard(key: ConnectionKey) -> int:
    """The part of the indexes that the connection is in."""
    return sum(f"{key.tenant_id}\n{key.connection_id}".encode()) % TOKEN_SHARDS


def _key(item: dict[str, Any]) -> ConnectionKey:
    return ConnectionKey(item["pk"].removeprefix(keys.tenant_partition("")), item["sk"].removeprefix(keys.CONNECTION))
