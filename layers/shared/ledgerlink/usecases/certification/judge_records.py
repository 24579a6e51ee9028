"""Give stored records the SKUs and names of their items, and find what is organic in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ledgerlink.domain.normalise import ItemTexts, find_organic, with_items
from ledgerlink.domain.organic import Keywords
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.record_changes import ChangeKind, StoredChange, one_each
from ledgerlink.domain.records import Record, RecordKey
from ledgerlink.errors import StorageUnavailable

ROUNDS = 5


class Records(Protocol):
    """Where records are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Record]: ...
    def item_texts(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, ItemTexts]:
        """Of the items that are known."""

    def put(self, record: Record, replaced: Record | None, *, news: bool) -> Record | None:
        """The record as it is stored now; with news it goes to the end of its feed.

        None when somebody else wrote it since ``replaced`` was read.
        """


class Settings(Protocol):
    """What tenants call organic."""

    def read(self, tenant_id: str) -> OrganicSettings: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What records are judged by besides themselves."""

    keywords: tuple[str, ...]
    items: Mapping[RecordKey, ItemTexts]

    def judge(self, records: Iterable[Record]) -> Sequence[Record]:
        """The records with what their items and keywords make of them."""
        keywords = Keywords(self.keywords)
        return [self._judge(record, keywords) for record in records]

    def _judge(self, record: Record, keywords: Keywords) -> Record:
        known = {key.entity_id: self.items[key] for key in items_of(record) if key in self.items}
        form = with_items(record.normalised, known)
        return replace(record, normalised=form, organic=find_organic(form, known, keywords))


def items_of(record: Record) -> Iterable[RecordKey]:
    """The items that the record's lines name."""
    return (RecordKey(record.key.tenant_id, record.key.connection_id, "Item", item) for item in record.item_ids)


class Judge:
    """Judges records by the keywords and items of the moment, whoever changes them at the same time.

    Whoever changes keywords or an item judges the stored records after that write. Whoever writes
    records looks at keywords and items again after that write. So one of the two sees the other.
    """

    def __init__(self, records: Records, settings: Settings) -> None:
        self._records = records
        self._settings = settings

    def surroundings(self, tenant_id: str, records: Iterable[Record]) -> Surroundings:
        """What these records are judged by now."""
        items = {key for record in records for key in items_of(record)}
        return Surroundings(self._settings.read(tenant_id).keywords, self._records.item_texts(items))

    def judge_again(self, tenant_id: str, keys: Sequence[RecordKey]) -> Sequence[StoredChange]:
        """Judge stored records anew; returns all that there are, and which came out otherwise.

        Raises StorageUnavailable.
        """
        changes: list[StoredChange] = []
        for _ in range(ROUNDS):
            known = list(self._records.get_many(keys).values())
            around = self.surroundings(tenant_id, known)
            outcomes = [self._put(*pair) for pair in zip(known, around.judge(known), strict=True)]
            changes += filter(None, outcomes)
            if None not in outcomes and self.surroundings(tenant_id, known) == around:
                return one_each(changes)
        raise StorageUnavailable("Items or keywords keep changing.", code="records_busy")

    def _put(self, before: Record, after: Record) -> StoredChange | None:
        if (after.normalised, tuple(after.organic)) == (before.normalised, tuple(before.organic)):
            return StoredChange(before, ChangeKind.UNCHANGED)
        stored = self._records.put(after, before, news=before.changed_at is not None)
        return StoredChange(stored, ChangeKind.CHANGED) if stored else None
