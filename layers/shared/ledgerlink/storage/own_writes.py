"""Which entities we wrote ourselves, and for which document of the host: EntityLinksTable."""

from collections.abc import Mapping, Sequence

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.records import HostDocument, RecordKey
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table


class DynamoOwnWrites:
    """Goes from the claim of an entity to the link of its document."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, wanted: Sequence[RecordKey]) -> Mapping[RecordKey, HostDocument]:
        """The documents of the host that these entities are."""
        by_claim = {_claim(key): key for key in wanted}
        claims = self._table.get_many(list(by_claim))
        by_link = {(claim["pk"], claim["link"]): by_claim[claim["pk"], claim["sk"]] for claim in claims}
        found = {}
        for link in self._table.get_many(list(by_link), ["sync_token"]):
            _, kind, document_id = link["sk"].split("#", 2)
            found[by_link[link["pk"], link["sk"]]] = HostDocument(kind, document_id, link.get("sync_token", ""))
        return found


def _claim(key: RecordKey) -> tuple[str, str]:
    return keys.entity_claim(LinkKey(key.tenant_id, key.connection_id, "", ""), key.entity, key.entity_id)
