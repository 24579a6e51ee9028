"""A push asks for all that it does not know in one call, and never believes what may have changed since."""

import pytest

from ledgerlink.domain.links import Lease, LinkKey
from ledgerlink.domain.purchase_order_body import marker
from ledgerlink.usecases.write_once import How
from tests.unit.orders import KEY, KIND, NOW, REALM, TENANT, line_json, order_json
from tests.unit.world import World

LINK = LinkKey(TENANT, REALM, KIND, KEY.document_id)


@pytest.fixture
def world() -> World:
    return World()


def books_calls(world: World) -> list[str]:
    return [call.removeprefix("books.") for call in world.script.calls if call.startswith("books.")]


def test_the_first_push_of_all_costs_one_call_and_its_creations(world: World):
    world.store()

    world.push()

    creations = ["create"] * 4  # a vendor, two items, the order
    assert world.books.calls == 1 + len(creations)


def test_what_is_there_already_is_found_in_the_same_call(world: World):
    world.books.have("Vendor", DisplayName="Canary Feather Supplies")
    for sku in ("BOLT-8", "NUT-8"):
        world.books.have("Item", Sku=sku, Name=sku, Type="NonInventory", ExpenseAccountRef={"value": "80"})
    world.store()

    world.push()

    assert world.books.calls == 2
    assert books_calls(world)[0] == "look_ahead"


def test_an_order_of_known_things_looks_for_its_number_alone(world: World):
    world.store()
    world.push()
    world.script.calls.clear()
    other = KEY.__class__(TENANT, KIND, "po-8")
    world.store(order_json(number="8"), other)

    world.push(other)

    assert books_calls(world) == ["find_by_doc_number", "create"]


def test_a_linked_order_costs_one_call(world: World):
    world.store()
    world.push()
    world.books.calls = 0
    world.store(order_json(memo="Another word"))

    world.push()

    assert world.books.calls == 1


def test_an_order_with_one_new_product_looks_for_that_alone(world: World):
    world.store()
    world.push()
    world.script.calls.clear()
    world.store(order_json(lines=[line_json(), line_json(id="l9", sku="WASHER", name="Washer")]))

    world.push()

    assert books_calls(world)[0] == "look_ahead"
    assert world.names("Item") == ["Bolt M8", "Nut M8", "Washer"]


def test_an_order_that_another_worker_made_after_our_look_is_found(world: World):
    world.store()

    def another_worker_makes_it_and_loses_the_answer() -> None:
        world.links.begin(LINK, "PurchaseOrder", "PO-7", Lease("another", NOW), NOW)
        vendor = world.books.have("Vendor", DisplayName="Canary Feather Supplies")
        world.books.have(
            "PurchaseOrder",
            DocNumber="PO-7",
            PrivateNote=marker(KEY.document_id),
            VendorRef={"value": vendor["Id"]},
        )

    world.script.next("after", "books.look_ahead", another_worker_makes_it_and_loses_the_answer)

    pushed = world.push()

    assert pushed.how == How.REATTACHED
    assert len(world.orders()) == 1


def test_a_vendor_that_another_order_made_after_our_look_is_taken(world: World):
    world.store()
    world.script.next(
        "after", "books.look_ahead", lambda: world.books.have("Vendor", DisplayName="Canary Feather Supplies")
    )

    world.push()

    assert world.names("Vendor") == ["Canary Feather Supplies"]


def test_an_item_that_another_order_made_after_our_look_is_taken(world: World):
    world.store()
    bolt = {"Sku": "BOLT-8", "Name": "Bolt M8", "Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}
    world.script.next("after", "books.look_ahead", lambda: world.books.have("Item", **bolt))

    world.push()

    assert world.names("Item") == ["Bolt M8", "Nut M8"]
