"""How many calls of QuickBooks a push makes: Intuit meters them, and each one makes somebody wait."""

import pytest

from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import Lease, LinkKey
from ledgerlink.errors import DuplicateDocument, QuickBooksUnavailable
from ledgerlink.usecases.push.write_once import How
from tests import canaries
from tests.unit.orders import KEY, KIND, NOW, REALM, TENANT, connection, line_json, order_json
from tests.unit.world import World

LINK = LinkKey(TENANT, REALM, KIND, KEY.document_id)
OTHER = DocumentKey(TENANT, KIND, "po-8")
BOUGHT = {"Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def known(world: World) -> World:
    """An order was pushed, so that its vendor and items are linked."""
    world.store()
    world.push()
    world.script.calls.clear()
    world.books.calls = 0
    return world


def books_calls(world: World) -> list[str]:
    return [call.removeprefix("books.") for call in world.script.calls if call.startswith("books.")]


def test_the_first_push_of_all_costs_one_look_and_two_calls_that_create(world: World) -> None:
    world.store()

    world.push()

    assert books_calls(world) == ["seek", "answer_all", "create"]
    assert world.books.calls == 3


def test_the_very_first_push_of_a_company_reads_its_accounts_once_more() -> None:
    world = World(connected=connection(found_accounts={}))
    world.store()

    world.push()

    assert sorted(books_calls(world)) == ["answer_all", "create", "parts", "seek"]


def test_what_is_there_already_is_found_in_one_call(world: World) -> None:
    world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    for sku in ("BOLT-8", "NUT-8"):
        world.books.have("Item", Sku=sku, Name=sku, **BOUGHT)
    world.store()

    world.push()

    assert books_calls(world) == ["seek", "create"]


def test_an_order_whose_vendor_and_items_are_linked_is_one_call(known: World) -> None:
    known.store(order_json(number="8"), OTHER)

    known.push(OTHER)

    assert (books_calls(known), known.books.calls) == (["create"], 1)


def test_a_change_of_a_linked_order_is_one_call(known: World) -> None:
    known.store(order_json(memo="Another word"))

    known.push()

    assert (books_calls(known), known.books.calls) == (["update"], 1)


def test_what_quickbooks_has_already_is_no_call(known: World) -> None:
    known.push(try_number=2)

    assert known.books.calls == 0


def test_an_order_with_one_new_product_looks_for_that_alone(known: World) -> None:
    known.store(order_json(lines=[line_json(), line_json(id="l9", sku="WASHER", name="Washer")]))

    known.push()

    assert books_calls(known) == ["seek", "create", "update"]
    assert known.names("Item") == ["Bolt M8", "Nut M8", "Washer"]


def test_nothing_is_asked_twice(known: World) -> None:
    for number in range(3):
        known.store(order_json(number=str(10 + number)), DocumentKey(TENANT, KIND, f"po-1{number}"))
        known.push(DocumentKey(TENANT, KIND, f"po-1{number}"))

    assert books_calls(known) == ["create"] * 3


def test_a_number_that_is_taken_leads_to_the_look_up(known: World) -> None:
    """The price of not looking before a first create, paid only by those whose number is taken."""
    known.books.have("PurchaseOrder", DocNumber="PO-8", VendorRef={"value": "999"}, Line=[])
    known.store(order_json(number="8"), OTHER)

    with pytest.raises(DuplicateDocument):
        known.push(OTHER)

    assert books_calls(known) == ["create", "find"]


def test_after_a_lost_answer_the_look_comes_first(known: World) -> None:
    known.store(order_json(number="8"), OTHER)
    known.script.lose_answer("books.create", QuickBooksUnavailable("No answer."))
    with pytest.raises(QuickBooksUnavailable):
        known.push(OTHER)
    known.script.calls.clear()

    pushed = known.push(OTHER, try_number=2)

    assert (pushed.how, books_calls(known)) == ("reattached", ["find", "update"])


def test_an_order_that_another_worker_made_after_our_look_is_found(world: World) -> None:
    world.store()

    def another_worker_makes_it_and_loses_the_answer() -> None:
        world.links.begin(LINK, "PurchaseOrder", "PO-7", Lease("another", NOW), NOW)
        vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
        note = f"Ledgerlink {KIND}/{KEY.document_id} 822b33ad"
        world.books.have("PurchaseOrder", DocNumber="PO-7", PrivateNote=note, VendorRef={"value": vendor["Id"]})

    world.script.next("after", "books.seek", another_worker_makes_it_and_loses_the_answer)

    pushed = world.push()

    assert pushed.how == How.REATTACHED
    assert (len(world.orders()), world.names("Vendor")) == (1, [canaries.SUPPLIER])


def test_an_item_that_another_order_made_after_our_look_is_taken(world: World) -> None:
    world.store()
    bolt = {**BOUGHT, "Sku": "BOLT-8", "Name": "Bolt M8"}
    world.script.next("after", "books.seek", lambda: world.books.have("Item", **bolt))

    world.push()

    assert world.names("Item") == ["Bolt M8", "Nut M8"]
