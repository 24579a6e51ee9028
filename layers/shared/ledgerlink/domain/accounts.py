"""The account mapping: which account of a company's chart serves which purpose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain import rows
from ledgerlink.domain.bodies.names import AccountBody
from ledgerlink.domain.roles import Role

type Account = Mapping[str, Any]

_BANK, _CURRENT_ASSET = "Bank", "Other Current Asset"
_PAYABLE, _RECEIVABLE = "Accounts Payable", "Accounts Receivable"
_COST, _EXPENSE, _OTHER_EXPENSE = "Cost of Goods Sold", "Expense", "Other Expense"
_INCOME, _OTHER_INCOME = "Income", "Other Income"

IN_ONE_CURRENCY = frozenset({Role.ACCOUNTS_PAYABLE, Role.ACCOUNTS_RECEIVABLE})
"""A company has one account of these for each currency, and a document takes that of its own."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to choose: the accounts of a type, narrowed down by detail type or by words in the name."""

    account_type: str
    sub_type: str = ""
    words: tuple[str, ...] = ()

    def takes(self, account: Account) -> bool:
        name = rows.text(account, "Name").casefold()
        return (
            rows.text(account, "AccountType") == self.account_type
            and (not self.sub_type or rows.text(account, "AccountSubType") == self.sub_type)
            and (not self.words or any(word in name for word in self.words))
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """How the account of one role is chosen, what else a tenant may choose, and what is created."""

    steps: tuple[_Step, ...]
    """The first that finds any account decides."""
    fits: frozenset[str]
    """The account types that QuickBooks takes for it."""
    name: str
    """What a new account is called: QuickBooks' own name for it."""
    account_type: str
    sub_type: str


_SHRINKAGE = ("shrink",)
_FREIGHT = ("shipping", "freight", "delivery")
_COSTS = (_Step(_COST, "SuppliesMaterialsCogs"), _Step(_COST))

_RULES: Mapping[Role, _Rule] = {
    Role.INVENTORY_PURCHASES: _Rule(
        (_Step(_CURRENT_ASSET, "Inventory"),),
        frozenset({_CURRENT_ASSET}),
        *("Inventory Asset", _CURRENT_ASSET, "Inventory"),
    ),
    Role.COST_OF_GOODS_SOLD: _Rule(
        _COSTS,
        frozenset({_COST, _EXPENSE, _OTHER_EXPENSE}),
        *("Cost of Goods Sold", _COST, "SuppliesMaterialsCogs"),
    ),
    Role.SALES_INCOME: _Rule(
        (_Step(_INCOME, "SalesOfProductIncome"), _Step(_INCOME)),
        frozenset({_INCOME, _OTHER_INCOME}),
        *("Sales of Product Income", _INCOME, "SalesOfProductIncome"),
    ),
    Role.ADJUSTMENTS: _Rule(
        (_Step(_COST, words=_SHRINKAGE), _Step(_EXPENSE, words=_SHRINKAGE), *_COSTS),
        frozenset({_COST, _EXPENSE, _OTHER_EXPENSE, _INCOME, _OTHER_INCOME}),
        *("Inventory Shrinkage", _COST, "OtherCostsOfServiceCos"),
    ),
    Role.FEES: _Rule(
        (
            _Step(_EXPENSE, "ShippingFreightDelivery"),
            _Step(_COST, "ShippingFreightDeliveryCos"),
            _Step(_EXPENSE, words=_FREIGHT),
            _Step(_COST, words=_FREIGHT),
            *_COSTS,
            _Step(_EXPENSE),
        ),
        frozenset({_COST, _EXPENSE, _OTHER_EXPENSE, _CURRENT_ASSET}),
        *("Shipping, Freight & Delivery", _EXPENSE, "ShippingFreightDelivery"),
    ),
    Role.ACCOUNTS_PAYABLE: _Rule(
        (_Step(_PAYABLE),), frozenset({_PAYABLE}), *("Accounts Payable (A/P)", _PAYABLE, "AccountsPayable")
    ),
    Role.ACCOUNTS_RECEIVABLE: _Rule(
        (_Step(_RECEIVABLE),),
        frozenset({_RECEIVABLE}),
        *("Accounts Receivable (A/R)", _RECEIVABLE, "AccountsReceivable"),
    ),
    Role.DEPOSIT_TO: _Rule(
        (_Step(_CURRENT_ASSET, "UndepositedFunds"), _Step(_BANK)),
        frozenset({_BANK, _CURRENT_ASSET}),
        *("Undeposited Funds", _CURRENT_ASSET, "UndepositedFunds"),
    ),
}

_OF_STOCK: Mapping[Role, frozenset[str]] = {
    Role.COST_OF_GOODS_SOLD: frozenset({_COST}),
    Role.SALES_INCOME: frozenset({_INCOME}),
}
"""The only account types that QuickBooks takes for an item with stock (fault 6430)."""
ROLES_OF_STOCK = frozenset(_OF_STOCK)


def choose_account(role: Role, chart: Iterable[Account], currency: str | None = None) -> Account | None:
    """The active account that a bookkeeper would most likely take; None where there is none.

    With a currency, accounts payable and receivable are only taken in that currency. The others
    are in the company's own; a bank account may be in the document's.
    """
    open_to = [
        account
        for account in chart
        if is_active(account) and _has_currency(role, account, currency) and _is_meant_for(role, account)
    ]
    for step in _RULES[role].steps:
        if found := [account for account in open_to if step.takes(account)]:
            return min(found, key=lambda account: int(account["Id"]))
    return None


def fits(role: Role, account: Account, *, stock: bool = False) -> bool:
    """Whether QuickBooks takes an account of this type for the role; ``stock`` where items with stock need it."""
    if role is Role.INVENTORY_PURCHASES and rows.text(account, "AccountSubType") != "Inventory":
        return False
    return rows.text(account, "AccountType") in _types(role, stock)


def fitting_types(role: Role, *, stock: bool = False) -> str:
    """The account types that fit, for people: "Cost of Goods Sold, Expense or Other Expense"."""
    if role is Role.INVENTORY_PURCHASES:
        return f"{_CURRENT_ASSET} with the detail type Inventory"
    *first, last = sorted(_types(role, stock))
    return f"{', '.join(first)} or {last}" if first else last


def new_account(role: Role) -> AccountBody:
    """The body that creates the account of a role, in the company's own currency."""
    rule = _RULES[role]
    return {"Name": rule.name, "AccountType": rule.account_type, "AccountSubType": rule.sub_type}


def found_key(role: Role, currency: str | None) -> str:
    """Under which a connection keeps the account that was found for a role: ``accounts_payable_eur``."""
    return f"{role.value}_{currency.lower()}" if currency else role.value


def is_active(account: Account) -> bool:
    """An account is active unless it says otherwise."""
    return rows.flag(account, "Active", default=True)


def in_currency(account: Account, currency: str | None) -> bool:
    """Whether it is kept in the currency; companies with a single one may leave that out."""
    return currency is None or rows.reference(account, "CurrencyRef") in ("", currency)


def account_label(account: Account) -> str:
    """How people know it: "5000 Cost of Goods Sold"."""
    name = rows.text(account, "FullyQualifiedName") or rows.text(account, "Name")
    return f"{rows.text(account, 'AcctNum')} {name}".strip()


def _types(role: Role, stock: bool) -> frozenset[str]:
    fitting = _RULES[role].fits
    return _OF_STOCK.get(role, fitting) if stock else fitting


def _has_currency(role: Role, account: Account, currency: str | None) -> bool:
    return role not in IN_ONE_CURRENCY or in_currency(account, currency)


def _is_meant_for(role: Role, account: Account) -> bool:
    """An account for shrinkage is taken for nothing else."""
    name = rows.text(account, "Name").casefold()
    return role is Role.ADJUSTMENTS or not any(word in name for word in _SHRINKAGE)
