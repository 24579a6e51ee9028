"""Estimate: an offer to a customer. It moves no balances and no stock.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/estimate
"""

from typing import Any, ClassVar

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Shape, anything, day, enum, text
from local.quickbooks.entities.links import check_links
from local.quickbooks.entities.sales import SALES_FIELDS, SalesTransaction
from local.quickbooks.entities.transactions import Transaction
from local.quickbooks.faults import Fault


class Estimate(SalesTransaction):
    """An estimate."""

    name: ClassVar[str] = "Estimate"
    operations: ClassVar[frozenset[str]] = Transaction.operations | {"send", "pdf"}
    moves_stock: ClassVar[bool] = False
    numbers_unique: ClassVar[bool] = False
    shape: ClassVar[Shape] = Shape(
        "Estimate",
        *SALES_FIELDS,
        enum("TxnStatus", "Pending", "Accepted", "Closed", "Rejected", "Converted", kept=True),
        day("ExpirationDate"),
        text("AcceptedBy"),
        day("AcceptedDate"),
        anything("EstimateEx"),
    )

    def complete_sale(
        self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, customer: dict[str, Any]
    ) -> None:
        """A new estimate is pending."""
        check_links(entity)
        entity.setdefault("TxnStatus", "Pending")

    def before_delete(self, writing: Writing, old: dict[str, Any]) -> None:
        """Linked estimates must be unlinked first."""
        super().before_delete(writing, old)
        if old.get("LinkedTxn"):
            raise Fault("6000", "Business Validation Error: Unlink this estimate from its invoices before deleting it.")
