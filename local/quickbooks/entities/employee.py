"""Employee: here only because employees share one name space with vendors and customers.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/employee
"""

from typing import Any, ClassVar

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Shape, boolean, day, decimal, enum, part, text
from local.quickbooks.entities.names import NAME_FIELDS, NameEntity
from local.quickbooks.entities.parts import ADDRESS


class Employee(NameEntity):
    """An employee."""

    name: ClassVar[str] = "Employee"
    names_when_inactive: ClassVar[tuple[str, ...]] = ("DisplayName",)
    shape: ClassVar[Shape] = Shape(
        "Employee",
        *NAME_FIELDS,
        text("EmployeeType"),
        text("EmployeeNumber", 100),
        text("SSN", 100),
        part("PrimaryAddr", ADDRESS),
        boolean("BillableTime"),
        decimal("BillRate"),
        day("BirthDate"),
        enum("Gender", "Male", "Female"),
        day("HiredDate"),
        day("ReleasedDate"),
        decimal("CostRate"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Keep the name unique; employees have no currency."""
        super().complete(writing, entity, old)
        entity.pop("CurrencyRef", None)
        entity.setdefault("BillableTime", False)
        if entity.get("SSN"):
            entity["SSN"] = "XXX-XX-XXXX"
