"""Purchase orders as bills: in place of the order, or as a copy that closes it (QuickBooks' Copy to Bill)."""

import hashlib
from typing import Any

from ledgerlink.domain.contents.bills import Bill
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.settings import SAVED, Settings

_LONGEST_ID = 64
_ORDERS_OWN = {"order_date", "expected_date", "ship_to"}


def bill_of(order: PurchaseOrder) -> Bill:
    """The order as the bill that is sent in its place; a bill has no delivery address and no expected date."""
    return _bill(order, bill_date=order.order_date)


def copied_bill(order: PurchaseOrder, order_id: str) -> Bill:
    """A bill of the whole order, linked to it line by line. Its date is left to QuickBooks: the day of the copy."""
    lines = [{**line.model_dump(), "purchase_order_line": line.id} for line in order.lines]
    return _bill(order, purchase_order=order_id, lines=lines)


def copy_id(order_id: str) -> str:
    """The id of an order's copy among the bills, apart from the ids that the host gives its own bills."""
    plain = f"copy-of-{order_id}"
    return plain if len(plain) <= _LONGEST_ID else f"copy-of-{hashlib.sha256(order_id.encode()).hexdigest()[:40]}"


def is_to_be_copied(order: PurchaseOrder, settings: Settings, *, became: str = "") -> bool:
    """Whether the settings want a bill of an order with this status; never if the order is or became one itself."""
    kind = settings.kinds.purchase_orders
    chosen = {status.casefold() for status in kind.copy_to_bill_when}
    is_bill = "Bill" in (kind.entity, became)
    return not is_bill and (SAVED in chosen or order.status.casefold() in chosen)


def _bill(order: PurchaseOrder, **changes: Any) -> Bill:
    # What was stored before a rule was made stricter is not judged again.
    return Bill.model_validate(order.model_dump(exclude=_ORDERS_OWN) | changes, context=STORED)
