"""Show what is not matched yet, each with what it may be in QuickBooks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledgerlink.domain.connections import Connection, ConnectionKey, choose_connection
from ledgerlink.domain.mappings import LIST_OF, Entries, MappingKind, Unmatched
from ledgerlink.domain.pickers import CachedList, ListName, by_id
from ledgerlink.domain.suggestions import Suggestion, Suggestions, unless_taken
from ledgerlink.errors import SyncError
from ledgerlink.usecases.mappings.read_mappings import Tenants, mapping_kind


class Finder(Protocol):
    """What is not matched yet."""

    def page(
        self,
        connection: ConnectionKey,
        kind: MappingKind,
        entries: Entries | None,
        *,
        search: str,
        limit: int,
        after: str | None,
    ) -> tuple[Sequence[Unmatched], str | None]:
        """With the token to go on after while there may be more."""


class Mappings(Protocol):
    """What was matched."""

    def matched_with(
        self, tenant_id: str, connection_id: str, kind: MappingKind, entity_ids: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """The host's ids of all that is matched with these entities."""


class Lists(Protocol):
    """The lists of one company, as they were some hours ago at most."""

    def read(self, name: ListName) -> CachedList:
        """Raises what QuickBooks answers."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Something that is not matched, and what it may be."""

    unmatched: Unmatched
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True, slots=True)
class UnmatchedPage:
    """A part of what is not matched, and the token to go on after while there may be more."""

    items: Sequence[Suggested]
    after: str | None
    entries: Entries | None
    """What QuickBooks has."""
    problem: SyncError | None
    """Why that is not known; nothing is suggested then."""


def suggest_matches(
    tenants: Tenants,
    finder: Finder,
    mappings: Mappings,
    lists: Callable[[Connection], Lists],
    tenant_id: str,
    connection_id: str,
    kind: str,
    *,
    search: str,
    limit: int,
    after: str | None,
) -> UnmatchedPage:
    """Shown also while QuickBooks cannot be asked. Raises NotFound, InvalidRequest."""
    connection = tenants.tenant(tenant_id).connection(connection_id)
    known = mapping_kind(kind)
    entries, problem = _entries(lists, connection, known)
    found, rest = finder.page(connection.key, known, entries, search=search, limit=limit, after=after)
    return UnmatchedPage(_suggested(mappings, connection.key, known, entries, found), rest, entries, problem)


def _entries(
    lists: Callable[[Connection], Lists], connection: Connection, kind: MappingKind
) -> tuple[Entries | None, SyncError | None]:
    try:
        choose_connection([connection])
        found = lists(connection).read(LIST_OF[kind])
    except SyncError as problem:
        return None, problem
    return Entries(by_id(found.rows), found.fetched_at), None


def _suggested(
    mappings: Mappings, key: ConnectionKey, kind: MappingKind, entries: Entries | None, found: Sequence[Unmatched]
) -> list[Suggested]:
    if entries is None or not found:
        return [Suggested(one, []) for one in found]
    suggestions = Suggestions(kind, entries.rows.values())
    offered = [(one, suggestions.for_thing(one.thing)) for one in found]
    ids = {one.entity_id for _, some in offered for one in some}
    taken = mappings.matched_with(key.tenant_id, key.connection_id, kind, ids)
    return [Suggested(one, unless_taken(some, taken, one.thing.key.host_id)) for one, some in offered]
