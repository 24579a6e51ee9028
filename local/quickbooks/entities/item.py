"""Item: a product or service.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.entities.base import EntityType, Writing, mark_inactive
from local.quickbooks.entities.fields import (
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    integer,
    many,
    missing,
    ref,
    text,
    texts,
)
from local.quickbooks.entities.names import Tree
from local.quickbooks.entities.parts import CUSTOM_FIELD, ENTITY_FIELDS
from local.quickbooks.faults import Fault

_TREE = Tree("Item", "Name", "SubItem")
_HIGHEST = Decimal(99_999_999_999)


class Item(EntityType):
    """An item."""

    name: ClassVar[str] = "Item"
    sequence: ClassVar[str] = "Item"
    default_order: ClassVar[tuple[str, bool]] = ("Name", False)
    has_active: ClassVar[bool] = True
    names_when_inactive: ClassVar[tuple[str, ...]] = ("Name", "FullyQualifiedName")
    plural: ClassVar[str] = "Items"
    shape: ClassVar[Shape] = Shape(
        "Item",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("Name", 100, ":\t\n", min_length=1, required=True, find="fs"),
        text("Sku", 100, find="fs"),
        text("Description", 4000, find="fs"),
        boolean("Active", kept=True, find="fs"),
        boolean("SubItem", find="f"),
        ref("ParentRef", "Item"),
        integer("Level", read_only=True),
        text("FullyQualifiedName", read_only=True, find="fs"),
        boolean("Taxable", find="f"),
        boolean("SalesTaxIncluded"),
        boolean("PercentBased"),
        decimal("UnitPrice", highest=_HIGHEST, find="f"),
        decimal("RatePercent"),
        enum("Type", "Inventory", "NonInventory", "Service", "Category", "Group", kept=True, find="fs"),
        ref("PaymentMethodRef"),
        ref("UOMSetRef"),
        ref("IncomeAccountRef", "Account"),
        text("PurchaseDesc", 1000),
        boolean("PurchaseTaxIncluded"),
        decimal("PurchaseCost", highest=_HIGHEST),
        ref("ExpenseAccountRef", "Account"),
        ref("COGSAccountRef", "Account"),
        ref("AssetAccountRef", "Account"),
        ref("PrefVendorRef", "Vendor"),
        decimal("AvgCost", read_only=True),
        boolean("TrackQtyOnHand", kept=True),
        decimal("QtyOnHand", kept=True),
        decimal("QtyOnPurchaseOrder", read_only=True),
        decimal("QtyOnSalesOrder", read_only=True),
        decimal("ReorderPoint"),
        text("ManPartNum"),
        ref("DepositToAccountRef", "Account"),
        ref("SalesTaxCodeRef"),
        ref("PurchaseTaxCodeRef"),
        day("InvStartDate", kept=True),
        decimal("BuildPoint"),
        boolean("PrintGroupedItems"),
        boolean("SpecialItem"),
        text("SpecialItemType"),
        anything("ItemGroupDetail"),
        anything("ItemAssemblyDetail"),
        decimal("AbatementRate"),
        decimal("ReverseChargeRate"),
        *texts("ServiceType", "ItemCategoryType"),
        anything("ItemEx"),
        ref("TaxClassificationRef"),
        *texts("UQCDisplayText", "UQCId"),
        ref("ClassRef", "Class"),
        text("Source"),
        boolean("DeferredRevenue"),
        anything("CustomExtensions"),
    )

    def required(self, cleaned: dict[str, Any], writing: Writing) -> str | None:
        """The type, since minor version 4."""
        return None if cleaned.get("Type") else "Type"

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check what each type needs and place the name."""
        kind = entity["Type"]
        if kind == "Group":
            raise Fault("5030", "Feature Not Supported Error : Bundles are read-only in the API.", "Type")
        if old is not None and old["Type"] != kind and "Inventory" in (old["Type"], kind):
            raise Fault("6000", "Business Validation Error: The type of an inventory item cannot be changed.", "Type")
        if old is not None and old.get("TrackQtyOnHand") and not entity.get("TrackQtyOnHand"):
            raise Fault("6000", "Business Validation Error: Quantity tracking cannot be turned off.", "TrackQtyOnHand")
        entity.setdefault("Active", True)
        mark_inactive(entity, old, *self.names_when_inactive)
        if entity.get("ParentRef") and "SubItem" not in entity:
            entity["SubItem"] = True
        _TREE.place(writing, entity, old)
        if kind == "Category":
            return
        if kind == "Inventory":
            self._check_inventory(writing, entity)
        elif kind == "Service" and not entity.get("IncomeAccountRef"):
            raise missing("IncomeAccountRef")
        elif entity.get("TrackQtyOnHand"):
            raise Fault("6000", "Business Validation Error: Only inventory items can track quantity.", "TrackQtyOnHand")
        entity.setdefault("Taxable", False)
        entity.setdefault("UnitPrice", Decimal(0))
        entity.setdefault("PurchaseCost", Decimal(0))
        entity.setdefault("TrackQtyOnHand", False)

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Carry a new name to the items below."""
        if new is not None:
            _TREE.rename_children(writing, new, old)

    def _check_inventory(self, writing: Writing, entity: dict[str, Any]) -> None:
        company = writing.company
        if not company.has_feature("inventory"):
            raise Fault(
                "5020",
                f"Permission Denied Error : QuickBooks Online {company.plan} does not include inventory.",
                "Type",
            )
        if company.preference("ProductAndServicesPrefs", "QuantityOnHand") is False or not entity.get("TrackQtyOnHand"):
            raise Fault(
                "6000",
                "Business Validation Error: If Track quantity on hand is turned off, the item cannot be of type "
                "Inventory.",
                "TrackQtyOnHand",
            )
        if not entity.get("InvStartDate"):
            raise Fault("6000", "Business Validation Error: As of date for initial quantity on hand is required.")
        for name, account_type in (
            ("AssetAccountRef", "Other Current Asset"),
            ("IncomeAccountRef", "Income"),
            ("ExpenseAccountRef", "Cost of Goods Sold"),
        ):
            reference = entity.get(name)
            if not reference:
                raise missing(name)
            account = company.store("Account").get(reference["value"])
            if account is not None and account.body["AccountType"] != account_type:
                raise Fault("6430", f"Invalid account type used : {name} must be of type {account_type}.", name)
        if entity.get("QtyOnHand") is None:
            raise missing("QtyOnHand")
