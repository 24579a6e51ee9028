"""Backfills, their pages and what those came to: SyncTable."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ledgerlink.domain.backfills import Backfill, BackfillStatus, Owed, Page, PageResult, Selection
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.cursors import Cursors
from ledgerlink.domain.flows import Direction
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import sync_keys as keys
from ledgerlink.storage.sync_state import backfilled_name, cursor_name, cursor_value, owed_in, owed_name, owed_value
from ledgerlink.storage.table import ConditionFailed, Table


class DynamoBackfills:
    """The plan stands in the backfill itself, written once; each result in an item of its own."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def latest(self, key: ConnectionKey) -> Backfill | None:
        """The last one, with its pages and their results."""
        state = self._table.get(*keys.sync_state(key)) or {}
        number = state.get("backfill_number", 0)
        return self.get(key, number) if number else None

    def get(self, key: ConnectionKey, number: int) -> Backfill | None:
        """With its pages and their results."""
        pk, sk = keys.backfill(key, number)
        items = list(self._table.query("#pk = :pk AND begins_with(#sk, :prefix)", {"pk": pk, "prefix": sk}))
        head = [item for item in items if item["sk"] == sk]
        results = {item["page"]: PageResult(item["documents"], item["names"]) for item in items if item["sk"] != sk}
        return _backfill(key, number, head[0], results) if head else None

    def owed(self, key: ConnectionKey) -> dict[Direction, Owed]:
        """What was promised to each direction and no run has finished."""
        return owed_in(self._table.get(*keys.sync_state(key)) or {})

    def begin(self, backfill: Backfill, started: Cursors, *, restart: bool) -> bool:
        """Keep a new backfill together with the cursors that go on from its start; False when another was faster.

        It is the first one of its directions that have none, and a cursor that exists stays as it is; with
        ``restart`` it only catches up: the cursors start anew, and no direction has had its first one by it.
        Until it is complete, its directions are owed what it promises.
        """
        values: dict[str, Any] = {"number": backfill.number, "before": backfill.number - 1}
        values |= {cursor_name(entity): cursor_value(cursor) for entity, cursor in started.items()}
        cursors = [
            f"#{name} = :{name}" if restart else f"#{name} = if_not_exists(#{name}, :{name})"
            for name in map(cursor_name, started)
        ]
        directions = [] if restart else sorted(backfill.directions)
        firsts = [f"#{name} = if_not_exists(#{name}, :number)" for name in map(backfilled_name, directions)]
        values["promise"] = owed_value(backfill.promise)
        owed = [f"#{owed_name(direction)} = :promise" for direction in sorted(backfill.directions)]
        condition = "#backfill_number = :before"
        if backfill.number == 1:
            condition = "attribute_not_exists(#backfill_number)"
        try:
            self._table.transact(
                [
                    self._table.put_of(_item(backfill), "attribute_not_exists(#pk)"),
                    self._table.update_of(
                        *keys.sync_state(backfill.key),
                        "SET " + ", ".join(["#backfill_number = :number", *cursors, *firsts, *owed]),
                        condition,
                        values,
                    ),
                ]
            )
        except ConditionFailed:
            return False
        return True

    def keep_plan(self, backfill: Backfill, pages: Sequence[Page], now: datetime) -> None:
        """Only the first plan counts: results belong to the pages of one plan."""
        self._update(
            backfill,
            "SET #pages = :pages, #planned_at = :now, #backfill_status = :running REMOVE #last_error",
            "attribute_not_exists(#planned_at)",
            {
                "pages": [_page_item(page) for page in pages],
                "now": to_text(now),
                "running": BackfillStatus.RUNNING.value,
            },
        )

    def keep_result(self, backfill: Backfill, number: int, result: PageResult) -> None:
        """Keeping it again changes nothing."""
        pk, sk = keys.page_result(backfill.key, backfill.number, number)
        copied = {"documents": result.documents, "names": result.names_read}
        self._table.put({"pk": pk, "sk": sk, "page": number, **copied})

    def resume(self, backfill: Backfill) -> None:
        """A redrive makes a failed one run again."""
        self._update(
            backfill,
            "SET #backfill_status = :running REMOVE #last_error",
            "#backfill_status = :failed",
            {"running": BackfillStatus.RUNNING.value, "failed": BackfillStatus.FAILED.value},
        )

    def fail(self, backfill: Backfill, error: Mapping[str, Any]) -> bool:
        """True for the one who does it; only while it is live."""
        return self._update(
            backfill,
            "SET #backfill_status = :failed, #last_error = :error",
            "#backfill_status IN (:starting, :running)",
            {
                "failed": BackfillStatus.FAILED.value,
                "starting": BackfillStatus.STARTING.value,
                "running": BackfillStatus.RUNNING.value,
                "error": dict(error),
            },
        )

    def complete(self, backfill: Backfill, now: datetime) -> bool:
        """Its directions are owed no more than what a later one promises. True for the one who does it."""
        # First, so that nobody finds it complete and its directions waiting.
        for direction in backfill.directions:
            self._settle(backfill, f"#{owed_name(direction)}")
        return self._update(
            backfill,
            "SET #backfill_status = :completed, #completed_at = :now REMOVE #last_error",
            "#backfill_status <> :completed",
            {"completed": BackfillStatus.COMPLETED.value, "now": to_text(now)},
        )

    def _settle(self, backfill: Backfill, owed: str) -> None:
        # A later run has taken over what an earlier one promised, and goes as far back.
        condition, values = f"{owed}.#number <= :number", {"number": backfill.number}
        with contextlib.suppress(ConditionFailed):
            self._table.update(*keys.sync_state(backfill.key), f"REMOVE {owed}", condition, values)

    def _update(self, backfill: Backfill, update: str, condition: str, values: dict[str, Any]) -> bool:
        try:
            self._table.update(*keys.backfill(backfill.key, backfill.number), update, condition, values)
        except ConditionFailed:
            return False
        return True


