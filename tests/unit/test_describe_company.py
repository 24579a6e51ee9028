"""A company that could not be described when it was connected is described before anything is sent to it."""

from typing import Any

import pytest

from ledgerlink.domain.connections import Connection
from ledgerlink.errors import QuickBooksUnavailable
from ledgerlink.usecases.describe_company import described
from tests.unit.fakes import FakeConnections, FakeNewCompany, Port, Script
from tests.unit.orders import TENANT, connection

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
        return described(self.connections, self.connection, lambda _: Port("company", company, self.script))


def test_a_company_that_was_never_described_is_described_and_that_is_kept() -> None:
    stack = Stack(company_name="", home_currency="")

    now = stack.described()

    assert (now.company_name, now.home_currency, now.multicurrency) == ("Acme Books", "USD", True)
    assert now.accounts is not None
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
