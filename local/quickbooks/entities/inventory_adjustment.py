"""InventoryAdjustment: changes the quantity on hand of tracked items, since minor version 70.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/inventoryadjustment
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import (
    EXACT,
    Shape,
    anything,
    boolean,
    decimal,
    enum,
    integer,
    many,
    missing,
    part,
    ref,
    text,
)
from local.quickbooks.entities.ledger import ZERO, Effect, posted, tracked
from local.quickbooks.entities.lines import drop_tracking, item_on_line, own_parts, replace_lines, rounded
from local.quickbooks.entities.transactions import HEAD_FIELDS, TAIL_FIELDS, Transaction, settle_doc_number
from local.quickbooks.faults import Fault
from local.quickbooks.store import Row

_DETAIL = "ItemAdjustmentLineDetail"
_LINE_DETAIL = Shape(
    _DETAIL,
    ref("ItemRef", "Item"),
    decimal("SalesPrice"),
    decimal("QtyDiff"),
    decimal("NewQty"),
    ref("ClassRef", "Class"),
)
_LINE = Shape(
    "Line",
    text("Id"),
    integer("LineNum"),
    text("Description", 4000),
    enum("DetailType", _DETAIL),
    part(_DETAIL, _LINE_DETAIL),
    anything("LineEx"),
)


class InventoryAdjustment(Transaction):
    """An inventory adjustment."""

    name: ClassVar[str] = "InventoryAdjustment"
    feature: ClassVar[str | None] = "inventory"
    shape: ClassVar[Shape] = Shape(
        "InventoryAdjustment",
        *HEAD_FIELDS,
        many("Line", _LINE, required=True),
        *TAIL_FIELDS,
        boolean("ShippingAdjustment"),
        ref("AdjustAccountRef", "Account", required=True),
        ref("CustomerRef", "Customer"),
    )

    def update(self, writing: Writing, body: Any) -> Row:
        """Update sparsely: nothing else is allowed."""
        if isinstance(body, dict) and body.get("sparse") not in (True, "true"):
            raise Fault("2020", "Required parameter sparse=true is missing in the request", "sparse")
        return super().update(writing, body)

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check that only tracked items are adjusted."""
        company = writing.company
        if company.country != "US":
            raise Fault("5030", "Feature Not Supported Error : inventory adjustments are for US companies.")
        super().complete(writing, entity, old)
        before = _quantities(old)

        def complete(sent: dict[str, Any], number: int, was: dict[str, Any] | None) -> dict[str, Any]:
            return _complete(company, entity, sent, before)

        replace_lines(entity, old, complete)
        settle_doc_number(writing, self, entity, old, assigned=True)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """Quantities move, and their value from one account to the other."""
        effect = Effect()
        for line in entity["Line"]:
            detail = line[_DETAIL]
            item = tracked(company, detail["ItemRef"])
            if item is None:
                continue
            value = rounded(EXACT.multiply(detail["QtyDiff"], item.get("PurchaseCost", ZERO)))
            effect.quantities[item["Id"]] += detail["QtyDiff"]
            effect.accounts[item["AssetAccountRef"]["value"]] += value
            if posted(company, account := entity["AdjustAccountRef"]["value"]):
                effect.accounts[account] -= value
        return effect


def _complete(
    company: Company, entity: dict[str, Any], sent: dict[str, Any], before: dict[str, Decimal]
) -> dict[str, Any]:
    if sent.get("DetailType") is None:
        raise missing("Line.DetailType")
    line = own_parts(sent, ())
    detail = dict(line.get(_DETAIL) or {})
    if not detail.get("ItemRef"):
        raise missing("ItemRef")
    item = item_on_line(company, detail, entity["TxnDate"], moves_stock=True)
    if item["Type"] != "Inventory":
        raise Fault("6000", "Business Validation Error: Only inventory items have a quantity to adjust.", "ItemRef")
    new = detail.pop("NewQty", None)
    if detail.get("QtyDiff") is None:
        if new is None:
            raise missing("QtyDiff")
        detail["QtyDiff"] = new - (item.get("QtyOnHand", ZERO) - before.get(item["Id"], ZERO))
    drop_tracking(company, detail)
    return {**line, _DETAIL: detail}


def _quantities(entity: dict[str, Any] | None) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in (entity or {}).get("Line", []):
        item_id = line[_DETAIL]["ItemRef"]["value"]
        found[item_id] = found.get(item_id, ZERO) + line[_DETAIL]["QtyDiff"]
    return found
