"""The lines of sales forms: items, discounts, remarks, and the subtotal that QuickBooks adds."""

from decimal import Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import (
    EXACT,
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    integer,
    many,
    missing,
    part,
    ref,
    text,
)
from local.quickbooks.entities.ledger import ZERO, Effect, account_of_type, at_home, tracked
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

_ITEM_DETAIL = Shape(
    "SalesItemLineDetail",
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
    day("ServiceDate"),
    decimal("TaxInclusiveAmt"),
    decimal("DiscountRate"),
    decimal("DiscountAmt"),
    boolean("DeferredRevenue"),
    decimal("RetainageAmount"),
    anything("SalesItemLineDetailEx"),
)
_DISCOUNT_DETAIL = Shape(
    "DiscountLineDetail",
    ref("DiscountRef"),
    boolean("PercentBased"),
    decimal("DiscountPercent"),
    ref("DiscountAccountRef", "Account"),
    day("ServiceDate"),
    ref("ClassRef", "Class"),
    ref("TaxCodeRef"),
    anything("DiscountLineDetailEx"),
)
_DESCRIPTION_DETAIL = Shape("DescriptionLineDetail", day("ServiceDate"), ref("TaxCodeRef"))
_SUBTOTAL_DETAIL = Shape("SubTotalLineDetail", ref("ItemRef"), day("ServiceDate"))
_DETAILS = ("SalesItemLineDetail", "DiscountLineDetail", "DescriptionLineDetail", "SubTotalLineDetail")
SALES_LINE = Shape(
    "Line",
    text("Id"),
    integer("LineNum"),
    text("Description", 4000),
    decimal("Amount"),
    many("LinkedTxn", LINKED_TXN),
    enum(
        "DetailType",
        "SalesItemLineDetail",
        "DescriptionOnly",
        "DiscountLineDetail",
        "SubTotalLineDetail",
        "GroupLineDetail",
        "TaxLineDetail",
    ),
    part("SalesItemLineDetail", _ITEM_DETAIL),
    part("DiscountLineDetail", _DISCOUNT_DETAIL),
    part("DescriptionLineDetail", _DESCRIPTION_DETAIL),
    part("SubTotalLineDetail", _SUBTOTAL_DETAIL),
    anything("GroupLineDetail"),
    anything("TaxLineDetail"),
    many("CustomField", CUSTOM_FIELD),
    anything("LineEx"),
    ref("ProjectRef"),
    decimal("CostAmount", read_only=True),
    decimal("HomeCostAmount", read_only=True),
    anything("CustomExtensions"),
)


def complete_sales_lines(
    writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, customer: dict[str, Any], *, moves_stock: bool
) -> None:
    """Check the lines of a sale, add the subtotal, then fill in tax and total."""
    if writing.company.country != "US":
        entity.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if old is None or entity["Line"] is not old["Line"]:
        # Subtotals come back from clients that send what they have read; they are added up anew.
        sent = [line for line in entity["Line"] if line.get("DetailType") != "SubTotalLineDetail"]
        if not sent:
            raise missing("Line")
        entity["Line"] = sent
        taxable = bool(customer.get("Taxable", True))

        def complete(line: dict[str, Any], number: int, was: dict[str, Any] | None) -> dict[str, Any]:
            return _complete(writing, entity, line, number, taxable=taxable, moves_stock=moves_stock)

        replace_lines(entity, old, complete)
        _add_subtotal(entity)
    tax = settle_tax(writing, entity, old, "sales", always=True)
    entity["TotalAmt"] = rounded(net_of(entity["Line"]) + tax)


def net_of(lines: list[dict[str, Any]]) -> Decimal:
    """Return the sum of sales lines without their discounts."""
    total = ZERO
    for line in lines:
        if line["DetailType"] == "SalesItemLineDetail":
            total += line.get("Amount", ZERO)
        elif line["DetailType"] == "DiscountLineDetail":
            total -= line["Amount"]
    return total


