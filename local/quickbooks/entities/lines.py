"""What the lines of all transactions have in common: identity, amounts, items, tracking."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities.fields import EXACT, missing, money
from local.quickbooks.faults import Fault

CENT = Decimal("0.01")
_LARGEST_AMOUNT = Decimal(10) ** 10

CompleteLine = Callable[[dict[str, Any], int, dict[str, Any] | None], dict[str, Any]]


def replace_lines(
    entity: dict[str, Any], old: dict[str, Any] | None, complete: CompleteLine, *, first_id: int = 1
) -> bool:
    """Complete every line that was sent, number them, give new ones an id, and say whether there were any.

    The array replaces the old one as a whole; a line keeps its identity by Id, and one without an Id, or with
    an Id that the document does not have, is new. ``complete`` gets a line, its number and what it was before.
    """
    if old is not None and entity["Line"] is old["Line"]:
        return False
    before = {line["Id"]: line for line in (old or {}).get("Line", []) if line.get("Id")}
    highest = max((int(identity) for identity in before), default=first_id - 1)
    seen: set[str] = set()
    lines = []
    for number, sent in enumerate(entity["Line"], start=1):
        identity = sent.get("Id")
        was = before.get(identity) if identity not in seen else None
        line = complete(sent, number, was)
        if was is None:
            highest += 1
            identity = str(highest)
        seen.add(identity)
        lines.append({"Id": identity, "LineNum": number, **line})
    entity["Line"] = lines
    return True


def line_amount(sent: dict[str, Any]) -> Decimal:
    """Return a line's amount; raise a fault if it is missing or too large."""
    amount = sent.get("Amount")
    if amount is None:
        raise missing("Amount")
    if abs(amount) >= _LARGEST_AMOUNT:
        raise Fault("2090", "Invalid Number : Amount is larger than 9999999999.99999.", "Line.Amount")
    return money(amount)


def check_product(amount: Decimal, detail: dict[str, Any]) -> None:
    """Raise fault 6070 unless the amount is quantity times price; without one of them there is nothing to compare.

    Zero counts as without: clients send zeros for what they leave open.
    """
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if not quantity or not price:
        return
    product = EXACT.multiply(quantity, price).quantize(CENT, ROUND_HALF_UP, EXACT)
    if abs(amount - product) >= CENT:
        raise Fault("6070", f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}", "Line.Amount")


def item_on_line(company: Company, detail: dict[str, Any], txn_date: str, *, moves_stock: bool) -> dict[str, Any]:
    """Return a line's item; raise a fault if it may not be used on that day."""
    row = company.store("Item").get(detail["ItemRef"]["value"])
    assert row is not None  # references are checked before
    item = row.body
    if item["Type"] == "Category":
        raise Fault("6000", "Business Validation Error: A category cannot be used on a transaction.", "Line.ItemRef")
    if moves_stock and item["Type"] == "Inventory" and txn_date < item.get("InvStartDate", ""):
        raise Fault(
            "6270",
            f"Transaction date is prior to start date for inventory item : {item['FullyQualifiedName']} starts on "
            f"{item['InvStartDate']}.",
            "TxnDate",
        )
    return item


def drop_tracking(company: Company, detail: dict[str, Any]) -> None:
    """Take the class off a line while classes are not tracked per line."""
    if not company.preference("AccountingInfoPrefs", "ClassTrackingPerTxnLine"):
        detail.pop("ClassRef", None)


def rounded(amount: Decimal) -> Decimal:
    """Return an amount in cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP, EXACT)


def own_parts(sent: dict[str, Any], details: tuple[str, ...]) -> dict[str, Any]:
    """Return a line without its identity and without the details of other line types."""
    dropped = {"Id", "LineNum", *details} - {sent.get("DetailType")}
    return {name: value for name, value in sent.items() if name not in dropped and value is not None}


__all__ = [
    "CENT",
    "check_product",
    "drop_tracking",
    "item_on_line",
    "line_amount",
    "own_parts",
    "replace_lines",
    "rounded",
]