def _item(backfill: Backfill) -> dict[str, Any]:
    pk, sk = keys.backfill(backfill.key, backfill.number)
    return {
        "pk": pk,
        "sk": sk,
        "directions": sorted(backfill.directions),
        "entities": list(backfill.entities),
        "since": to_text(backfill.since),
        "gap": backfill.gap,
        "backfill_status": backfill.status.value,
        "started_at": to_text(backfill.started_at),
    }


def _backfill(key: ConnectionKey, number: int, item: Mapping[str, Any], results: dict[int, PageResult]) -> Backfill:
    return Backfill(
        key=key,
        number=number,
        directions=frozenset(map(Direction, item["directions"])),
        entities=tuple(item["entities"]),
        since=from_text(item["since"]),
        gap=item["gap"],
        status=BackfillStatus(item["backfill_status"]),
        started_at=from_text(item["started_at"]),
        planned_at=optional_time(item.get("planned_at")),
        completed_at=optional_time(item.get("completed_at")),
        pages=tuple(_page(page) for page in item.get("pages", ())),
        results=results,
        last_error=item.get("last_error"),
    )


def _page_item(page: Page) -> dict[str, Any]:
    selection = page.selection
    return {
        "entity": selection.entity,
        "dated_from": selection.dated_from.isoformat() if selection.dated_from else None,
        "changed_from": optional_text(selection.changed_from),
        "created_from": optional_text(page.created_from),
        "created_before": optional_text(page.created_before),
        "rows": page.rows,
    }


def _page(item: Mapping[str, Any]) -> Page:
    dated_from = item.get("dated_from")
    selection = Selection(
        entity=item["entity"],
        dated_from=date.fromisoformat(dated_from) if dated_from else None,
        changed_from=optional_time(item.get("changed_from")),
    )
    return Page(
        selection, optional_time(item.get("created_from")), optional_time(item.get("created_before")), item["rows"]
    )