def sales_effect(company: Company, entity: dict[str, Any]) -> Effect:
    """Return what the lines of an invoice or sales receipt take from stock, and the tax that is owed for them."""
    effect = Effect()
    for line in entity["Line"]:
        detail = line.get("SalesItemLineDetail") or {}
        item = tracked(company, detail.get("ItemRef"))
        if item is not None and "Qty" in detail:
            effect.quantities[item["Id"]] -= detail["Qty"]
            cost = rounded(EXACT.multiply(detail["Qty"], item.get("PurchaseCost", ZERO)))
            effect.accounts[item["AssetAccountRef"]["value"]] -= cost
    tax = entity.get("TxnTaxDetail", {}).get("TotalTax", ZERO)
    tax_account = account_of_type(company, "Other Current Liability", "SalesTaxPayable")
    if tax and tax_account is not None:
        effect.accounts[tax_account] -= at_home(entity, tax)
    return effect


def voided_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines without amounts and quantities."""
    nothing = Decimal(0)
    result = []
    for line in lines:
        changed = {**line, "Amount": nothing} if "Amount" in line else dict(line)
        detail = line.get("SalesItemLineDetail")
        if detail is not None:
            changed["SalesItemLineDetail"] = {
                name: nothing if name in {"Qty", "UnitPrice"} else value for name, value in detail.items()
            }
        result.append(changed)
    return result


def _complete(
    writing: Writing, entity: dict[str, Any], sent: dict[str, Any], number: int, *, taxable: bool, moves_stock: bool
) -> dict[str, Any]:
    kind = sent.get("DetailType")
    if kind is None:
        raise missing("Line.DetailType")
    if kind in {"GroupLineDetail", "TaxLineDetail"}:
        raise Fault("5030", f"Feature Not Supported Error : {kind} cannot be written.", "Line.DetailType")
    line = own_parts(sent, _DETAILS)
    if kind == "DiscountLineDetail":
        line["DiscountLineDetail"] = _discount(writing.company, dict(line.get(kind) or {}))
        if line["DiscountLineDetail"].get("PercentBased"):
            line.pop("Amount", None)
        else:
            line["Amount"] = line_amount(sent)
        return line
    detail = dict(line.get(kind) or {})
    line["CustomExtensions"] = []
    if kind == "DescriptionOnly" or not detail.get("ItemRef"):
        # A line without an item is a remark: its amount does not count.
        line.pop("Amount", None)
        line.pop(kind, None)
        return {**line, "DetailType": "DescriptionOnly", "DescriptionLineDetail": line.get("DescriptionLineDetail", {})}
    line["Amount"] = line_amount(sent)
    item = item_on_line(writing.company, detail, entity["TxnDate"], moves_stock=moves_stock)
    check_product(line["Amount"], detail)
    if moves_stock and item["Type"] == "Inventory" and detail.get("Qty") is None:
        raise Fault("6520", "Quantity required for inventory item", "")
    settle_line_tax(writing, entity, detail, number, "TAX" if taxable and item.get("Taxable") else "NON")
    drop_tracking(writing.company, detail)
    if item.get("IncomeAccountRef"):
        detail["ItemAccountRef"] = dict(item["IncomeAccountRef"])
    line[kind] = detail
    return line


def _discount(company: Company, detail: dict[str, Any]) -> dict[str, Any]:
    account = company.store("Account").get(account_of_type(company, "Income", "DiscountsRefundsGiven") or "")
    if account is not None:
        detail.setdefault(
            "DiscountAccountRef", {"value": account.body["Id"], "name": account.body["FullyQualifiedName"]}
        )
    if detail.get("PercentBased") and detail.get("DiscountPercent") is None:
        raise Fault("6090", "Discount Line missing required info : DiscountPercent.", "Line.DiscountLineDetail")
    return detail


def _add_subtotal(entity: dict[str, Any]) -> None:
    discounts = [line for line in entity["Line"] if line["DetailType"] == "DiscountLineDetail"]
    lines = [line for line in entity["Line"] if line["DetailType"] != "DiscountLineDetail"]
    subtotal = net_of(lines)
    for line in discounts:
        detail = line["DiscountLineDetail"]
        if detail.get("PercentBased"):
            line["Amount"] = rounded(EXACT.divide(EXACT.multiply(subtotal, detail["DiscountPercent"]), Decimal(100)))
    total = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    entity["Line"] = [*lines, total, *discounts]
