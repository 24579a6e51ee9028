"""What is wrong with one document of a chunk loses no other."""

from typing import Any

import pytest

from ledgerlink.errors import DocumentRejected, NotFound, QuickBooksUnavailable, StaleSyncToken, SyncError
from tests.unit.chunk_world import BUSY, CREATED, UNCHANGED, UPDATED, ChunkWorld, became, order_of, stored
from tests.unit.fakes import Killed
from tests.unit.orders import line_json


@pytest.mark.parametrize(
    ("refusal", "end"),
    [
        (DocumentRejected("No.", code="quickbooks_6000"), "handed_on quickbooks_6000"),
        (QuickBooksUnavailable("5xx."), "handed_on quickbooks_unavailable"),
    ],
)
def test_partial_batch_failure_hands_on_what_failed_and_never_sends_the_others_again(
    known: ChunkWorld, refusal: SyncError, end: str
) -> None:
    keys = known.store_orders([1, 2, 3])
    known.books.refuses["PO-2"] = refusal

    first = known.push_chunk(keys)
    noted, sent = stored(known, keys[1]).last_error, len(known.books.request_ids)
    known.books.refuses.clear()
    second = known.push_chunk(keys)

    assert became(first) == {"po-1": CREATED, "po-2": end, "po-3": CREATED}
    assert noted == refusal.to_dict()
    assert became(second) == {"po-1": UNCHANGED, "po-2": CREATED, "po-3": UNCHANGED}
    assert len(known.books.request_ids) == sent + 1
    assert known.numbers() == ["PO-0", "PO-1", "PO-2", "PO-3"]


def test_a_number_that_something_else_has_is_one_documents_own_trouble(known: ChunkWorld) -> None:
    known.books.have("PurchaseOrder", DocNumber="PO-2", VendorRef={"value": "999"}, Line=[])
    keys = known.store_orders([1, 2, 3])

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": CREATED, "po-2": "handed_on number_taken", "po-3": CREATED}


def test_a_stale_sync_token_of_one_is_read_again_together_with_nobody(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.push_chunk(keys)
    order = next(order for order in known.orders() if order["DocNumber"] == "PO-1")
    known.books.change("PurchaseOrder", order["Id"], Memo="Theirs")
    known.store_orders([1, 2], memo="Ours")
    known.books.calls = 0

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": UPDATED, "po-2": UPDATED}
    assert {order["Memo"] for order in known.orders()} >= {"Ours"}
    assert (order["Memo"], known.books.calls) == ("Ours", 3)  # both, read one, write one


def test_a_stale_sync_token_that_stays_stale_is_handed_on(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.store_orders([1], memo="Ours")
    known.books.refuses["PO-1"] = StaleSyncToken("Stale.")

    assert became(known.push_chunk(keys)) == {"po-1": "handed_on stale_sync_token"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"lines": [line_json(expense_account="9999")]}, "account_missing"),
        ({"terms": "Whenever"}, "term_missing"),
        ({"lines": [line_json(**{"class": "North"})]}, "class_tracking_off"),
        ({"currency": "EUR"}, "multicurrency_off"),
    ],
)
def test_what_a_document_names_in_vain_fails_that_one(known: ChunkWorld, content: dict[str, Any], code: str) -> None:
    keys = [*known.store_orders([1]), known.store_one("po-2", order_of(2, **content)), *known.store_orders([3])]

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": CREATED, "po-2": f"handed_on {code}", "po-3": CREATED}
    assert result.stopped_by is None


def test_an_inactive_vendor_is_named_to_its_documents_only(known: ChunkWorld) -> None:
    keys = known.store_orders([1], supplier={"id": "s-9", "name": "Old Ltd"})
    known.push_chunk(keys)
    (vendor,) = [vendor for vendor in known.books.all("Vendor") if vendor["DisplayName"] == "Old Ltd"]
    vendor["Active"] = False
    keys += known.store_orders([2])
    known.store_orders([1], supplier={"id": "s-9", "name": "Old Ltd"}, memo="Changed")

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on quickbooks_610", "po-2": CREATED}
    error = stored(known, keys[0]).last_error
    assert error is not None
    assert "the vendor 'Old Ltd' is inactive" in error["message"]


@pytest.mark.parametrize(
    "call", ["links.find", "links.begin", "links.complete", "documents.mark_synced", "events.publish"]
)
def test_an_unexpected_exception_in_one_document_loses_no_other(known: ChunkWorld, call: str) -> None:
    keys = known.store_orders([1, 2, 3])
    known.script.fail(call, KeyError("nobody foresaw this"))

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on internal_error", "po-2": CREATED, "po-3": CREATED}
    assert result.stopped_by is None


def test_a_document_that_cannot_be_read_loses_no_other(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.damage(keys[0])

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on internal_error", "po-2": CREATED}


def test_an_unexpected_exception_while_names_are_looked_up_hands_on_the_companys_documents(world: ChunkWorld) -> None:
    """Nobody can tell whose it is; alone, each of them is judged by itself."""
    world.have_second_company()
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]
    world.script.fail("books.seek", KeyError("nobody foresaw this"))

    assert became(world.push_chunk(keys)) == {"po-1": "handed_on internal_error", "po-2": CREATED}


def test_a_document_whose_success_cannot_be_told_is_handed_on_and_found_unchanged(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.script.fail("events.publish", NotFound("No such bus."))

    first = known.push_chunk(keys)
    second = known.push_chunk(keys)

    assert became(first) == {"po-1": "handed_on not_found", "po-2": CREATED}
    assert became(second) == {"po-1": UNCHANGED, "po-2": UNCHANGED}


def test_a_document_that_is_sent_by_another_worker_or_has_changed_meanwhile_is_handed_on(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        known.push(keys[0])
    known.script.next("before", "links.begin", lambda: known.store_orders([2], memo="Newer"))

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": BUSY, "po-2": "handed_on document_changed"}
    assert known.numbers() == ["PO-0", "PO-1"]
