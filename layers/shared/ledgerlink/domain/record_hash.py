"""Telling a change from a new balance: a digest of what a bookkeeper would call the entity's content."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_VOLATILE = frozenset(
    {
        *("MetaData", "SyncToken", "domain", "sparse", "status", "time"),
        # Balances and quantities move with every transaction; the entity itself stays as it was.
        *("Balance", "BalanceWithJobs", "HomeBalance", "OpenBalanceDate", "OverDueBalance", "TotalExpense"),
        *("QtyOnHand", "QtyOnPurchaseOrder", "QtyOnSalesOrder", "AvgCost", "TotalRevenue"),
        # Of no meaning outside QuickBooks, and filled in when it likes.
        *("V4IDPseudonym", "ClientEntityId", "CustomExtensions", "InvoiceLink", "domain", "RecurDataRef"),
        *("PrintStatus", "EmailStatus", "DeliveryInfo", "Received"),
    }
)
_ADDRESSES = frozenset({"ShipAddr", "BillAddr", "VendorAddr", "ShipFromAddr", "RemitToAddr", "OtherAddr"})
_NOT_WRITTEN = frozenset({"Id", "Lat", "Long", "Tag"})


def content_hash(row: Mapping[str, Any]) -> str:
    """The same for two copies that differ in balances, times, number of zeros or the order of fields only."""
    return hashlib.sha256(json.dumps(_content(row), sort_keys=True).encode()).hexdigest()


def _content(value: Any) -> Any:
    match value:
        case Mapping():
            return {
                name: _words(part) if name in _ADDRESSES else _content(part)
                for name, part in value.items()
                if name not in _VOLATILE and part not in (None, {}, [])
            }
        case list() | tuple():
            return [_content(part) for part in value]
        case Decimal():
            return format(value.normalize(), "f") if value.is_finite() and abs(value.adjusted()) < 40 else str(value)
        case _:
            return value


def _words(address: Any) -> Any:
    """QuickBooks moves the parts of an address between its lines; the words stay."""
    if not isinstance(address, Mapping):
        return _content(address)
    texts = [text for name, text in address.items() if name not in _NOT_WRITTEN and isinstance(text, str)]
    return sorted(" ".join(texts).casefold().split())
