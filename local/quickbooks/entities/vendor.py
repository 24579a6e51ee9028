"""Vendor: whom the company buys from.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendor
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
    integer,
    many,
    moment,
    part,
    ref,
    text,
    texts,
)
from local.quickbooks.entities.names import NAME_FIELDS, NameEntity
from local.quickbooks.entities.parts import ADDRESS


class Vendor(NameEntity):
    """A vendor."""

    name: ClassVar[str] = "Vendor"
    shape: ClassVar[Shape] = Shape(
        "Vendor",
        *NAME_FIELDS,
        *texts("ContactName", "AltContactName", "Notes"),
        part("BillAddr", ADDRESS),
        part("ShipAddr", ADDRESS),
        many("OtherAddr", ADDRESS),
        text("TaxCountry"),
        text("TaxIdentifier", 20),
        day("TaxIdEffectiveDate"),
        text("BusinessNumber"),
        ref("ParentRef", "Vendor"),
        ref("VendorTypeRef"),
        ref("TermRef", "Term", named=False),
        ref("PrefillAccountRef", "Account"),
        decimal("Balance", read_only=True, find="fs"),
        decimal("BillRate"),
        day("OpenBalanceDate"),
        decimal("CreditLimit"),
        text("AcctNum", 100),
        boolean("Vendor1099"),
        boolean("T4AEligible"),
        boolean("T5018Eligible"),
        ref("CurrencyRef", fixed=True),
        boolean("TDSEnabled"),
        integer("TDSEntityTypeId"),
        integer("TDSSectionTypeId"),
        boolean("TDSOverrideThreshold"),
        text("TaxReportingBasis"),
        ref("APAccountRef", "Account"),
        anything("VendorEx"),
        *texts("GSTIN", "GSTRegistrationType"),
        boolean("IsSubContractor"),
        *texts("SubcontractorType", "CISRate"),
        boolean("HasTPAR"),
        anything("VendorPaymentBankDetail"),
        text("Source"),
        decimal("CostRate"),
        *texts("AgencyVerificationStatus", "AgencyVerificationStatusMsg"),
        moment("AgencyVerificationTSUTC"),
        text("CompanyRegistrationNumber"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Fill in the balance and mask the tax id."""
        super().complete(writing, entity, old)
        entity.setdefault("Balance", Decimal(0))
        entity.setdefault("Vendor1099", False)
        tax_id = entity.get("TaxIdentifier")
        if tax_id is not None and not tax_id.startswith("XXXX"):
            digits = "".join(character for character in tax_id if character.isalnum())
            entity["TaxIdentifier"] = "XXXXXX" + digits[-4:]
