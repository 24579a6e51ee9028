"""Orders that are copied to bills, beside the bills of the host."""

from typing import Any

import pytest

from ledgerlink.domain.copy_to_bill import copy_id
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.settings import Settings
from tests.unit.orders import KIND, TENANT, connection, line_json, order_json
from tests.unit.preview_world import PreviewWorld
from tests.unit.world import World

ORDER = DocumentKey(TENANT, KIND, "17")
COPY = DocumentKey(TENANT, "bills", "copy-of-17")
OF_THE_HOST = DocumentKey(TENANT, "bills", "17")


@pytest.fixture
def world() -> World:
    kinds = {"purchase-orders": {"copy_to_bill_when": ["delivered"]}}
    return World(connected=connection(settings=Settings.model_validate({"kinds": kinds})))


def rent() -> dict[str, Any]:
    """A bill that has nothing to do with the order."""
    return {"number": "RENT-1", "supplier": {"id": "s-9", "name": "Landlord"}, "lines": [line_json()]}


def deliver(world: World) -> None:
    world.store(order_json(status="delivered"), ORDER)
    world.push(ORDER)
    world.push(COPY)


def bills(world: World) -> list[str]:
    return sorted(bill["DocNumber"] for bill in world.books.all("Bill"))


def test_a_bill_of_the_host_with_the_orders_id_does_not_keep_the_order_from_being_copied(world: World) -> None:
    world.store(rent(), OF_THE_HOST)
    world.push(OF_THE_HOST)

    deliver(world)

    assert bills(world) == ["7", "RENT-1"]


def test_a_bill_of_the_host_with_the_orders_id_leaves_the_copy_as_it_is(world: World) -> None:
    deliver(world)

    world.store(rent(), OF_THE_HOST)
    world.push(OF_THE_HOST)

    assert bills(world) == ["7", "RENT-1"]


def test_an_order_that_changes_after_its_copy_was_made_is_not_copied_again(world: World) -> None:
    deliver(world)
    copy = world.document(COPY)

    world.store(order_json(status="delivered", memo="Second thoughts"), ORDER)
    world.push(ORDER)

    assert world.document(COPY) == copy
    assert bills(world) == ["7"]


@pytest.mark.parametrize("length", [1, 56, 57, 64])
def test_the_id_of_a_copy_is_an_id_and_another_one_for_each_order(length: int) -> None:
    ids = [copy_id("x" * (length - 1) + last) for last in "ab"]

    check_ids({str(place): one for place, one in enumerate(ids)})
    assert len(set(ids)) == 2


@pytest.fixture
def looking() -> PreviewWorld:
    kinds = {"purchase-orders": {"copy_to_bill_when": ["delivered"]}}
    return PreviewWorld(connected=connection(settings=Settings.model_validate({"kinds": kinds})))


def test_the_preview_of_a_copy_says_that_the_order_is_billed_already(looking: PreviewWorld) -> None:
    looking.store(order_json(status="delivered"), ORDER)
    looking.push(ORDER)
    unbilled = looking.preview(key=COPY)

    looking.orders()[0]["LinkedTxn"] = [{"TxnId": "900", "TxnType": "Bill"}]

    assert unbilled.problems == []
    assert [problem.code for problem in looking.preview(key=COPY).problems] == ["order_billed"]
