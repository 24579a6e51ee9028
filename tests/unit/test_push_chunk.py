"""Many documents in one go: each judged alone, each written once, whatever stops the chunk and wherever."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import Outcome
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import (
    ConnectionRevoked,
    DocumentRejected,
    NotConnected,
    NotFound,
    QuickBooksUnavailable,
    RateLimited,
    StaleSyncToken,
    StorageUnavailable,
    SyncError,
    WaitingForTurn,
)
from ledgerlink.usecases.push_chunk import LEASE_MARGIN
from tests.unit.chunk_world import BY_HAND, SECOND, TIME, ChunkWorld, became, key_of, order_of, stored
from tests.unit.fakes import Killed, raising
from tests.unit.interruptions import Point, points_of
from tests.unit.orders import KIND, NOW, REALM, TENANT, connection, line_json, order_json

SUPPLIER = order_json()["supplier"]
BUSY = "handed_on document_busy"
CREATED, UPDATED, UNCHANGED = "synced created", "synced updated", "synced unchanged"
COMPANY_TROUBLE = [
    WaitingForTurn("Full."),
    RateLimited("429."),
    ConnectionRevoked("QuickBooks no longer lets us in."),
]
every_trouble = pytest.mark.parametrize("trouble", COMPANY_TROUBLE, ids=lambda error: type(error).__name__)


@pytest.fixture
def world() -> ChunkWorld:
    return ChunkWorld()


@pytest.fixture
def known(world: ChunkWorld) -> ChunkWorld:
    """The supplier and the product are linked already, so that a chunk has nothing but orders to write."""
    world.push_chunk(world.store_orders([0]))
    world.books.calls = 0
    world.script.calls.clear()
    world.activity.by_id.clear()
    world.events.published.clear()
    return world


def books_calls(world: ChunkWorld) -> list[str]:
    return [call for call in world.script.calls if call.startswith("books.")]


def link_key(key: DocumentKey, company: str = REALM) -> LinkKey:
    return LinkKey(TENANT, company, key.kind, key.document_id)


def doubts(world: ChunkWorld, keys: Sequence[DocumentKey]) -> list[str]:
    """The documents of which a write may be under way."""
    links = world.links.links
    return [key.document_id for key in keys if link_key(key) in links and links[link_key(key)].begun_numbers]


# calls


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


def test_a_selection_makes_no_document_again_in_another_company(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.connections.stored.clear()
    known.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=BY_HAND))
    known.trigger = Trigger.SELECTION

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": "handed_on other_company"}
    assert known.numbers(books=known.second_books) == []


def test_an_undescribed_company_is_described_once_for_all() -> None:
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    keys = world.store_orders([1, 2, 3])

    world.push_chunk(keys)

    assert [call for call in world.script.calls if call.startswith("company.")] == [
        "company.company_info",
        "company.preferences",
    ]


def test_each_document_tells_the_host_and_the_activity_log_for_itself(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])

    known.push_chunk(keys)

    assert [told["id"] for told in known.events.named("document.synced")] == ["po-1", "po-2"]
    assert [entry.key for entry in known.activity.entries] == keys
    assert {entry.trigger for entry in known.activity.entries} == {Trigger.SELECTION}


# each judged alone


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


def test_a_document_that_is_gone_is_skipped(known: ChunkWorld) -> None:
    result = known.push_chunk([key_of("never stored"), *known.store_orders([1])])

    assert became(result) == {"never stored": "skipped not_found", "po-1": CREATED}


def test_a_document_that_is_sent_by_another_worker_or_has_changed_meanwhile_is_handed_on(known: ChunkWorld) -> None:
    keys = known.store_orders([1, 2])
    known.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        known.push(keys[0])
    known.script.next("before", "links.begin", lambda: known.store_orders([2], memo="Newer"))

    result = known.push_chunk(keys)

    assert became(result) == {"po-1": BUSY, "po-2": "handed_on document_changed"}
    assert known.numbers() == ["PO-0", "PO-1"]


# a company that takes no more


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


def test_a_company_that_cannot_be_described_now_is_asked_once_and_not_for_each_document() -> None:
    """A 429 storm: thirty documents do not make thirty calls."""
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    keys = world.store_orders([1, 2, 3])
    world.script.fail("company.company_info", RateLimited("429."), times=3)

    result = world.push_chunk(keys)

    assert (became(result), type(result.stopped_by)) == ({}, RateLimited)
    assert world.script.calls.count("company.company_info") == 1


def test_a_new_description_that_does_not_come_is_asked_for_once_and_the_old_one_used() -> None:
    """Each of those calls may take half a minute."""
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=NOW - timedelta(days=2)))
    keys = world.store_orders([1, 2, 3])
    world.script.fail("company.company_info", QuickBooksUnavailable("No answer."), times=3)

    result = world.push_chunk(keys)

    assert set(became(result).values()) == {CREATED}
    assert world.script.calls.count("company.company_info") == 1


def test_after_the_deadline_no_company_is_described() -> None:
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    world.have_second_company(described_at=None, home_currency="")
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]
    world.script.next("after", "company.preferences", lambda: world.clock.sleep(TIME.total_seconds()))

    result = world.push_chunk(keys)

    assert (became(result), result.stopped_by) == ({}, None)
    assert world.script.calls.count("company.company_info") == 1


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


def test_documents_go_to_their_own_company() -> None:
    world = ChunkWorld()
    world.have_second_company()
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]

    world.push_chunk(keys)

    assert (world.numbers(), world.numbers(books=world.second_books)) == (["PO-1"], ["PO-2"])
    assert link_key(keys[1], SECOND) in world.links.links


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


def test_two_products_of_one_sku_become_one_item_and_the_second_is_handed_on(known: ChunkWorld) -> None:
    content = {"sku": "GEAR", "name": "Gear"}
    keys = [known.store_one(name, {**content, "description": name}, "products") for name in ("p-1", "p-2")]

    result = known.push_chunk(keys)

    assert became(result) == {"p-1": CREATED, "p-2": BUSY}
    assert known.names("Item") == ["Bolt M8", "Gear"]


# stopped anywhere


def mixed(*, honoured: bool = False) -> tuple[ChunkWorld, list[DocumentKey]]:
    """A new order, a bill whose number may repeat, a product of the order's SKU, and a journal entry."""
    world = ChunkWorld(honours_request_ids=honoured)
    bill = {"number": "B-1", "supplier": SUPPLIER, "lines": [line_json()]}
    journal = {"number": "3", "lines": [{"sku": "BOLT-8", "quantity": -5, "unit_cost": 2}]}
    return world, [
        *world.store_orders([1, 2]),
        world.store_one("bill-1", bill, "bills"),
        world.store_one("p-1", {"sku": "BOLT-8", "name": "Bolt, zinc plated"}, "products"),
        world.store_one("adj-1", journal, "inventory-adjustments"),
    ]


