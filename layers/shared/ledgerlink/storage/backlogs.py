"""Backlogs and their chunks: DocumentsTable, gone by themselves after a month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import Backlog, BacklogStatus, Chunk, Standing
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.documents import SYNCING_INDEX, SYNCING_SHARDS
from ledgerlink.storage.table import ConditionFailed, Table

KEPT = timedelta(days=30)
UNFINISHED_SHARD = SYNCING_SHARDS
"""Backlogs that are queued or running have a part of the sweep's index of their own, after those of the documents."""
_UNFINISHED = "#syncing_since, #syncing_shard"


class DynamoBacklogs:
    """A backlog stands beside its chunks; a list of the tenant's backlogs has their ids by time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, backlog: Backlog, chunks: Sequence[Chunk]) -> bool:
        """Together with its chunks, where they are known. False when there is a backlog with this id."""
        expires_at = _expires_at(backlog)
        listed = {
            "pk": keys.backlog_list(backlog.tenant_id),
            "sk": f"{to_text(backlog.created_at)}#{backlog.backlog_id}",
            "expires_at": expires_at,
        }
        try:
            self._table.transact(
                [
                    self._table.put_of(_item(backlog), "attribute_not_exists(#pk)"),
                    self._table.put_of(listed),
                    *(self._table.put_of(_chunk_item(chunk, expires_at)) for chunk in chunks),
                ]
            )
        except ConditionFailed:
            return False
        return True

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None:
        """The backlog as it is now."""
        item = self._table.get(*keys.backlog(tenant_id, backlog_id))
        return _backlog(tenant_id, item) if item else None

    def page(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[list[Backlog], str | None]:
        """Newest first, and the token to go on with."""
        partition = keys.backlog_list(tenant_id)
        listed, last = self._table.page(
            "#pk = :pk",
            {"pk": partition},
            limit=limit,
            after=(partition, after) if after else None,
            attributes=(),
            newest_first=True,
        )
        ids = [item["sk"].partition("#")[2] for item in listed]
        items = self._table.get_many([keys.backlog(tenant_id, backlog_id) for backlog_id in ids])
        found = {item["backlog_id"]: _backlog(tenant_id, item) for item in items}
        return [found[backlog_id] for backlog_id in ids if backlog_id in found], last

    # its way

    def plan(self, backlog: Backlog, chunks: Sequence[Chunk]) -> None:
        """Store the chunks, then how many there are: what an interrupted plan left is written over."""
        for chunk in chunks:
            self._table.put(_chunk_item(chunk, _expires_at(backlog)))
        self._table.update(
            *keys.backlog(backlog.tenant_id, backlog.backlog_id),
            "SET #chunks = :chunks, #total = :total, #rest_after = :rest_after, #next_id = :next_id",
            "attribute_exists(#pk)",
            {
                "chunks": backlog.chunks,
                "total": backlog.total,
                "rest_after": backlog.rest_after,
                "next_id": backlog.next_id,
            },
        )

    def mark_running(self, backlog: Backlog, now: datetime) -> None:
        """Also when a redrive goes on with a failed one."""
        self._update(
            backlog,
            "SET #backlog_status = :running, #started_at = if_not_exists(#started_at, :now), "
            "#syncing_since = :now, #syncing_shard = :shard "
            "REMOVE #finished_at, #failure",
            "#backlog_status IN (:queued, :failed)",
            {
                "running": BacklogStatus.RUNNING.value,
                "queued": BacklogStatus.QUEUED.value,
                "failed": BacklogStatus.FAILED.value,
                "now": to_text(now),
                "shard": UNFINISHED_SHARD,
            },
        )

    def mark_completed(self, backlog: Backlog, now: datetime) -> bool:
        """True for the one caller that changed it."""
        return self._update(
            backlog,
            "SET #backlog_status = :completed, #finished_at = :now REMOVE #failure, " + _UNFINISHED,
            "attribute_exists(#pk) AND #backlog_status <> :completed",
            {"completed": BacklogStatus.COMPLETED.value, "now": to_text(now)},
        )

    def mark_failed(self, backlog: Backlog, error: Mapping[str, Any], now: datetime) -> bool:
        """True for the one caller that changed it; a completed backlog does not fail any more."""
        return self._update(
            backlog,
            "SET #backlog_status = :failed, #finished_at = :now, #failure = :error REMOVE " + _UNFINISHED,
            "#backlog_status IN (:queued, :running)",
            {
                "failed": BacklogStatus.FAILED.value,
                "queued": BacklogStatus.QUEUED.value,
                "running": BacklogStatus.RUNNING.value,
                "error": dict(error),
                "now": to_text(now),
            },
        )

    # the sweep

    def unfinished_since_before(self, moment: datetime, limit: int) -> Iterable[tuple[str, str]]:
        """Tenants and ids of backlogs that have been queued or running since before that moment, the longest first."""
        found = self._table.query(
            "#syncing_shard = :shard AND #syncing_since < :moment",
            {"shard": UNFINISHED_SHARD, "moment": to_text(moment)},
            index=SYNCING_INDEX,
        )
        return (keys.backlog_of(item["pk"]) for item in islice(found, limit))

    def seen_unfinished(self, backlog: Backlog, now: datetime) -> None:
        """It goes to the end of the sweep's queue, if it is not finished by now."""
        self._update(backlog, "SET #syncing_since = :now", "attribute_exists(#syncing_since)", {"now": to_text(now)})

    # its chunks

    def chunk(self, tenant_id: str, backlog_id: str, number: int) -> Chunk | None:
        """The chunk as it is now."""
        item = self._table.get(*keys.chunk(tenant_id, backlog_id, number))
        return _chunk(tenant_id, backlog_id, item) if item else None

    def chunks(self, tenant_id: str, backlog_id: str) -> list[Chunk]:
        """All of them, in their order."""
        found = self._table.query(
            "#pk = :pk AND begins_with(#sk, :chunks)",
            {"pk": keys.backlog(tenant_id, backlog_id)[0], "chunks": keys.CHUNK},
        )
        return [_chunk(tenant_id, backlog_id, item) for item in found]

    def save(self, chunk: Chunk) -> bool:
        """False when another worker wrote it since it was read."""
        attributes = _results(chunk) | {"version": chunk.version + 1}
        try:
            self._table.update(
                *keys.chunk(chunk.tenant_id, chunk.backlog_id, chunk.number),
                "SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
                "#version = :read",
                {**attributes, "read": chunk.version},
            )
        except ConditionFailed:
            return False
        return True

    def _update(self, backlog: Backlog, update: str, condition: str, values: Mapping[str, Any]) -> bool:
        try:
            self._table.update(*keys.backlog(backlog.tenant_id, backlog.backlog_id), update, condition, values)
        except ConditionFailed:
            return False
        return True


