"""Records of what is polled: RecordsTable."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from ledgerlink.domain.normalise import ItemTexts, item_texts
from ledgerlink.domain.organic import OrganicMatch, Where
from ledgerlink.domain.records import HostDocument, Record, RecordKey, State, Version
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import record_keys as keys
from ledgerlink.storage.packing import pack, unpack
from ledgerlink.storage.table import ConditionFailed, Table

FEED_INDEX = "feed"
ORGANIC_INDEX = "organic"
PROMPT = timedelta(seconds=5)
"""A write that took longer may have landed behind a reader's cursor; it is placed anew."""
LARGEST_BODY = 2_000_000
"""Characters of QuickBooks' JSON that are kept, so that a record fits into an answer of Lambda."""
MOST_PACKED = 390_000
"""Bytes of body and form together: an item has 400 KB at most, with its keys and everything else."""
_SHORTER = (500, 50)
"""Characters of each text, tried one after the other, where a form fits into no item by itself."""
_BEHIND = " "
"""Sorts before anything that a place goes on with: behind a place, and before the next."""

logger = logging.getLogger(__name__)


class DynamoRecords:
    """Both indexes hold only keys; a record stands in them where it last changed."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self._table = table
        self._clock = clock

    def get_many(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, Record]:
        """Those that exist, as they are now."""
        by_key = {keys.record(key): key for key in wanted}
        items = self._table.get_many(list(by_key))
        return {by_key[item["pk"], item["sk"]]: _record(by_key[item["pk"], item["sk"]], item) for item in items}

    def item_texts(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, ItemTexts]:
        """Of the items that are known."""
        by_key = {keys.record(key): key for key in wanted}
        items = self._table.get_many(list(by_key), ["form"])
        return {by_key[item["pk"], item["sk"]]: item_texts(_form(item)["normalised"]) for item in items}

    def put(self, record: Record, replaced: Record | None, *, news: bool) -> Record | None:
        """The record as it is stored now; with news it goes to the end of its feed.

        None when somebody else wrote it since ``replaced`` was read. Of one that is too large as much is
        kept as fits: nobody can make it smaller, and the changes behind it must not wait for ever.
        """
        begun = self._clock()
        revision = replaced.revision if replaced else 0
        fresh = replace(record, revision=revision + 1, changed_at=begun if news else record.changed_at)
        try:
            fresh = self._write(fresh, replaced)
        except ConditionFailed:
            return None
        if news and self._clock() - begun > PROMPT:
            return self.put(fresh, fresh, news=True) or fresh
        return fresh

    def keys(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[list[RecordKey], str | None]:
        """Of all records in a stable order, and where to go on."""
        return self._keys(tenant_id, keys.records(tenant_id), limit, after)

    # items and the documents that name them

    def name_items(self, key: RecordKey, item_ids: Iterable[str]) -> None:
        """From now on the document is found by these items."""
        for item_id in sorted(item_ids):
            pk, sk = keys.named_by(replace(key, entity="Item", entity_id=item_id), key)
            self._table.put({"pk": pk, "sk": sk})

    def naming(self, item: RecordKey, *, limit: int, after: str | None) -> tuple[list[RecordKey], str | None]:
        """Documents that name the item or did so once, and where to go on."""
        return self._keys(item.tenant_id, keys.naming(item), limit, after)

    def settle(self, item: Record) -> None:
        """Its documents have been looked at, unless the item changed again since."""
        try:
            self._table.update(
                *keys.record(item.key), "REMOVE #unsettled", "#revision = :revision", {"revision": item.revision}
            )
        except ConditionFailed:
            return

    # feeds

    def feed(
        self, tenant_id: str, entity: str, *, organic: bool, after: str, until: datetime, limit: int
    ) -> Sequence[tuple[str, RecordKey]]:
        """Records by when they last changed, each with its place: a cursor that stands right behind it."""
        bounds = {"feed": keys.feed(tenant_id, entity), "after": after + _BEHIND, "until": to_text(until)}
        if bounds["after"] > bounds["until"]:
            return []
        name = "organic_feed" if organic else "feed"
        condition = f"#{name} = :feed AND #place BETWEEN :after AND :until"
        index = ORGANIC_INDEX if organic else FEED_INDEX
        found: list[dict[str, Any]] = []
        last: dict[str, Any] | None = None
        while len(found) < limit:
            items, last = self._table.index_page(index, condition, bounds, limit=limit - len(found), after=last)
            found += items
            if last is None:
                break
        return [(item["place"], keys.key_of(tenant_id, item["place"])) for item in found]

    def _write(self, record: Record, replaced: Record | None) -> Record:
        """What of it could be written. Raises ConditionFailed."""
        condition = "#revision = :revision" if replaced else "attribute_not_exists(#pk)"
        *attempts, least = _ever_less(record)
        for kept in attempts:
            item = _item(kept)
            try:
                if _packed(item) <= MOST_PACKED:
                    self._table.put(item, condition, {"revision": record.revision - 1})
                    return kept
            except ClientError as error:
                if error.response["Error"]["Code"] != "ValidationException":
                    raise
        logger.error("record kept without its content", extra={"record": record.key.record_id})
        self._table.put(_item(least), condition, {"revision": record.revision - 1})
        return least

    def _keys(
        self, tenant_id: str, partition: str, limit: int, after: str | None
    ) -> tuple[list[RecordKey], str | None]:
        items, last = self._table.page(
            "#pk = :pk",
            {"pk": partition},
            limit=limit,
            after=(partition, after) if after else None,
            attributes=(),
        )
        return [keys.key_of(tenant_id, item["sk"]) for item in items], last


def _ever_less(record: Record) -> Iterator[Record]:
    """The record, then without QuickBooks' own JSON, then with shorter texts, at last without what it says."""
    if len(record.body) <= LARGEST_BODY:
        yield record
    bare = replace(record, body="")
    yield bare
    for longest in _SHORTER:
        yield replace(bare, normalised=_shortened(record.normalised, longest))
    yield replace(bare, normalised={}, organic=())


