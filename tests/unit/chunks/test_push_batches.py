"""How many calls a chunk takes, and what a call without an answer means for its documents."""

from ledgerlink.domain.backlogs import Outcome
from ledgerlink.errors import QuickBooksUnavailable
from tests.unit.chunk_world import BUSY, CREATED, ChunkWorld, became
from tests.unit.orders import line_json


def books_calls(world: ChunkWorld) -> list[str]:
    return [call for call in world.script.calls if call.startswith("books.")]


def test_what_the_documents_name_is_one_look_and_one_creating_call_and_the_documents_are_one_more(
    world: ChunkWorld,
) -> None:
    keys = world.store_orders(range(1, 6))

    result = world.push_chunk(keys)

    assert set(became(result).values()) == {CREATED}
    assert books_calls(world) == ["books.seek", "books.answer_all", "books.answer_all"]
    assert world.books.calls == 3
    assert world.numbers() == [f"PO-{n}" for n in range(1, 6)]
    assert world.statuses(keys) == ["synced"] * 5


def test_thirty_documents_are_one_call_and_the_thirty_first_is_another(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 32))

    result = known.push_chunk(keys)

    assert (len(result.results), known.books.calls) == (31, 2)
    entries = known.activity.entries
    assert {(entry.calls, entry.summary) for entry in entries[:30]} == {(1, "created. Sent together with 29 others")}
    assert (entries[30].calls, entries[30].summary) == (1, "created")


def test_long_documents_share_a_call_with_fewer_others(known: ChunkWorld) -> None:
    lines = [line_json(id=f"l{n}") for n in range(300)]
    keys = known.store_orders([1, 2], lines=lines)

    known.push_chunk(keys)

    assert known.books.calls == 2


def test_two_products_of_one_sku_become_one_item_and_the_second_is_handed_on(known: ChunkWorld) -> None:
    content = {"sku": "GEAR", "name": "Gear"}
    keys = [known.store_one(name, {**content, "description": name}, "products") for name in ("p-1", "p-2")]

    result = known.push_chunk(keys)

    assert became(result) == {"p-1": CREATED, "p-2": BUSY}
    assert known.names("Item") == ["Bolt M8", "Gear"]


# whole calls without an answer


def test_a_call_without_an_answer_leaves_its_documents_to_a_smaller_one_that_looks_first(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 13))
    known.books.breaks_batch_after = 12

    first = known.push_chunk(keys)
    again = known.push_chunk(keys, lost_calls=1)

    assert (first.results, type(first.stopped_by)) == ({}, QuickBooksUnavailable)
    assert {one.outcome for one in again.results.values()} == {Outcome.SYNCED}
    assert known.numbers() == sorted(f"PO-{n}" for n in range(13))


def test_a_document_that_lets_every_call_time_out_is_handed_on_alone_and_the_others_go_on(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 5))
    known.books.lets_time_out = {"PO-3"}

    result = known.push_chunk(keys, lost_calls=3)

    assert became(result) == {
        "po-1": CREATED,
        "po-2": CREATED,
        "po-3": "handed_on quickbooks_unavailable",
        "po-4": CREATED,
    }


def test_while_quickbooks_is_down_nothing_is_handed_on_but_the_first(known: ChunkWorld) -> None:
    keys = known.store_orders(range(1, 5))
    known.books.lets_time_out = {f"PO-{n}" for n in range(1, 5)}

    result = known.push_chunk(keys, lost_calls=3)

    assert became(result) == {"po-1": "handed_on quickbooks_unavailable"}
    assert isinstance(result.stopped_by, QuickBooksUnavailable)
