"""Which account a role has: chosen, found, or created."""

from typing import Any

import pytest

from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import (
    AccountCreationFailed,
    DocumentRejected,
    DuplicateDocument,
    MissingConfiguration,
    OutOfSync,
    QuickBooksUnavailable,
)
from ledgerlink.usecases.references.account_mapping import AccountMapping
from tests.unit.fakes import FakeConnections
from tests.unit.fakes_settings import FakeCompany, account
from tests.unit.orders import CONNECTION_KEY, TENANT, connection

PAYABLE = account("33", "Accounts Payable", CurrencyRef={"value": "USD"})
COSTS = account("80", "Cost of Goods Sold")


class World:
    """A company, and what is known of its accounts."""

    def __init__(self, *chart: Any, settings: dict[str, Any] | None = None, **facts: Any) -> None:
        self.company = FakeCompany(Account=chart)
        self.store = FakeConnections()
        wanted = Settings.model_validate(settings or {})
        self.store.have(connection(**{"found_accounts": {}, "settings": wanted, **facts}))

    def accounts(self, *roles: Role, currency: str | None = None) -> dict[Role, str]:
        return self.mapping.accounts_for(roles, currency)

    @property
    def mapping(self) -> AccountMapping:
        """As a push builds it: with what is stored now."""
        (known,) = self.store.of_tenant(TENANT)
        return AccountMapping(self.company, self.store, self.company, known, lambda: "request-1")

    @property
    def found(self) -> Any:
        return self.store.stored[CONNECTION_KEY].connection.found_accounts


def test_a_role_has_the_account_of_its_type_and_keeps_it() -> None:
    world = World(PAYABLE, COSTS)

    found = world.accounts(Role.ACCOUNTS_PAYABLE, Role.FEES)

    assert found == {Role.ACCOUNTS_PAYABLE: "33", Role.FEES: "80"}
    assert world.found == {"accounts_payable": "33", "fees": "80"}


def test_what_was_found_before_needs_no_list() -> None:
    world = World(found_accounts={"fees": "80"})
    world.company.cached.clear()

    found = world.accounts(Role.FEES)

    assert found == {Role.FEES: "80"}
    assert world.company.read_afresh == 0


def test_the_tenants_choice_comes_first() -> None:
    world = World(COSTS, account("81", "Expense"), settings={"accounts": {"fees": "81"}}, found_accounts={"fees": "80"})

    assert world.accounts(Role.FEES) == {Role.FEES: "81"}


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        ([account("81", "Expense", Name="Freight", Active=False)], "account_inactive", "'Freight'"),
        ([], "account_missing", "id 81"),
    ],
)
def test_a_chosen_account_that_cannot_be_used_is_named_with_its_role(now: list[Any], code: str, words: str) -> None:
    world = World(*now, settings={"accounts": {"fees": "81"}})

    with pytest.raises(OutOfSync) as refusal:
        world.accounts(Role.FEES)

    assert refusal.value.code == code
    assert words in refusal.value.message
    assert "chosen for fees" in refusal.value.message


def test_an_account_that_was_made_active_again_is_seen_at_once() -> None:
    world = World(account("81", "Expense", Active=False), settings={"accounts": {"fees": "81"}})
    world.company.set("Account", account("81", "Expense"))

    assert world.accounts(Role.FEES) == {Role.FEES: "81"}


def test_a_missing_account_is_created_once() -> None:
    world = World()

    first, second = world.accounts(Role.SALES_INCOME), world.accounts(Role.SALES_INCOME)

    assert first == second == {Role.SALES_INCOME: "900"}
    assert [made["Name"] for made in world.company.created] == ["Sales of Product Income"]


def test_the_list_is_read_again_before_an_account_is_created() -> None:
    world = World()
    world.company.set("Account", COSTS)

    assert world.accounts(Role.COST_OF_GOODS_SOLD) == {Role.COST_OF_GOODS_SOLD: "80"}
    assert world.company.created == []


