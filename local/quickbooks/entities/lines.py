"""The lines of purchase transactions."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import EXACT, missing, money
from local.quickbooks.faults import Fault

_CENT = Decimal("0.01")
_TAX_NAMES = {"CA": "GST/HST", "AU": "GST", "NZ": "GST"}
_US_CODES = {"TAX", "NON"}
_LARGEST_AMOUNT = Decimal(10) ** 10
_DETAILS = {"ItemBasedExpenseLineDetail": "ItemRef", "AccountBasedExpenseLineDetail": "AccountRef"}


def complete_lines(writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
    """Check every line, number them, and give new ones an id.

    The array replaces the old one as a whole; a line keeps its identity by Id, and one without an Id, or with
    an Id that the document does not have, is new.
    """
    before = {line["Id"]: line for line in (old or {}).get("Line", []) if line.get("Id")}
    if old is not None and entity["Line"] is old["Line"]:
        return
    highest = max((int(identity) for identity in before), default=0)
    seen: set[str] = set()
    lines = []
    for number, sent in enumerate(entity["Line"], start=1):
        line = _complete_line(writing, sent, number)
        identity = sent.get("Id")
        if identity not in before or identity in seen:
            highest += 1
            identity = str(highest)
        elif "Received" in before[identity]:
            line["Received"] = before[identity]["Received"]
        seen.add(identity)
        lines.append({"Id": identity, "LineNum": number, **line})
    entity["Line"] = lines


def total_of(entity: dict[str, Any]) -> Decimal:
    """Return the sum of the lines and of the tax."""
    total = sum((line.get("Amount", Decimal(0)) for line in entity["Line"]), Decimal(0))
    tax: Decimal = entity.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0))
    return (total + tax).quantize(_CENT, ROUND_HALF_UP, EXACT)


def _complete_line(writing: Writing, sent: dict[str, Any], number: int) -> dict[str, Any]:
    kind = sent.get("DetailType")
    if kind is None:
        raise missing("Line.DetailType")
    line = {name: value for name, value in sent.items() if name not in {"Id", "LineNum"} and value is not None}
    for other in _DETAILS:
        if other != kind:
            line.pop(other, None)
    line["CustomExtensions"] = []
    reference = _DETAILS.get(kind)
    detail = dict(line.get(kind) or {})
    if reference is None or not detail.get(reference):
        # A line with neither item nor account is a remark: its amount does not count.
        line.pop("Amount", None)
        line.pop(kind, None)
        return line
    if line.get("Amount") is None:
        raise missing("Amount")
    if abs(line["Amount"]) >= _LARGEST_AMOUNT:
        raise Fault("2090", "Invalid Number : Amount is larger than 9999999999.99999.", "Line.Amount")
    line["Amount"] = money(line["Amount"])
    if reference == "ItemRef":
        _check_item(writing, detail)
        _check_amount(line["Amount"], detail)
    _settle_tax(writing, detail, number)
    if not writing.company.preference("AccountingInfoPrefs", "ClassTrackingPerTxnLine"):
        detail.pop("ClassRef", None)
    detail.setdefault("BillableStatus", "NotBillable")
    if detail["BillableStatus"] == "Billable" and not detail.get("CustomerRef"):
        raise Fault("6310", "Missing Customer : A billable line needs a customer.", "Line.BillableStatus")
    line[kind] = detail
    return line


def _check_item(writing: Writing, detail: dict[str, Any]) -> None:
    row = writing.company.store("Item").get(detail["ItemRef"]["value"])
    if row is None:
        return
    if row.body["Type"] == "Category":
        raise Fault("6000", "Business Validation Error: A category cannot be used on a transaction.", "Line.ItemRef")
    if not row.body.get("ExpenseAccountRef"):
        raise Fault("6000", "Business Validation Error: You must select an account for this transaction.")


def _check_amount(amount: Decimal, detail: dict[str, Any]) -> None:
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if quantity is None or price is None:
        return
    product = EXACT.multiply(quantity, price).quantize(_CENT, ROUND_HALF_UP, EXACT)
    if abs(amount - product) >= _CENT:
        raise Fault("6070", f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}", "Line.Amount")


def _settle_tax(writing: Writing, detail: dict[str, Any], number: int) -> None:
    country = writing.company.country
    code = detail.get("TaxCodeRef", {}).get("value")
    if country == "US":
        if code is not None and code not in _US_CODES:
            raise Fault(
                "6100", f"Invalid Line TaxCode in the request : Line {number} must be TAX or NON.", "TaxCodeRef"
            )
        detail.setdefault("TaxCodeRef", {"value": "NON"})
    elif code is None:
        tax = _TAX_NAMES.get(country, "VAT")
        raise Fault(
            "6000", f"Business Validation Error: Make sure all your transactions have a {tax} rate before you save."
        )
