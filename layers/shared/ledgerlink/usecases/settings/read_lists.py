"""Show the lists of a company that people pick from, without asking QuickBooks each time."""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain import rows
from ledgerlink.domain.connections import Connection, ConnectionKey, choose_connection
from ledgerlink.domain.paging import not_our_token
from ledgerlink.domain.pickers import KINDS, CachedList, ListName, ListPart, matching, trimmed
from ledgerlink.domain.rows import Row
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import NotFound, QuickBooksUnavailable, SyncError

FRESH_FOR = timedelta(hours=4)
"""So long a list is taken as it was: people rarely change them, and every read of QuickBooks is metered."""
CONTINUED_FOR = timedelta(minutes=10)
"""So long after its first page a reading that broke off is continued; later it begins anew."""
_KNOWN_AGAIN = 1000
"""Rows by which a reading that is continued finds its place: a page of QuickBooks."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class ListCache(Protocol):
    """Where a company's lists are kept for a while."""

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        """The whole list."""

    def read_begun(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        """What a reading had that broke off, also of one that was continued since."""

    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None:
        """A whole list, or beside the one before what is read of it so far."""

    def forget(self, key: ConnectionKey, name: ListName) -> None: ...


class ListSource(Protocol):
    """The tenant's QuickBooks company."""

    def parts(self, entity: str, *, read_to: int = 0, ids: Collection[str] = ()) -> Generator[ListPart]:
        """Every entry of a list, inactive ones too, as its pages come; or those after ``ids``, where an earlier
        reading broke off on the page that begins there.
        """


class CompanyLists:
    """The lists of one company: as they were up to four hours ago, or as they are now."""

    def __init__(
        self,
        cache: ListCache,
        source: Callable[[], ListSource],
        key: ConnectionKey,
        now: Callable[[], datetime],
        patience: timedelta = timedelta(minutes=1),
    ) -> None:
        """``patience`` is how long a list may be read at a time."""
        self._cache = cache
        self._source = source
        self._key = key
        self._now = now
        self._patience = patience
        self._read: dict[ListName, CachedList] = {}

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]:
        """The entries, inactive ones too. Raises what QuickBooks answers."""
        return self.read(name, fresh=fresh).rows

    def read(self, name: ListName, *, fresh: bool = False) -> CachedList:
        """The list and its age; ``fresh`` asks QuickBooks in any case. Raises what QuickBooks answers."""
        if fresh or name not in self._read:
            kept = self._cache.read(self._key, name)
            if fresh or kept is None or kept.fetched_at + FRESH_FOR <= self._now():
                kept = self._fetch(name, kept)
            self._read[name] = kept
        return self._read[name]

    def forget(self, name: ListName) -> None:
        """It has changed: ask QuickBooks next time."""
        self._read.pop(name, None)
        self._cache.forget(self._key, name)

    def _fetch(self, name: ListName, kept: CachedList | None) -> CachedList:
        """What was read when it breaks off is kept for the next one, which goes on there."""
        now = self._now()
        found = self._begun(name, kept, now) or CachedList([], now)
        begun_at = found.read_to
        try:
            for part in self._parts(name, found, now + self._patience):
                read = [*found.rows, *trimmed(name, part.rows)]
                found = replace(found, rows=read, read_to=0 if part.is_last else part.position)
        except SyncError:
            if found.read_to != begun_at:
                self._cache.write(self._key, name, found)
            raise
        self._cache.write(self._key, name, found)
        return found

    def _begun(self, name: ListName, kept: CachedList | None, now: datetime) -> CachedList | None:
        begun = self._cache.read_begun(self._key, name)
        if begun is None or begun.fetched_at + CONTINUED_FOR <= now:
            return None
        return begun if kept is None or kept.fetched_at < begun.fetched_at else None

    def _parts(self, name: ListName, found: CachedList, until: datetime) -> Iterator[ListPart]:
        ids = {rows.text(row, "Id") for row in found.rows[-_KNOWN_AGAIN:]}
        with closing(self._source().parts(KINDS[name].entity, read_to=found.read_to, ids=ids)) as parts:
            for part in parts:
                yield part
                if not part.is_last and self._now() >= until:
                    raise QuickBooksUnavailable(
                        f"The list of {name.replace('-', ' ')} is long, and is not read to its end yet.",
                        code="list_being_read",
                        hint="What was read is kept: ask again, and it goes on from there.",
                    )


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
        raise not_our_token()
    return int(after)
