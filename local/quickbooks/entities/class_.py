"""Class: one of the ways to group transactions.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/class
"""

from typing import ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.fields import Shape, anything, boolean, many, ref, text
from local.quickbooks.entities.parts import CUSTOM_FIELD, ENTITY_FIELDS
from local.quickbooks.entities.tracking import TrackingEntity


class Class(TrackingEntity):
    """A class."""

    name: ClassVar[str] = "Class"
    sequence: ClassVar[str] = "Class"
    first_id: ClassVar[int] = 5_000_000_000_000_000_001
    plural: ClassVar[str] = "Classes"
    feature: ClassVar[str | None] = "classes"
    flag: ClassVar[str] = "SubClass"
    shape: ClassVar[Shape] = Shape(
        "Class",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("Name", 100, ":\t\n", min_length=1, required=True, find="fs"),
        boolean("SubClass", find="f"),
        ref("ParentRef", "Class", named=False),
        text("FullyQualifiedName", read_only=True, find="fs"),
        boolean("Active", kept=True, find="fs"),
        anything("ClassEx"),
    )

    def in_use(self, company: Company) -> bool:
        """Classes are tracked per transaction or per line."""
        names = ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
        return any(company.preference("AccountingInfoPrefs", name) for name in names)
