"""Documents of the hosts: DocumentsTable."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice, zip_longest
from typing import Any

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.documents import Document, DocumentState, EntityInQuickBooks, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

SYNCING_INDEX = "syncing"
SYNCING_SHARDS = 4
"""A busy stack writes this index at every push; shards keep it away from a partition's 1,000 writes a second."""


class DynamoDocuments:
    """The sweep's index holds only documents that are syncing, and only their keys."""

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
            "SET #document_status = :syncing, #syncing_since = :now, #syncing_shard = :shard REMOVE #last_error",
            "#attempt = :attempt",
            {"syncing": Status.SYNCING.value, "now": to_text(now), "shard": _shard(document.key)},
        )

    def mark_synced(self, document: Document, became: EntityInQuickBooks, now: datetime) -> bool:
        """False when the document has a newer revision by now."""
        return self._update(
            document.current_attempt,
            "SET #document_status = :synced, #quickbooks = :quickbooks, #synced_at = :now "
            "REMOVE #last_error, #syncing_since, #syncing_shard",
            "#revision = :revision",
            {
                "synced": Status.SYNCED.value,
                "quickbooks": asdict(became),
                "now": to_text(now),
                "revision": document.revision,
            },
        )

    def note_error(self, attempt: Attempt, error: Mapping[str, Any]) -> None:
        """What the last try ran into."""
        self._update(attempt, "SET #last_error = :error", "#attempt = :attempt", {"error": dict(error)})

    def mark_failed(self, attempt: Attempt, error: Mapping[str, Any], now: datetime) -> bool:
        """Only while this attempt is the last one and still counts as busy."""
        return self._update(
            attempt,
            "SET #document_status = :failed, #last_error = :error, #failed_at = :now "
            "REMOVE #syncing_since, #syncing_shard",
            "#attempt = :attempt AND #document_status = :syncing",
            {
                "failed": Status.SYNC_FAILED.value,
                "syncing": Status.SYNCING.value,
                "error": dict(error),
                "now": to_text(now),
            },
        )

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
    }


_LISTED = (
    *("document_id", "revision", "content_hash", "document_status", "attempt", "trigger", "updated_at"),
    *("syncing_since", "last_error", "quickbooks", "synced_at", "tags"),
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
    }
