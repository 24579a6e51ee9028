"""Check chosen accounts and customers against what QuickBooks has."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.accounts import account_label, fits, fitting_types
from ledgerlink.domain.pickers import ListName, by_id, is_active, label
from ledgerlink.domain.roles import Role, role_words
from ledgerlink.domain.rows import Row

type Problem = dict[str, str]
"""A field of the request, and what is wrong with it."""


class Lists(Protocol):
    """The lists of the company, as they were up to some hours ago."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]:
        """Inactive entries too; ``fresh`` as they are now."""


def wrong_accounts(lists: Lists, chosen: Mapping[Role, str], *, stock: bool) -> list[Problem]:
    """Accounts that are gone, inactive or of a type that does not fit, as QuickBooks has them now.

    ``stock`` where the items that need them are made with stock.
    """
    if not chosen:
        return []
    chart = by_id(lists.rows(ListName.ACCOUNTS, fresh=True))
    return [
        {"field": f"accounts.{role.value}", "problem": problem}
        for role, account_id in chosen.items()
        if (problem := _account_problem(role, chart.get(account_id), stock))
    ]


def wrong_customer(customer: Row | None) -> list[Problem]:
    """What is wrong with the chosen customer, if anything is."""
    problem = _customer_problem(customer)
    return [{"field": "default_customer.quickbooks_id", "problem": problem}] if problem else []


def _account_problem(role: Role, account: Row | None, stock: bool) -> str:
    if account is None:
        return "is no account of this QuickBooks company"
    if not is_active(account):
        return f"is inactive in QuickBooks: '{account_label(account)}'"
    if not fits(role, account, stock=stock):
        types = fitting_types(role, stock=stock)
        return f"'{account_label(account)}' cannot be used for {role_words(role)}: choose one of {types}"
    return ""


def _customer_problem(customer: Row | None) -> str:
    if customer is None:
        return "is no customer of this QuickBooks company"
    return "" if is_active(customer) else f"is inactive in QuickBooks: '{label(customer)}'"
