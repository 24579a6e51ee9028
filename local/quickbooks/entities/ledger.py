"""What transactions do to balances and quantities.

Every transaction says what it adds to accounts, vendors, customers and items; a change of the transaction moves
them by the difference. QuickBooks moves LastUpdatedTime of what it touches so, and never the SyncToken.
Only accounts of the balance sheet have a balance in the API. Debits are positive, credits negative.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import ENTITIES, Writing
from local.quickbooks.entities.fields import EXACT, money

ZERO = Decimal(0)
_ON_BALANCE_SHEET = {"Asset", "Liability", "Equity"}


def _amounts() -> dict[str, Decimal]:
    return defaultdict(Decimal)


@dataclass
class Effect:
    """Amounts by account, vendor and customer, quantities by item; items that only get a new time."""

    accounts: dict[str, Decimal] = field(default_factory=_amounts)
    vendors: dict[str, Decimal] = field(default_factory=_amounts)
    customers: dict[str, Decimal] = field(default_factory=_amounts)
    quantities: dict[str, Decimal] = field(default_factory=_amounts)
    touched: set[str] = field(default_factory=set)

    def add(self, other: "Effect", times: int = 1) -> None:
        """Add another effect, or take it back with ``times`` -1."""
        for mine, theirs in (
            (self.accounts, other.accounts),
            (self.vendors, other.vendors),
            (self.customers, other.customers),
            (self.quantities, other.quantities),
        ):
            for key, value in theirs.items():
                mine[key] += value * times
        self.touched |= other.touched


def apply(writing: Writing, effect: Effect) -> None:
    """Move balances and quantities."""
    company = writing.company
    for account_id, amount in effect.accounts.items():
        _move_account(writing, account_id, amount)
    for vendor_id, amount in effect.vendors.items():
        _move(writing, "Vendor", vendor_id, {"Balance": amount})
    for customer_id, amount in effect.customers.items():
        _move_customer(writing, customer_id, amount)
    moved = {item_id for item_id, quantity in effect.quantities.items() if quantity}
    for item_id in sorted(moved | effect.touched, key=int):
        row = company.store("Item").get(item_id)
        if row is None or row.body["Type"] != "Inventory":
            continue
        on_hand = row.body.get("QtyOnHand", ZERO) + effect.quantities.get(item_id, ZERO)
        ENTITIES["Item"].touch(writing, item_id, {"QtyOnHand": on_hand})


def posted(company: Company, account_id: str | None) -> bool:
    """Say whether postings to an account show in its balance."""
    row = company.store("Account").get(account_id or "")
    return row is not None and row.body["Classification"] in _ON_BALANCE_SHEET


def tracked(company: Company, reference: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the item of a reference if its quantity is tracked."""
    row = company.store("Item").get((reference or {}).get("value", ""))
    return row.body if row is not None and row.body["Type"] == "Inventory" else None


def account_of_type(company: Company, account_type: str, sub_type: str | None = None) -> str | None:
    """Return the id of the first active account of a type."""
    rows = company.store("Account").indexed("AccountType", account_type)
    return next(
        (
            row.body["Id"]
            for row in sorted(rows, key=lambda row: row.number)
            if row.active and sub_type in (None, row.body["AccountSubType"])
        ),
        None,
    )


def at_home(entity: dict[str, Any], amount: Decimal) -> Decimal:
    """Return an amount of a transaction in the home currency."""
    rate: Decimal = entity.get("ExchangeRate", Decimal(1))
    return amount if rate == 1 else EXACT.multiply(amount, rate).quantize(Decimal("0.01"), context=EXACT)


def _move(writing: Writing, kind: str, entity_id: str, amounts: dict[str, Decimal]) -> None:
    row = writing.company.store(kind).get(entity_id)
    if row is not None and any(amounts.values()):
        changes = {name: money(row.body.get(name, ZERO) + amount) for name, amount in amounts.items()}
        ENTITIES[kind].touch(writing, entity_id, changes)


def _move_account(writing: Writing, account_id: str, amount: Decimal) -> None:
    if not posted(writing.company, account_id):
        return
    _move(writing, "Account", account_id, {"CurrentBalance": amount, "CurrentBalanceWithSubAccounts": amount})
    for parent_id in _parents(writing.company, "Account", account_id):
        _move(writing, "Account", parent_id, {"CurrentBalanceWithSubAccounts": amount})


def _move_customer(writing: Writing, customer_id: str, amount: Decimal) -> None:
    _move(writing, "Customer", customer_id, {"Balance": amount, "BalanceWithJobs": amount})
    for parent_id in _parents(writing.company, "Customer", customer_id):
        _move(writing, "Customer", parent_id, {"BalanceWithJobs": amount})


def _parents(company: Company, kind: str, entity_id: str) -> list[str]:
    found: list[str] = []
    row = company.store(kind).get(entity_id)
    while row is not None:
        parent_id = row.body.get("ParentRef", {}).get("value")
        if parent_id is None or parent_id in found:
            break
        found.append(parent_id)
        row = company.store(kind).get(parent_id)
    return found
