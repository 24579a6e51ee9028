"""Show a person the list of QuickBooks that something of the host can be matched with."""

from collections.abc import Callable
from dataclasses import dataclass

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.mappings import LIST_OF, HostThing, MappingKind, Match
from ledgerlink.errors import SyncError
from ledgerlink.usecases.mappings.name_things import Documents, Mappings, UnmatchedThings, name_thing
from ledgerlink.usecases.mappings.read_mappings import Tenants, mapping_key
from ledgerlink.usecases.settings.read_lists import CompanyLists, ListPage, read_list


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of the host, what it is matched with by now, and a part of the list."""

    thing: HostThing
    match: Match | None
    entries: ListPage | None
    problem: SyncError | None
    """Why there is no list."""


def choose_match(
    tenants: Tenants,
    documents: Documents,
    unmatched: UnmatchedThings,
    mappings: Mappings,
    lists: Callable[[Connection], CompanyLists],
    tenant_id: str,
    connection_id: str,
    kind: str,
    host_id: str,
    *,
    search: str,
    refresh: bool,
    limit: int,
    after: str | None,
) -> Choice:
    """Shown also while QuickBooks cannot be asked. Raises NotFound, InvalidRequest."""
    _, key = mapping_key(tenants, tenant_id, connection_id, kind, host_id)
    thing, match = name_thing(documents, unmatched, mappings, key), mappings.find(key)
    name = LIST_OF[MappingKind(kind)]
    try:
        found = read_list(
            *(tenants, lists, tenant_id, connection_id, name),
            search=search,
            inactive=False,
            refresh=refresh,
            limit=limit,
            after=after,
        )
    except SyncError as problem:
        return Choice(thing, match, None, problem)
    return Choice(thing, match, found, None)
