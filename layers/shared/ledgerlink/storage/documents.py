"""Documents of the hosts: DocumentsTable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice, zip_longest
from typing import Any

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import HELD, Standing
from ledgerlink.domain.documents import Document, DocumentState, EntityInQuickBooks, Status
from ledgerlink.domain.figures import Figures
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

SYNCING_INDEX = "syncing"
SYNCING_SHARDS = 4
"""A busy stack writes this index at every push; shards keep it away from a partition's 1,000 writes a second."""


STANDING_INDEX = "standing"
_HELD_ATTRIBUTES = "#standing, #standing_at, #error_category"
_AFTER = "$"
"""Sorts after the ``#`` between the parts of a place in that index."""


class DynamoDocuments:
    """The sweep's index holds only documents that are syncing, and only their keys; the other one only those held."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key: DocumentKey) -> Document | None:
        """The document as it is now."""
        item = self._table.get(*keys.document(key))
        return _document(key, item) if item else None

    def put(self, document: Document, replaced: Document | None) -> bool:
        """False when somebody else wrote the document since ``replaced`` was read."""
        try:
            if replaced is None:
                self._table.put(_item(document), "attribute_not_exists(#pk)")
            else:
                self._table.put(
                    _item(document),
                    "#revision = :revision AND #attempt = :attempt AND #document_status = :status",
                    {"revision": replaced.revision, "attempt": replaced.attempt, "status": replaced.status.value},
                )
        except ConditionFailed:
            return False
        return True

    def states(self, wanted: Sequence[DocumentKey]) -> dict[DocumentKey, DocumentState]:
        """Those that exist, without their contents."""
        by_key = {keys.document(key): key for key in wanted}
        found = self._table.get_many(list(by_key), attributes=_LISTED)
        states = ((by_key[item["pk"], item["sk"]], item) for item in found)
        return {key: DocumentState(**_state(key, item)) for key, item in states}

    def page(
        self, tenant_id: str, kind: str, *, status: Status | None, limit: int, after: str | None
    ) -> tuple[list[DocumentState], str | None]:
        """Documents in the order of their ids, and the id to go on after; even a short page can have one."""
        found, last = self._table.page(
            "#pk = :pk AND begins_with(#sk, :prefix)",
            {
                "pk": keys.tenant_partition(tenant_id),
                "prefix": keys.document_prefix(kind),
                "status": status.value if status else "",
            },
            limit=limit,
            after=keys.document(DocumentKey(tenant_id, kind, after)) if after else None,
            attributes=_LISTED,
            filtered="#document_status = :status" if status else "",
        )
        documents = [DocumentState(**_state(DocumentKey(tenant_id, kind, item["document_id"]), item)) for item in found]
        return documents, last.removeprefix(keys.document_prefix(kind)) if last else None

    # the push

    def mark_syncing(self, document: Document, now: datetime) -> None:
        """A redrive makes a failed document busy again, unless it was sent anew meanwhile."""
        self._update(
            document.current_attempt,
            "SET #document_status = :syncing, #syncing_since = :now, #syncing_shard = :shard "
            f"REMOVE #last_error, {_HELD_ATTRIBUTES}",
            "#attempt = :attempt",
            {"syncing": Status.SYNCING.value, "now": to_text(now), "shard": _shard(document.key)},
        )

    def mark_synced(self, document: Document, became: EntityInQuickBooks, now: datetime) -> bool:
        """False when the document has a newer revision by now."""
        return self._update(
            document.current_attempt,
            "SET #document_status = :synced, #quickbooks = :quickbooks, #synced_at = :now "
            f"REMOVE #last_error, #syncing_since, #syncing_shard, {_HELD_ATTRIBUTES}",
            "#revision = :revision",
            {
                "synced": Status.SYNCED.value,
                "quickbooks": asdict(became),
                "now": to_text(now),
                "revision": document.revision,
            },
        )

    def note_error(self, attempt: Attempt, error: Mapping[str, Any]) -> None:
        """What the last try ran into, unless the document has a newer revision by now, which may be held back."""
        self._update(
            attempt,
            "SET #last_error = :error",
            "#attempt = :attempt AND #revision = :revision",
            {"error": dict(error), "revision": attempt.revision},
        )

    def mark_failed(self, attempt: Attempt, error: Mapping[str, Any], now: datetime) -> bool:
        """Only while this attempt is the last one and still counts as busy."""
        return self._update(
            attempt,
            "SET #document_status = :failed, #last_error = :error, #failed_at = :now, "
            "#standing = :standing, #standing_at = :standing_at, #error_category = :error_category "
            "REMOVE #syncing_since, #syncing_shard",
            "#attempt = :attempt AND #document_status = :syncing",
            {
                "failed": Status.SYNC_FAILED.value,
                "syncing": Status.SYNCING.value,
                "error": dict(error),
                "now": to_text(now),
                **_standing(attempt.key, Status.SYNC_FAILED, now, error),
            },
        )

    # many at once

    def with_standing(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[list[DocumentKey], str | None]:
        """Those of the next ``limit`` documents of the status that fit, in the order in which they came to stand so.

        With the place to go on after while there may be more: even an empty page can have one.
        """
        found, last = self.places(tenant_id, wanted, limit=limit, after=after)
        return [key for key, _ in found], last

    def places(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[list[tuple[DocumentKey, str]], str | None]:
        """The same, each with its own place to go on after."""
        standing = keys.standing(tenant_id, wanted.status)
        filters = {
            "error_category": wanted.category,
            "kind": wanted.kind,
            "connection_id": wanted.connection_id,
        }
        used = {name: value for name, value in filters.items() if value}
        found, last = self._table.index_page(
            STANDING_INDEX,
            "#standing = :standing AND #standing_at < :before",
            {"standing": standing, "before": to_text(wanted.before) + _AFTER, **used},
            limit=limit,
            after=_place(tenant_id, standing, after) if after else None,
            filtered=" AND ".join(f"#{name} = :{name}" for name in used),
        )
        placed = [(keys.document_of(item["pk"], item["sk"]), str(item["standing_at"])) for item in found]
        return placed, last["standing_at"] if last else None

    # the sweep

    def syncing_since_before(self, moment: datetime, limit: int) -> Iterable[DocumentKey]:
        """Documents of all tenants that have been syncing since before that moment, the longest first."""
        shards = [self._late(shard, moment) for shard in range(SYNCING_SHARDS)]
        # One of each shard in turn: a shard with thousands of them keeps no other waiting.
        in_turn = chain.from_iterable(zip_longest(*shards))
        return islice((key for key in in_turn if key), limit)

    def seen_busy(self, attempt: Attempt, now: datetime) -> None:
        """It goes to the end of the sweep's queue, if it is still busy with this attempt."""
        self._update(
            attempt,
            "SET #syncing_since = :now",
            "#attempt = :attempt AND #document_status = :syncing",
            {"syncing": Status.SYNCING.value, "now": to_text(now)},
        )

    def _late(self, shard: int, moment: datetime) -> Iterator[DocumentKey]:
        found = self._table.query(
            "#syncing_shard = :shard AND #syncing_since < :moment",
            {"shard": shard, "moment": to_text(moment)},
            index=SYNCING_INDEX,
        )
        return (keys.document_of(item["pk"], item["sk"]) for item in found)

    def _update(self, attempt: Attempt, update: str, condition: str, values: dict[str, Any]) -> bool:
        try:
            self._table.update(*keys.document(attempt.key), update, condition, {"attempt": attempt.number, **values})
        except ConditionFailed:
            return False
        return True


