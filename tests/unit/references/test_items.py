"""Items are found by SKU, else by name, and the item of a SKU is created once."""

from typing import Any

import pytest

from ledgerlink.domain.settings import Settings
from ledgerlink.errors import AmbiguousDocument, DuplicateDocument, MissingConfiguration, OutOfSync, SyncError
from tests.unit.orders import connection, line_json
from tests.unit.references.documents import (
    BUYABLE,
    match_by_hand,
    only,
    outcomes,
    refused,
    resolve,
    resolver,
    supplier_json,
    wanted,
)
from tests.unit.world import World


@pytest.mark.parametrize("kind", ["Inventory", "NonInventory", "Service"])
def test_an_item_is_found_by_sku_whatever_its_name(kind: str) -> None:
    world = World()
    there = world.books.have("Item", **{**BUYABLE, "Name": "Screw", "Sku": "BOLT-8", "Type": kind})

    assert resolve(world, only()).items == {"sku:BOLT-8": there["Id"]}


@pytest.mark.parametrize("word", ["sku", "part_number", "name"])
def test_a_line_that_knows_no_id_is_not_taken_for_the_product_whose_id_is_the_same_text(word: str) -> None:
    world = World()
    other = world.books.have("Item", **{**BUYABLE, "Name": "Other", "Sku": "400"})
    match_by_hand(world, "products", "300", "Item", other["Id"])
    facts: dict[str, Any] = {"sku": None, "name": "Bolt", word: "300"}
    meant = world.books.have("Item", **{**BUYABLE, "Name": "300" if word == "name" else "Bolt"})

    refs = resolve(world, only(**facts))

    assert list(refs.items.values()) == [meant["Id"]]


def test_a_line_that_knows_the_id_takes_the_item_of_that_product() -> None:
    world = World()
    other = world.books.have("Item", **{**BUYABLE, "Name": "Other", "Sku": "400"})
    match_by_hand(world, "products", "300", "Item", other["Id"])

    assert resolve(world, only(product_id="300")).items == {"300": other["Id"]}


def test_an_item_without_sku_is_found_by_name() -> None:
    world = World()
    there = world.books.have("Item", Name="BOLT m8", **BUYABLE)

    assert resolve(world, only()).items == {"sku:BOLT-8": there["Id"]}


@pytest.mark.parametrize("there", [{**BUYABLE, "Sku": "X"}, {"Type": "Category"}], ids=["another SKU", "category"])
def test_something_else_of_the_same_name_is_left_alone(there: dict[str, Any]) -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", **there)

    resolve(world, only())

    assert world.names("Item") == ["Bolt M8", "Bolt M8 (BOLT-8)"]


def test_look_up_finds_two_items_of_one_sku_and_a_human_decides() -> None:
    world = World()
    for name in ("Bolt", "Bolt, zinc plated"):
        world.books.have("Item", Name=name, Sku="BOLT-8", **BUYABLE)

    error = refused(world, only())

    assert (type(error), error.code) == (AmbiguousDocument, "item_ambiguous")
    assert "by hand" in error.hint


def test_an_inactive_item_gives_way_to_the_active_one_of_the_same_sku() -> None:
    world = World()
    world.books.have("Item", Name="Bolt (deleted)", Sku="BOLT-8", Active=False, **BUYABLE)
    active = world.books.have("Item", Name="Bolt", Sku="BOLT-8", **BUYABLE)

    assert resolve(world, only()).items == {"sku:BOLT-8": active["Id"]}


def test_two_products_of_one_name_in_one_order_become_two_items() -> None:
    world = World()

    refs = resolve(world, wanted(lines=[line_json(), line_json(id="l2", sku="BOLT-9")]))

    assert {f"sku:{item['Sku']}": item["Id"] for item in world.books.all("Item")} == refs.items
    assert refs.items.keys() == {"sku:BOLT-8", "sku:BOLT-9"}


def test_one_product_on_two_lines_becomes_one_item() -> None:
    world = World()

    resolve(world, wanted(lines=[line_json(), line_json(id="l2", name="Bolt, again")]))

    assert world.names("Item") == ["Bolt M8"]


def test_an_item_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in ("Bolt M8", "Bolt M8 (BOLT-8)"):
        world.books.have("Item", Name=name, Sku="X", Type="Service")

    error = refused(world, only())

    assert (type(error), error.code) == (DuplicateDocument, "item_name_taken")


@pytest.mark.parametrize(
    ("there", "error", "code"),
    [
        ({"Type": "Inventory"}, MissingConfiguration, "item_without_expense_account"),
        ({**BUYABLE, "Active": False}, OutOfSync, "inactive_in_quickbooks"),
    ],
)
def test_an_item_that_cannot_be_ordered_says_why(there: dict[str, Any], error: type[SyncError], code: str) -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Sku="BOLT-8", **there)

    raised = refused(world, only())

    assert (type(raised), raised.code) == (error, code)


def test_where_items_are_not_created_the_product_says_how_to_match_it() -> None:
    company = connection(settings=Settings.model_validate({"kinds": {"products": {"create": False}}}))
    world = World(connected=company)

    error = refused(world, only(), company)

    assert (type(error), error.code, world.books.all("Item")) == (MissingConfiguration, "product_not_matched", [])
    world.books.have("Item", Name="Bolt M8", **BUYABLE)
    assert resolve(world, only(), company).items


def test_a_new_item_without_stock_says_so_once() -> None:
    world = World()
    what = only()

    first = resolver(world).resolve([what])
    second = resolver(world).resolve([what])

    assert len(first.notes_for(what)) == 1
    assert second.notes_for(what) == []


# one SKU, two workers


@pytest.mark.parametrize("call", ["links.find_many", "books.seek", "links.begin", "books.answer_all"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_two_workers_create_the_item_of_a_sku_once(when: str, call: str) -> None:
    """The other one comes at any moment; whoever is told to wait finds the item at the next try."""
    world = World()
    what = only(name=None)
    others = wanted(supplier=supplier_json(9), lines=[line_json(name="Bolt, another word", product_id="p-1")], costs=[])
    ends: list[str] = []

    def another_worker() -> None:
        resolution = resolver(world, worker="worker 2").resolve([others])
        ends.extend(outcomes(resolution, [others]))

    world.script.next(when, call, another_worker)
    resolution = resolver(world).resolve([what])
    ends.extend(outcomes(resolution, [what]))
    again = resolver(world).resolve([what, others])

    assert set(ends) <= {"resolved", "document_busy"}
    assert outcomes(again, [what, others]) == ["resolved", "resolved"]
    assert [item["Sku"] for item in world.books.all("Item")] == ["BOLT-8"]
