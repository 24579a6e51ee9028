"""PurchaseOrder: what the company has ordered from a vendor.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from typing import Any, ClassVar

from local.quickbooks.clock import today
from local.quickbooks.entities.base import ENTITIES, EntityType, Writing
from local.quickbooks.entities.fields import (
    ADDRESS,
    CUSTOM_FIELD,
    EMAIL,
    ENTITY_FIELDS,
    LINKED_TXN,
    TAX_DETAIL,
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
    texts,
)
from local.quickbooks.entities.lines import complete_lines, total_of
from local.quickbooks.entities.names import number_addresses
from local.quickbooks.entities.transactions import check_currency, custom_fields, settle_doc_number
from local.quickbooks.faults import Fault

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


class PurchaseOrder(EntityType):
    """A purchase order."""

    name: ClassVar[str] = "PurchaseOrder"
    sequence: ClassVar[str] = "Txn"
    operations: ClassVar[frozenset[str]] = frozenset({"create", "update", "read", "query", "delete"})
    default_order: ClassVar[tuple[str, bool]] = ("MetaData.LastUpdatedTime", True)
    total_count: ClassVar[bool] = True
    plural: ClassVar[str] = "Transactions"
    feature: ClassVar[str | None] = "purchase orders"
    shape: ClassVar[Shape] = Shape(
        "PurchaseOrder",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("DocNumber", 21, find="fs"),
        day("TxnDate", kept=True, find="fs"),
        text("TxnSubType"),
        ref("DepartmentRef", "Department"),
        ref("CurrencyRef", kept=True),
        decimal("ExchangeRate", kept=True),
        text("PrivateNote", 4000),
        text("TxnStatus", read_only=True),
        many("LinkedTxn", LINKED_TXN, read_only=True),
        many("Line", EXPENSE_LINE, required=True),
        part("TxnTaxDetail", TAX_DETAIL),
        *texts("TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType"),
        anything("Tag"),
        anything("TxnApprovalInfo"),
        ref("RecurDataRef"),
        anything("RecurringInfo"),
        ref("ProjectRef"),
        decimal("TotalCostAmount", read_only=True),
        decimal("HomeTotalCostAmount", read_only=True),
        ref("VendorRef", "Vendor", required=True),
        ref("APAccountRef", "Account", kept=True),
        decimal("TotalAmt", read_only=True, find="fs"),
        part("BillEmail", EMAIL),
        part("ReplyEmail", EMAIL),
        text("Memo", 4000),
        enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable"),
        ref("TaxCodeRef"),
        ref("ClassRef", "Class"),
        ref("ReimbursableInfoRef"),
        ref("SalesTermRef", "Term"),
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

    def meta_data(self, writing: Writing, created: str, updated: str) -> dict[str, Any]:
        """Transactions also say who changed them last."""
        return {"CreateTime": created, "LastModifiedByRef": {"value": "9130350000000001"}, "LastUpdatedTime": updated}

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check vendor, account, currency and lines; fill in number, addresses, status and total."""
        company = writing.company
        vendor_row = company.store("Vendor").get(entity["VendorRef"]["value"])
        vendor = {} if vendor_row is None else vendor_row.body
        entity.setdefault("TxnDate", today(writing.now))
        self._settle_payables_account(writing, entity)
        check_currency(writing, entity, vendor.get("CurrencyRef"))
        complete_lines(writing, entity, old)
        custom_fields(writing, entity, "PurchasePrefs.UsePurchaseCustom", "PurchasePrefs.PurchaseCustomName")
        if not company.preference("AccountingInfoPrefs", "ClassTrackingPerTxn"):
            entity.pop("ClassRef", None)
        settle_doc_number(
            writing, self, entity, old, custom=company.other_preference("VendorAndPurchasesPrefs.UseCustomTxnNumbers")
        )
        entity["TotalAmt"] = total_of(entity)
        entity.setdefault("LinkedTxn", [])
        entity.setdefault("EmailStatus", "NotSet")
        entity["POStatus"] = "Closed" if entity.get("ManuallyClosed") else entity.get("POStatus", "Open")
        if not entity.get("VendorAddr") and vendor.get("BillAddr"):
            entity["VendorAddr"] = _letter_head(vendor.get("DisplayName", ""), vendor["BillAddr"])
        info = company.store("CompanyInfo").get("1")
        if not entity.get("ShipAddr") and info is not None:
            entity["ShipAddr"] = _letter_head(company.name, info.body["CompanyAddr"])
        if not entity.get("POEmail") and vendor.get("PrimaryEmailAddr", {}).get("Address"):
            entity["POEmail"] = {"Address": vendor["PrimaryEmailAddr"]["Address"]}
        number_addresses(writing, entity, old, "VendorAddr", "ShipAddr")

    def before_delete(self, writing: Writing, old: dict[str, Any]) -> None:
        """Linked orders must be unlinked first."""
        if old.get("LinkedTxn"):
            raise Fault("6000", "Business Validation Error: Unlink this transaction from its bills before deleting it.")

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Quantities on order move: inventory items get a new LastUpdatedTime and keep their SyncToken."""
        items = writing.company.store("Item")
        for entity in (new, old):
            for line in (entity or {}).get("Line", []):
                reference = line.get("ItemBasedExpenseLineDetail", {}).get("ItemRef")
                row = items.get(reference["value"]) if reference else None
                if row is not None and row.body["Type"] == "Inventory":
                    ENTITIES["Item"].touch(writing, row.body["Id"])

    def _settle_payables_account(self, writing: Writing, entity: dict[str, Any]) -> None:
        accounts = writing.company.store("Account")
        if not entity.get("APAccountRef"):
            payable = [row for row in accounts.indexed("AccountType", "Accounts Payable") if row.active]
            if len(payable) != 1:
                raise missing("APAccountRef")
            account = payable[0].body
            entity["APAccountRef"] = {"value": account["Id"], "name": account["FullyQualifiedName"]}
        row = accounts.get(entity["APAccountRef"]["value"])
        if row is not None and row.body["AccountType"] != "Accounts Payable":
            raise Fault("6430", "Invalid account type used : APAccountRef must be an Accounts Payable account.", "")


def _letter_head(name: str, address: dict[str, Any]) -> dict[str, Any]:
    """Write an address as the lines of a letter, as QuickBooks does on transactions."""
    place = f"{address.get('City', '')}, {address.get('CountrySubDivisionCode', '')}  {address.get('PostalCode', '')}"
    lines = [name, address.get("Line1"), address.get("Line2"), place.strip(" ,")]
    written = [line for line in lines if line]
    return {f"Line{number}": line for number, line in enumerate(written, start=1)}
