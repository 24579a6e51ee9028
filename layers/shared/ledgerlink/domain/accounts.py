"""Choosing accounts out of a company's chart of accounts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledgerlink.domain.connections import DefaultAccounts
from ledgerlink.domain.names import same_name
from ledgerlink.errors import MissingConfiguration, OutOfSync

type Account = Mapping[str, Any]


def choose_default_accounts(accounts: Sequence[Account]) -> DefaultAccounts:
    """The accounts that a bookkeeper would most likely take. Raises MissingConfiguration naming the missing type."""
    return DefaultAccounts(
        accounts_payable=_first(accounts, ("Accounts Payable",), "an Accounts Payable account"),
        purchases=_first(accounts, ("Cost of Goods Sold", "Expense"), "a Cost of Goods Sold or Expense account"),
        sales=_first(accounts, ("Income",), "an Income account", prefer_sub_type="SalesOfProductIncome"),
    )


def find_account(accounts: Sequence[Account], code: str) -> str:
    """The id of the account with this number or name. Raises OutOfSync when it is gone, inactive or not unique."""
    matches = _matching(accounts, code)
    active = [account for account in matches if account.get("Active", True)]
    if len(active) == 1:
        return str(active[0]["Id"])
    if active:
        raise OutOfSync(
            f"QuickBooks has several accounts called '{code}'.",
            code="account_ambiguous",
            hint="Use the account's number, or its full name with its parents.",
        )
    if matches:
        raise OutOfSync(f"The account '{code}' is inactive in QuickBooks.", code="account_inactive")
    raise OutOfSync(
        f"QuickBooks has no account with the number or name '{code}'.",
        code="account_missing",
        hint="Create the account in QuickBooks, or use another one; then send it again.",
    )


def _matching(accounts: Iterable[Account], code: str) -> list[Account]:
    """By number, else by full name, else by plain name: the first way that finds any."""
    listed = list(accounts)
    for property_name in ("AcctNum", "FullyQualifiedName", "Name"):
        found = [a for a in listed if a.get(property_name) and same_name(str(a[property_name]), code)]
        if found:
            return found
    return []


def _first(accounts: Sequence[Account], types: Sequence[str], what: str, prefer_sub_type: str = "") -> str:
    for account_type in types:
        found = [a for a in accounts if a.get("AccountType") == account_type and a.get("Active", True)]
        if found:
            return str(min(found, key=lambda a: (a.get("AccountSubType") != prefer_sub_type, int(a["Id"])))["Id"])
    raise MissingConfiguration(
        f"The QuickBooks company has no active {what.removeprefix('an ').removeprefix('a ')}.",
        code="account_type_missing",
        hint=f"Create {what} in QuickBooks, then send it again.",
    )
