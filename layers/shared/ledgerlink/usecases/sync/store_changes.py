"""Store what changed in a company, and announce it."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from typing import Any, Protocol

from ledgerlink.domain.changes import Changes
from ledgerlink.domain.normalise import item_texts, items_named, normalise, state_of
from ledgerlink.domain.record_changes import ChangeKind, StoredChange, one_each
from ledgerlink.domain.record_hash import content_hash
from ledgerlink.domain.records import (
    DOCUMENTS,
    ENTITIES,
    Deletion,
    HostDocument,
    Record,
    RecordKey,
    Version,
    deletion_time,
    instant,
    same_content,
    take,
)
from ledgerlink.domain.rows import Row, part, text
from ledgerlink.errors import StorageUnavailable
from ledgerlink.usecases.certification import follow_certifications as following
from ledgerlink.usecases.certification import judge_records as judging
from ledgerlink.usecases.certification.follow_certifications import follow_certifications
from ledgerlink.usecases.certification.judge_records import Judge, Surroundings
from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer

AT_ONCE = 100
"""Records that are read together; an item's documents beyond that are judged by the state machine."""
TRIES = 5

logger = logging.getLogger(__name__)


class Records(judging.Records, Protocol):
    """Where records are kept."""

    def name_items(self, key: RecordKey, item_ids: Iterable[str]) -> None:
        """From now on the document is found by these items."""

    def naming(self, item: RecordKey, *, limit: int, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        """Documents that name the item, and where to go on."""

    def settle(self, item: Record) -> None:
        """Its documents have been looked at, unless the item changed again since."""


class OwnWrites(Protocol):
    """What we have written to QuickBooks ourselves."""

    def find(self, keys: Sequence[RecordKey]) -> Mapping[RecordKey, HostDocument]:
        """The documents of the host that these entities are."""


class Judgements(Protocol):
    """The state machine that judges records in pages."""

    def start_for_item(self, item: RecordKey, revision: int) -> None:
        """Judge the documents that name the item; the same revision twice does nothing more."""


@dataclass(frozen=True, slots=True)
class RecordStore:
    """Keeps records of what is polled; every step may be repeated, and any order ends the same."""

    records: Records
    settings: judging.Settings
    certifications: following.Certifications
    own_writes: OwnWrites
    judgements: Judgements
    announcer: ChangeAnnouncer
    to_json: Callable[[Any], bytes]

    def unknown_items(self, tenant_id: str, connection_id: str, changes: Changes) -> Sequence[str]:
        """The items that the documents name, of which there is neither a copy nor one among the changes."""
        documents = (row for entity in DOCUMENTS & changes.rows.keys() for row in changes.rows[entity])
        named = {item for document in documents for item in items_named(document)}
        named -= {text(row, "Id") for row in changes.rows.get("Item", ())}
        # QuickBooks' own words, as SHIPPING_ID, stand where an item could; they are none.
        keys = [RecordKey(tenant_id, connection_id, "Item", item) for item in sorted(named) if item.isdecimal()]
        known = self.records.item_texts(keys)
        return [key.entity_id for key in keys if key not in known]

    def store(
        self, tenant_id: str, connection_id: str, changes: Changes, seen_at: datetime, now: datetime
    ) -> Sequence[StoredChange]:
        """What each change was. ``seen_at``: when QuickBooks began to answer. Raises StorageUnavailable."""
        arrived = self._read(tenant_id, connection_id, changes, seen_at)
        # Items first, so that documents of the same answer find them.
        items = [one for one in arrived if one.key.entity == "Item"]
        others = [one for one in arrived if one.key.entity != "Item"]
        stored: list[StoredChange] = []
        for chunk in batched(items, AT_ONCE, strict=False):
            stored += self._store_chunk(tenant_id, chunk)
        stored += self._judge_documents(tenant_id, [change.record for change in stored if change.record.unsettled])
        for chunk in batched(others, AT_ONCE, strict=False):
            stored += self._store_chunk(tenant_id, chunk)
        return follow_certifications(self.certifications, one_each(stored), now)

    def announce(self, changes: Sequence[StoredChange]) -> None:
        """Tell the host what changed, and the tenant what awaits certification."""
        self.announcer.announce(changes)
        # Only now: until everything about an item's documents is done, whoever comes next does it again.
        for change in changes:
            if change.record.unsettled:
                self.records.settle(change.record)

    # reading the answer

    def _read(
        self, tenant_id: str, connection_id: str, changes: Changes, seen_at: datetime
    ) -> Sequence[Record | Deletion]:
        arrived: list[Record | Deletion] = []
        for entity in sorted(ENTITIES & changes.rows.keys()):
            for row in changes.rows[entity]:
                record = self._record(RecordKey(tenant_id, connection_id, entity, text(row, "Id")), row, seen_at)
                arrived += [record] if record else []
        for gone in changes.deleted:
            if gone.entity in ENTITIES:
                key = RecordKey(tenant_id, connection_id, gone.entity, gone.entity_id)
                arrived.append(Deletion(key, deletion_time(gone.last_updated_time, seen_at)))
        return arrived

    def _record(self, key: RecordKey, row: Row, seen_at: datetime) -> Record | None:
        """None for a row that cannot be kept: the others must not wait for it."""
        updated = instant(text(part(row, "MetaData"), "LastUpdatedTime"))
        if not key.entity_id or updated is None:
            logger.error("row without id or time", extra={"entity": key.entity, "entity_id": key.entity_id})
            return None
        token = text(row, "SyncToken")
        version = Version(updated, int(token) if token.isdecimal() else 0, seen_at, content_hash(row))
        try:
            body = self.to_json(row).decode()
        except ValueError:
            # Not what it says: that may quote the row.
            logger.error("row cannot be written", extra={"entity": key.entity, "entity_id": key.entity_id})
            return None
        return Record(key, version, state_of(row), body=body, normalised=normalise(key.entity, row))

    # storing

    def _store_chunk(self, tenant_id: str, arrived: Sequence[Record | Deletion]) -> Sequence[StoredChange]:
        keys = list(dict.fromkeys(one.key for one in arrived))
        known = dict(self.records.get_many(keys))
        own = self.own_writes.find([key for key in keys if key.entity in DOCUMENTS])
        copies = [one for one in arrived if isinstance(one, Record)]
        for copy in copies:
            self._name_items(copy, known.get(copy.key))
        around = self._judge.surroundings(tenant_id, copies)
        stored = [self._store(one, known, own.get(one.key), around) for one in arrived]
        if self._judge.surroundings(tenant_id, copies) != around:
            # Keywords or items changed while we wrote, and whoever changed them may have missed these.
            stored += self._judge.judge_again(tenant_id, keys)
        return stored

    def _store(
        self,
        arrived: Record | Deletion,
        known: dict[RecordKey, Record],
        own: HostDocument | None,
        around: Surroundings,
    ) -> StoredChange:
        for _ in range(TRIES):
            before = known.get(arrived.key)
            after = take(before, arrived)
            if after is None:
                assert before is not None
                if own is None or own == before.document:
                    return StoredChange(before, ChangeKind.UNCHANGED)
                after = replace(before, document=own)
            elif isinstance(arrived, Record):
                after = self._completed(around.judge([after])[0], before, own)
            is_news = _is_news(before, after)
            if stored := self.records.put(after, before, news=is_news or _turns_out_ours(before, after)):
                known[arrived.key] = stored
                return StoredChange(stored, _kind(before, stored) if is_news else ChangeKind.UNCHANGED)
            known |= self.records.get_many([arrived.key])
        raise StorageUnavailable("Others keep writing the same record.", code="record_busy")

    def _completed(self, record: Record, before: Record | None, own: HostDocument | None) -> Record:
        is_item = record.key.entity == "Item"
        changed = is_item and (before is None or item_texts(before.normalised) != item_texts(record.normalised))
        return replace(record, document=own, unsettled=record.unsettled or changed)

    def _name_items(self, record: Record, before: Record | None) -> None:
        if new := record.item_ids - (before.item_ids if before else frozenset()):
            # Before the record: one that is named in vain does no harm.
            self.records.name_items(record.key, new)

    def _judge_documents(self, tenant_id: str, items: Sequence[Record]) -> Sequence[StoredChange]:
        """Judge the documents that name these items; the unchanged too, as an earlier try may have stopped there."""
        changes: list[StoredChange] = []
        for item in items:
            keys, more = self.records.naming(item.key, limit=AT_ONCE, after=None)
            changes += self._judge.judge_again(tenant_id, keys) if keys else ()
            if more:
                self.judgements.start_for_item(item.key, item.revision)
        return changes

    @property
    def _judge(self) -> Judge:
        return Judge(self.records, self.settings)


def _is_news(before: Record | None, after: Record) -> bool:
    """Whether readers have to hear of it: not of what they never saw, nor of what was gone already."""
    if after.is_gone and (before is None or before.is_gone):
        return False
    return not same_content(before, after)


def _turns_out_ours(before: Record | None, after: Record) -> bool:
    """Whether readers had it as somebody else's: a poll may come between our write and the note of it."""
    was_read = before is not None and before.changed_at is not None and before.document is None
    return was_read and after.document is not None


def _kind(before: Record | None, after: Record) -> ChangeKind:
    own = after.document
    token = after.version.sync_token if after.version else None
    if after.is_gone:
        return ChangeKind.DELETED
    if own and own.sync_token == str(token) and _token(before) != token:
        return ChangeKind.UNCHANGED
    return ChangeKind.CREATED if before is None or before.changed_at is None else ChangeKind.CHANGED


def _token(record: Record | None) -> int | None:
    return record.version.sync_token if record and record.version else None
