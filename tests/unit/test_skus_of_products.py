"""A product whose SKU changes never gets one that another item in QuickBooks has."""

import pytest

from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.errors import DuplicateDocument
from tests.unit.orders import REALM, TENANT
from tests.unit.preview_world import PreviewWorld

KEY = DocumentKey(TENANT, "products", "p-1")
ANOTHER = {"Name": "Hexagon bolt", "Sku": "BOLT-9", "Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}


def product(**changes: object) -> dict[str, object]:
    return {"name": "Bolt M8", "sku": "BOLT-8", **changes}


@pytest.fixture
def world() -> PreviewWorld:
    """The product is in QuickBooks."""
    world = PreviewWorld()
    world.store(product(), KEY)
    world.push(KEY)
    return world


def skus(world: PreviewWorld) -> list[str]:
    return [str(item["Sku"]) for item in world.books.all("Item")]


@pytest.mark.parametrize("active", [True, False])
def test_a_sku_that_another_item_has_is_refused_with_the_way_out(world: PreviewWorld, active: bool) -> None:
    world.books.have("Item", **ANOTHER, Active=active)
    world.store(product(sku="BOLT-9"), KEY)

    with pytest.raises(DuplicateDocument) as refusal:
        world.push(KEY)

    assert (refusal.value.code, skus(world)) == ("sku_taken", ["BOLT-8", "BOLT-9"])
    assert "BOLT-9" in refusal.value.message
    assert "Match the product with that item" in refusal.value.hint


def test_the_preview_says_so_as_well(world: PreviewWorld) -> None:
    world.books.have("Item", **ANOTHER)
    world.store(product(sku="BOLT-9"), KEY)

    preview = world.preview(key=KEY)

    assert [problem.code for problem in preview.problems] == ["sku_taken"]


def test_a_sku_that_nothing_has_is_written(world: PreviewWorld) -> None:
    world.store(product(sku="BOLT-9"), KEY)

    world.push(KEY)

    assert skus(world) == ["BOLT-9"]


def test_a_product_that_was_sent_without_a_sku_gets_none_that_another_item_has() -> None:
    world = PreviewWorld()
    world.store(product(sku=""), KEY)
    world.push(KEY)
    world.books.have("Item", **ANOTHER)
    world.store(product(sku="BOLT-9"), KEY)

    with pytest.raises(DuplicateDocument):
        world.push(KEY)


def test_an_item_that_was_matched_by_hand_gets_no_sku_that_another_one_has(world: PreviewWorld) -> None:
    world.books.have("Item", **ANOTHER)
    key = DocumentKey(TENANT, "products", "p-2")
    world.store(product(name="Hexagon bolt, zinc plated", sku="BOLT-9"), key)
    chosen = world.books.have("Item", **(ANOTHER | {"Name": "Bolt of old", "Sku": "B9"}))
    link = LinkKey(TENANT, REALM, "products", "p-2")
    world.links.links[link] = EntityLink(link, "Item", chosen["Id"], manual=True, sku="BOLT-9")

    with pytest.raises(DuplicateDocument):
        world.push(key)


def test_a_change_that_leaves_the_sku_as_it_is_costs_one_call(world: PreviewWorld) -> None:
    world.store(product(unit_price=2), KEY)
    before = world.books.calls

    world.push(KEY)

    assert world.books.calls - before == 1
