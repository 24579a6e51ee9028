"""Show what was polled, in the order in which it last changed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.paging import not_our_token
from ledgerlink.domain.records import PURCHASES, SALES, Record, RecordKey
from ledgerlink.errors import InvalidRequest

BEHIND = timedelta(seconds=10)
"""Readers stay so far behind now: a write that is still under way then cannot land before their cursor."""
MOST_BYTES = 2_000_000
"""Of QuickBooks' JSON in one page: Lambda answers with 6 MB at most, and each record is there in two forms."""
_AT_ONCE = 20

_FEEDS: Mapping[str, Mapping[str | None, Sequence[str]]] = {
    "purchases": {None: PURCHASES, **{entity: (entity,) for entity in (*PURCHASES, "Vendor", "Item")}},
    "sales": {None: SALES, **{entity: (entity,) for entity in (*SALES, "Customer", "Item")}},
}
"""Which entities a reader gets, by what was asked for."""

_CURSOR = re.compile(r"[0-9TZ:.\-]{27}#[A-Za-z0-9._-]{1,64}#[A-Za-z]{1,40}#[A-Za-z0-9._:-]{1,64}")


class Records(Protocol):
    """Where records are kept."""

    def feed(
        self, tenant_id: str, entity: str, *, organic: bool, after: str, until: datetime, limit: int
    ) -> Sequence[tuple[str, RecordKey]]:
        """Records by when they last changed, each with its place: a cursor that stands right behind it."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Record]: ...


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


@dataclass(frozen=True, slots=True)
class Page:
    """Records, where to go on next time, and whether there is more right now."""

    records: Sequence[Record]
    cursor: str | None
    more: bool


def read_records(
    records: Records,
    tenants: Tenants,
    tenant_id: str,
    feed: str,
    *,
    entity: str | None,
    organic: bool,
    since: str | None,
    limit: int,
    now: datetime,
) -> Page:
    """What changed since the cursor; what changes while one reads comes again. Raises NotFound, InvalidRequest."""
    tenants.of_tenant(tenant_id)
    entities = _entities(feed, entity)
    if since and not _CURSOR.fullmatch(since):
        raise not_our_token("since")
    feeds = (
        records.feed(tenant_id, one, organic=organic, after=since or "", until=now - BEHIND, limit=limit + 1)
        for one in entities
    )
    found = list(merge(*feeds))
    return _page(records, found[:limit], since, organic=organic, more=len(found) > limit)


def _page(
    records: Records, found: Sequence[tuple[str, RecordKey]], since: str | None, *, organic: bool, more: bool
) -> Page:
    """As many of them as fit into one answer, and one at least."""
    shown: list[Record] = []
    cursor, size = since, 0
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        now = records.get_many(key for _, key in some)
        for place, key in some:
            record = now.get(key)
            if record and (record.organic or not organic):
                size += len(record.body)
                if shown and size > MOST_BYTES:
                    return Page(shown, cursor, more=True)
                shown.append(record)
            cursor = place
    return Page(shown, cursor, more)


def _entities(feed: str, entity: str | None) -> Sequence[str]:
    feeds = _FEEDS[feed]
    if entity not in feeds:
        known = ", ".join(name for name in feeds if name)
        raise _wrong("entity", f"must be one of {known}")
    return feeds[entity]


def _wrong(field: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"'{field}' {problem}.", fields=[{"field": field, "problem": problem}])
