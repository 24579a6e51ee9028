"""The accounts that documents need by their role are chosen once."""

import pytest

from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.errors import MissingConfiguration
from tests.unit.orders import ACCOUNTS, CONNECTION_KEY, connection
from tests.unit.references.documents import context, refused, resolve, resolver, wanted
from tests.unit.world import World


def test_the_accounts_of_a_company_are_chosen_once() -> None:
    fresh = connection(found_accounts={})
    world = World(connected=fresh)

    refs = resolve(world, wanted(), fresh)

    assert refs.roles == {Role.ACCOUNTS_PAYABLE: "33", Role.FEES: "80"}
    kept = world.connections.stored[CONNECTION_KEY].connection.found_accounts
    assert {role: kept[role] for role in ("accounts_payable", "fees", "cost_of_goods_sold")} == {
        role: ACCOUNTS[role] for role in ("accounts_payable", "fees", "cost_of_goods_sold")
    }


def test_an_account_that_may_not_be_created_fails_the_documents_that_need_it_only() -> None:
    company = connection(found_accounts={}, settings=Settings(create_accounts=False))
    world = World(connected=company)
    world.books.remove("Account", "33")
    order, product = wanted(company), translate(parse_content("products", {"name": "Nut"}), context(company)).wanted()

    resolution = resolver(world, company).resolve([order, product])

    with pytest.raises(MissingConfiguration) as error:
        resolution.references(order)
    assert error.value.code == "account_not_chosen"
    assert resolution.references(product).roles[Role.SALES_INCOME] == "79"


def test_without_an_account_for_new_items_nothing_is_created_of_them() -> None:
    company = connection(found_accounts={}, settings=Settings(create_accounts=False))
    world = World(connected=company)
    world.books.remove("Account", "79")

    error = refused(world, wanted(company), company)

    assert (error.code, world.books.all("Item")) == ("account_not_chosen", [])
