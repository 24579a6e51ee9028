"""Lists of QuickBooks companies, kept for some hours: ConnectionsTable.

A list is compressed and cut into items well under DynamoDB's 400 KB. The head names its parts
by what they hold, so that a list is never put together from two readings.
"""

import gzip
import hashlib
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
_BEGUN = "BEGUN"


class DynamoLists:
    """The lists of connections, each as it was read last."""

    def __init__(self, table: Table, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._table = table
        self._chunk_bytes = chunk_bytes

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        """None where it was never read to its end, or where a part of it is gone."""
        return self._read(key, name, _HEAD)

    def read_begun(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        """What the last reading had that broke off; None where none did lately."""
        return self._read(key, name, _BEGUN)

    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None:
        """The head comes last, so that whoever reads meanwhile has the list before."""
        pk = keys.connection_partition(key)
        data = gzip.compress(json.dumps(found.rows, default=_number).encode(), mtime=0)
        reading = hashlib.sha256(data).hexdigest()
        chunks = [data[start : start + self._chunk_bytes] for start in range(0, len(data), self._chunk_bytes)]
        gone = _expiry(found.fetched_at)
        for sk, chunk in zip(_parts(name, reading, len(chunks)), chunks, strict=True):
            self._table.put({"pk": pk, "sk": sk, "data": chunk, "expires_at": gone})
        head = {
            "fetched_at": to_text(found.fetched_at),
            "read_to": found.read_to,
            "reading": reading,
            "parts": len(chunks),
            "expires_at": gone,
        }
        self._table.put({"pk": pk, "sk": keys.picker_list(name, _BEGUN if found.read_to else _HEAD), **head})

    def forget(self, key: ConnectionKey, name: ListName) -> None:
        """It is read anew next time; the parts expire."""
        self._table.delete(keys.connection_partition(key), keys.picker_list(name, _HEAD))

    def _read(self, key: ConnectionKey, name: ListName, which: str) -> CachedList | None:
        pk = keys.connection_partition(key)
        head = self._table.get(pk, keys.picker_list(name, which))
        if head is None or "reading" not in head:
            # An earlier version told the parts apart by their time alone.
            return None
        wanted = [(pk, sk) for sk in _parts(name, head["reading"], head["parts"])]
        parts = {item["sk"]: item["data"] for item in self._table.get_many(wanted)}
        if len(parts) < len(wanted):
            return None
        rows = json.loads(gzip.decompress(b"".join(parts[sk] for _, sk in wanted)))
        return CachedList(rows, from_text(head["fetched_at"]), int(head["read_to"]))


def _parts(name: ListName, reading: str, count: int) -> list[str]:
    return [keys.picker_list(name, f"{reading}#{number:03}") for number in range(count)]


def _expiry(at: datetime) -> int:
    return int((at + KEPT).timestamp())


def _number(value: Any) -> int:
    """The lists have whole numbers only: days of terms."""
    if isinstance(value, Decimal):
        return int(value)
    raise TypeError(f"{type(value).__name__} is not kept in a list")
