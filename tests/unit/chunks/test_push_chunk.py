"""Many documents in one go: which are written, where, and after which others."""

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import DocumentRejected, WaitingForTurn
from tests.unit.chunk_world import (
    BY_HAND,
    CREATED,
    SECOND,
    UNCHANGED,
    UPDATED,
    ChunkWorld,
    became,
    key_of,
    link_key,
    order_of,
)
from tests.unit.orders import KIND, connection, line_json, order_json

SUPPLIER = order_json()["supplier"]


def test_unchanged_documents_cost_no_call(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.push_chunk(keys)
    known.books.calls = 0

    result = known.push_chunk(keys)

    assert (became(result), known.books.calls) == ({"po-1": UNCHANGED, "po-2": UNCHANGED}, 0)
    assert result.stopped_by is None


def test_by_hand_even_what_quickbooks_should_have_is_written(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.trigger = Trigger.MANUAL

    assert became(known.push_chunk(keys)) == {"po-1": UPDATED}


@pytest.mark.parametrize(
    ("trigger", "made_again", "then"),
    [
        (Trigger.MANUAL, True, CREATED),
        (Trigger.SELECTION, False, "handed_on deleted_in_quickbooks"),
    ],
)
def test_what_somebody_deleted_in_quickbooks_is_made_again_only_if_a_person_has_named_it(
    known: ChunkWorld, trigger: Trigger, made_again: bool, then: str
) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.books.remove("PurchaseOrder", known.orders()[-1]["Id"])
    known.store_orders([1], memo="Changed")
    known.push_chunk(keys)
    known.trigger = trigger

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": then}
    assert ("PO-1" in known.numbers()) is made_again


def test_a_document_that_is_gone_is_skipped(known: ChunkWorld) -> None:
    result = known.push_chunk([key_of("never stored"), *known.store_orders([1])])

    assert became(result) == {"never stored": "skipped not_found", "po-1": CREATED}


def test_documents_go_to_their_own_company() -> None:
    world = ChunkWorld()
    world.have_second_company()
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]

    world.push_chunk(keys)

    assert (world.numbers(), world.numbers(books=world.second_books)) == (["PO-1"], ["PO-2"])
    assert link_key(keys[1], SECOND) in world.links.links


def test_what_nobody_knew_to_be_deleted_is_made_again_in_its_chunk_if_a_person_has_named_it(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.books.remove("PurchaseOrder", known.orders()[-1]["Id"])
    known.trigger = Trigger.MANUAL

    result = known.push_chunk(keys)

    assert (became(result), "PO-1" in known.numbers()) == ({"po-1": CREATED}, True)


def test_a_selection_makes_no_document_again_in_another_company(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.connections.stored.clear()
    known.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=BY_HAND))
    known.trigger = Trigger.SELECTION

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on other_company"}
    assert known.numbers(books=known.second_books) == []


def test_each_document_tells_the_host_and_the_activity_log_for_itself(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])

    known.push_chunk(keys)

    assert [told["id"] for told in known.events.named("document.synced")] == ["po-1", "po-2"]
    assert [entry.key for entry in known.activity.entries] == keys
    assert {entry.trigger for entry in known.activity.entries} == {Trigger.SELECTION}


def test_a_chunk_that_is_redriven_says_so(known: ChunkWorld) -> None:
    known.push_chunk(known.store_orders([1]), redrive_count=1)

    assert [entry.trigger for entry in known.activity.entries] == [Trigger.REDRIVE]
    assert key_of("po-1", KIND) in known.documents.documents


# documents that belong together


def bill_of_order(world: ChunkWorld, number: int) -> DocumentKey:
    bill = {"number": f"B-{number}", "supplier": SUPPLIER, "lines": [line_json()], "purchase_order": f"po-{number}"}
    return world.store_one(f"bill-{number}", bill, "bills")


def test_a_bill_follows_its_order_in_the_same_chunk_and_is_linked_to_it(known: ChunkWorld) -> None:
    keys = [bill_of_order(known, 1), *known.store_orders([1])]

    result = known.push_chunk(keys)

    order = next(order for order in known.orders() if order["DocNumber"] == "PO-1")
    assert became(result) == {"po-1": CREATED, "bill-1": CREATED}
    assert known.books.all("Bill")[0]["Line"][0]["LinkedTxn"][0]["TxnId"] == order["Id"]


def test_a_bill_waits_for_an_order_that_failed(known: ChunkWorld) -> None:
    keys = [bill_of_order(known, 1), *known.store_orders([1])]
    known.books.refuses["PO-1"] = DocumentRejected("No.", code="quickbooks_6000")

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on quickbooks_6000", "bill-1": "handed_on sent_first"}
    assert known.books.all("Bill") == []


def test_a_bill_is_not_begun_before_an_order_that_was_not_begun(known: ChunkWorld) -> None:
    keys = [bill_of_order(known, 1), *known.store_orders([1])]
    known.books.turns_batch_away = WaitingForTurn("Full.")

    first = known.push_chunk(keys)
    second = known.push_chunk(keys)

    assert became(first) == {}
    assert became(second) == {"po-1": CREATED, "bill-1": CREATED}
