"""Documents of the hosts: DocumentsTable."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from typing import Any

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status
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
    ) -> tuple[list[Document], str | None]:
        """Documents in the order of their ids, and the id to go on after."""
        start = keys.document(DocumentKey(tenant_id, kind, after)) if after else None
        found = self._table.query(
            "#pk = :pk AND begins_with(#sk, :prefix)",
            {
                "pk": keys.tenant_partition(tenant_id),
                "prefix": keys.document_prefix(kind),
                "status": status.value if status else "",
            },
            filtered="#document_status = :status" if status else "",
            start=start,
        )
        documents = [_document(_key_of(tenant_id, kind, item), item) for item in islice(found, limit + 1)]
        more = len(documents) > limit
        return documents[:limit], documents[limit - 1].key.document_id if more else None

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

    def syncing_since_before(self, moment: datetime, limit: int) -> Iterable[Document]:
        """Documents that have been syncing since before that moment, of all tenants: for the sweep alone."""
        shards = (
            self._table.query(
                "#syncing_shard = :shard AND #syncing_since < :moment",
                {"shard": shard, "moment": to_text(moment)},
                index=SYNCING_INDEX,
            )
            for shard in range(SYNCING_SHARDS)
        )
        for found in islice(chain.from_iterable(shards), limit):
            item = self._table.get(found["pk"], found["sk"])
            if item and item["document_status"] == Status.SYNCING.value:
                yield _document(DocumentKey(item["tenant_id"], item["kind"], item["document_id"]), item)

    def _update(self, attempt: Attempt, update: str, condition: str, values: dict[str, Any]) -> bool:
        try:
            self._table.update(*keys.document(attempt.key), update, condition, {"attempt": attempt.number, **values})
        except ConditionFailed:
            return False
        return True


def _shard(key: DocumentKey) -> int:
    return sum(key.document_id.encode()) % SYNCING_SHARDS


def _key_of(tenant_id: str, kind: str, item: Mapping[str, Any]) -> DocumentKey:
    return DocumentKey(tenant_id, kind, item["document_id"])


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


def _document(key: DocumentKey, item: Mapping[str, Any]) -> Document:
    quickbooks = item.get("quickbooks")
    return Document(
        key=key,
        revision=item["revision"],
        content=item["content"],
        content_hash=item["content_hash"],
        status=Status(item["document_status"]),
        attempt=item["attempt"],
        trigger=Trigger(item.get("trigger", Trigger.AUTOMATIC)),
        updated_at=from_text(item["updated_at"]),
        syncing_since=optional_time(item.get("syncing_since")),
        last_error=item.get("last_error"),
        quickbooks=EntityInQuickBooks(**quickbooks) if quickbooks else None,
        synced_at=optional_time(item.get("synced_at")),
        tags=item.get("tags", {}),
    )
