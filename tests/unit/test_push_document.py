"""What a push does with what it finds in QuickBooks."""

from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey
from ledgerlink.errors import (
    AmbiguousDocument,
    ConnectionRevoked,
    DocumentBusy,
    DocumentRejected,
    DuplicateDocument,
    MissingConfiguration,
    NotConnected,
    NotFound,
    OutOfSync,
    QuickBooksUnavailable,
    RateLimited,
    StaleSyncToken,
    StorageUnavailable,
    SyncError,
)
from tests import canaries
from tests.unit.fakes import Killed
from tests.unit.orders import KEY, KIND, REALM, TENANT, connection, line_json, order_json
from tests.unit.world import LEASE, World

LINK = LinkKey(TENANT, REALM, KIND, "po-7")
OTHER = DocumentKey(TENANT, KIND, "po-7-again")


def pushed_world() -> World:
    world = World()
    world.store()
    world.push()
    return world


def refused(world: World, **how: Any) -> SyncError:
    with pytest.raises(SyncError) as refusal:
        world.push(**how)
    return refusal.value


# creating and updating


def test_a_change_updates_the_same_purchase_order_and_keeps_its_lines() -> None:
    world = pushed_world()
    before = world.orders()[0]["Line"]
    world.store(order_json(lines=[line_json(quantity=9), line_json(id="l3", sku="COG", name="Cog")]))

    pushed = world.push()

    order = world.orders()[0]
    assert (pushed.how, len(world.orders()), order["SyncToken"]) == ("updated", 1, "1")
    assert order["Line"][0]["Id"] == before[0]["Id"]
    assert order["Line"][1]["Id"] not in {line["Id"] for line in before}


def test_what_a_bookkeeper_added_stays() -> None:
    world = pushed_world()
    world.orders()[0]["ShipMethodRef"] = {"value": "UPS"}
    world.store(order_json(memo="Changed"))

    world.push()

    assert world.orders()[0]["ShipMethodRef"] == {"value": "UPS"}


def test_sending_by_hand_writes_even_what_quickbooks_should_have() -> None:
    world = pushed_world()
    world.orders()[0]["Memo"] = "Overwritten by a bookkeeper"
    world.send()

    pushed = world.push(trigger=Trigger.MANUAL)

    assert (pushed.how, world.orders()[0]["Memo"]) == ("updated", canaries.MEMO)


def test_a_new_number_renames_the_same_purchase_order() -> None:
    world = pushed_world()
    world.store(order_json(number="8"))

    world.push()

    assert [order["DocNumber"] for order in world.orders()] == ["PO-8"]


def test_a_stale_sync_token_is_read_again_and_our_change_applied_to_the_fresh_copy() -> None:
    """Somebody edits the purchase order between our read and our write."""
    world = pushed_world()
    world.store(order_json(memo="Ours"))

    def bookkeeper_edits() -> None:
        order = world.orders()[0]
        order.update(SyncToken="5", Memo="Theirs", ShipMethodRef={"value": "UPS"}, Line=order["Line"][1:])

    world.script.next("before", "books.update", bookkeeper_edits)

    pushed = world.push()

    order = world.orders()[0]
    assert (pushed.how, order["SyncToken"], order["Memo"]) == ("updated", "6", "Ours")
    assert order["ShipMethodRef"] == {"value": "UPS"}
    assert len(order["Line"]) == 3


def test_a_sync_token_that_is_stale_twice_is_left_to_the_state_machine() -> None:
    world = pushed_world()
    world.store(order_json(memo="Ours"))
    world.script.fail("books.update", StaleSyncToken("Stale."), times=2)

    error = refused(world)

    assert isinstance(error, StaleSyncToken)
    assert world.push(try_number=2).how == "updated"


# reattaching


def test_look_up_finds_two_candidates_and_a_human_decides() -> None:
    world = World()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    for _ in range(2):
        world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])
    world.store()

    error = refused(world)

    assert isinstance(error, AmbiguousDocument)
    assert [order["SyncToken"] for order in world.orders()] == ["0", "0"]


def test_our_own_marker_decides_between_two_candidates() -> None:
    world = pushed_world()
    ours = world.orders()[0]["Id"]
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef=world.orders()[0]["VendorRef"], Line=[])
    world.books.honours_request_ids = False
    world.links.links.clear()
    world.send()

    pushed = world.push(trigger=Trigger.MANUAL)

    assert (pushed.how, pushed.entity_id) == ("reattached", ours)


def test_a_purchase_order_of_the_same_number_and_vendor_is_taken_over() -> None:
    world = World()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    theirs = world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])
    world.store()

    pushed = world.push()

    assert (pushed.how, pushed.entity_id, len(world.orders())) == ("reattached", theirs["Id"], 1)


def test_a_purchase_order_of_the_same_number_and_another_vendor_is_left_alone() -> None:
    world = World()
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": "9"}, Memo="Theirs", Line=[])
    world.store()

    error = refused(world)

    assert (type(error), error.code) == (DuplicateDocument, "number_taken")
    assert [order["Memo"] for order in world.orders()] == ["Theirs"]