def test_nothing_is_created_where_that_is_switched_off() -> None:
    world = World(settings={"create_accounts": False})

    with pytest.raises(MissingConfiguration, match="sales income") as refusal:
        world.accounts(Role.SALES_INCOME)

    assert "Create accounts" in refusal.value.hint
    assert world.company.created == []


def test_a_refusal_of_quickbooks_is_told_with_a_way_out() -> None:
    world = World()
    world.company.refusal = DocumentRejected("The chart is full.", intuit_tid="1-abc")

    with pytest.raises(AccountCreationFailed) as refusal:
        world.accounts(Role.SALES_INCOME)

    assert "The chart is full." in refusal.value.message
    assert "Income" in refusal.value.hint
    assert refusal.value.intuit_tid == "1-abc"


def test_an_account_that_somebody_else_creates_at_this_moment_is_taken() -> None:
    world = World()
    created: list[Any] = []

    def create(entity: str, body: Any, request_id: str) -> Any:
        created.append(body)
        world.company.set(entity, {"Id": "77", **body})
        raise DuplicateDocument("The name is taken.")

    world.company.create = create  # type: ignore[method-assign]

    assert world.accounts(Role.SALES_INCOME) == {Role.SALES_INCOME: "77"}
    assert len(created) == 1


def test_an_outage_is_not_a_refusal() -> None:
    world = World()

    def create(entity: str, body: Any, request_id: str) -> Any:
        raise QuickBooksUnavailable("No answer.")

    world.company.create = create  # type: ignore[method-assign]

    with pytest.raises(QuickBooksUnavailable):
        world.accounts(Role.SALES_INCOME)


# Currencies

MANY: dict[str, Any] = {"multicurrency": True, "home_currency": "USD"}
EUROS = account("34", "Accounts Payable", CurrencyRef={"value": "EUR"})


def test_a_document_takes_the_payable_account_of_its_currency() -> None:
    world = World(PAYABLE, EUROS, **MANY)

    assert world.accounts(Role.ACCOUNTS_PAYABLE, currency="EUR") == {Role.ACCOUNTS_PAYABLE: "34"}
    assert world.accounts(Role.ACCOUNTS_PAYABLE) == {Role.ACCOUNTS_PAYABLE: "33"}
    assert world.found == {"accounts_payable_eur": "34", "accounts_payable_usd": "33"}


def test_without_a_payable_account_in_a_foreign_currency_it_is_left_to_quickbooks() -> None:
    world = World(PAYABLE, **MANY)

    assert world.accounts(Role.ACCOUNTS_PAYABLE, currency="EUR") == {}
    assert world.company.created == []


def test_a_chosen_payable_account_is_not_used_for_another_currency() -> None:
    world = World(PAYABLE, EUROS, settings={"accounts": {"accounts_payable": "33"}}, **MANY)

    assert world.accounts(Role.ACCOUNTS_PAYABLE, currency="EUR") == {Role.ACCOUNTS_PAYABLE: "34"}
    assert world.accounts(Role.ACCOUNTS_PAYABLE, currency="USD") == {Role.ACCOUNTS_PAYABLE: "33"}


def test_a_currency_means_nothing_where_the_company_keeps_one() -> None:
    world = World(account("33", "Accounts Payable"))

    assert world.accounts(Role.ACCOUNTS_PAYABLE, currency="USD") == {Role.ACCOUNTS_PAYABLE: "33"}


# What is gone


def test_an_account_that_is_gone_is_named_and_found_anew() -> None:
    world = World(COSTS, found_accounts={"fees": "80", "sales_income": "79"})
    world.company.set("Account", account("80", "Cost of Goods Sold", Name="COGS", Active=False))

    gone = world.mapping.what_is_gone({Role.FEES: "80", Role.SALES_INCOME: "79"})

    assert gone == [
        "the account 'COGS', used for fees, is inactive",
        "the account with the id 79, used for sales income, is gone",
    ]
    assert world.found == {}


def test_accounts_that_are_there_are_not_named() -> None:
    world = World(COSTS, found_accounts={"fees": "80"})

    assert world.mapping.what_is_gone({Role.FEES: "80"}) == []
    assert world.mapping.what_is_gone({}) == []
    assert world.found == {"fees": "80"}
