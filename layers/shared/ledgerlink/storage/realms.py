"""Which tenant has which QuickBooks company: ConnectionsTable."""

from collections.abc import Collection

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table


class DynamoRealms:
    """The claims that connecting a company makes."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def connections(self, realm_ids: Collection[str]) -> dict[str, ConnectionKey]:
        """By realm id, those that are known. The id of a connection is its realm id."""
        claims = {keys.realm_claim(realm_id): realm_id for realm_id in realm_ids}
        found = self._table.get_many(list(claims))
        return {
            realm_id: ConnectionKey(item["tenant_id"], realm_id)
            for item in found
            if (realm_id := claims[item["pk"], item["sk"]])
        }
