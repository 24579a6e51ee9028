"""Names as QuickBooks takes them, and the choice of accounts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.accounts import choose_default_accounts, find_account
from ledgerlink.domain.connections import ConnectionStatus, DefaultAccounts, choose_connection
from ledgerlink.domain.names import clean_name, same_name, with_suffix
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


def test_the_accounts_that_a_bookkeeper_would_take_are_chosen() -> None:
    assert choose_default_accounts(CHART) == DefaultAccounts(accounts_payable="33", purchases="80", sales="12")


def test_without_cost_of_goods_sold_an_expense_account_is_taken() -> None:
    chart = [a for a in CHART if a["Id"] != "80"]

    assert choose_default_accounts(chart).purchases == "7"


@pytest.mark.parametrize(
    ("missing", "message"),
    [({"33"}, "no active Accounts Payable account"), ({"9", "12"}, "Income"), ({"7", "8", "80"}, "Cost of Goods Sold")],
)
def test_a_missing_kind_of_account_is_named(missing: set[str], message: str) -> None:
    chart = [a for a in CHART if a["Id"] not in missing]

    with pytest.raises(MissingConfiguration, match=message):
        choose_default_accounts(chart)


@pytest.mark.parametrize(("code", "account_id"), [("6100", "7"), ("shop:rent", "8"), ("cogs", "80")])
def test_an_account_is_found_by_number_full_name_or_name(code: str, account_id: str) -> None:
    assert find_account(CHART, code) == account_id


@pytest.mark.parametrize(
    ("code", "reason"), [("Rent", "account_ambiguous"), ("Old", "account_inactive"), ("9999", "account_missing")]
)
def test_an_account_that_cannot_be_used_is_out_of_sync(code: str, reason: str) -> None:
    with pytest.raises(OutOfSync) as error:
        find_account(CHART, code)

    assert error.value.code == reason


def test_the_one_connected_company_is_chosen() -> None:
    revoked = connection(connection_id="2", status=ConnectionStatus.NEEDS_RECONNECT)

    assert choose_connection([revoked, connection()]) == connection()


def test_no_company_is_not_connected() -> None:
    with pytest.raises(NotConnected):
        choose_connection([])


def test_a_company_that_has_to_be_authorised_again_is_revoked_by_name() -> None:
    with pytest.raises(ConnectionRevoked, match="Acme Books"):
        choose_connection([connection(status=ConnectionStatus.NEEDS_RECONNECT)])


def test_two_connected_companies_are_not_chosen_between() -> None:
    with pytest.raises(MissingConfiguration):
        choose_connection([connection(), connection(connection_id="2", realm_id="2")])
