"""Lists of QuickBooks companies, kept for some hours: ConnectionsTable.

A list is compressed and cut into items well under DynamoDB's 400 KB. The head names the reading
that its parts belong to, so that a list is never put together from two readings.
"""

import gzip
import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.pickers import CachedList, ListName
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table

CHUNK_BYTES = 350 * 1024
KEPT = timedelta(days=1)
"""Longer than any list is used: DynamoDB may take two days more to delete it."""

_HEAD = "HEAD"


class DynamoLists:
    """The lists of connections, each as it was read last."""

    def __init__(self, table: Table, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._table = table
        self._chunk_bytes = chunk_bytes

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        """None where it was never read, or where a part of it is gone."""
        pk = keys.connection_partition(key)
        head = self._table.get(pk, keys.picker_list(name, _HEAD))
        if head is None:
            return None
        wanted = [(pk, sk) for sk in _parts(name, head["fetched_at"], head["parts"])]
        parts = {item["sk"]: item["data"] for item in self._table.get_many(wanted)}
        if len(parts) < len(wanted):
            return None
        data = b"".join(parts[sk] for _, sk in wanted)
        return CachedList(json.loads(gzip.decompress(data)), from_text(head["fetched_at"]))

    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None:
        """The head comes last, so that whoever reads meanwhile has the list before."""
        pk, at = keys.connection_partition(key), to_text(found.fetched_at)
        data = gzip.compress(json.dumps(found.rows, default=_number).encode())
        chunks = [data[start : start + self._chunk_bytes] for start in range(0, len(data), self._chunk_bytes)]
        gone = _expiry(found.fetched_at)
        for sk, chunk in zip(_parts(name, at, len(chunks)), chunks, strict=True):
            self._table.put({"pk": pk, "sk": sk, "data": chunk, "expires_at": gone})
        head = {"fetched_at": at, "parts": len(chunks), "expires_at": gone}
        self._table.put({"pk": pk, "sk": keys.picker_list(name, _HEAD), **head})

    def forget(self, key: ConnectionKey, name: ListName) -> None:
        """It is read anew next time; the parts expire."""
        self._table.delete(keys.connection_partition(key), keys.picker_list(name, _HEAD))


def _parts(name: ListName, at: str, count: int) -> list[str]:
    return [keys.picker_list(name, f"{at}#{number:03}") for number in range(count)]


def _expiry(at: datetime) -> int:
    return int((at + KEPT).timestamp())


def _number(value: Any) -> int:
    """The lists have whole numbers only: days of terms."""
    if isinstance(value, Decimal):
        return int(value)
    raise TypeError(f"{type(value).__name__} is not kept in a list")
