"""The notifications of Intuit that were taken: SyncTable, gone by themselves after a while."""

from collections.abc import Collection
from datetime import datetime
from itertools import batched

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.storage import sync_keys as keys
from ledgerlink.storage.table import Table

_A_TRANSACTION = 100
"""DynamoDB's limit of writes."""


class DynamoWebhookEvents:
    """Known by the digests of their ids. One that expired may still be there for days, which does no harm."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def unknown(self, key: ConnectionKey, event_ids: Collection[str]) -> list[str]:
        """Those that were not taken before."""
        by_key = {keys.webhook_event(key, event_id): event_id for event_id in event_ids}
        for item in self._table.get_many(list(by_key)):
            by_key.pop((item["pk"], item["sk"]), None)
        return list(by_key.values())

    def remember(self, key: ConnectionKey, event_ids: Collection[str], until: datetime) -> None:
        """They were taken. Repeating it changes nothing."""
        expires_at = int(until.timestamp())
        items = dict.fromkeys(keys.webhook_event(key, event_id) for event_id in event_ids)
        for part in batched(items, _A_TRANSACTION, strict=False):
            self._table.transact(
                [self._table.put_of({"pk": pk, "sk": sk, "expires_at": expires_at}) for pk, sk in part]
            )
