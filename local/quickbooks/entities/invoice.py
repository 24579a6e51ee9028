"""Invoice: what a customer owes the company.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import Shape, anything, boolean, day, decimal, integer, text, texts
from local.quickbooks.entities.ledger import Effect, account_of_type, at_home
from local.quickbooks.entities.links import check_estimates, relink_estimates
from local.quickbooks.entities.sales import SALES_FIELDS, SalesTransaction, still_owed
from local.quickbooks.entities.sales_lines import sales_effect
from local.quickbooks.entities.term import settle_due_date
from local.quickbooks.entities.transactions import Transaction

_ONLINE = ("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment")


class Invoice(SalesTransaction):
    """An invoice."""

    name: ClassVar[str] = "Invoice"
    operations: ClassVar[frozenset[str]] = Transaction.operations | {"void", "send", "pdf"}
    total_count: ClassVar[bool] = True
    shape: ClassVar[Shape] = Shape(
        "Invoice",
        *SALES_FIELDS,
        decimal("Deposit"),
        *[boolean(name, kept=True) for name in _ONLINE],
        boolean("AllowOnlinePayPalPayment"),
        boolean("AllowOnlineAffirmPayment"),
        text("EInvoiceStatus", read_only=True),
        text("ECloudStatusTimeStamp", read_only=True),
        integer("CfdiUse"),
        text("Exportation"),
        anything("GlobalInfo"),
        *texts("invoiceStatus", "callToAction"),
        anything("invoiceStatusLog"),
        anything("InvoiceEx"),
        decimal("LessCIS"),
        text("InvoiceLink", read_only=True),
        text("PaymentDetailsMessage"),
        anything("ConvenienceFeeDetail"),
        anything("EnabledSurchargeInfo"),
        text("InvoiceLinkSecurityCode"),
        day("InvoiceLinkExpiryDate"),
        boolean("AutoPayEligible"),
        boolean("SchedulePayEligible"),
        text("ScheduledPaymentId"),
        boolean("GratuityEnabled"),
        text("FinancingProductType"),
        text("SubscriptionPaymentsSetting"),
        anything("TxnRetainageDetail"),
    )

    def complete_sale(
        self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, customer: dict[str, Any]
    ) -> None:
        """Fill in the due date and what is owed."""
        settle_due_date(writing, entity, old, customer.get("SalesTermRef"), "SalesFormsPrefs")
        entity.setdefault("LinkedTxn", [])
        check_estimates(writing, entity)
        entity["Balance"] = still_owed(entity, old)
        if "ExchangeRate" in entity:
            entity["HomeBalance"] = at_home(entity, entity["Balance"])
        for name in _ONLINE:
            entity.setdefault(name, False)

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Move balances and quantities, and the estimates that the invoice bills."""
        super().written(writing, new, old)
        relink_estimates(writing, new, old)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """The customer owes what is left to pay; stock goes out."""
        effect = sales_effect(company, entity)
        effect.customers[entity["CustomerRef"]["value"]] += entity["Balance"]
        account = entity.get("ARAccountRef", {}).get("value") or account_of_type(company, "Accounts Receivable")
        if account is not None:
            effect.accounts[account] += at_home(entity, entity["Balance"])
        return effect
