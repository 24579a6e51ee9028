"""Calls, metered reads and AWS requests of a poll, measured."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.inbound.in_memory import InMemory
from bench.inbound.meter import Asked
from bench.inbound.tables import show
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.usecases.sync.poll_connection import Outcome
from ledgerlink.wiring import clock

_MOST_POLLS = 20
_QUIET_SECONDS = 2 * 24 * 3600


@dataclass(frozen=True, slots=True)
class PollCost:
    """What one poll came to."""

    when: str
    changes: int
    """That users had made since the last one."""
    seen: int
    calls: int
    reads: int
    """That Intuit meters."""
    seconds: float
    asked: Asked

    @property
    def is_right(self) -> bool:
        """Every change is seen once, and nothing to see takes one call."""
        return self.seen == self.changes and (self.calls == 1 or self.changes > 0)


def measure_polls(stack: InMemory, changes: Sequence[int]) -> tuple[ConnectionKey, list[PollCost]]:
    """Of a company whose backfill is done: in which nothing happens, after so many changes each, and after that."""
    invoices = max(changes, default=1)
    realm_id = stack.books.new_company(invoices=invoices, purchase_orders=0)
    side = f"quickbooks:{realm_id}"
    key = stack.connect("polled", realm_id, input=side, output=side)
    _backfill(stack, key)
    _settle(stack, key)
    # Until then a poll reads again what changed in the five minutes before the last change.
    stack.books.control("POST", "clock", advance_seconds=_QUIET_SECONDS)
    _settle(stack, key)
    ids = [row["Id"] for row in stack.books.entities(realm_id, "Invoice")]
    turns = [("quiet for a day", 0), *((f"{count} changes", count) for count in changes), ("nothing since", 0)]
    return key, [_poll(stack, key, when, ids[:count]) for when, count in turns]


def show_polls(costs: Sequence[PollCost]) -> None:
    """Print what each took."""
    rows = [
        (
            cost.when,
            str(cost.seen),
            str(cost.calls),
            str(cost.reads),
            str(cost.asked.of("dynamodb")),
            f"{cost.asked.read_units:g}",
            f"{cost.asked.write_units:g}",
            f"{1000 * cost.seconds:.0f}",
        )
        for cost in costs
    ]
    head = ("", "seen", "calls", "metered", "DynamoDB requests", "read units", "write units", "ms")
    show("One poll of eight entities", head, rows)


def _poll(stack: InMemory, key: ConnectionKey, when: str, ids: Sequence[str]) -> PollCost:
    for entity_id in ids:
        path = f"companies/{key.connection_id}/entities/Invoice/{entity_id}"
        stack.books.control("PATCH", path, PrivateNote=when)
    stack.books.forget()
    reads, _ = _metered(stack), stack.meter.take()
    started = time.perf_counter()
    polled = stack.poll(key)
    seconds = time.perf_counter() - started
    if polled.outcome is not Outcome.POLLED:
        raise RuntimeError(f"the poll ended as {polled.outcome}") from polled.error
    calls = stack.books.stats(key.connection_id).calls
    return PollCost(when, len(ids), polled.changed, calls, _metered(stack) - reads, seconds, stack.meter.take())


def _metered(stack: InMemory) -> int:
    """Metered calls of all companies so far."""
    months = stack.books.control("GET", "stats?last=0")["core_plus"]
    return sum(sum(apps.values()) for apps in months.values())


def _backfill(stack: InMemory, key: ConnectionKey) -> None:
    wired = stack.wired
    for page in range(len(wired.backfill_planner.plan(key, 1).pages)):
        wired.page_copier.copy(key, 1, page)
    finish_backfill(wired.backfills, wired.sync, wired.events, key, 1, clock())


def _settle(stack: InMemory, key: ConnectionKey) -> None:
    """Poll until there is nothing new."""
    for _ in range(_MOST_POLLS):
        polled = stack.poll(key)
        if polled.outcome is Outcome.POLLED and not polled.changed:
            return
    raise RuntimeError("every poll finds something new")