def test_a_purchase_order_of_another_tenant_that_had_the_company_before_is_left_alone() -> None:
    """Tenants number alike: the same id, number and vendor are not the same order."""
    world = pushed_world()
    ours = world.orders()[0]
    note = str(ours["PrivateNote"]).replace("822b33ad", "00000000")
    before = World()
    vendor = before.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    theirs = {"DocNumber": "PO-7", "VendorRef": {"value": vendor["Id"]}, "PrivateNote": note}
    before.books.have("PurchaseOrder", Memo="Theirs", Line=[], **theirs)
    before.store()

    error = refused(before)

    assert note != ours["PrivateNote"]
    assert (type(error), error.code) == (DuplicateDocument, "number_taken")
    assert [order["Memo"] for order in before.orders()] == ["Theirs"]


def test_a_second_document_with_the_same_number_never_overwrites_the_first_ones_purchase_order() -> None:
    world = pushed_world()
    before = dict(world.orders()[0])
    world.store(order_json(memo="Second"), key=OTHER)

    error = refused(world, key=OTHER)

    assert isinstance(error, DuplicateDocument)
    assert world.orders() == [before]


def test_a_second_document_does_not_take_over_what_the_first_created_and_could_not_link() -> None:
    """Crash after create, before the link is saved; then the other document is faster than the retry."""
    world = World()
    world.store()
    world.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        world.push()
    world.store(order_json(memo="Second"), key=OTHER)

    error = refused(world, key=OTHER)
    retried = world.push_until_done()

    assert isinstance(error, DuplicateDocument)
    assert (retried.how, [order["Memo"] for order in world.orders()]) == ("reattached", [canaries.MEMO])


def test_of_two_documents_that_find_the_bookkeepers_order_at_the_same_moment_one_gets_it() -> None:
    world = World()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])
    world.store()
    world.store(order_json(memo="Second"), key=OTHER)
    ends: list[SyncError] = []
    world.script.next("before", "books.update", lambda: ends.append(refused(world, key=OTHER)))

    world.push()

    assert [(type(end), end.code) for end in ends] == [(DuplicateDocument, "entity_taken")]
    assert [order["Memo"] for order in world.orders()] == [canaries.MEMO]


def test_a_number_that_is_taken_between_look_and_write_is_looked_up_again() -> None:
    world = World()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    world.store()

    def bookkeeper_is_faster() -> None:
        world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])
        raise DuplicateDocument("Duplicate document number.", code="quickbooks_6140")

    world.script.next("before", "books.create", bookkeeper_is_faster)

    pushed = world.push()

    assert (pushed.how, len(world.orders())) == ("reattached", 1)


# deleted in QuickBooks


@pytest.mark.parametrize("trigger", [Trigger.AUTOMATIC, Trigger.DAILY, Trigger.SELECTION])
def test_a_deleted_purchase_order_is_not_made_anew_unless_a_person_asks_for_it(trigger: Trigger) -> None:
    world = pushed_world()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])
    world.store(order_json(memo="Changed"))

    errors = [refused(world, trigger=trigger), refused(world, trigger=trigger, try_number=2)]

    assert [error.code for error in errors] == ["deleted_in_quickbooks", "deleted_in_quickbooks"]
    assert world.orders() == []


def test_a_deleted_purchase_order_is_made_anew_by_hand() -> None:
    world = pushed_world()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])
    world.store(order_json(memo="Changed"))
    refused(world)

    pushed = world.push(trigger=Trigger.MANUAL)

    assert (pushed.how, len(world.orders()), world.status()) == ("created", 1, Status.SYNCED)


def test_a_purchase_order_that_nobody_knew_to_be_deleted_is_made_anew_by_hand_at_the_first_try() -> None:
    world = pushed_world()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])

    pushed = world.push(trigger=Trigger.MANUAL)

    assert (pushed.how, len(world.orders()), world.status()) == ("created", 1, Status.SYNCED)


def test_a_supplier_that_nobody_knew_to_be_merged_is_made_anew_only_when_the_person_has_been_told() -> None:
    world = World()
    supplier = DocumentKey(TENANT, "suppliers", "s-1")
    world.store({"name": canaries.SUPPLIER}, supplier)
    world.push(supplier)
    world.books.remove("Vendor", world.books.all("Vendor")[0]["Id"])

    with pytest.raises(OutOfSync, match="deleted or merged"):
        world.push(supplier, trigger=Trigger.MANUAL)
    assert world.names("Vendor") == []
    pushed = world.push(supplier, trigger=Trigger.MANUAL, try_number=2)

    assert (pushed.how, world.names("Vendor")) == ("created", [canaries.SUPPLIER])


@pytest.mark.parametrize("honours_request_ids", [True, False])
def test_a_deleted_purchase_order_whose_second_creation_got_lost_is_made_anew_once(honours_request_ids: bool) -> None:
    world = World(honours_request_ids=honours_request_ids)
    world.store()
    world.push()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])
    world.script.lose_answer("books.create")
    refused(world, trigger=Trigger.MANUAL)

    pushed = world.push(trigger=Trigger.MANUAL, try_number=2)

    assert (pushed.how, len(world.orders()), world.status()) == ("reattached", 1, Status.SYNCED)


