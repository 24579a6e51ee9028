"""Taxes on transactions.

In the USA a line says TAX or NON and the tax of the whole document is computed elsewhere; everywhere else each
line names a tax code, whose rates give the tax.
"""

from decimal import Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import EXACT
from local.quickbooks.entities.lines import rounded
from local.quickbooks.faults import Fault

_NAMES = {"CA": "GST/HST", "AU": "GST", "NZ": "GST"}
_US_CODES = {"TAX", "NON"}
_ZERO = Decimal(0)
_LISTS = {"sales": "SalesTaxRateList", "purchases": "PurchaseTaxRateList"}


def settle_line_tax(
    writing: Writing, entity: dict[str, Any], detail: dict[str, Any], number: int, default: str = "NON"
) -> None:
    """Check a line's tax code; ``default`` is what an American line has that says nothing."""
    company = writing.company
    code = detail.get("TaxCodeRef", {}).get("value")
    if company.country == "US":
        if code is not None and code not in _US_CODES:
            raise Fault(
                "6100", f"Invalid Line TaxCode in the request : Line {number} must be TAX or NON.", "TaxCodeRef"
            )
        detail.setdefault("TaxCodeRef", {"value": default})
    elif code is not None:
        _code(company, code)
    elif entity.get("GlobalTaxCalculation") != "NotApplicable":
        tax = _NAMES.get(company.country, "VAT")
        raise Fault(
            "6000", f"Business Validation Error: Make sure all your transactions have a {tax} rate before you save."
        )


def settle_tax(
    writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, use: str, *, always: bool
) -> Decimal:
    """Fill in TxnTaxDetail and return the tax that comes on top of the lines.

    A TotalTax in the request counts as it is, zero included. ``always``: the detail is there even without tax.
    """
    if writing.company.country == "US":
        entity.pop("GlobalTaxCalculation", None)
    else:
        entity.setdefault("GlobalTaxCalculation", "TaxExcluded")
    sent = entity.get("TxnTaxDetail")
    if old is not None and sent is old.get("TxnTaxDetail"):
        # Nothing was sent: what was computed for other lines is computed anew.
        kept = entity["Line"] is old["Line"] or sent is None or "TxnTaxCodeRef" in sent
        sent = sent if kept else None
    detail = dict(sent or {})
    if "TotalTax" not in detail or (old is not None and sent is old.get("TxnTaxDetail") and "TaxLine" in detail):
        lines = _tax_lines(writing.company, entity, detail, use)
        detail.pop("TaxLine", None)
        detail["TotalTax"] = sum((line["Amount"] for line in lines), _ZERO)
        if lines:
            detail["TaxLine"] = lines
    total: Decimal = detail["TotalTax"]
    if always or sent or total or detail.get("TaxLine"):
        entity["TxnTaxDetail"] = detail
    else:
        entity.pop("TxnTaxDetail", None)
    return _ZERO if entity.get("GlobalTaxCalculation") == "TaxInclusive" else total


def _tax_lines(company: Company, entity: dict[str, Any], detail: dict[str, Any], use: str) -> list[dict[str, Any]]:
    taxable: dict[str, Decimal] = {}
    for line in entity["Line"]:
        part = line.get(line.get("DetailType", ""))
        code = (part or {}).get("TaxCodeRef", {}).get("value")
        if company.country == "US":
            code = detail.get("TxnTaxCodeRef", {}).get("value") if code == "TAX" else None
        if code is not None:
            taxable[code] = taxable.get(code, _ZERO) + line.get("Amount", _ZERO)
    included = entity.get("GlobalTaxCalculation") == "TaxInclusive"
    if entity.get("GlobalTaxCalculation") == "NotApplicable":
        return []
    lines = []
    for code, amount in taxable.items():
        rates = _rates(company, code, use)
        whole = 100 + sum((rate["RateValue"] for rate in rates), _ZERO)
        net = rounded(EXACT.divide(amount * 100, whole)) if included else amount
        lines += [_tax_line(rate, net) for rate in rates]
    return lines


def _tax_line(rate: dict[str, Any], net: Decimal) -> dict[str, Any]:
    return {
        "Amount": rounded(EXACT.divide(EXACT.multiply(net, rate["RateValue"]), Decimal(100))),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate["Id"]},
            "PercentBased": True,
            "TaxPercent": rate["RateValue"],
            "NetAmountTaxable": net,
        },
    }


def _rates(company: Company, code: str, use: str) -> list[dict[str, Any]]:
    details = _code(company, code).get(_LISTS[use], {}).get("TaxRateDetail", [])
    rows = [company.store("TaxRate").get(detail["TaxRateRef"]["value"]) for detail in details]
    return [row.body for row in rows if row is not None]


def _code(company: Company, code: str) -> dict[str, Any]:
    row = company.store("TaxCode").get(code)
    if row is None or not row.active:
        raise Fault("6160", f"Invalid TaxCodeRef : there is no tax code {code}.", "TaxCodeRef")
    return row.body
