"""Where the polling of each connection stands: SyncTable.

A cursor is an attribute of its own for each entity: whoever polls writes those that it read, and whoever
starts a backfill adds those that are missing, without getting in each other's way.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched, chain, zip_longest
from typing import Any

from ledgerlink.domain.backfills import Owed
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.cursors import Cursor, Cursors, Place
from ledgerlink.domain.flows import POLLED, Direction
from ledgerlink.domain.known_rows import DIGEST
from ledgerlink.domain.poll_schedule import Notified
from ledgerlink.domain.sync_state import SyncState
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import sync_keys as keys
from ledgerlink.storage.table import ConditionFailed, Table

DUE_INDEX = "due"
SHARDS = 8
"""A busy stack writes this index at every poll; shards keep it away from a partition's 1,000 writes a second."""
_MINE = "#lease_owner = :worker"
_LET_GO = "REMOVE #lease_owner, #lease_until"


class DynamoSyncStates:
    """The index holds only connections of which something is polled, and of those only the keys and the time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key: ConnectionKey) -> SyncState | None:
        """As it is now; None for a connection that no flow ever named."""
        item = self._table.get(*keys.sync_state(key))
        return _state(key, item) if item else None

    def wake(self, key: ConnectionKey, now: datetime) -> None:
        """Due now, if anything of it is polled."""
        self._update(
            key,
            "SET #due_at = :now, #asked_at = :now",
            "attribute_exists(#due_shard)",
            {"now": to_text(now)},
        )

    # the schedule

    def due_before(self, moment: datetime) -> Iterable[tuple[ConnectionKey, datetime]]:
        """The connections of all tenants that are due by then, one of each shard in turn."""
        shards = [self._due(shard, moment) for shard in range(SHARDS)]
        return (found for found in chain.from_iterable(zip_longest(*shards)) if found)

    def handed_out(self, key: ConnectionKey, due_at: datetime, again_at: datetime) -> None:
        """Due again then, unless somebody changed that meanwhile."""
        self._update(
            key, "SET #due_at = :again", "#due_at = :due", {"due": to_text(due_at), "again": to_text(again_at)}
        )

    # notifications

    def told(self, key: ConnectionKey, now: datetime) -> bool:
        """Something changed: due now. False when nothing of the connection is polled."""
        return self._update(
            key,
            "SET #told_at = :now, #due_at = :now, #asked_at = :now",
            "attribute_exists(#due_shard)",
            {"now": to_text(now)},
        )

    def may_queue(self, key: ConnectionKey, now: datetime, until: datetime) -> bool:
        """True for one caller until then."""
        return self._update(
            key,
            "SET #queued_until = :until",
            "attribute_not_exists(#queued_until) OR #queued_until <= :now",
            {"now": to_text(now), "until": to_text(until)},
        )

    # polls, under the lease

    def begin(self, key: ConnectionKey, worker: str, until: datetime, now: datetime) -> SyncState | None:
        """Take the connection and return how it stands; None while another worker has it."""
        try:
            item = self._table.update(
                *keys.sync_state(key),
                "SET #lease_owner = :worker, #lease_until = :until",
                "attribute_exists(#pk) AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
                {"worker": worker, "until": to_text(until), "now": to_text(now)},
                answer="ALL_NEW",
            )
        except ConditionFailed:
            return None
        return _state(key, item)

    def keep_cursors(self, key: ConnectionKey, worker: str, moved: Cursors) -> None:
        """Keep how far it came. A worker that lost the lease keeps nothing."""
        values = _cursor_attributes(moved)
        self._update(key, f"SET {_assignments(values)}", _MINE, {**values, "worker": worker})

    def finish(self, state: SyncState, worker: str, due_at: datetime) -> None:
        """Keep how it stands now and let go; one that was asked for again meanwhile stays due."""
        values = {
            "polled_at": optional_text(state.polled_at),
            "changed_at": optional_text(state.changed_at),
            "missed_at": optional_text(state.notified.missed_at),
            "known": b"".join(sorted(state.known)),
            "failures": 0,
            **_cursor_attributes(state.cursors),
        }
        kept = {name: value for name, value in values.items() if value is not None}
        self._let_go(
            state.key,
            worker,
            f"SET {_assignments(kept)}",
            kept | {"began": values["polled_at"]},
            due_at,
            ", #last_error",
        )

    def failed(
        self, key: ConnectionKey, worker: str, error: Mapping[str, Any], began: datetime, due_at: datetime
    ) -> None:
        """Keep why, and let go; one that was asked for again since it began stays due."""
        values = {"error": dict(error), "one": 1, "began": to_text(began)}
        self._let_go(key, worker, "SET #last_error = :error", values, due_at, " ADD #failures :one")

    def rest(self, state: SyncState, worker: str) -> None:
        """Not due any more, unless a flow was changed meanwhile; and let go."""
        values = {"worker": worker, "version": state.flow_version}
        rested = f"{_LET_GO}, #due_at, #due_shard, #asked_at, #last_error"
        if not self._update(state.key, rested, f"{_MINE} AND #flow_version = :version", values):
            self.release(state.key, worker)

    def release(self, key: ConnectionKey, worker: str) -> None:
        """Let go."""
        self._update(key, _LET_GO, _MINE, {"worker": worker})

    def _let_go(
        self, key: ConnectionKey, worker: str, update: str, values: dict[str, Any], due_at: datetime, ending: str
    ) -> None:
        values = values | {"worker": worker, "due": to_text(due_at)}
        unasked = f"{_MINE} AND (attribute_not_exists(#asked_at) OR #asked_at <= :began)"
        if not self._update(key, f"{update}, #due_at = :due {_LET_GO}{ending}", unasked, values):
            self._update(key, f"{update} {_LET_GO}{ending}", _MINE, values)

    def _due(self, shard: int, moment: datetime) -> Iterator[tuple[ConnectionKey, datetime]]:
        found = self._table.query(
            "#due_shard = :shard AND #due_at < :moment",
            {"shard": shard, "moment": to_text(moment)},
            index=DUE_INDEX,
        )
        return ((keys.connection_of(item["pk"], item["sk"]), from_text(item["due_at"])) for item in found)

    def _update(self, key: ConnectionKey, update: str, condition: str, values: dict[str, Any]) -> bool:
        with contextlib.suppress(ConditionFailed):
            self._table.update(*keys.sync_state(key), update, condition, values)
            return True
        return False


def shard_of(key: ConnectionKey) -> int:
    """The part of the index that the connection is in."""
    digest = hashlib.sha256(f"{key.tenant_id}\n{key.connection_id}".encode()).digest()
    return digest[0] % SHARDS


def cursor_name(entity: str) -> str:
    """The attribute that holds an entity's cursor."""
    return f"cursor_{entity.lower()}"


