"""What purchase orders and bills have in common."""

from typing import Any

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Field, decimal, enum, missing, part, ref, text
from local.quickbooks.entities.parts import EMAIL
from local.quickbooks.faults import Fault

PURCHASE_FIELDS: tuple[Field, ...] = (
    ref("VendorRef", "Vendor", required=True),
    ref("APAccountRef", "Account", kept=True),
    decimal("TotalAmt", read_only=True, find="fs"),
    part("BillEmail", EMAIL),
    part("ReplyEmail", EMAIL),
    text("Memo", 4000),
    enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable", kept=True),
)


def settle_payables_account(writing: Writing, entity: dict[str, Any], *, may_choose: bool = False) -> None:
    """Fill in the A/P account; with several, one must be sent unless QuickBooks ``may_choose`` the first."""
    accounts = writing.company.store("Account")
    if not entity.get("APAccountRef"):
        payable = [row for row in accounts.indexed("AccountType", "Accounts Payable") if row.active]
        if not payable or (len(payable) > 1 and not may_choose):
            raise missing("APAccountRef")
        account = min(payable, key=lambda row: row.number).body
        entity["APAccountRef"] = {"value": account["Id"], "name": account["FullyQualifiedName"]}
    row = accounts.get(entity["APAccountRef"]["value"])
    if row is not None and row.body["AccountType"] != "Accounts Payable":
        raise Fault("6430", "Invalid account type used : APAccountRef must be an Accounts Payable account.", "")
