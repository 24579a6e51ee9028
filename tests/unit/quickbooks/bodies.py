"""The smallest body of each entity that QuickBooks takes, to be changed by tests."""

from decimal import Decimal
from typing import Any


def ref(value: str) -> dict[str, str]:
    return {"value": value}


def item_line(**changes: Any) -> dict[str, Any]:
    """Twelve of item 5 at 2.80."""
    detail = {"ItemRef": ref("5"), "Qty": Decimal(12), "UnitPrice": Decimal("2.80")}
    return {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": Decimal("33.60"),
        "ItemBasedExpenseLineDetail": detail,
        **changes,
    }


def sales_line(**changes: Any) -> dict[str, Any]:
    detail = {"ItemRef": ref("5"), "Qty": Decimal(1), "UnitPrice": Decimal("9.99")}
    return {"DetailType": "SalesItemLineDetail", "Amount": Decimal("9.99"), "SalesItemLineDetail": detail, **changes}


def posting(side: str, account: str = "80") -> dict[str, Any]:
    detail = {"PostingType": side, "AccountRef": ref(account)}
    return {"DetailType": "JournalEntryLineDetail", "Amount": Decimal("10.00"), "JournalEntryLineDetail": detail}


def adjustment_line(**changes: Any) -> dict[str, Any]:
    detail = {"ItemRef": ref("5"), "QtyDiff": Decimal(-2), **changes}
    return {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}


SMALLEST: dict[str, dict[str, Any]] = {
    "Account": {"Name": "Freight", "AccountType": "Expense"},
    "Bill": {"VendorRef": ref("56"), "Line": [item_line()]},
    "Customer": {"DisplayName": "Amy's"},
    "Estimate": {"CustomerRef": ref("1"), "Line": [sales_line()]},
    "InventoryAdjustment": {"AdjustAccountRef": ref("91"), "TxnDate": "2026-11-21", "Line": [adjustment_line()]},
    "Invoice": {"CustomerRef": ref("1"), "Line": [sales_line()]},
    "Item": {"Name": "Bolt M8", "Type": "NonInventory", "ExpenseAccountRef": ref("80")},
    "JournalEntry": {"Line": [posting("Debit"), posting("Credit", "79")]},
    "PurchaseOrder": {"VendorRef": ref("56"), "Line": [item_line()]},
    "SalesReceipt": {"Line": [sales_line()]},
    "Vendor": {"DisplayName": "Amy's"},
}


def body_of(entity: str, **changes: Any) -> dict[str, Any]:
    """A fresh one; None leaves a field out."""
    whole = SMALLEST[entity] | changes
    return {name: value for name, value in whole.items() if value is not None}