def _shard(key: DocumentKey) -> int:
    return sum(key.document_id.encode()) % SYNCING_SHARDS


def _standing(key: DocumentKey, status: Status, since: datetime, error: Mapping[str, Any] | None) -> dict[str, Any]:
    """A held document's place in the index; nothing for others, which are not in it."""
    if status not in HELD:
        return {}
    return {
        "standing": keys.standing(key.tenant_id, status),
        "standing_at": f"{to_text(since)}#{key.kind}#{key.document_id}",
        "error_category": (error or {}).get("category", ""),
    }


def _place(tenant_id: str, standing: str, standing_at: str) -> dict[str, str]:
    """The keys, table's and index's, of the document at this place."""
    _, kind, document_id = standing_at.split("#")
    pk, sk = keys.document(DocumentKey(tenant_id, kind, document_id))
    return {"pk": pk, "sk": sk, "standing": standing, "standing_at": standing_at}


def _item(document: Document) -> dict[str, Any]:
    pk, sk = keys.document(document.key)
    return {
        "pk": pk,
        "sk": sk,
        "tenant_id": document.key.tenant_id,
        "kind": document.key.kind,
        "document_id": document.key.document_id,
        "revision": document.revision,
        "content": document.content,
        "content_hash": document.content_hash,
        "document_status": document.status.value,
        "attempt": document.attempt,
        "trigger": document.trigger.value,
        "updated_at": to_text(document.updated_at),
        "syncing_since": optional_text(document.syncing_since),
        "syncing_shard": _shard(document.key) if document.syncing_since else None,
        "last_error": document.last_error,
        "quickbooks": asdict(document.quickbooks) if document.quickbooks else None,
        "synced_at": optional_text(document.synced_at),
        "tags": document.tags,
        "figures": _figures_item(document.figures),
        "connection_id": document.connection_id or None,
        **_standing(document.key, document.status, document.updated_at, document.last_error),
    }


_LISTED = (
    *("document_id", "revision", "content_hash", "document_status", "attempt", "trigger", "updated_at"),
    *("syncing_since", "last_error", "quickbooks", "synced_at", "tags", "figures", "connection_id"),
)
"""All but the content."""


def _document(key: DocumentKey, item: Mapping[str, Any]) -> Document:
    return Document(**_state(key, item), content=item["content"])


def _state(key: DocumentKey, item: Mapping[str, Any]) -> dict[str, Any]:
    quickbooks = item.get("quickbooks")
    return {
        "key": key,
        "revision": item["revision"],
        "content_hash": item["content_hash"],
        "status": Status(item["document_status"]),
        "attempt": item["attempt"],
        "trigger": Trigger(item.get("trigger", Trigger.AUTOMATIC)),
        "updated_at": from_text(item["updated_at"]),
        "syncing_since": optional_time(item.get("syncing_since")),
        "last_error": item.get("last_error"),
        "quickbooks": EntityInQuickBooks(**quickbooks) if quickbooks else None,
        "synced_at": optional_time(item.get("synced_at")),
        "tags": item.get("tags", {}),
        "figures": _figures(item.get("figures")),
        "connection_id": item.get("connection_id", ""),
    }


def _figures_item(figures: Figures | None) -> dict[str, str] | None:
    if figures is None:
        return None
    day = figures.day.isoformat() if figures.day else ""
    return {"day": day, "currency": figures.currency, "total": str(figures.total)}


def _figures(item: Mapping[str, str] | None) -> Figures | None:
    if item is None:
        return None
    day = date.fromisoformat(item["day"]) if item["day"] else None
    return Figures(day, item["currency"], Decimal(item["total"]))
