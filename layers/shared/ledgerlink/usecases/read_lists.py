"""Show the lists of a company that people pick from, without asking QuickBooks each time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.connections import Connection, ConnectionKey, choose_connection
from ledgerlink.domain.pickers import KINDS, CachedList, ListName, matching, trimmed
from ledgerlink.domain.rows import Row
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import InvalidRequest, NotFound

FRESH_FOR = timedelta(hours=4)
"""So long a list is taken as it was: people rarely change them, and every read of QuickBooks is metered."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class ListCache(Protocol):
    """Where a company's lists are kept for a while."""

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None: ...
    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None: ...
    def forget(self, key: ConnectionKey, name: ListName) -> None: ...


class ListSource(Protocol):
    """The tenant's QuickBooks company."""

    def rows(self, entity: str) -> Sequence[Row]:
        """Every entry of a list, inactive ones too."""


class CompanyLists:
    """The lists of one company: as they were up to four hours ago, or as they are now."""

    def __init__(
        self, cache: ListCache, source: Callable[[], ListSource], key: ConnectionKey, now: Callable[[], datetime]
    ) -> None:
        self._cache = cache
        self._source = source
        self._key = key
        self._now = now
        self._read: dict[ListName, CachedList] = {}

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]:
        """The entries, inactive ones too. Raises what QuickBooks answers."""
        return self.read(name, fresh=fresh).rows

    def read(self, name: ListName, *, fresh: bool = False) -> CachedList:
        """The list and its age; ``fresh`` asks QuickBooks in any case. Raises what QuickBooks answers."""
        if fresh or name not in self._read:
            kept = None if fresh else self._cache.read(self._key, name)
            if kept is None or kept.fetched_at + FRESH_FOR <= self._now():
                kept = self._fetch(name)
            self._read[name] = kept
        return self._read[name]

    def forget(self, name: ListName) -> None:
        """It has changed: ask QuickBooks next time."""
        self._read.pop(name, None)
        self._cache.forget(self._key, name)

    def _fetch(self, name: ListName) -> CachedList:
        at = self._now()
        fetched = CachedList(trimmed(name, self._source().rows(KINDS[name].entity)), at)
        self._cache.write(self._key, name, fetched)
        return fetched


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a list, and the token to go on after while there is more."""

    name: ListName
    rows: Sequence[Row]
    after: str | None
    fetched_at: datetime


def read_list(
    tenants: Tenants,
    lists: Callable[[Connection], CompanyLists],
    tenant_id: str,
    connection_id: str,
    name: str,
    *,
    search: str,
    inactive: bool,
    refresh: bool,
    limit: int,
    after: str | None,
) -> ListPage:
    """A page in the order of the names. Raises NotFound, NotConnected, ConnectionRevoked, InvalidRequest, or what
    QuickBooks answers.
    """
    connection = tenants.tenant(tenant_id).connection(connection_id)
    if name not in ListName:
        raise NotFound(f"There is no list '{name}'.", hint=f"The lists are {', '.join(ListName)}.")
    start = _position(after)
    choose_connection([connection])
    found = lists(connection).read(ListName(name), fresh=refresh)
    wanted = matching(found.rows, search, inactive=inactive)
    end = start + limit
    return ListPage(ListName(name), wanted[start:end], str(end) if end < len(wanted) else None, found.fetched_at)


def _position(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) <= 9):
        problem = {"field": "after", "problem": "is not a token that we gave out"}
        raise InvalidRequest("'after' is not a token that we gave out.", fields=[problem])
    return int(after)
