"""Whether there are records of a kind at all: RecordsTable."""

from collections.abc import Callable
from datetime import datetime

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.flows import DOCUMENTS, Direction
from ledgerlink.storage.records import DynamoRecords

_PAGE, _MOST_PAGES = 100, 10
"""A tenant whose other companies have more than that has been looked at long enough."""


class DynamoRecordFinder:
    """Looks for one record of a connection among those of its tenant."""

    def __init__(self, records: DynamoRecords, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock

    def has_any(self, key: ConnectionKey, direction: Direction, *, organic: bool) -> bool:
        """Whether there is a document of this direction; with organic lines, if only those count."""
        return any(self._is_there(key, entity, organic) for entity in DOCUMENTS[direction])

    def _is_there(self, key: ConnectionKey, entity: str, organic: bool) -> bool:
        after = ""
        for _ in range(_MOST_PAGES):
            found = self._records.feed(
                key.tenant_id, entity, organic=organic, after=after, until=self._clock(), limit=_PAGE
            )
            if any(record.connection_id == key.connection_id for _, record in found):
                return True
            if len(found) < _PAGE:
                return False
            after = found[-1][0]
        return False