def _shortened(value: Any, longest: int) -> Any:
    if isinstance(value, Mapping):
        return {name: _shortened(part, longest) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part, longest) for part in value]
    return value[:longest] if isinstance(value, str) else value


def _packed(item: Mapping[str, Any]) -> int:
    return len(item["body"]) + len(item["form"])


def _item(record: Record) -> dict[str, Any]:
    pk, sk = keys.record(record.key)
    feed = keys.feed(record.key.tenant_id, record.key.entity)
    changed_at = record.changed_at
    form = {"normalised": record.normalised, "organic": [asdict(match) for match in record.organic]}
    return {
        "pk": pk,
        "sk": sk,
        "revision": record.revision,
        "record_state": record.state.value,
        "version": _version_item(record.version) if record.version else None,
        "deleted_at": optional_text(record.deleted_at),
        "body": pack(record.body),
        # ASCII, because half a character, as a text that was cut may end with, cannot be stored as it is.
        "form": pack(json.dumps(form)),
        "document": asdict(record.document) if record.document else None,
        "unsettled": record.unsettled or None,
        "changed_at": optional_text(changed_at),
        "feed": feed if changed_at else None,
        "organic_feed": feed if changed_at and record.organic else None,
        "place": keys.place(changed_at, record.key) if changed_at else None,
    }


def _record(key: RecordKey, item: Mapping[str, Any]) -> Record:
    form = _form(item)
    version, document = item.get("version"), item.get("document")
    return Record(
        key=key,
        version=_version(version) if version else None,
        state=State(item["record_state"]),
        deleted_at=optional_time(item.get("deleted_at")),
        body=unpack(item.get("body", "")),
        normalised=form["normalised"],
        organic=tuple(
            OrganicMatch(match["keyword"], Where(match["where"]), match["line_id"]) for match in form["organic"]
        ),
        document=HostDocument(**document) if document else None,
        changed_at=optional_time(item.get("changed_at")),
        unsettled=item.get("unsettled", False),
        revision=item["revision"],
    )


def _form(item: Mapping[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(unpack(item["form"]))
    return form


def _version_item(version: Version) -> dict[str, Any]:
    return {
        "last_updated_time": to_text(version.last_updated_time),
        "sync_token": version.sync_token,
        "seen_at": to_text(version.seen_at),
        "content_hash": version.content_hash,
    }


def _version(item: Mapping[str, Any]) -> Version:
    return Version(
        from_text(item["last_updated_time"]), item["sync_token"], from_text(item["seen_at"]), item["content_hash"]
    )
