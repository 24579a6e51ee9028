"""Names as QuickBooks takes them, and the choice of accounts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.accounts import choose_account, fits, fitting_types, new_account
from ledgerlink.domain.company_lists import find_entry
from ledgerlink.domain.connections import ConnectionStatus, choose_connection
from ledgerlink.domain.names import clean_name, same_name, with_suffix
from ledgerlink.domain.roles import Role
from ledgerlink.errors import ConnectionRevoked, MissingConfiguration, NotConnected, OutOfSync
from tests.unit.orders import connection


def account(account_id: str, account_type: str, **more: Any) -> dict[str, Any]:
    return {"Id": account_id, "AccountType": account_type, "Active": True, **more}


CHART = [
    account("9", "Income", Name="Services", AccountSubType="ServiceFeeIncome"),
    account("12", "Income", Name="Sales", AccountSubType="SalesOfProductIncome"),
    account("33", "Accounts Payable", Name="A/P"),
    account("7", "Expense", Name="Rent", AcctNum="6100", FullyQualifiedName="Office:Rent"),
    account("8", "Expense", Name="Rent", AcctNum="6200", FullyQualifiedName="Shop:Rent"),
    account("80", "Cost of Goods Sold", Name="COGS"),
    account("81", "Expense", Name="Old", Active=False),
]


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("A: B", "A- B"), ("two\nlines\tand  tabs ", "two lines and tabs"), ("🚚", "🚚"), ('"Q" & Söhne', '"Q" & Söhne')],
)
def test_only_colons_and_white_space_change(name: str, cleaned: str) -> None:
    assert clean_name(name, 100) == cleaned


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_clean_name_fits_and_stays_as_it_is_when_cleaned_again(name: str, maximum: int) -> None:
    cleaned = clean_name(name, maximum)

    assert len(cleaned) <= maximum
    assert not set(cleaned) & set(":\t\n")
    assert clean_name(cleaned, maximum) == cleaned


@given(st.text(min_size=1, max_size=600))
def test_a_suffix_survives_the_cut(name: str) -> None:
    suffixed = with_suffix(name, " (V)", 500)

    assert len(suffixed) <= 500
    assert suffixed.endswith(" (V)")


def test_names_are_compared_without_regard_to_case() -> None:
    assert same_name("STRASSE ", "Straße")
    assert not same_name("Amy", "Any")


def chosen(role: Role, chart: list[dict[str, Any]], currency: str | None = None) -> str | None:
    account = choose_account(role, chart, currency)
    return str(account["Id"]) if account else None


@pytest.mark.parametrize(
    ("role", "account_id"),
    [
        (Role.ACCOUNTS_PAYABLE, "33"),
        (Role.COST_OF_GOODS_SOLD, "80"),
        (Role.SALES_INCOME, "12"),
        (Role.ADJUSTMENTS, "80"),
        (Role.FEES, "80"),
        (Role.INVENTORY_PURCHASES, None),
        (Role.ACCOUNTS_RECEIVABLE, None),
        (Role.DEPOSIT_TO, None),
    ],
)
def test_the_account_that_a_bookkeeper_would_take_is_chosen(role: Role, account_id: str | None) -> None:
    assert chosen(role, CHART) == account_id


@pytest.mark.parametrize(
    ("role", "better"),
    [
        (Role.COST_OF_GOODS_SOLD, account("90", "Cost of Goods Sold", AccountSubType="SuppliesMaterialsCogs")),
        (Role.ADJUSTMENTS, account("90", "Expense", Name="Inventory shrinkage")),
        (Role.FEES, account("90", "Expense", AccountSubType="ShippingFreightDelivery")),
        (Role.FEES, account("90", "Cost of Goods Sold", Name="Inbound freight")),
        (Role.DEPOSIT_TO, account("90", "Other Current Asset", AccountSubType="UndepositedFunds")),
        (Role.INVENTORY_PURCHASES, account("90", "Other Current Asset", AccountSubType="Inventory")),
    ],
)
def test_the_account_that_is_made_for_a_role_is_preferred(role: Role, better: dict[str, Any]) -> None:
    assert chosen(role, [account("1", "Bank"), *CHART, better]) == "90"


def test_without_undeposited_funds_money_goes_to_a_bank() -> None:
    assert chosen(Role.DEPOSIT_TO, [*CHART, account("1", "Bank")]) == "1"


def test_an_expense_account_is_taken_for_fees_and_never_for_the_cost_of_goods() -> None:
    chart = [a for a in CHART if a["Id"] != "80"]

    assert (chosen(Role.FEES, chart), chosen(Role.COST_OF_GOODS_SOLD, chart)) == ("7", None)


def test_an_account_for_shrinkage_is_taken_for_nothing_else() -> None:
    chart = [account("5", "Cost of Goods Sold", Name="Shrinkage")]

    assert chosen(Role.COST_OF_GOODS_SOLD, chart) is None


def test_an_inactive_account_is_not_chosen() -> None:
    assert chosen(Role.SALES_INCOME, [account("1", "Income", Active=False)]) is None


def test_payable_accounts_are_chosen_by_currency() -> None:
    chart = [
        account("33", "Accounts Payable", CurrencyRef={"value": "USD"}),
        account("34", "Accounts Payable", CurrencyRef={"value": "EUR"}),
    ]

    found = [chosen(Role.ACCOUNTS_PAYABLE, chart, currency) for currency in ("EUR", "USD", "GBP", None)]

    assert found == ["34", "33", None, "33"]


@pytest.mark.parametrize("role", Role)
def test_what_would_be_created_for_a_role_is_chosen_for_it_and_fits(role: Role) -> None:
    created = {"Id": "1", **new_account(role)}

    assert choose_account(role, [created]) == created
    assert fits(role, created)


def test_an_inventory_asset_account_has_the_detail_type_inventory() -> None:
    assert not fits(Role.INVENTORY_PURCHASES, account("1", "Other Current Asset", AccountSubType="PrepaidExpenses"))
    assert fitting_types(Role.COST_OF_GOODS_SOLD) == "Cost of Goods Sold, Expense or Other Expense"


@pytest.mark.parametrize(
    ("role", "other", "only"),
    [
        (Role.COST_OF_GOODS_SOLD, "Expense", "Cost of Goods Sold"),
        (Role.COST_OF_GOODS_SOLD, "Other Expense", "Cost of Goods Sold"),
        (Role.SALES_INCOME, "Other Income", "Income"),
    ],
)
def test_items_with_stock_take_one_type_of_account_only(role: Role, other: str, only: str) -> None:
    assert fits(role, account("1", other))
    assert not fits(role, account("1", other), stock=True)
    assert fits(role, account("1", only), stock=True)
    assert fitting_types(role, stock=True) == only


@pytest.mark.parametrize(("code", "account_id"), [("6100", "7"), ("shop:rent", "8"), ("cogs", "80")])
def test_an_account_is_found_by_number_full_name_or_name(code: str, account_id: str) -> None:
    assert find_entry("expense-accounts", CHART, code, None) == account_id


@pytest.mark.parametrize(
    ("code", "reason"), [("Rent", "account_ambiguous"), ("Old", "account_inactive"), ("9999", "account_missing")]
)
def test_an_account_that_cannot_be_used_is_out_of_sync(code: str, reason: str) -> None:
    with pytest.raises(OutOfSync) as error:
        find_entry("expense-accounts", CHART, code, None)

    assert error.value.code == reason


def test_the_one_company_that_is_not_disconnected_is_chosen() -> None:
    gone = connection(connection_id="2", status=ConnectionStatus.DISCONNECTED)

    assert choose_connection([gone, connection()]) == connection()


def test_a_company_that_lost_its_access_leaves_its_documents_to_no_other() -> None:
    lost = connection(connection_id="2", status=ConnectionStatus.NEEDS_RECONNECT)

    with pytest.raises(MissingConfiguration) as refusal:
        choose_connection([lost, connection()])

    assert refusal.value.code == "several_connections"


def test_no_company_is_not_connected() -> None:
    with pytest.raises(NotConnected):
        choose_connection([])


def test_a_company_that_has_to_be_authorised_again_is_revoked_by_name() -> None:
    with pytest.raises(ConnectionRevoked, match="Acme Books"):
        choose_connection([connection(status=ConnectionStatus.NEEDS_RECONNECT)])


def test_two_connected_companies_are_not_chosen_between() -> None:
    with pytest.raises(MissingConfiguration):
        choose_connection([connection(), connection(connection_id="2", realm_id="2")])
