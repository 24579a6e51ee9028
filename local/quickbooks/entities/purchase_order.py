"""PurchaseOrder: what the company has ordered from a vendor.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.expense_lines import EXPENSE_LINE, complete_expense_lines
from local.quickbooks.entities.fields import Shape, anything, boolean, day, enum, many, part, ref, text
from local.quickbooks.entities.ledger import Effect
from local.quickbooks.entities.names import number_addresses
from local.quickbooks.entities.parts import ADDRESS, EMAIL
from local.quickbooks.entities.purchases import PURCHASE_FIELDS, settle_payables_account
from local.quickbooks.entities.transactions import (
    HEAD_FIELDS,
    TAIL_FIELDS,
    Transaction,
    check_currency,
    custom_fields,
    letter_head,
    party_of,
    settle_doc_number,
)
from local.quickbooks.faults import Fault


class PurchaseOrder(Transaction):
    """A purchase order."""

    name: ClassVar[str] = "PurchaseOrder"
    operations: ClassVar[frozenset[str]] = Transaction.operations | {"send", "pdf"}
    total_count: ClassVar[bool] = True
    feature: ClassVar[str | None] = "purchase orders"
    shape: ClassVar[Shape] = Shape(
        "PurchaseOrder",
        *HEAD_FIELDS,
        many("Line", EXPENSE_LINE, required=True),
        *TAIL_FIELDS,
        *PURCHASE_FIELDS,
        ref("TaxCodeRef"),
        ref("ClassRef", "Class"),
        ref("ReimbursableInfoRef"),
        ref("SalesTermRef", "Term", named=False),
        day("DueDate", find="fs"),
        day("ExpectedDate"),
        part("VendorAddr", ADDRESS, kept=True),
        ref("ShipTo", "Customer"),
        ref("DropShipToEntity"),
        ref("InventorySiteRef"),
        part("ShipAddr", ADDRESS, kept=True),
        ref("ShipMethodRef"),
        text("FOB"),
        part("POEmail", EMAIL),
        ref("TemplateRef"),
        enum("PrintStatus", "NotSet", "NeedToPrint", "PrintComplete"),
        enum("EmailStatus", "NotSet", "NeedToSend", "EmailSent"),
        boolean("ManuallyClosed"),
        enum("POStatus", "Open", "Closed", kept=True),
        anything("PurchaseOrderEx"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check vendor, account, currency and lines; fill in number, addresses, status and total."""
        company = writing.company
        super().complete(writing, entity, old)
        vendor = party_of(company, "Vendor", entity["VendorRef"])
        settle_payables_account(writing, entity)
        check_currency(writing, entity, vendor.get("CurrencyRef"))
        complete_expense_lines(writing, entity, old, moves_stock=False)
        custom_fields(writing, entity, "VendorAndPurchasesPrefs", "POCustomField", "PurchasePrefs", "Purchase")
        custom = company.other_preference("VendorAndPurchasesPrefs.UseCustomTxnNumbers") == "true"
        settle_doc_number(writing, self, entity, old, assigned=not custom)
        entity.setdefault("LinkedTxn", [])
        entity.setdefault("EmailStatus", "NotSet")
        entity["POStatus"] = "Closed" if entity.get("ManuallyClosed") else entity.get("POStatus", "Open")
        if not entity.get("VendorAddr") and vendor.get("BillAddr"):
            entity["VendorAddr"] = letter_head(vendor.get("DisplayName", ""), vendor["BillAddr"])
        info = company.store("CompanyInfo").get("1")
        if not entity.get("ShipAddr") and info is not None:
            entity["ShipAddr"] = letter_head(company.name, info.body["CompanyAddr"])
        if not entity.get("POEmail") and vendor.get("PrimaryEmailAddr", {}).get("Address"):
            entity["POEmail"] = {"Address": vendor["PrimaryEmailAddr"]["Address"]}
        number_addresses(writing, entity, old, "VendorAddr", "ShipAddr")

    def before_delete(self, writing: Writing, old: dict[str, Any]) -> None:
        """Linked orders must be unlinked first."""
        super().before_delete(writing, old)
        if old.get("LinkedTxn"):
            raise Fault("6000", "Business Validation Error: Unlink this transaction from its bills before deleting it.")

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """Quantities on order move: inventory items get a new LastUpdatedTime."""
        details = [line.get("ItemBasedExpenseLineDetail", {}) for line in entity["Line"]]
        return Effect(touched={detail["ItemRef"]["value"] for detail in details if "ItemRef" in detail})
