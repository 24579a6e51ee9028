"""Department: what QuickBooks shows as a location.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/department
"""

from typing import ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.fields import Shape, anything, boolean, many, part, ref, text
from local.quickbooks.entities.parts import ADDRESS, CUSTOM_FIELD, ENTITY_FIELDS
from local.quickbooks.entities.tracking import TrackingEntity


class Department(TrackingEntity):
    """A department."""

    name: ClassVar[str] = "Department"
    sequence: ClassVar[str] = "Department"
    plural: ClassVar[str] = "Departments"
    feature: ClassVar[str | None] = "locations"
    flag: ClassVar[str] = "SubDepartment"
    shape: ClassVar[Shape] = Shape(
        "Department",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("Name", 100, ":\t\n", min_length=1, required=True, find="fs"),
        boolean("SubDepartment", find="f"),
        ref("ParentRef", "Department", named=False),
        text("FullyQualifiedName", read_only=True, find="fs"),
        boolean("Active", kept=True, find="fs"),
        part("Address", ADDRESS),
        anything("DepartmentEx"),
    )

    def in_use(self, company: Company) -> bool:
        """Locations are tracked."""
        return bool(company.preference("AccountingInfoPrefs", "TrackDepartments"))