def _expires_at(backlog: Backlog) -> int:
    return int((backlog.created_at + KEPT).timestamp())


def _item(backlog: Backlog) -> dict[str, Any]:
    pk, sk = keys.backlog(backlog.tenant_id, backlog.backlog_id)
    standing = backlog.standing
    return {
        "pk": pk,
        "sk": sk,
        "backlog_id": backlog.backlog_id,
        "trigger": backlog.trigger.value,
        "created_at": to_text(backlog.created_at),
        "asked_for": backlog.asked_for,
        "selected": {**asdict(standing), "before": to_text(standing.before)} if standing else None,
        "backlog_status": backlog.status.value,
        "chunks": backlog.chunks,
        "total": backlog.total,
        "rest_after": backlog.rest_after,
        "next_id": backlog.next_id,
        "started_at": optional_text(backlog.started_at),
        "finished_at": optional_text(backlog.finished_at),
        "failure": backlog.error,
        "syncing_since": to_text(backlog.created_at),
        "syncing_shard": UNFINISHED_SHARD,
        "expires_at": _expires_at(backlog),
    }


def _backlog(tenant_id: str, item: Mapping[str, Any]) -> Backlog:
    return Backlog(
        tenant_id=tenant_id,
        backlog_id=item["backlog_id"],
        trigger=Trigger(item["trigger"]),
        created_at=from_text(item["created_at"]),
        asked_for=item["asked_for"],
        standing=_selected(item["selected"]) if "selected" in item else None,
        status=BacklogStatus(item["backlog_status"]),
        chunks=item.get("chunks"),
        total=item.get("total"),
        rest_after=item.get("rest_after"),
        next_id=item.get("next_id"),
        started_at=optional_time(item.get("started_at")),
        finished_at=optional_time(item.get("finished_at")),
        error=item.get("failure"),
    )


def _selected(stored: Mapping[str, Any]) -> Standing:
    return Standing(**{**stored, "status": Status(stored["status"]), "before": from_text(stored["before"])})


def _chunk_item(chunk: Chunk, expires_at: int) -> dict[str, Any]:
    pk, sk = keys.chunk(chunk.tenant_id, chunk.backlog_id, chunk.number)
    return {"pk": pk, "sk": sk, "number": chunk.number, **_results(chunk), "version": 0, "expires_at": expires_at}


def _results(chunk: Chunk) -> dict[str, Any]:
    return {
        "left": [_text(key) for key in chunk.left],
        "synced": dict(chunk.synced),
        "handed_on": {_text(key): code for key, code in chunk.handed_on.items()},
        "skipped": {_text(key): reason for key, reason in chunk.skipped.items()},
        "lost_calls": chunk.lost_calls,
    }


def _chunk(tenant_id: str, backlog_id: str, item: Mapping[str, Any]) -> Chunk:
    return Chunk(
        tenant_id=tenant_id,
        backlog_id=backlog_id,
        number=item["number"],
        left=tuple(_key(tenant_id, text) for text in item["left"]),
        synced=item["synced"],
        handed_on={_key(tenant_id, text): code for text, code in item["handed_on"].items()},
        skipped={_key(tenant_id, text): reason for text, reason in item["skipped"].items()},
        lost_calls=item["lost_calls"],
        version=item["version"],
    )


def _text(key: DocumentKey) -> str:
    return f"{key.kind}#{key.document_id}"


def _key(tenant_id: str, text: str) -> DocumentKey:
    kind, document_id = text.split("#")
    return DocumentKey(tenant_id, kind, document_id)
