"""What arrives late, was held meanwhile, or is another's: a push waits, ends or refuses before it does harm."""

from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import DocumentBusy, DuplicateDocument, OutOfSync, QuickBooksUnavailable
from ledgerlink.usecases.push.look_before_write import MAY_STILL_ARRIVE
from tests.unit.orders import REALM, TENANT, connection, line_json, order_json
from tests.unit.world import World

BILL = DocumentKey(TENANT, "bills", "b-1")
SUPPLIER = DocumentKey(TENANT, "suppliers", "s-1")
APPROVED_ONLY = Settings.model_validate({"kinds": {"purchase-orders": {"push_when": ["approved"]}}})


def bill_json(**changes: Any) -> dict[str, Any]:
    return {"number": "B-1", "supplier": {"id": "s-1", "name": "Acme"}, "lines": [line_json()], **changes}


def numbers(world: World, entity: str) -> list[str]:
    return [found["DocNumber"] for found in world.books.all(entity)]


def test_a_bill_whose_create_may_still_arrive_is_not_created_again_before_it_must_have() -> None:
    """Fault 7, where QuickBooks takes two bills of one number: our time-out is shorter than Intuit's."""
    world = World(honours_request_ids=False)
    world.store(bill_json(), BILL)
    world.push(BILL)
    other = DocumentKey(TENANT, "bills", "b-2")
    world.store(bill_json(number="B-2"), other)
    world.script.fail("books.create", QuickBooksUnavailable("No answer within a minute."))
    with pytest.raises(QuickBooksUnavailable):
        world.push(other)

    world.clock.time += timedelta(seconds=15)
    with pytest.raises(DocumentBusy) as waiting:
        world.push(other, try_number=2)
    marker = {"PrivateNote": "Ledgerlink bills/b-2 822b33ad", "VendorRef": world.books.all("Bill")[0]["VendorRef"]}
    arrived = world.books.have("Bill", DocNumber="B-2", Line=[], **marker)
    world.clock.time += timedelta(seconds=30)
    pushed = world.push(other, try_number=3)

    assert waiting.value.code == "earlier_try"
    assert (pushed.how, pushed.entity_id) == ("reattached", arrived["Id"])
    assert numbers(world, "Bill") == ["B-1", "B-2"]


def test_a_bill_whose_create_may_still_arrive_is_not_created_under_a_number_that_another_bill_has() -> None:
    """QuickBooks takes two bills of one number: that this one is taken does not keep ours from being made."""
    world = World(honours_request_ids=False)
    world.store(bill_json(), BILL)
    world.script.fail("books.create", QuickBooksUnavailable("No answer within a minute."))
    with pytest.raises(QuickBooksUnavailable):
        world.push(BILL)
    world.books.have("Bill", DocNumber="B-2", VendorRef={"value": "999"}, Line=[])
    world.store(bill_json(number="B-2"), BILL)

    with pytest.raises(DocumentBusy) as waiting:
        world.push(BILL)

    assert waiting.value.code == "earlier_try"
    assert numbers(world, "Bill") == ["B-2"]


def test_a_number_is_not_given_free_while_a_lost_create_of_it_may_still_arrive() -> None:
    """The second try had no need to wait, for QuickBooks refuses a second order of the number that it has."""
    world = World(honours_request_ids=False)
    world.store()
    world.script.fail("books.create", QuickBooksUnavailable("No answer within a minute."))
    with pytest.raises(QuickBooksUnavailable):
        world.push()
    world.push(try_number=2)
    world.store(order_json(number="8"))

    with pytest.raises(DocumentBusy) as waiting:
        world.push()
    world.store(order_json(memo="Changed"))
    changed = world.push()
    world.store(order_json(number="8"))
    world.clock.time += MAY_STILL_ARRIVE
    renumbered = world.push()

    assert waiting.value.code == "earlier_try"
    assert (changed.how, renumbered.how) == ("updated", "updated")
    assert numbers(world, "PurchaseOrder") == ["PO-8"]
    assert all(not link.begun_numbers for key, link in world.links.links.items() if key.kind == "purchase-orders")


def test_an_attempt_that_stood_in_line_for_what_is_held_by_now_ends_without_a_write() -> None:
    world = World(connected=connection(settings=APPROVED_ONLY))
    approved = world.store(order_json(status="approved")).document
    held = world.store(order_json(status="cancelled")).document
    calls = world.books.calls

    ended = world.push(attempt=approved.attempt, revision=approved.revision)

    assert held.status is Status.WAITING_FOR_STATUS
    assert ended.how == "superseded"
    assert (world.status(), world.books.calls) == (Status.WAITING_FOR_STATUS, calls)


def test_a_try_that_fails_after_its_document_was_held_back_leaves_the_reason_of_that() -> None:
    world = World(connected=connection(settings=APPROVED_ONLY))
    world.store(order_json(status="approved"))
    world.script.next("before", "books.create", lambda: world.store(order_json(status="cancelled")))
    world.script.lose_answer("books.create")

    with pytest.raises(QuickBooksUnavailable):
        world.push()

    reason = world.document().last_error
    assert reason is not None
    assert (world.status(), reason["code"]) == (Status.WAITING_FOR_STATUS, "waiting_for_status")


def test_a_vendor_that_is_another_suppliers_is_not_overwritten_before_it_is_refused() -> None:
    world = World()
    world.store({"name": "Acme"}, SUPPLIER)
    world.push(SUPPLIER)
    (vendor,) = world.books.all("Vendor")
    twin = DocumentKey(TENANT, "suppliers", "s-2")
    key = LinkKey(TENANT, REALM, "suppliers", "s-2")
    world.links.links[key] = EntityLink(key, "Vendor", vendor["Id"], manual=True)
    world.store({"name": "Acme Ltd"}, twin)

    with pytest.raises(DuplicateDocument) as refusal:
        world.push(twin)

    assert refusal.value.code == "entity_taken"
    assert world.names("Vendor") == ["Acme"]


def test_a_vendor_that_a_person_made_inactive_stays_so_until_it_is_sent_by_hand() -> None:
    world = World()
    world.store({"name": "Acme"}, SUPPLIER)
    world.push(SUPPLIER)
    (vendor,) = world.books.all("Vendor")
    vendor.update(Active=False, SyncToken="7")
    world.store({"name": "Acme", "phone": "+1 555 0100"}, SUPPLIER)

    with pytest.raises(OutOfSync) as refusal:
        world.push(SUPPLIER)
    left_alone = vendor["Active"]
    world.push(SUPPLIER, trigger=Trigger.MANUAL)

    assert (refusal.value.code, left_alone) == ("inactive_in_quickbooks", False)
    assert world.books.all("Vendor")[0]["Active"]


def test_a_note_that_begins_with_voided_does_not_make_an_order_voided() -> None:
    world = World()
    world.store(order_json(reference="Voided PO 6 replaced"))
    world.push()
    (order,) = world.orders()
    order.update(SyncToken="7", TotalAmt=245)
    world.store(order_json(reference="Voided PO 6 replaced", memo="Changed"))

    pushed = world.push()

    assert pushed.how == "updated"


def test_a_bill_whose_order_is_not_in_quickbooks_says_that_it_stands_alone() -> None:
    world = World()
    lines = [line_json(purchase_order_line="l1")]
    world.store(bill_json(purchase_order="po-404", lines=lines), BILL)

    world.push(BILL)

    (entry,) = [entry for entry in world.activity.entries if entry.outcome == "succeeded"]
    assert "po-404 is not in QuickBooks" in entry.summary