def one_of_each(world: ChunkWorld, keys: Sequence[DocumentKey]) -> bool:
    entities = {entity: len(world.books.all(entity)) for entity in ("PurchaseOrder", "Bill", "Item", "JournalEntry")}
    links = {key: world.links.links[link_key(key)].entity_id for key in keys}
    became = {key: found.entity_id for key in keys if (found := world.document(key).quickbooks)}
    return (
        entities == {"PurchaseOrder": 2, "Bill": 1, "Item": 1, "JournalEntry": 1}
        and len(world.books.all("Vendor")) == 1
        and world.statuses(keys) == ["synced"] * len(keys)
        and links == became
        and set(map(str, (one.detail for one in world.push_chunk(keys).results.values()))) == {"unchanged"}
    )


def chunk_points() -> list[Point]:
    world, keys = mixed()
    world.push_chunk(keys)
    return points_of(world.script.calls)


def again_until_done(world: ChunkWorld, keys: Sequence[DocumentKey]) -> None:
    """The chunk is repeated, and what is handed on gets an execution of its own."""
    result = world.push_chunk_again(keys)
    for key in keys:
        if key not in result.results or result.results[key].outcome != "synced":
            world.push_until_done(key)


def test_a_crash_before_or_after_any_call_and_the_chunk_again_leave_one_of_each() -> None:
    """Crash after create, before the link is saved, in the middle of a chunk."""
    worlds = {}

    for point in chunk_points():
        world, keys = mixed()
        world.script.at(point.when, point.number, raising(Killed()))
        with pytest.raises(Killed):
            world.push_chunk(keys)
        again_until_done(world, keys)
        worlds[point] = world

    assert [point for point, world in worlds.items() if not one_of_each(world, keys)] == []


@pytest.mark.parametrize("honoured", [True, False], ids=["request ids honoured", "ignored"])
@pytest.mark.parametrize("carried_out", range(6))
@pytest.mark.parametrize("batch", range(3))
def test_a_call_that_breaks_off_half_way_is_repeated_for_what_is_not_there(
    batch: int, carried_out: int, honoured: bool
) -> None:
    """Time-out after commit: QuickBooks has taken some of the call's writes, and we heard of none."""
    world, keys = mixed(honoured=honoured)
    hooks = [lambda: None] * batch + [lambda: setattr(world.books, "breaks_batch_after", carried_out)]
    for hook in hooks:
        world.script.next("before", "books.answer_all", hook)
    world.push_chunk(keys)

    again_until_done(world, keys)

    assert one_of_each(world, keys)


def test_a_second_worker_that_comes_at_any_moment_leaves_one_of_each() -> None:
    """The same chunk in two invocations."""
    worlds = {}

    for point in chunk_points():
        world, keys = mixed()
        world.script.at(point.when, point.number, partial(world.push_chunk, keys))
        world.push_chunk(keys)
        again_until_done(world, keys)
        worlds[point] = world

    assert [point for point, world in worlds.items() if not one_of_each(world, keys)] == []


