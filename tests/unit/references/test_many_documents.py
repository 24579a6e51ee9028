"""What many documents name is resolved together, and what cannot be had fails its own documents alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from ledgerlink.domain.references import Wanted
from ledgerlink.errors import InvalidRequest, RateLimited
from tests.unit.orders import line_json
from tests.unit.references.documents import BUYABLE, books_calls, outcomes, resolve, resolver, supplier_json, wanted
from tests.unit.world import World


def three_orders(**second: Any) -> list[Wanted]:
    return [
        wanted(number="1", supplier=supplier_json(1)),
        wanted(**{"number": "2", "supplier": supplier_json(2), **second}),
        wanted(number="3", supplier=supplier_json(3)),
    ]


def test_what_many_documents_name_is_looked_for_in_one_call_and_created_in_another() -> None:
    world = World()
    orders = three_orders()

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved"] * 3
    assert books_calls(world) == ["books.seek", "books.answer_all"]
    assert (world.names("Vendor"), world.names("Item")) == (
        ["Supplier 1", "Supplier 2", "Supplier 3"],
        ["Bolt M8", "Nut M8"],
    )


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"lines": [line_json(expense_account="9999")]}, "account_missing"),
        ({"terms": "Whenever"}, "term_missing"),
        ({"supplier": supplier_json(2, "Closed Ltd")}, "inactive_in_quickbooks"),
        ({"supplier": supplier_json(2, "Taken Ltd")}, "vendor_name_taken"),
        ({"lines": [line_json(sku="OLD", name="Old")]}, "inactive_in_quickbooks"),
    ],
)
def test_one_bad_reference_fails_its_documents_only(second: Mapping[str, Any], code: str) -> None:
    world = World()
    world.books.have("Vendor", DisplayName="Closed Ltd", Active=False)
    for name in ("Taken Ltd", "Taken Ltd (V)"):
        world.books.have("Customer", DisplayName=name)
    world.books.have("Item", Name="Old", Sku="OLD", Active=False, **BUYABLE)
    orders = three_orders(**second)

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", code, "resolved"]


def test_a_name_that_the_query_language_cannot_express_fails_its_documents_only() -> None:
    world = World()
    orders = three_orders(lines=[line_json(sku="B\x85LT", name="Odd")])
    seek = world.books.seek

    def strict(questions: Any) -> Any:
        if any("\x85" in value for question in questions for value in question.values):
            raise InvalidRequest("A name has a character that QuickBooks cannot look up.", code="unsearchable_text")
        return seek(questions)

    world.books.seek = strict  # type: ignore[method-assign]

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", "unsearchable_text", "resolved"]
    assert world.names("Item") == ["Bolt M8", "Nut M8"]


def test_a_look_up_that_fails_fails_all_that_need_it_and_creates_nothing() -> None:
    world = World()
    known = wanted(number="0", supplier=supplier_json(0))
    resolve(world, known)
    before = (world.names("Vendor"), world.names("Item"))
    orders = [known, *three_orders()]
    world.script.fail("books.seek", RateLimited("429."))

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", *["quickbooks_rate_limit"] * 3]
    assert (world.names("Vendor"), world.names("Item")) == before