# leases


def test_a_document_that_another_worker_is_sending_is_busy_until_the_lease_ends() -> None:
    world = World()
    world.store()
    world.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        world.push()

    busy = refused(world)
    world.clock.time += LEASE

    assert isinstance(busy, DocumentBusy)
    assert world.push().how == "reattached"


def test_a_failure_gives_the_lease_back_at_once() -> None:
    world = World()
    world.store()
    world.script.fail("books.create", QuickBooksUnavailable("No answer."))

    refused(world)

    assert world.push(try_number=2).how == "created"


# what is told


@pytest.mark.parametrize(
    "error",
    [
        QuickBooksUnavailable("5xx, connection reset, DNS."),
        RateLimited("429."),
        StorageUnavailable("Throttled."),
        DocumentRejected("No.", intuit_tid="1-abc"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_keeps_its_class_for_the_state_machine_and_is_noted(error: SyncError) -> None:
    world = World()
    world.store()
    world.script.fail("books.create", error)

    raised = refused(world)

    entry = world.activity.entries[0]
    assert raised is error
    assert world.document().last_error == error.to_dict()
    assert (entry.outcome, entry.error, entry.try_number) == ("failed", error.to_dict(), 1)
    assert world.status() is Status.SYNCING


def test_an_error_that_cannot_be_noted_is_raised_all_the_same() -> None:
    world = World()
    world.store()
    world.script.fail("books.create", DocumentRejected("No."))
    world.script.fail("documents.note_error", StorageUnavailable("Throttled."))

    assert isinstance(refused(world), DocumentRejected)


def test_a_429_storm_of_one_company_lets_the_others_go_on() -> None:
    stormy, calm = World(), World()
    stormy.store()
    calm.store()
    stormy.script.fail("books.seek", RateLimited("429."), times=4)

    errors = [refused(stormy, try_number=number) for number in range(1, 5)]

    assert {type(error) for error in errors} == {RateLimited}
    assert calm.push().how == "created"
    assert stormy.push(try_number=5).how == "created"


def test_a_redrive_that_succeeds_makes_a_failed_document_synced() -> None:
    world = World()
    world.store()
    world.script.fail("books.create", DocumentRejected("No."))
    refused(world)
    world.documents.mark_failed(world.document().current_attempt, {"code": "x"}, world.clock())

    world.push(trigger=Trigger.REDRIVE, redrive_count=1)

    assert (world.status(), world.document().last_error) == (Status.SYNCED, None)
    assert [entry.trigger for entry in world.activity.entries] == ["automatic", "redrive"]


@pytest.mark.parametrize(
    ("companies", "error"),
    [
        ([], NotConnected),
        ([connection(status=ConnectionStatus.NEEDS_RECONNECT)], ConnectionRevoked),
        ([connection(), connection(connection_id="2", realm_id="2")], MissingConfiguration),
    ],
)
def test_work_that_is_queued_while_the_connection_goes_ends_by_name_and_keeps_its_links(
    companies: list[Any], error: type[SyncError]
) -> None:
    """Disconnect while work is queued; reconnecting resumes where it stopped."""
    world = pushed_world()
    world.store(order_json(memo="Changed"))
    links = dict(world.links.links)
    world.connections.stored.clear()
    for company in companies:
        world.connections.have(company)

    raised = refused(world)

    assert type(raised) is error
    assert world.links.links == links
    world.connections.stored.clear()
    world.connections.have(connection())
    assert world.push(try_number=2).how == "updated"


def test_a_grant_that_ends_during_the_push_ends_it_as_connection_revoked() -> None:
    world = World()
    world.store()
    world.script.fail("books.seek", ConnectionRevoked("QuickBooks no longer lets us in."))

    error = refused(world)

    assert isinstance(error, ConnectionRevoked)
    assert world.document().last_error == error.to_dict()


def test_a_document_that_is_not_stored_cannot_be_sent() -> None:
    world = World()
    world.store()
    task_of = world.documents.documents[KEY]
    world.script.next("before", "documents.get", world.documents.documents.clear)

    with pytest.raises(NotFound):
        world.push()

    assert task_of.attempt == 1


def test_an_inactive_vendor_is_named_and_not_replaced_until_a_person_has_decided() -> None:
    world = pushed_world()
    vendor = world.books.all("Vendor")[0]
    vendor.update(Active=False, DisplayName="Old name (deleted)")
    world.store(order_json(memo="Changed"))

    errors = [refused(world, try_number=number) for number in (1, 2)]
    vendor["Active"] = True
    pushed = world.push(try_number=3)

    assert [type(error) for error in errors] == [OutOfSync, OutOfSync]
    assert "the vendor 'Old name (deleted)' is inactive" in errors[1].message
    assert (pushed.how, world.names("Vendor")) == ("updated", ["Old name (deleted)"])


def test_a_company_is_not_asked_twice_for_what_is_known() -> None:
    world = pushed_world()
    world.script.calls.clear()
    world.store(order_json(memo="Changed"))

    world.push()

    assert [call for call in world.script.calls if call.startswith("books.")] == ["books.update"]