def test_a_stale_sync_token_that_stays_stale_is_handed_on(known: ChunkWorld) -> None:
    keys = known.store_orders([1])
    known.push_chunk(keys)
    known.store_orders([1], memo="Ours")
    known.books.refuses["PO-1"] = StaleSyncToken("Stale.")

    assert became(known.push_chunk(keys)) == {"po-1": "handed_on stale_sync_token"}


def test_a_chunk_that_is_redriven_says_so(known: ChunkWorld) -> None:
    known.push_chunk(known.store_orders([1]), redrive_count=1)

    assert [entry.trigger for entry in known.activity.entries] == [Trigger.REDRIVE]
    assert key_of("po-1", KIND) in known.documents.documents


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


# the daily run


def daily(**changes: Any) -> Settings:
    return Settings.model_validate({"mode": "daily", **changes})


def waiting_world() -> ChunkWorld:
    world = ChunkWorld(connected=connection(settings=daily()))
    world.trigger = Trigger.DAILY
    return world


ORDERS_OFF = {"kinds": {"purchase-orders": {"enabled": False}}}
BY_HAND_ONLY = {"kinds": {"purchase-orders": {"automatic": False}}}
APPROVED_ONLY = {"kinds": {"purchase-orders": {"push_when": ["approved"]}}}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        (daily(**ORDERS_OFF), "kind_off"),
        (daily(**BY_HAND_ONLY), "waiting_for_send"),
        (daily(**APPROVED_ONLY), "waiting_for_status"),
        (daily(enabled=False), "integration_off"),
        (BY_HAND, "waiting_for_send"),
    ],
)
def test_settings_that_changed_while_documents_waited_for_their_day_hold_them_back(
    changed: Settings, status: str
) -> None:
    world = waiting_world()
    keys = world.store_orders([1, 2])
    world.connections.have(connection(settings=changed))

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": f"skipped {status}", "po-2": f"skipped {status}"}
    assert world.statuses(keys) == [status] * 2
    assert (stored(world, keys[0]).last_error or {})["code"] == status
    assert world.numbers() == []


def test_two_companies_without_a_word_which_hold_back_what_waited_for_the_one() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=daily()))

    result = world.push_chunk(keys)

    assert (became(result), world.statuses(keys)) == ({"po-1": "skipped several_connections"}, ["several_connections"])


def test_a_document_that_was_cancelled_after_the_plan_is_not_sent_and_keeps_its_place() -> None:
    world = waiting_world()
    world.connections.have(connection(settings=daily(kinds={"purchase-orders": {"push_when": ["open"]}})))
    keys = world.store_orders([1])
    world.store_orders([1], status="cancelled")
    cancelled = stored(world, keys[0])
    world.clock.time += timedelta(minutes=1)

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": "skipped waiting_for_status"}
    assert stored(world, keys[0]) == cancelled


@pytest.mark.parametrize("mode", ["daily", "realtime"])
def test_what_waited_for_the_day_goes_also_after_a_change_to_realtime(mode: str) -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(settings=Settings.model_validate({"mode": mode})))

    assert became(world.push_chunk(keys)) == {"po-1": CREATED}


@pytest.mark.parametrize("trigger", [Trigger.MANUAL, Trigger.SELECTION])
def test_what_a_person_sends_before_its_day_goes(trigger: Trigger) -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.trigger = trigger
    world.connections.have(connection(settings=daily(**BY_HAND_ONLY)))

    assert became(world.push_chunk(keys)) == {"po-1": CREATED}


def test_a_document_that_changes_while_it_is_held_back_is_left_as_it_is_then() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(settings=daily(**BY_HAND_ONLY)))
    world.script.next("before", "documents.put", lambda: world.store_orders([1], memo="Newer"))

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": "skipped changed_meanwhile"}
    assert stored(world, keys[0]).revision == 2


def test_what_waited_for_a_company_that_was_disconnected_goes_to_the_one_that_its_instance_has_now() -> None:
    world = waiting_world()
    world.connections.instances = [Instance(TENANT, "north", REALM), Instance(TENANT, "default", REALM)]
    keys = [world.store_one("po-1", order_of(1, instance="north")), world.store_one("po-2", order_of(2))]
    world.have_second_company()
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=daily()))
    world.connections.disconnect(connection().key, world.clock())

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": CREATED, "po-2": "skipped not_connected"}
    assert world.statuses(keys) == ["synced", "not_connected"]
    assert world.numbers(books=world.second_books) == ["PO-1"]


def test_what_waits_for_its_day_stops_with_the_only_company_and_goes_on_with_it() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.disconnect(connection().key, world.clock())

    stopped = world.push_chunk(keys)
    statuses = world.statuses(keys)
    world.connections.have(connection(settings=daily()))
    again = world.push_chunk(keys)

    assert (became(stopped), type(stopped.stopped_by), statuses) == ({}, NotConnected, ["waiting_for_daily"])
    assert became(again) == {"po-1": CREATED}
