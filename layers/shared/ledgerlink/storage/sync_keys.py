"""The keys of flows, polls and backfills. Each begins with the tenant."""

import hashlib

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.storage.keys import CONNECTION, tenant_partition

FLOW = "FLOW#"
SYNC = "SYNC#"
BACKFILL = "BACKFILL#"


def flow(tenant_id: str, flow_id: str) -> tuple[str, str]:
    """One flow; all of a tenant's stand together."""
    return tenant_partition(tenant_id), FLOW + flow_id


def sync_state(key: ConnectionKey) -> tuple[str, str]:
    """Where the polling of a connection stands."""
    return tenant_partition(key.tenant_id), SYNC + key.connection_id


def connection_of(pk: str, sk: str) -> ConnectionKey:
    """The connection whose ``sync_state`` has this key."""
    return ConnectionKey(pk.removeprefix(tenant_partition("")), sk.removeprefix(SYNC))


def backfill(key: ConnectionKey, number: int) -> tuple[str, str]:
    """One backfill; the results of its pages have keys that begin with its own."""
    return _of_connection(key), f"{BACKFILL}{number:06}"


def page_result(key: ConnectionKey, number: int, page: int) -> tuple[str, str]:
    """What copying one page came to."""
    pk, sk = backfill(key, number)
    return pk, f"{sk}#PAGE#{page:06}"


def webhook_event(key: ConnectionKey, event_id: str) -> tuple[str, str]:
    """A notification that was taken. Intuit chooses the id, so it is kept by its digest."""
    return _of_connection(key), f"EVENT#{hashlib.sha256(event_id.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _of_connection(key: ConnectionKey) -> str:
    return f"{tenant_partition(key.tenant_id)}#{CONNECTION}{key.connection_id}"
