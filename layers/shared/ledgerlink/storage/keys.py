"""The keys of every item. Each begins with the tenant, and none can be built without one.

The only exception is the claim on a QuickBooks company, which says which tenant has
it and therefore cannot begin with the tenant (docs/decisions/0003).
"""

import hashlib

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey

_LONGEST_ID = 200


def tenant_partition(tenant_id: str) -> str:
    """The tenant itself, its connections and its instances."""
    return f"TENANT#{tenant_id}"


TENANT = "TENANT"
CONNECTION = "CONNECTION#"
INSTANCE = "INSTANCE#"
HISTORY = "HISTORY#"


def connection(key: ConnectionKey) -> tuple[str, str]:
    """A connection with its sealed tokens."""
    return tenant_partition(key.tenant_id), CONNECTION + key.connection_id


def instance(tenant_id: str, instance_id: str) -> tuple[str, str]:
    """A sub-unit of the tenant."""
    return tenant_partition(tenant_id), INSTANCE + instance_id


def instance_history(tenant_id: str) -> str:
    """Who changed which instance: apart from the tenant, which is read with every document."""
    return f"{tenant_partition(tenant_id)}#INSTANCES"


def connection_partition(key: ConnectionKey) -> str:
    """What belongs to a connection but is not read with it: the history of its settings, its lists, its links."""
    return f"{tenant_partition(key.tenant_id)}#{CONNECTION}{key.connection_id}"


def picker_list(name: str, part: str) -> str:
    """The sort key of a part of a list that was read from QuickBooks."""
    return f"LIST#{name}#{part}"


def connection_of(pk: str, sk: str) -> ConnectionKey:
    """The connection with this key."""
    return ConnectionKey(pk.removeprefix(tenant_partition("")), sk.removeprefix(CONNECTION))


def oauth_state(tenant_id: str, digest: str) -> tuple[str, str]:
    """A one-time state, known by its digest only."""
    return f"{tenant_partition(tenant_id)}#OAUTH", f"STATE#{digest}"


def realm_claim(realm_id: str) -> tuple[str, str]:
    """Which tenant has connected a QuickBooks company."""
    return f"REALM#{realm_id}", "CLAIM"


def document(key: DocumentKey) -> tuple[str, str]:
    """A document of the host."""
    return tenant_partition(key.tenant_id), document_prefix(key.kind) + key.document_id


def document_of(pk: str, sk: str) -> DocumentKey:
    """The document with this key; none of the key's parts has a ``#`` in it."""
    _, kind, document_id = sk.split("#")
    return DocumentKey(pk.removeprefix(tenant_partition("")), kind, document_id)


def document_prefix(kind: str) -> str:
    """What the sort keys of one collection begin with."""
    return f"DOCUMENT#{kind}#"


def standing(tenant_id: str, status: Status) -> str:
    """The documents of a tenant that stand so, in the index of that name."""
    return f"{tenant_partition(tenant_id)}#{status.value}"


def backlog(tenant_id: str, backlog_id: str) -> tuple[str, str]:
    """A backlog; its chunks stand beside it."""
    return f"{tenant_partition(tenant_id)}#BACKLOG#{backlog_id}", "BACKLOG"


def backlog_of(pk: str) -> tuple[str, str]:
    """The tenant and the id of the backlog in this partition; neither has a ``#`` in it."""
    _, tenant_id, _, backlog_id = pk.split("#")
    return tenant_id, backlog_id


CHUNK = "CHUNK#"


def chunk(tenant_id: str, backlog_id: str, number: int) -> tuple[str, str]:
    """Some documents of a backlog."""
    return backlog(tenant_id, backlog_id)[0], f"{CHUNK}{number:04}"


def backlog_list(tenant_id: str) -> str:
    """The tenant's backlogs by their time."""
    return f"{tenant_partition(tenant_id)}#BACKLOGS"


def link(key: LinkKey) -> tuple[str, str]:
    """What a document, supplier, product or account code became."""
    return _links(key), links_prefix(key.kind) + _short(key.host_id)


def links_prefix(kind: str) -> str:
    """What the sort keys of one kind's links begin with."""
    return f"LINK#{kind}#"


def unmatched(key: LinkKey) -> tuple[str, str]:
    """That something was named and could not be found: beside its link, which there may be one day."""
    return _links(key), unmatched_prefix(key.kind) + _short(key.host_id)


def unmatched_prefix(kind: str) -> str:
    """What the sort keys of one kind's unmatched things begin with."""
    return f"UNMATCHED#{kind}#"


def entity_claim(key: LinkKey, entity: str, entity_id: str) -> tuple[str, str]:
    """Which document an entity belongs to."""
    return _links(key), f"ENTITY#{entity}#{entity_id}"


def throttle(key: ConnectionKey) -> tuple[str, str]:
    """How far the calls of a company are booked."""
    return connection_partition(key), "THROTTLE"


def _links(key: LinkKey) -> str:
    return connection_partition(ConnectionKey(key.tenant_id, key.connection_id))


def _short(host_id: str) -> str:
    """Product names may be longer than a sort key (1,024 bytes); those are kept by their digest."""
    data = host_id.encode()
    return host_id if len(data) <= _LONGEST_ID else f"sha256:{hashlib.sha256(data).hexdigest()}"
