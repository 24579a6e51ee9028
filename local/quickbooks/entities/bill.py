"""Bill: what the company owes a vendor.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.expense_lines import EXPENSE_LINE, complete_expense_lines, expense_effect
from local.quickbooks.entities.fields import Shape, anything, boolean, day, decimal, many, part, ref
from local.quickbooks.entities.ledger import ZERO, Effect, account_of_type, at_home
from local.quickbooks.entities.links import check_orders, relink_orders
from local.quickbooks.entities.names import number_addresses
from local.quickbooks.entities.parts import ADDRESS, LINKED_TXN
from local.quickbooks.entities.purchases import PURCHASE_FIELDS, settle_payables_account
from local.quickbooks.entities.term import settle_due_date
from local.quickbooks.entities.transactions import (
    HEAD_FIELDS,
    TAIL_FIELDS,
    Transaction,
    check_currency,
    letter_head,
    party_of,
    settle_doc_number,
)


class Bill(Transaction):
    """A bill."""

    name: ClassVar[str] = "Bill"
    total_count: ClassVar[bool] = True
    shape: ClassVar[Shape] = Shape(
        "Bill",
        *HEAD_FIELDS,
        many("LinkedTxn", LINKED_TXN, kept=True),
        many("Line", EXPENSE_LINE, required=True),
        *TAIL_FIELDS,
        *PURCHASE_FIELDS,
        ref("PayerRef"),
        ref("SalesTermRef", "Term", named=False),
        day("DueDate", find="fs"),
        part("RemitToAddr", ADDRESS),
        part("ShipAddr", ADDRESS),
        part("VendorAddr", ADDRESS, kept=True),
        decimal("Balance", read_only=True, find="fs"),
        decimal("HomeBalance", read_only=True),
        anything("BillEx"),
        decimal("LessCIS"),
        boolean("IncludeInAnnualTPAR"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check vendor, lines and links; fill in account, due date, total and what is still owed."""
        company = writing.company
        super().complete(writing, entity, old)
        vendor = party_of(company, "Vendor", entity["VendorRef"])
        settle_payables_account(writing, entity, may_choose=True)
        check_currency(writing, entity, vendor.get("CurrencyRef"))
        complete_expense_lines(writing, entity, old, moves_stock=True)
        settle_due_date(writing, entity, old, vendor.get("TermRef"), "VendorAndPurchasesPrefs")
        check_orders(writing, entity, old)
        settle_doc_number(
            writing,
            self,
            entity,
            old,
            assigned=False,
            unique=company.other_preference("WarnDuplicateBillNumber") == "true",
            within=_vendor if writing.switches.bill_numbers_unique_per_vendor else _anything,
        )
        entity.setdefault("LinkedTxn", [])
        paid = ZERO if old is None else old["TotalAmt"] - old["Balance"]
        entity["Balance"] = entity["TotalAmt"] - paid
        if "ExchangeRate" in entity:
            entity["HomeBalance"] = at_home(entity, entity["Balance"])
        if not entity.get("VendorAddr") and vendor.get("BillAddr"):
            entity["VendorAddr"] = letter_head(vendor.get("DisplayName", ""), vendor["BillAddr"])
        number_addresses(writing, entity, old, "VendorAddr", "ShipAddr", "RemitToAddr")

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Move balances and quantities, and the purchase orders that the bill is for."""
        super().written(writing, new, old)
        relink_orders(writing, new, old)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """The vendor is owed what is left to pay; lines post to their accounts."""
        effect = expense_effect(company, entity)
        effect.vendors[entity["VendorRef"]["value"]] += entity["Balance"]
        effect.accounts[entity["APAccountRef"]["value"]] -= at_home(entity, entity["Balance"])
        tax = entity["TotalAmt"] - sum((line.get("Amount", ZERO) for line in entity["Line"]), ZERO)
        tax_account = account_of_type(company, "Other Current Liability", "SalesTaxPayable")
        if tax and tax_account is not None:
            effect.accounts[tax_account] += at_home(entity, tax)
        return effect


def _vendor(entity: dict[str, Any]) -> Any:
    return entity["VendorRef"]["value"]


def _anything(entity: dict[str, Any]) -> Any:
    return None
