"""TaxCode: what a line says about its tax, read-only here.

American companies have TAX and NON besides the codes of their agencies.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/taxcode
"""

from typing import ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import EntityType
from local.quickbooks.entities.fields import Shape, anything, boolean, text
from local.quickbooks.entities.parts import ENTITY_FIELDS
from local.quickbooks.store import Row


class TaxCode(EntityType):
    """A tax code."""

    name: ClassVar[str] = "TaxCode"
    sequence: ClassVar[str] = "TaxCode"
    operations: ClassVar[frozenset[str]] = frozenset({"read", "query"})
    default_order: ClassVar[tuple[str, bool]] = ("Id", False)
    has_active: ClassVar[bool] = True
    plural: ClassVar[str] = "TaxCodes"
    shape: ClassVar[Shape] = Shape(
        "TaxCode",
        *ENTITY_FIELDS,
        text("Name", find="fs"),
        text("Description", find="f"),
        boolean("Active", find="fs"),
        boolean("Hidden", find="f"),
        boolean("Taxable", find="f"),
        boolean("TaxGroup", find="f"),
        anything("SalesTaxRateList"),
        anything("PurchaseTaxRateList"),
        anything("AdjustmentTaxRateList"),
        text("TaxCodeConfigType"),
    )

    def read(self, company: Company, entity_id: str) -> Row:
        """Return a code; TAX and NON are ids too."""
        row = company.store(self.name).get(entity_id.upper())
        return row if row is not None else super().read(company, entity_id)
