"""Accounts, classes, terms and tax codes are found in the company's lists, and what drifted away is named."""

from datetime import timedelta

import pytest

from ledgerlink.errors import OutOfSync, RateLimited
from tests.unit.references.documents import BRITISH, books_calls, linked, only, refused, resolve
from tests.unit.world import World


def test_the_us_pseudo_codes_are_no_entries_of_a_list() -> None:
    world = World()
    what = only(tax_code="TAX")

    assert resolve(world, what).tax_codes == {"TAX": "TAX"}
    assert "books.parts" not in books_calls(world)


def test_an_account_code_that_quickbooks_lacks_is_named_after_the_list_was_read_anew() -> None:
    world = World()

    error = refused(world, only(expense_account="9999"))

    assert (type(error), error.code, "'9999'" in error.message) == (OutOfSync, "account_missing", True)
    assert books_calls(world).count("books.parts") == 2


def test_an_account_that_was_put_right_since_the_list_was_read_is_found() -> None:
    world = World()
    resolve(world, only(expense_account="5000"))
    world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")

    assert resolve(world, only(expense_account="6100")).accounts


@pytest.mark.parametrize("change", ["gone", "inactive"])
def test_drift_is_found_before_the_push_without_a_write(change: str) -> None:
    """What a list is known to lack is named, and nothing is sent to QuickBooks."""
    world = World(connected=BRITISH)
    north = world.books.have("Class", Name="North", FullyQualifiedName="North")
    what = only(BRITISH, **{"class": "North"})
    resolve(world, what, BRITISH)
    if change == "gone":
        world.books.remove("Class", north["Id"])
    else:
        north["Active"] = False
    world.clock.time += timedelta(hours=4)
    world.script.calls.clear()

    error = refused(world, what, BRITISH)

    assert error.code == ("class_missing" if change == "gone" else "class_inactive")
    assert set(books_calls(world)) == {"books.parts"}


def test_an_entry_that_was_replaced_by_another_of_the_same_name_is_found_at_the_next_try() -> None:
    world = World()
    there = world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")
    what = only(expense_account="6100")
    resolve(world, what)
    world.books.remove("Account", there["Id"])
    heir = world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")
    world.clock.time += timedelta(hours=4)

    named = refused(world, what)

    assert named.code == "account_missing"
    assert resolve(world, what).accounts == {"6100": heir["Id"]}


def test_a_list_that_cannot_be_read_is_no_drift() -> None:
    world = World()
    what = only(expense_account="5000")
    resolve(world, what)
    before = linked(world)
    world.clock.time += timedelta(hours=4)
    world.script.fail("books.parts", RateLimited("429."))

    error = refused(world, what)

    assert isinstance(error, RateLimited)
    assert linked(world) == before
