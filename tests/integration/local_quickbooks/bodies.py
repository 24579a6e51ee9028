"""Request bodies for the first company of the simulator, as small as QuickBooks takes them."""

from typing import Any

VENDOR, OTHER_VENDOR = "1", "2"
CUSTOMER, OTHER_CUSTOMER = "11", "12"
BOX, LABELS, DELIVERY = "1", "7", "9"  # an inventory item, one that is not counted, a service


def purchased(item: str = LABELS, quantity: float = 2, price: float = 10, **more: Any) -> dict[str, Any]:
    """A line of a purchase order or bill."""
    detail = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price, **more.pop("detail", {})}
    return {
        "Amount": round(quantity * price, 2),
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
        **more,
    }


def spent(account: str, amount: float) -> dict[str, Any]:
    """A line of a purchase without an item."""
    detail = {"AccountRef": {"value": account}}
    return {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": detail}


def order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A purchase order."""
    return {"VendorRef": {"value": VENDOR}, "Line": list(lines) or [purchased()], **more}


bill = order


def receiving(order_id: str, line_id: str, line: dict[str, Any]) -> dict[str, Any]:
    """The same line on a bill, linked to a line of a purchase order."""
    return {**line, "LinkedTxn": [{"TxnId": order_id, "TxnType": "PurchaseOrder", "TxnLineId": line_id}]}


def sold(item: str = DELIVERY, quantity: float = 2, price: float = 10, **more: Any) -> dict[str, Any]:
    """A line of an invoice, sales receipt or estimate."""
    detail = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price, **more.pop("detail", {})}
    return {
        "Amount": round(quantity * price, 2),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
        **more,
    }


def sale(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An invoice, sales receipt or estimate."""
    return {"CustomerRef": {"value": CUSTOMER}, "Line": list(lines) or [sold()], **more}


def posting(kind: str | None, account: str, amount: float, **detail: Any) -> dict[str, Any]:
    """A line of a journal entry."""
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": kind, "AccountRef": {"value": account}, **detail},
    }


def adjusted(item: str = BOX, difference: float = -2) -> dict[str, Any]:
    """A line of an inventory adjustment."""
    return {
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": {"ItemRef": {"value": item}, "QtyDiff": difference},
    }
