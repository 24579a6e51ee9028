"""One tick of the schedule over many connections: the use case on a table that holds them all."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import boto3

from bench.inbound.in_memory import InMemory
from bench.inbound.meter import Asked, Item
from bench.inbound.tables import show, times
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.poll_schedule import INTERVAL, next_due, slot_of
from ledgerlink.domain.times import to_text
from ledgerlink.storage import sync_keys
from ledgerlink.storage.sync_state import shard_of
from ledgerlink.usecases.sync.start_polls import start_polls
from ledgerlink.wiring import clock

_JUST_BEFORE = timedelta(seconds=61)
"""So that the moment that comes next is within the quarter that begins now."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick came to."""

    connections: int
    due: int
    queued: int
    asked: Asked

    @property
    def messages(self) -> int:
        return len(self.asked.delays)

    @property
    def invocations(self) -> int:
        """Of Lambda: the tick's own and one for each message."""
        return 1 + self.messages

    @property
    def is_right(self) -> bool:
        """Who is due is queued once, nobody else is, and nobody waits longer than the quarter of an hour."""
        in_time = not self.asked.delays or max(self.asked.delays) <= INTERVAL.total_seconds()
        return self.queued == self.due == self.messages and in_time

    def seconds_of_requests(self, dynamodb_ms: float, sqs_ms: float) -> float:
        """How long the tick takes where each request does so: it makes one after the other."""
        return (self.asked.of("dynamodb") * dynamodb_ms + self.asked.of("sqs") * sqs_ms) / 1000


def left_by_a_poll(stack: InMemory, polled: ConnectionKey) -> Item:
    """How a poll leaves a connection in the table."""
    pk, sk = sync_keys.sync_state(polled)
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item: Item = _client().get_item(TableName=stack.wired.config.sync_table, Key=key)["Item"]
    return item


def tick(stack: InMemory, model: Item, connections: int, every: int) -> Ticked:
    """Of so many copies of the model every so-manieth is due in this quarter of an hour."""
    now = slot_of(clock()) + INTERVAL
    keys = [ConnectionKey(f"tenant-{number}", f"company-{number}") for number in range(connections)]
    _fill(stack, model, keys, every, now)
    stack.meter.take()
    queued = start_polls(stack.wired.sync, stack.wired.poll_queue, now)
    return Ticked(connections, len(keys[::every]), queued, stack.meter.take())


def last_poll_ends(delays: Sequence[int], workers: int, seconds: float) -> float:
    """When the last poll has ended if each takes so long and so many run at a time."""
    free = [0.0] * workers
    for delay in sorted(delays):
        heapq.heappush(free, max(heapq.heappop(free), delay) + seconds)
    return max(free)


def show_ticks(ticks: Sequence[Ticked], workers: int, poll_seconds: float, dynamodb_ms: float, sqs_ms: float) -> None:
    """Print what they took, against the first one."""
    rows = [
        (
            f"{found.due:,} of {found.connections:,} due",
            f"{found.asked.requests['dynamodb.Query']:,}",
            f"{found.asked.requests['dynamodb.UpdateItem']:,}",
            f"{found.asked.read_units:,.0f}",
            f"{found.asked.write_units:,.0f}",
            f"{found.messages:,}",
            f"{found.asked.of('sqs'):,}",
            f"{found.invocations:,}",
            times(found.asked.write_units, ticks[0].asked.write_units),
        )
        for found in ticks
    ]
    head = ("", "queries", "updates", "read units", "write units", "messages", "sends", "invocations", "ratio")
    show("One tick of the schedule", head, rows)
    for found in ticks:
        minutes = Counter(delay // 60 for delay in found.asked.delays)
        ends = last_poll_ends(found.asked.delays, workers, poll_seconds)
        own = found.seconds_of_requests(dynamodb_ms, sqs_ms)
        print(
            f"{found.due:,} due: {min(minutes.values())} to {max(minutes.values())} polls begin in a minute, the last "
            f"{max(found.asked.delays)} s after the tick; it ends after {ends:.0f} s with {workers} at a time and "
            f"{poll_seconds:g} s each. The tick itself takes {own:.0f} s."
        )
    print(f"(Of the tick: {dynamodb_ms:g} ms for each request to DynamoDB, {sqs_ms:g} ms for each to SQS.)")


def _fill(stack: InMemory, model: Item, keys: Sequence[ConnectionKey], every: int, now: datetime) -> None:
    client = _client()
    for number, key in enumerate(keys):
        pk, sk = sync_keys.sync_state(key)
        # As the poll of the quarter before left it; those that are not due have theirs a quarter later.
        polled_at = now - _JUST_BEFORE if number % every == 0 else now + INTERVAL - _JUST_BEFORE
        due_at = to_text(next_due(key, polled_at, INTERVAL))
        own = {"pk": {"S": pk}, "sk": {"S": sk}, "due_at": {"S": due_at}, "due_shard": {"N": str(shard_of(key))}}
        client.put_item(TableName=stack.wired.config.sync_table, Item={**model, **own})


def _client() -> Any:
    return boto3.client("dynamodb")
