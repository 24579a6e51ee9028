"""What a tenant changes between two tries of a push, or during one: there is one entity, as it is wanted now."""

from typing import Any

import pytest

from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import DuplicateDocument, QuickBooksUnavailable
from tests import canaries
from tests.unit.orders import TENANT, connection, order_json
from tests.unit.world import World

SUPPLIER = DocumentKey(TENANT, "suppliers", "s-1")


def settings(kind: str = "purchase-orders", **choices: Any) -> Settings:
    return Settings.model_validate({"kinds": {kind: choices}})


def choose(world: World, chosen: Settings) -> None:
    """The tenant changes its settings."""
    world.connections.have(connection(settings=chosen))


# requests that Intuit may remember


def test_an_update_whose_answer_was_lost_is_not_taken_for_the_one_under_other_settings() -> None:
    """Intuit answers a repeated requestid with its first answer and does no work."""
    world = World(honours_request_ids=True)
    world.store()
    world.push()
    world.store(order_json(memo="Changed"))
    world.script.lose_answer("books.update")
    with pytest.raises(QuickBooksUnavailable):
        world.push()

    choose(world, settings(number_pattern="X-{number}"))
    world.push_until_done()

    assert [(order["DocNumber"], order["Memo"]) for order in world.orders()] == [("X-7", "Changed")]


def test_a_name_that_became_free_is_used_though_intuit_may_remember_that_another_one_was_refused() -> None:
    world = World(honours_request_ids=True)
    taken = [world.books.have("Customer", DisplayName=name) for name in (canaries.SUPPLIER, f"{canaries.SUPPLIER} (V)")]
    world.store({"name": canaries.SUPPLIER}, SUPPLIER)
    with pytest.raises(DuplicateDocument):
        world.push(SUPPLIER)

    for customer in taken:
        world.books.change("Customer", customer["Id"], DisplayName=f"Customer {customer['Id']}")
    world.push_until_done(SUPPLIER)

    assert world.names("Vendor") == [canaries.SUPPLIER]
