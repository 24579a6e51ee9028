"""Customer: whom the company sells to; jobs and projects are customers under a customer.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import (
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    integer,
    many,
    part,
    ref,
    text,
    texts,
)
from local.quickbooks.entities.names import NAME_FIELDS, NameEntity, Tree
from local.quickbooks.entities.parts import ADDRESS

_USUAL_TAX = "2"  # in every recording of an American company
_TREE = Tree("Customer", "DisplayName", "Job")


class Customer(NameEntity):
    """A customer."""

    name: ClassVar[str] = "Customer"
    shape: ClassVar[Shape] = Shape(
        "Customer",
        *NAME_FIELDS,
        boolean("Taxable"),
        part("BillAddr", ADDRESS),
        part("ShipAddr", ADDRESS),
        many("OtherAddr", ADDRESS),
        *texts("ContactName", "AltContactName"),
        text("Notes", 2000),
        boolean("Job", find="f"),
        boolean("BillWithParent"),
        ref("RootCustomerRef", "Customer"),
        ref("ParentRef", "Customer", named=False),
        integer("Level", read_only=True),
        ref("CustomerTypeRef"),
        ref("SalesTermRef", "Term", named=False),
        ref("SalesRepRef"),
        ref("TaxGroupCodeRef"),
        ref("TaxRateRef"),
        ref("PaymentMethodRef"),
        anything("CCDetail"),
        ref("PriceLevelRef"),
        decimal("Balance", read_only=True, find="fs"),
        day("OpenBalanceDate"),
        decimal("BalanceWithJobs", read_only=True, find="fs"),
        decimal("CreditLimit"),
        text("AcctNum", 100),
        ref("CurrencyRef", fixed=True),
        decimal("OverDueBalance", read_only=True),
        decimal("TotalRevenue", read_only=True),
        decimal("TotalExpense", read_only=True),
        enum("PreferredDeliveryMethod", "Print", "Email", "None"),
        text("ResaleNum", 16),
        anything("JobInfo"),
        boolean("TDSEnabled"),
        anything("CustomerEx"),
        text("SecondaryTaxIdentifier"),
        ref("ARAccountRef", "Account"),
        text("PrimaryTaxIdentifier", 20),
        text("TaxExemptionReasonId"),
        boolean("IsProject", read_only=True),
        *texts("BusinessNumber", "GSTIN", "GSTRegistrationType"),
        boolean("IsCISContractor"),
        text("ClientCompanyId"),
        text("ClientEntityId"),
        *texts("Source", "TaxRegime"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Fill in balances and the place in the hierarchy."""
        super().complete(writing, entity, old)
        if entity.get("ParentRef") and "Job" not in entity:
            entity["Job"] = True
        _TREE.place(writing, entity, old)
        entity.setdefault("Taxable", writing.company.country == "US")
        if old is None and entity["Taxable"] and writing.company.store("TaxCode").get(_USUAL_TAX) is not None:
            entity.setdefault("DefaultTaxCodeRef", {"value": _USUAL_TAX})
        entity.setdefault("BillWithParent", False)
        entity.setdefault("Balance", Decimal(0))
        entity.setdefault("BalanceWithJobs", Decimal(0))
        entity.setdefault("PreferredDeliveryMethod", "Print")

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Carry a new name to the jobs below."""
        if new is not None:
            _TREE.rename_children(writing, new, old)
