"""What stops a chunk, and what goes on: companies that take no more, storage that does not answer, the time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import ConnectionRevoked, RateLimited, StorageUnavailable, SyncError, WaitingForTurn
from ledgerlink.usecases.push.push_batches import LEASE_MARGIN
from tests.unit.chunk_world import (
    BUSY,
    BY_HAND,
    CREATED,
    TIME,
    UNCHANGED,
    ChunkWorld,
    became,
    link_key,
    order_of,
    stored,
)
from tests.unit.fakes import Killed, raising
from tests.unit.orders import connection

COMPANY_TROUBLE = [
    WaitingForTurn("Full."),
    RateLimited("429."),
    ConnectionRevoked("QuickBooks no longer lets us in."),
]
every_trouble = pytest.mark.parametrize("trouble", COMPANY_TROUBLE, ids=lambda error: type(error).__name__)


def doubts(world: ChunkWorld, keys: Sequence[DocumentKey]) -> list[str]:
    """The documents of which a write may be under way."""
    links = world.links.links
    return [key.document_id for key in keys if link_key(key) in links and links[link_key(key)].begun_numbers]


@every_trouble
def test_trouble_of_the_company_stops_the_chunk_and_loses_and_doubles_nothing(
    known: ChunkWorld, trouble: SyncError
) -> None:
    keys = known.store_orders(range(1, 33))
    known.script.next("after", "books.answer_all", lambda: setattr(known.books, "turns_batch_away", trouble))

    first = known.push_chunk(keys)
    left = [key for key in keys if key not in first.results]
    unsure = doubts(known, keys)
    second = known.push_chunk(left)

    assert (len(first.results), first.stopped_by) == (30, trouble)
    assert unsure == []
    assert set(became(second).values()) == {CREATED}
    assert known.numbers() == sorted(f"PO-{n}" for n in range(33))


@every_trouble
def test_trouble_before_the_first_call_leaves_everything_as_it_was(world: ChunkWorld, trouble: SyncError) -> None:
    keys = world.store_orders([1, 2])
    world.script.fail("books.seek", trouble)

    result = world.push_chunk(keys)

    assert (became(result), result.stopped_by) == ({}, trouble)
    assert world.books.all("Vendor") == []
    assert [entry for entry in world.activity.entries if entry.outcome == "failed"] == []


def test_a_429_of_one_item_stops_the_chunk_after_its_call(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 33))
    known.books.refuses["PO-2"] = RateLimited("429.")

    result = known.push_chunk(keys)

    assert (len(result.results), type(result.stopped_by)) == (29, RateLimited)
    assert known.books.calls == 1


def test_storage_that_does_not_answer_stops_the_chunk_after_all_that_was_written_is_kept(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2, 3])
    known.script.fail("documents.mark_synced", StorageUnavailable("Throttled."))

    first = known.push_chunk(keys)
    second = known.push_chunk(keys)

    assert (became(first), type(first.stopped_by)) == ({"po-2": CREATED, "po-3": CREATED}, StorageUnavailable)
    assert became(second)["po-1"] == UNCHANGED
    assert known.statuses(keys) == ["synced"] * 3


def test_links_that_cannot_be_read_stop_the_chunk_before_anything_is_sent(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.script.fail("links.find_many", StorageUnavailable("Throttled."))

    result = known.push_chunk(keys)

    assert (became(result), type(result.stopped_by), known.books.calls) == ({}, StorageUnavailable, 0)


# two companies


@pytest.mark.parametrize("first", ["po-1", "po-2"])
@pytest.mark.parametrize("lost", ["before", "meanwhile"])
def test_two_companies_do_not_hold_up_each_other(lost: str, first: str) -> None:
    """Revoked while the chunk waited, or in the middle of it."""
    world = ChunkWorld()
    world.have_second_company(**({"status": ConnectionStatus.NEEDS_RECONNECT} if lost == "before" else {}))

    def no_longer(questions: Sequence[Any]) -> Any:
        raise ConnectionRevoked("QuickBooks no longer lets us in.")

    if lost == "meanwhile":
        world.second_books.seek = no_longer  # type: ignore[method-assign]
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]

    result = world.push_chunk(sorted(keys, key=lambda key: key.document_id != first))

    assert became(result) == {"po-1": CREATED, "po-2": "skipped connection_revoked"}
    assert result.stopped_by is None
    assert (world.numbers(), world.numbers(books=world.second_books)) == (["PO-1"], [])


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (ConnectionStatus.NEEDS_RECONNECT, "skipped connection_revoked"),
        (ConnectionStatus.DISCONNECTED, "skipped not_connected"),
    ],
)
def test_a_chunk_of_a_company_that_was_lost_leaves_its_documents_as_they_stand_and_the_backlog_goes_on(
    status: ConnectionStatus, reason: str
) -> None:
    world = ChunkWorld()
    world.have_second_company(status=status)
    keys = world.store_orders([1, 2], instance="north")
    before = [stored(world, key) for key in keys]

    result = world.push_chunk(keys)

    assert (became(result), result.stopped_by) == ({"po-1": reason, "po-2": reason}, None)
    assert [stored(world, key) for key in keys] == before


@pytest.mark.parametrize("lost", ["before", "meanwhile"])
@pytest.mark.parametrize("status", [ConnectionStatus.NEEDS_RECONNECT, ConnectionStatus.DISCONNECTED])
def test_without_access_to_any_company_the_chunk_stops_and_goes_on_after_one_is_connected_again(
    status: ConnectionStatus, lost: str
) -> None:
    world = ChunkWorld()
    world.have_second_company(status=status)
    keys = world.store_orders([1, 2])
    if lost == "before":
        world.connections.have(connection(status=ConnectionStatus.NEEDS_RECONNECT, settings=BY_HAND))
    else:
        world.script.fail("books.seek", ConnectionRevoked("QuickBooks no longer lets us in."))

    stopped = world.push_chunk(keys)
    world.connections.have(connection(settings=BY_HAND))
    again = world.push_chunk(keys)

    assert (became(stopped), type(stopped.stopped_by)) == ({}, ConnectionRevoked)
    assert set(became(again).values()) == {CREATED}


def test_waiting_is_told_before_what_a_person_has_to_put_right() -> None:
    """So the state machine tries the chunk again, and fails when nothing else is left of it."""
    world = ChunkWorld()
    world.have_second_company(status=ConnectionStatus.NEEDS_RECONNECT)
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]
    world.script.fail("books.seek", WaitingForTurn("Full."))

    result = world.push_chunk(keys)

    assert type(result.stopped_by) is WaitingForTurn


# time


def test_the_deadline_leaves_the_rest_unbegun(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 33))

    def time_passes() -> None:
        known.clock.time += TIME

    known.script.next("after", "books.answer_all", time_passes)

    first = known.push_chunk(keys)
    begun = [key for key in keys if link_key(key) in known.links.links]
    second = known.push_chunk([key for key in keys if key not in first.results])

    assert (len(first.results), len(begun), first.stopped_by) == (30, 30, None)
    assert len(second.results) == 2


def test_after_the_deadline_nothing_is_asked(known: ChunkWorld) -> None:
    keys = known.store_orders([1])

    def time_passes() -> None:
        known.clock.time += TIME

    known.script.next("before", "documents.get", time_passes)

    assert became(known.push_chunk(keys)) == {}
    assert known.books.calls == 0


def test_a_call_that_is_begun_just_before_the_deadline_keeps_its_documents_until_it_must_be_over(
    known: ChunkWorld,
) -> None:
    keys = known.store_orders([1])
    known.script.next("before", "books.answer_all", raising(Killed()))
    with pytest.raises(Killed):
        known.push_chunk(keys)

    known.clock.time += TIME + LEASE_MARGIN - timedelta(seconds=1)
    early = known.push_chunk(keys)
    known.clock.time += timedelta(seconds=1)

    assert became(early) == {"po-1": BUSY}
    assert became(known.push_chunk(keys)) == {"po-1": CREATED}
