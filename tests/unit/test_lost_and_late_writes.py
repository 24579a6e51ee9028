"""Writes whose answer is lost or late: QuickBooks ends up with what the host said last."""

from datetime import timedelta

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import Status
from ledgerlink.errors import (
    DocumentBusy,
    DuplicateDocument,
    MissingConfiguration,
    OutOfSync,
    QuickBooksUnavailable,
    StorageUnavailable,
    WaitingForTurn,
)
from tests.unit.orders import connection, order_json
from tests.unit.world import World

FIRST = order_json(memo="First")
SECOND = order_json(memo="Second")


def pushed(content=FIRST) -> World:
    world = World()
    world.store(content)
    world.push()
    return world


def known(content=FIRST) -> World:
    """The vendor and the items are in QuickBooks already, so the only create is that of the purchase order."""
    world = World()
    world.books.have("Vendor", DisplayName=content["supplier"]["name"])
    for line in content["lines"]:
        bought = {"Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}
        world.books.have("Item", Name=line["name"], Sku=line["sku"], **bought)
    world.store(content)
    return world


def lost_create(content=FIRST) -> World:
    """The purchase order is in QuickBooks, and nobody here knows."""
    world = known(content)
    world.script.lose_answer("books.create")
    with pytest.raises(QuickBooksUnavailable):
        world.push()
    assert len(world.orders()) == 1
    return world


def test_going_back_to_the_content_before_a_lost_update_writes_it_again():
    world = pushed(FIRST)
    world.store(SECOND)
    world.script.lose_answer("books.update")
    with pytest.raises(QuickBooksUnavailable):
        world.push()

    world.store(FIRST)
    world.push()

    assert world.orders()[0]["Memo"] == "First"
    assert world.status() is Status.SYNCED


def test_an_update_under_way_is_not_taken_for_unchanged():
    world = pushed(FIRST)
    world.store(SECOND)
    seen = []

    def the_first_content_comes_back() -> None:
        world.store(FIRST)
        with pytest.raises(DocumentBusy):
            world.push()
        seen.append(True)

    world.script.next("before", "books.update", the_first_content_comes_back)
    world.push()
    world.push_until_done()

    assert seen
    assert world.orders()[0]["Memo"] == "First"


def test_content_that_was_synced_before_the_order_was_deleted_is_not_taken_for_unchanged():
    world = pushed(FIRST)
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])
    world.store(SECOND)
    with pytest.raises(OutOfSync):
        world.push()

    world.store(FIRST)
    with pytest.raises(OutOfSync) as refused:
        world.push()

    assert refused.value.code == "deleted_in_quickbooks"
    assert world.orders() == []


def test_an_order_that_was_created_unseen_and_deleted_is_made_anew_by_hand():
    world = lost_create()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])

    world.push(trigger=Trigger.MANUAL)

    became = world.document().quickbooks
    assert became is not None
    assert [order["Id"] for order in world.orders()] == [became.entity_id]


def test_an_order_that_was_created_unseen_and_deleted_stays_deleted_until_a_person_sends_it():
    world = lost_create()
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])

    with pytest.raises(OutOfSync) as refused:
        world.push()

    assert refused.value.code == "deleted_in_quickbooks"
    assert world.orders() == []


def test_a_create_that_arrives_late_is_waited_for_before_another_number_is_created():
    world = lost_create(order_json(number="7"))
    late = world.books.entities.pop("PurchaseOrder")
    world.store(order_json(number="2000"))
    with pytest.raises(DocumentBusy):
        world.push()
    world.books.entities["PurchaseOrder"] = late

    world.push()

    assert [order["DocNumber"] for order in world.orders()] == ["PO-2000"]


def test_a_create_that_never_arrived_holds_another_number_up_for_four_minutes_only():
    world = lost_create(order_json(number="7"))
    world.books.entities.pop("PurchaseOrder")
    world.store(order_json(number="2000"))
    world.clock.time += timedelta(seconds=241)

    world.push()

    assert [order["DocNumber"] for order in world.orders()] == ["PO-2000"]


def test_an_order_is_not_made_a_second_time_in_another_company():
    world = pushed(FIRST)
    world.connections.stored.clear()
    world.connections.have(connection(connection_id="9341450000000000", realm_id="9341450000000000"))
    world.store(SECOND)

    with pytest.raises(MissingConfiguration) as refused:
        world.push()

    assert refused.value.code == "other_company"
    assert "connect it, or give it back the document's instance" in refused.value.hint
    assert len(world.orders()) == 1


def test_an_order_is_made_in_another_company_by_hand():
    world = pushed(FIRST)
    world.connections.stored.clear()
    world.connections.have(connection(connection_id="9341450000000000", realm_id="9341450000000000"))
    world.books.entities.pop("PurchaseOrder")

    world.push(trigger=Trigger.MANUAL)

    became = world.document().quickbooks
    assert became is not None
    assert became.realm_id == "9341450000000000"


def test_a_start_by_hand_that_was_lost_is_started_by_hand():
    world = pushed(FIRST)
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.send()

    world.store(FIRST)

    assert list(world.executions.started.values())[-1][1] is Trigger.MANUAL


def test_an_order_that_was_renumbered_after_a_lost_create_is_sent_by_the_retries_of_one_execution():
    world = lost_create(order_json(number="7"))
    world.books.entities.pop("PurchaseOrder")
    world.store(order_json(number="2000"))

    tries = push_every_five_seconds(world)

    assert tries <= 51
    assert [order["DocNumber"] for order in world.orders()] == ["PO-2000"]


def test_an_order_that_was_renumbered_after_a_refusal_is_sent_at_once():
    world = World()
    other = world.books.have("Vendor", DisplayName="Somebody else")
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": other["Id"]}, Line=[])
    world.store(order_json(number="7"))
    with pytest.raises(DuplicateDocument):
        world.push()
    world.store(order_json(number="2000"))

    world.push()

    assert sorted(order["DocNumber"] for order in world.orders()) == ["PO-2000", "PO-7"]


def test_a_push_that_had_to_stand_in_line_leaves_no_doubt_behind():
    world = known()
    world.script.fail("books.create", WaitingForTurn("Full."))

    with pytest.raises(WaitingForTurn):
        world.push()

    begun = {link.key.kind: link.begun_numbers for link in world.links.links.values()}
    assert begun["purchase-orders"] == frozenset()


def push_every_five_seconds(world: World) -> int:
    """As the state machine does for DocumentBusy; return the number of tries."""
    for number in range(1, 60):
        try:
            world.push(try_number=number)
        except DocumentBusy:
            world.clock.time += timedelta(seconds=5)
        else:
            return number
    raise AssertionError("the push never came through")
