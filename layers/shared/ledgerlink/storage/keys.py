"""The keys of every item. Each begins with the tenant, and none can be built without one.

The only exception is the claim on a QuickBooks company, which says which tenant has
it and therefore cannot begin with the tenant (docs/decisions/0003).
"""

import hashlib

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey

_LONGEST_ID = 200


def tenant_partition(tenant_id: str) -> str:
    """The tenant itself and its connections."""
    return f"TENANT#{tenant_id}"


TENANT = "TENANT"
CONNECTION = "CONNECTION#"


def connection(key: ConnectionKey) -> tuple[str, str]:
    """A connection with its sealed tokens."""
    return tenant_partition(key.tenant_id), CONNECTION + key.connection_id


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


def link(key: LinkKey) -> tuple[str, str]:
    """What a document, supplier, product or account code became."""
    return _links(key), f"LINK#{key.kind}#{_short(key.host_id)}"


def entity_claim(key: LinkKey, entity: str, entity_id: str) -> tuple[str, str]:
    """Which document an entity belongs to."""
    return _links(key), f"ENTITY#{entity}#{entity_id}"


def throttle(key: ConnectionKey) -> tuple[str, str]:
    """How far the calls of a company are booked."""
    return f"{tenant_partition(key.tenant_id)}#{CONNECTION}{key.connection_id}", "THROTTLE"


def _links(key: LinkKey) -> str:
    return f"{tenant_partition(key.tenant_id)}#{CONNECTION}{key.connection_id}"


def _short(host_id: str) -> str:
    """Product names may be longer than a sort key (1,024 bytes); those are kept by their digest."""
    data = host_id.encode()
    return host_id if len(data) <= _LONGEST_ID else f"sha256:{hashlib.sha256(data).hexdigest()}"
