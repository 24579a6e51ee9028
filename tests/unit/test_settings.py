"""Settings: what they may hold, how they are changed, and what they lead to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.connections import ConnectionStatus, Features
from ledgerlink.domain.history import Actor, Change, changes_between
from ledgerlink.domain.merge_patch import merge
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import Conflict, ConnectionRevoked, DuplicateDocument, InvalidRequest, NotFound
from ledgerlink.usecases.settings.change_settings import change_settings
from ledgerlink.usecases.settings.read_settings import How, read_settings
from tests.unit.fakes import FakeConnections
from tests.unit.fakes_settings import FakeChoices, FakeCompany, account
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT, connection

ADA = Actor("host", "Ada")
CUSTOMER = {"Id": "5", "DisplayName": "Cash sales", "Active": True}


class World:
    """A tenant with a connection, its choices and its company."""

    def __init__(self, **facts: Any) -> None:
        self.connections = FakeConnections()
        self.connections.have(connection(**facts))
        self.choices = FakeChoices()
        self.company = FakeCompany(Account=[account("80", "Expense", Name="Freight")], Customer=[CUSTOMER])

    def patch(self, content: Any) -> Settings:
        changed = change_settings(
            self.connections,
            self.choices,
            lambda _: self.company,
            TENANT,
            REALM,
            content,
            ADA,
            NOW,
            lambda: "request-1",
        )
        return changed.settings

    def wrong(self, content: Any) -> set[str]:
        """The fields that are wrong."""
        with pytest.raises(InvalidRequest) as refusal:
            self.patch(content)
        assert self.choices.entries == []
        return {field["field"] for field in refusal.value.fields}


# What may be set


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"enabled": "yes"}, "enabled"),
        ({"enabled": 1}, "enabled"),
        ({"mode": "hourly"}, "mode"),
        ({"daily_at": 5}, "daily_at"),
        ({"daily_at": "24:00"}, "daily_at"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"kinds": {"purchase_orders": {}}}, "kinds.purchase_orders"),
        ({"kinds": {"bills": {"number_pattern": "B"}}}, "kinds.bills.number_pattern"),
        ({"kinds": {"bills": {"number_pattern": "A" * 21 + "{number}"}}}, "kinds.bills.number_pattern"),
        ({"kinds": {"products": {"quantity": -1}}}, "kinds.products.quantity"),
        ({"kinds": {"products": {"start_date": "2026-11-22"}}}, "kinds.products.start_date"),
        ({"accounts": {"rent": "1"}}, "accounts.rent"),
        ({"accounts": {"fees": "no id"}}, "accounts.fees"),
        ({"default_customer": {"quickbooks_id": 5}}, "default_customer.quickbooks_id"),
        ({"default_customer": {"email": "a@b.example"}}, "default_customer.name"),
        ({"default_customer": "Cash"}, "default_customer"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_wrong_value_is_named(content: dict[str, Any], field: str) -> None:
    assert World().wrong(content) == {field}


def test_stock_begins_by_the_tenants_own_today_at_the_latest() -> None:
    the_21st = {"kinds": {"products": {"start_date": "2026-11-21"}}}

    here = World().patch({"time_zone": "UTC", **the_21st})
    where_it_is_the_20th = World().wrong({"time_zone": "Etc/GMT+12", **the_21st})

    assert str(here.kinds.products.start_date) == "2026-11-21"
    assert where_it_is_the_20th == {"kinds.products.start_date"}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    wrong = World().wrong({"mode": "x", "accounts": {"fees": "999"}, "default_customer": {"quickbooks_id": "999"}})

    assert wrong == {"mode", "accounts.fees", "default_customer.quickbooks_id"}


@pytest.mark.parametrize("content", [None, [], "enabled", 3])
def test_what_is_no_object_is_refused(content: Any) -> None:
    assert World().wrong(content) == set()


# Changing


def test_what_a_patch_leaves_out_stays_and_null_restores_the_default() -> None:
    world = World()
    world.patch({"mode": "daily", "daily_at": "17:30"})

    settings = world.patch({"mode": None})

    assert (settings.mode, settings.daily_at.isoformat()) == ("realtime", "17:30:00")


def test_a_change_is_kept_with_who_made_it_and_what_it_was_before() -> None:
    world = World()

    world.patch({"kinds": {"bills": {"number_pattern": "B-{number}"}}})

    (entry,) = world.choices.entries
    assert (entry.by, entry.at) == (ADA, NOW)
    assert list(entry.changes) == [Change("kinds.bills.number_pattern", "{number}", "B-{number}")]


def test_a_patch_that_changes_nothing_leaves_no_trace() -> None:
    world = World()

    world.patch({"enabled": True})

    assert world.choices.entries == []


def test_a_change_of_somebody_else_at_the_same_moment_is_kept() -> None:
    world = World()
    other = Settings.model_validate({"time_zone": "Europe/Berlin"})

    def interfere() -> None:
        world.choices.before_writing = lambda: None
        world.choices.stored[CONNECTION_KEY] = (other, 1)

    world.choices.before_writing = interfere

    settings = world.patch({"mode": "daily"})

    assert (settings.mode, settings.time_zone) == ("daily", "Europe/Berlin")


def test_a_change_that_never_gets_its_turn_is_a_conflict() -> None:
    world = World()

    def interfere() -> None:
        settings, version = world.choices.settings(CONNECTION_KEY)
        world.choices.stored[CONNECTION_KEY] = (settings, version + 1)

    world.choices.before_writing = interfere

    with pytest.raises(Conflict):
        world.patch({"mode": "daily"})


def test_a_switch_works_without_a_connection() -> None:
    world = World(status=ConnectionStatus.NEEDS_RECONNECT)

    assert world.patch({"enabled": False}).enabled is False
    assert world.company.read_afresh == 0


def test_an_account_cannot_be_chosen_without_a_connection() -> None:
    world = World(status=ConnectionStatus.NEEDS_RECONNECT)

    with pytest.raises(ConnectionRevoked):
        world.patch({"accounts": {"fees": "80"}})


def test_an_unknown_connection_is_not_found() -> None:
    world = World()

    with pytest.raises(NotFound):
        change_settings(
            world.connections, world.choices, lambda _: world.company, TENANT, "1", {}, ADA, NOW, lambda: "r"
        )


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ([], "is no account"),
        ([account("80", "Expense", Name="Freight", Active=False)], "is inactive in QuickBooks: 'Freight'"),
        ([account("80", "Bank", Name="Till")], "'Till' cannot be used for fees: choose one of Cost of Goods Sold"),
    ],
)
def test_an_account_is_checked_as_quickbooks_has_it_now(now: list[Any], problem: str) -> None:
    world = World()
    world.company.set("Account", *now)

    with pytest.raises(InvalidRequest) as refusal:
        world.patch({"accounts": {"fees": "80"}})

    assert problem in refusal.value.fields[0]["problem"]


EXPENSE_FOR_GOODS = {"accounts": {"cost_of_goods_sold": "80"}}
WITH_STOCK = Features(has_inventory=True)


def test_an_expense_account_is_not_chosen_for_items_with_stock() -> None:
    assert World(features=WITH_STOCK).wrong(EXPENSE_FOR_GOODS) == {"accounts.cost_of_goods_sold"}


@pytest.mark.parametrize(
    ("features", "more"), [(Features(), {}), (WITH_STOCK, {"kinds": {"products": {"type": "NonInventory"}}})]
)
def test_an_expense_account_is_chosen_for_items_without_stock(features: Features, more: dict[str, Any]) -> None:
    changed = World(features=features).patch(EXPENSE_FOR_GOODS | more)

    assert changed.accounts == {Role.COST_OF_GOODS_SOLD: "80"}


def test_items_get_no_stock_while_an_account_is_chosen_that_they_cannot_have() -> None:
    world = World(features=WITH_STOCK)
    before = world.patch(EXPENSE_FOR_GOODS | {"kinds": {"products": {"type": "NonInventory"}}})

    with pytest.raises(InvalidRequest) as refusal:
        world.patch({"kinds": {"products": {"type": None}}})

    assert [field["field"] for field in refusal.value.fields] == ["accounts.cost_of_goods_sold"]
    assert world.choices.settings(CONNECTION_KEY)[0] == before


# The default customer


def test_a_customer_is_chosen_by_its_id_and_known_by_its_name() -> None:
    customer = World().patch({"default_customer": {"quickbooks_id": "5"}}).default_customer

    assert customer is not None
    assert (customer.quickbooks_id, customer.name) == ("5", "Cash sales")


def test_a_described_customer_is_found_by_its_name() -> None:
    world = World()

    customer = world.patch({"default_customer": {"name": "cash SALES"}}).default_customer

    assert customer is not None
    assert customer.quickbooks_id == "5"
    assert world.company.created == []


@pytest.mark.parametrize("named", [{"quickbooks_id": "5"}, {"name": "Cash sales"}, {"name": "Walk-in"}])
def test_a_customer_is_looked_up_and_no_list_is_read(named: dict[str, str]) -> None:
    world = World()
    world.company.cached.clear()

    world.patch({"default_customer": named})

    assert world.company.read_afresh == 0


def test_a_customer_that_is_not_there_is_refused() -> None:
    assert World().wrong({"default_customer": {"quickbooks_id": "6"}}) == {"default_customer.quickbooks_id"}


def test_a_described_customer_that_is_not_there_is_created() -> None:
    world = World()

    customer = world.patch({"default_customer": {"name": "Walk-in", "email": "a@b.example"}}).default_customer

    (made,) = world.company.created
    assert customer is not None
    assert customer.quickbooks_id == made["Id"]
    assert (made["DisplayName"], made["PrimaryEmailAddr"]) == ("Walk-in", {"Address": "a@b.example"})


def test_a_described_customer_is_found_again_by_the_name_that_quickbooks_took() -> None:
    world = World()
    described = {"default_customer": {"name": "Shop:  Till 1"}}
    first = world.patch(described).default_customer

    second = world.patch(described).default_customer

    (made,) = world.company.created
    assert made["DisplayName"] == "Shop- Till 1"
    assert first == second


def test_no_customer_is_created_while_anything_else_is_wrong() -> None:
    world = World()

    world.wrong({"mode": "hourly", "default_customer": {"name": "Walk-in"}})

    assert world.company.created == []


def test_a_customer_whose_name_is_taken_is_refused_by_name() -> None:
    world = World()
    world.company.refusal = DuplicateDocument("A vendor has this name.")

    with pytest.raises(InvalidRequest, match="inactive customer's name in QuickBooks; choose another name") as refusal:
        world.patch({"default_customer": {"name": "Walk-in"}})

    assert [field["field"] for field in refusal.value.fields] == ["default_customer.name"]


def test_an_inactive_customer_is_refused() -> None:
    world = World()
    world.company.set("Customer", {**CUSTOMER, "Active": False})

    assert world.wrong({"default_customer": {"name": "Cash sales"}}) == {"default_customer.name"}
    assert world.wrong({"default_customer": {"quickbooks_id": "5"}}) == {"default_customer.quickbooks_id"}


def test_another_customer_replaces_the_one_before() -> None:
    world = World()
    world.patch({"default_customer": {"quickbooks_id": "5"}})

    assert world.patch({"default_customer": None}).default_customer is None


# What they lead to


def read(world: World) -> dict[Role, Any]:
    found = read_settings(world.connections, lambda _: world.company, TENANT, REALM)
    return {account.role: account for account in found.accounts}


def test_the_account_of_each_role_is_shown_and_how_it_comes() -> None:
    world = World(found_accounts={}, settings=Settings.model_validate({"accounts": {"fees": "80"}}))

    accounts = read(world)

    assert (accounts[Role.FEES].how, accounts[Role.FEES].name) == (How.CHOSEN, "Freight")
    assert accounts[Role.COST_OF_GOODS_SOLD].how is How.TO_BE_CREATED
    assert (accounts[Role.SALES_INCOME].how, accounts[Role.SALES_INCOME].name) == (
        How.TO_BE_CREATED,
        "Sales of Product Income",
    )


def test_what_is_missing_is_said_in_words() -> None:
    settings = Settings.model_validate({"create_accounts": False, "accounts": {"fees": "999"}})
    world = World(found_accounts={}, settings=settings)

    found = read_settings(world.connections, lambda _: world.company, TENANT, REALM)

    assert any("999" in sentence and "fees" in sentence for sentence in found.missing)
    assert any("sales income" in sentence for sentence in found.missing)


def test_settings_are_shown_even_if_quickbooks_cannot_be_asked() -> None:
    world = World(status=ConnectionStatus.NEEDS_RECONNECT, found_accounts={"fees": "80"})

    found = read_settings(world.connections, lambda _: world.company, TENANT, REALM)

    by_role = {account.role: account for account in found.accounts}
    assert found.chart_read_at is None
    (why,) = found.missing
    assert "no longer lets us in" in why
    assert "connect QuickBooks again" in why
    assert (by_role[Role.FEES].how, by_role[Role.FEES].account_id) == (How.AUTOMATIC, "80")
    assert by_role[Role.DEPOSIT_TO].how is How.UNKNOWN


# Merge patch and history

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": "b"}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_its_standard_says(target: Any, patch: Any, merged: Any) -> None:
    """RFC 7396, appendix A."""
    assert merge(target, patch) == merged


@given(JSON, JSON)
def test_merging_the_same_patch_twice_changes_nothing_more(target: Any, patch: Any) -> None:
    once = merge(target, patch)

    assert merge(once, patch) == once


def test_each_value_that_differs_is_a_change_of_its_own() -> None:
    changes = changes_between({"a": {"b": 1, "c": 2}, "l": [1]}, {"a": {"b": 1, "c": 3}, "l": [1, 2], "n": "x"})

    assert changes == [Change("a.c", 2, 3), Change("l", [1], [1, 2]), Change("n", None, "x")]
