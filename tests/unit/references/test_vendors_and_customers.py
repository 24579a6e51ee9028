"""Vendors and customers are found by their names, and created under names that nobody else has."""

from typing import Any

import pytest

from ledgerlink.errors import DuplicateDocument, OutOfSync
from tests import canaries
from tests.unit.orders import connection
from tests.unit.references.documents import CUSTOMER, only, refused, resolve, wanted
from tests.unit.world import World


@pytest.mark.parametrize("name", [canaries.SUPPLIER, canaries.SUPPLIER.upper(), f"{canaries.SUPPLIER} (V)"])
def test_a_vendor_is_found_by_name_without_regard_to_case_and_with_our_suffix(name: str) -> None:
    world = World()
    there = world.books.have("Vendor", DisplayName=name)

    refs = resolve(world, wanted())

    assert (refs.vendors, len(world.books.all("Vendor"))) == ({"s-1": there["Id"]}, 1)


@pytest.mark.parametrize("kind", ["Customer", "Employee"])
def test_a_supplier_named_like_a_customer_gets_a_suffix(kind: str) -> None:
    world = World()
    world.books.have(kind, DisplayName=canaries.SUPPLIER)

    resolve(world, wanted())

    assert world.names("Vendor") == [f"{canaries.SUPPLIER} (V)"]


def test_a_customer_named_like_a_vendor_gets_a_suffix() -> None:
    world = World()
    world.books.have("Vendor", DisplayName="Mrs Finch")

    resolve(world, only(customer=CUSTOMER))

    assert world.names("Customer") == ["Mrs Finch (C)"]


@pytest.mark.parametrize(("several", "currency"), [(True, {"value": "EUR"}), (False, None)])
def test_a_new_vendor_has_the_orders_currency_where_the_company_keeps_several(several: bool, currency: Any) -> None:
    company = connection(multicurrency=several, home_currency="USD" if several else "EUR")
    world = World(connected=company)

    resolve(world, wanted(company, currency="EUR"), company)

    assert world.books.all("Vendor")[0].get("CurrencyRef") == currency


@pytest.mark.parametrize("call", ["books.create", "books.answer_all"])
def test_a_vendor_that_another_order_creates_at_this_moment_is_used(call: str) -> None:
    world = World()
    world.script.next("before", call, lambda: world.books.have("Vendor", DisplayName=canaries.SUPPLIER))
    freight = [{"name": "Freight", "amount": 1}]

    resolve(world, wanted(lines=[], costs=freight) if call == "books.create" else wanted())

    assert world.names("Vendor") == [canaries.SUPPLIER]


def test_a_vendor_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in (canaries.SUPPLIER, f"{canaries.SUPPLIER} (V)"):
        world.books.have("Customer", DisplayName=name)

    error = refused(world, wanted())

    assert (type(error), error.code) == (DuplicateDocument, "vendor_name_taken")
    assert "match it by hand" in error.hint


def test_an_inactive_vendor_is_not_replaced_behind_the_bookkeepers_back() -> None:
    world = World()
    world.books.have("Vendor", DisplayName=canaries.SUPPLIER, Active=False)

    error = refused(world, wanted())

    assert (type(error), error.code) == (OutOfSync, "inactive_in_quickbooks")
    assert len(world.books.all("Vendor")) == 1


def test_a_vendor_that_quickbooks_renamed_when_it_became_inactive_is_not_replaced_either() -> None:
    world = World()
    world.books.have("Vendor", DisplayName=f"{canaries.SUPPLIER} (deleted)", Active=False)

    error = refused(world, wanted())

    assert (type(error), error.code) == (OutOfSync, "inactive_in_quickbooks")
    assert "(deleted)" in error.message
    assert len(world.books.all("Vendor")) == 1
