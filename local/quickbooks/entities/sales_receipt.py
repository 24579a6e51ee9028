"""SalesReceipt: a sale that was paid at once.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/salesreceipt
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Shape, anything, decimal, missing, ref
from local.quickbooks.entities.ledger import Effect, account_of_type, at_home
from local.quickbooks.entities.sales import SALES_FIELDS, SalesTransaction
from local.quickbooks.entities.sales_lines import sales_effect
from local.quickbooks.entities.transactions import Transaction
from local.quickbooks.faults import Fault

_MONEY_GOES_TO = {"Bank", "Other Current Asset"}


class SalesReceipt(SalesTransaction):
    """A sales receipt."""

    name: ClassVar[str] = "SalesReceipt"
    operations: ClassVar[frozenset[str]] = Transaction.operations | {"void", "send", "pdf"}
    shape: ClassVar[Shape] = Shape(
        "SalesReceipt",
        *SALES_FIELDS,
        ref("CustomerRef", "Customer"),
        ref("DepositToAccountRef", "Account", kept=True),
        anything("SalesReceiptEx"),
        decimal("LessCIS"),
    )

    def complete_sale(
        self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, customer: dict[str, Any]
    ) -> None:
        """Fill in where the money went: Undeposited Funds unless something else was sent."""
        accounts = writing.company.store("Account")
        if not entity.get("DepositToAccountRef"):
            account_id = account_of_type(writing.company, "Other Current Asset", "UndepositedFunds")
            row = accounts.get(account_id or "")
            if row is None:
                raise missing("DepositToAccountRef")
            entity["DepositToAccountRef"] = {"value": row.body["Id"], "name": row.body["FullyQualifiedName"]}
        row = accounts.get(entity["DepositToAccountRef"]["value"])
        if row is not None and row.body["AccountType"] not in _MONEY_GOES_TO:
            raise Fault("6430", "Invalid account type used : DepositToAccountRef must be a bank account or similar.")
        entity["Balance"] = Decimal(0)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """The money comes in; stock goes out."""
        effect = sales_effect(company, entity)
        effect.accounts[entity["DepositToAccountRef"]["value"]] += at_home(entity, entity["TotalAmt"])
        return effect
