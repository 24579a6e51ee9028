"""The lines of purchases: items, or expense accounts."""

from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Shape, anything, decimal, enum, integer, many, missing, part, ref, text
from local.quickbooks.entities.ledger import Effect, at_home, posted, tracked
from local.quickbooks.entities.lines import (
    check_product,
    drop_tracking,
    item_on_line,
    line_amount,
    own_parts,
    replace_lines,
    rounded,
)
from local.quickbooks.entities.parts import CUSTOM_FIELD, LINKED_TXN
from local.quickbooks.entities.taxes import settle_line_tax, settle_tax
from local.quickbooks.faults import Fault

_DETAILS = {"ItemBasedExpenseLineDetail": "ItemRef", "AccountBasedExpenseLineDetail": "AccountRef"}

_ITEM_DETAIL = Shape(
    "ItemBasedExpenseLineDetail",
    ref("ItemRef", "Item"),
    ref("ClassRef", "Class"),
    decimal("UnitPrice"),
    decimal("UnitCostPrice"),
    decimal("RatePercent"),
    ref("PriceLevelRef"),
    anything("MarkupInfo"),
    decimal("Qty"),
    anything("UOMRef"),
    ref("ItemAccountRef", "Account"),
    ref("InventorySiteRef"),
    ref("TaxCodeRef"),
    ref("TaxClassificationRef"),
    ref("CustomerRef", "Customer"),
    enum("BillableStatus", "Billable", "NotBillable", "HasBeenBilled"),
    decimal("TaxInclusiveAmt"),
    anything("ItemBasedExpenseLineDetailEx"),
)
_ACCOUNT_DETAIL = Shape(
    "AccountBasedExpenseLineDetail",
    ref("CustomerRef", "Customer"),
    ref("ClassRef", "Class"),
    ref("AccountRef", "Account"),
    enum("BillableStatus", "Billable", "NotBillable", "HasBeenBilled"),
    anything("MarkupInfo"),
    decimal("TaxAmount"),
    ref("TaxCodeRef"),
    decimal("TaxInclusiveAmt"),
    anything("ExpenseDetailLineDetailEx"),
)
EXPENSE_LINE = Shape(
    "Line",
    text("Id"),
    integer("LineNum"),
    text("Description", 4000),
    decimal("Amount"),
    decimal("Received", read_only=True),
    many("LinkedTxn", LINKED_TXN),
    enum("DetailType", "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail", "DescriptionOnly"),
    part("ItemBasedExpenseLineDetail", _ITEM_DETAIL),
    part("AccountBasedExpenseLineDetail", _ACCOUNT_DETAIL),
    anything("DescriptionLineDetail"),
    many("CustomField", CUSTOM_FIELD),
    anything("LineEx"),
    ref("ProjectRef"),
    decimal("CostAmount", read_only=True),
    decimal("HomeCostAmount", read_only=True),
    anything("CustomExtensions"),
)


def complete_expense_lines(
    writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, *, moves_stock: bool
) -> None:
    """Check the lines of a purchase, then fill in its tax and total."""
    if writing.company.country != "US":
        entity.setdefault("GlobalTaxCalculation", "TaxExcluded")

    def complete(sent: dict[str, Any], number: int, was: dict[str, Any] | None) -> dict[str, Any]:
        line = _complete(writing, entity, sent, number, moves_stock=moves_stock)
        if moves_stock:
            line.setdefault("LinkedTxn", [])
        if was is not None and "Received" in was:
            line["Received"] = was["Received"]
        return line

    replace_lines(entity, old, complete)
    tax = settle_tax(writing, entity, old, "purchases", always=False)
    entity["TotalAmt"] = rounded(sum((line["Amount"] for line in entity["Line"] if "Amount" in line), tax))


def expense_effect(company: Company, entity: dict[str, Any]) -> Effect:
    """Return what the lines of a bill add to accounts and quantities."""
    effect = Effect()
    for line in entity["Line"]:
        detail = line.get(line["DetailType"]) or {}
        item = tracked(company, detail.get("ItemRef"))
        amount = at_home(entity, line["Amount"]) if "Amount" in line else None
        if item is not None and amount is not None:
            effect.accounts[item["AssetAccountRef"]["value"]] += amount
            effect.quantities[item["Id"]] += detail.get("Qty", 0)
        elif amount is not None and posted(company, account := detail.get("AccountRef", {}).get("value")):
            effect.accounts[account] += amount
    return effect


def _complete(
    writing: Writing, entity: dict[str, Any], sent: dict[str, Any], number: int, *, moves_stock: bool
) -> dict[str, Any]:
    kind = sent.get("DetailType")
    if kind is None:
        raise missing("Line.DetailType")
    line = own_parts(sent, tuple(_DETAILS))
    line["CustomExtensions"] = []
    reference = _DETAILS.get(kind)
    detail = dict(line.get(kind) or {})
    if reference is None or not detail.get(reference):
        # A line with neither item nor account is a remark: its amount does not count.
        line.pop("Amount", None)
        line.pop(kind, None)
        return line
    line["Amount"] = line_amount(sent)
    if reference == "ItemRef":
        item = item_on_line(writing.company, detail, entity["TxnDate"], moves_stock=moves_stock)
        if not item.get("ExpenseAccountRef"):
            raise Fault("6000", "Business Validation Error: You must select an account for this transaction.")
        check_product(line["Amount"], detail)
        if moves_stock and item["Type"] == "Inventory" and detail.get("Qty") is None:
            raise Fault("6520", "Quantity required for inventory item", "")
    settle_line_tax(writing, entity, detail, number)
    drop_tracking(writing.company, detail)
    detail.setdefault("BillableStatus", "NotBillable")
    if detail["BillableStatus"] == "Billable" and not detail.get("CustomerRef"):
        raise Fault("6310", "Missing Customer : A billable line needs a customer.", "Line.BillableStatus")
    line[kind] = detail
    return line
