"""TaxRate: one percentage of a tax code, read-only here.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/taxrate
"""

from typing import ClassVar

from local.quickbooks.entities.base import EntityType
from local.quickbooks.entities.fields import Shape, anything, boolean, decimal, ref, text
from local.quickbooks.entities.parts import ENTITY_FIELDS


class TaxRate(EntityType):
    """A tax rate."""

    name: ClassVar[str] = "TaxRate"
    sequence: ClassVar[str] = "TaxRate"
    operations: ClassVar[frozenset[str]] = frozenset({"read", "query"})
    default_order: ClassVar[tuple[str, bool]] = ("Id", False)
    has_active: ClassVar[bool] = True
    plural: ClassVar[str] = "TaxRates"
    shape: ClassVar[Shape] = Shape(
        "TaxRate",
        *ENTITY_FIELDS,
        text("Name", find="fs"),
        text("Description", find="f"),
        boolean("Active", find="fs"),
        decimal("RateValue", find="f"),
        ref("AgencyRef"),
        ref("TaxReturnLineRef"),
        text("SpecialTaxType"),
        text("DisplayType"),
        anything("EffectiveTaxRate"),
    )
