"""What accounts are used for."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is used for where the document names none: the account mapping."""

    INVENTORY_PURCHASES = "inventory_purchases"
    """The inventory asset account that bought stock is valued on."""
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"
    """The expense account of items."""
    SALES_INCOME = "sales_income"
    """The income account of items."""
    ADJUSTMENTS = "adjustments"
    """Inventory shrinkage."""
    FEES = "fees"
    """Costs of an order that name no account."""
    ACCOUNTS_PAYABLE = "accounts_payable"
    ACCOUNTS_RECEIVABLE = "accounts_receivable"
    DEPOSIT_TO = "deposit_to"
    """Where the money of sales receipts goes."""


def role_words(role: Role) -> str:
    """The role as people say it: "cost of goods sold"."""
    return role.value.replace("_", " ")
