"""Show what the host's suppliers, products and codes are in QuickBooks."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HOST_ID_MAX, MappingKind, Match
from ledgerlink.domain.pickers import searched
from ledgerlink.domain.rows import Row
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import InvalidRequest, NotFound

_MOST_READS = 10
_READ_AT_ONCE = 500
_NOTHING_KNOWN: Mapping[str, Row] = {}


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Mappings(Protocol):
    """What was matched, by hand or by itself."""

    def find(self, key: LinkKey) -> Match | None: ...
    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[Sequence[Match], str | None]:
        """The matches, and the token to go on after while there may be more: even a short page can have one."""


def read_mapping(
    tenants: Tenants, mappings: Mappings, tenant_id: str, connection_id: str, kind: str, host_id: str
) -> Match:
    """Raises NotFound, InvalidRequest."""
    _, key = mapping_key(tenants, tenant_id, connection_id, kind, host_id)
    match = mappings.find(key)
    if match is None:
        raise NotFound(f"'{host_id}' is not matched with anything in QuickBooks.", code="not_matched")
    return match


def list_mappings(
    tenants: Tenants,
    mappings: Mappings,
    tenant_id: str,
    connection_id: str,
    kind: str,
    *,
    search: str,
    limit: int,
    after: str | None,
    entries: Mapping[str, Row] = _NOTHING_KNOWN,
) -> tuple[Sequence[Match], str | None]:
    """A page in the order of the host's ids. Raises NotFound.

    Where something is searched, ``entries`` of QuickBooks by their ids are searched too, and even an empty page can
    have a token to go on after.
    """
    connection_id = tenants.tenant(tenant_id).connection(connection_id).connection_id
    known = mapping_kind(kind)
    if not search:
        return mappings.page(tenant_id, connection_id, known, limit=limit, after=after)
    found: list[Match] = []
    for _ in range(_MOST_READS):
        matches, after = mappings.page(tenant_id, connection_id, known, limit=_READ_AT_ONCE, after=after)
        found += (one for one in matches if one.thing.is_meant_by(search, *searched(entries.get(one.entity_id, {}))))
        if len(found) > limit:
            return found[:limit], found[limit - 1].key.host_id
        if after is None:
            break
    return found, after


def mapping_key(
    tenants: Tenants, tenant_id: str, connection_id: str, kind: str, host_id: str
) -> tuple[Connection, LinkKey]:
    """Where it is kept. Raises NotFound, and InvalidRequest for an id that no document can have."""
    connection = tenants.tenant(tenant_id).connection(connection_id)
    known = mapping_kind(kind)
    if not 0 < len(host_id) <= HOST_ID_MAX or not host_id.isprintable() or host_id != host_id.strip():
        problem = f"must have 1 to {HOST_ID_MAX} characters, without line breaks or blanks around it"
        raise InvalidRequest(f"The id {problem}.", code="bad_id", fields=[{"field": "host_id", "problem": problem}])
    return connection, LinkKey(tenant_id, connection.connection_id, known, host_id)


def mapping_kind(kind: str) -> MappingKind:
    """Raises NotFound for what cannot be matched."""
    if kind not in MappingKind:
        raise NotFound(f"'{kind}' cannot be matched.", hint=f"What can be matched: {', '.join(MappingKind)}.")
    return MappingKind(kind)