def cursor_value(cursor: Cursor) -> dict[str, Any]:
    """What it holds."""
    value = {"answered": to_text(cursor.answered), "seen": optional_text(cursor.seen)}
    return {**value, "place": _place_value(cursor.place)} if cursor.place else value


def backfilled_name(direction: Direction) -> str:
    """The attribute that says which backfill was a direction's first."""
    return f"backfilled_{direction.value}"


def owed_name(direction: Direction) -> str:
    """The attribute that says what a direction was promised and has not got."""
    return f"owed_{direction.value}"


def owed_value(owed: Owed) -> dict[str, Any]:
    """What it holds."""
    return {"since": to_text(owed.since), "gap": owed.gap, "number": owed.number}


def owed_in(item: Mapping[str, Any]) -> dict[Direction, Owed]:
    """What is owed, by the item of a connection's state."""
    found = {direction: item.get(owed_name(direction)) for direction in Direction}
    return {d: Owed(from_text(owed["since"]), owed["gap"], owed["number"]) for d, owed in found.items() if owed}


def _cursor_attributes(moved: Cursors) -> dict[str, Any]:
    return {cursor_name(entity): cursor_value(cursor) for entity, cursor in moved.items()}


def _cursor(kept: Mapping[str, Any]) -> Cursor:
    place = kept.get("place")
    return Cursor(
        from_text(kept["answered"]),
        optional_time(kept.get("seen")),
        Place(from_text(place["moment"]), place["rows"], place["last_id"]) if place else None,
    )


def _place_value(place: Place) -> dict[str, Any]:
    return {"moment": to_text(place.moment), "rows": place.rows, "last_id": place.last_id}


def _assignments(values: Mapping[str, Any]) -> str:
    return ", ".join(f"#{name} = :{name}" for name in values)


def _state(key: ConnectionKey, item: Mapping[str, Any]) -> SyncState:
    return SyncState(
        key=key,
        flow_version=item.get("flow_version", 0),
        cursors={entity: _cursor(kept) for entity in sorted(POLLED) if (kept := item.get(cursor_name(entity)))},
        due_at=optional_time(item.get("due_at")),
        polled_at=optional_time(item.get("polled_at")),
        changed_at=optional_time(item.get("changed_at")),
        notified=Notified(optional_time(item.get("told_at")), optional_time(item.get("missed_at"))),
        known=frozenset(map(bytes, batched(item.get("known", b""), DIGEST, strict=True))),
        failures=item.get("failures", 0),
        last_error=item.get("last_error"),
        backfill_number=item.get("backfill_number", 0),
        backfilled=frozenset(d for d in Direction if backfilled_name(d) in item),
        owed=owed_in(item),
    )
