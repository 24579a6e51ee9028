"""A company that could not be described when it was connected is described before anything is sent to it."""

from typing import Any

import pytest

from ledgerlink.domain.connections import Connection
from ledgerlink.errors import QuickBooksUnavailable
from ledgerlink.usecases.connections.describe_company import described
from tests.unit.fakes import FakeConnections, FakeNewCompany, Port, Script
from tests.unit.orders import NOW, TENANT, connection, order_json
from tests.unit.world import World

EUROS = {"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": True}}


class Stack:
    """A connection, and the company that it leads to."""

    def __init__(self, **known: Any) -> None:
        self.script = Script()
        self.connections = FakeConnections()
        self.connection = connection(**known)
        self.connections.have(self.connection)

    def described(self) -> Connection:
        company = FakeNewCompany(preferences=EUROS)
        return described(self.connections, self.connection, lambda _: Port("company", company, self.script), NOW)


def test_a_company_that_was_never_described_is_described_and_that_is_kept() -> None:
    stack = Stack(company_name="", home_currency="")

    now = stack.described()

    assert (now.company_name, now.home_currency, now.multicurrency) == ("Acme Books", "USD", True)
    assert now.described_at == NOW
    assert stack.connections.of_tenant(TENANT) == [now]


def test_a_company_that_is_known_is_not_asked() -> None:
    stack = Stack()

    now = stack.described()

    assert now == stack.connection
    assert stack.script.calls == []


def test_while_quickbooks_cannot_say_nothing_is_guessed() -> None:
    stack = Stack(home_currency="")
    stack.script.fail("company.preferences", QuickBooksUnavailable("QuickBooks is not available."))

    with pytest.raises(QuickBooksUnavailable):
        stack.described()

    assert stack.connections.of_tenant(TENANT) == [stack.connection]


# At a push


def euro_order() -> dict[str, Any]:
    return order_json(currency="EUR", exchange_rate="1.10")


def test_a_vendor_gets_its_currency_although_the_company_was_not_described_when_it_was_connected() -> None:
    world = World(connected=connection(company_name="", home_currency=""))
    world.company = FakeNewCompany(preferences=EUROS)
    world.store(euro_order())

    world.push()

    (vendor,) = world.books.all("Vendor")
    assert vendor["CurrencyRef"] == {"value": "EUR"}
    assert world.connections.of_tenant(TENANT)[0].home_currency == "USD"


def test_a_push_to_a_company_that_cannot_be_described_creates_nothing_and_is_tried_again() -> None:
    world = World(connected=connection(company_name="", home_currency=""))
    world.company = FakeNewCompany(preferences=EUROS)
    world.store(euro_order())
    world.script.fail("company.company_info", QuickBooksUnavailable("QuickBooks is not available."))

    with pytest.raises(QuickBooksUnavailable):
        world.push()
    created = world.books.all("Vendor") + world.orders()
    world.push_until_done()

    assert created == []
    assert world.books.all("Vendor")[0]["CurrencyRef"] == {"value": "EUR"}
