"""What invoices, sales receipts and estimates have in common.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice (and siblings)
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.entities.base import Writing
from local.quickbooks.entities.fields import (
    Field,
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    integer,
    many,
    part,
    ref,
    text,
    texts,
)
from local.quickbooks.entities.ledger import ZERO, at_home
from local.quickbooks.entities.names import number_addresses
from local.quickbooks.entities.parts import ADDRESS, EMAIL, LINKED_TXN
from local.quickbooks.entities.sales_lines import SALES_LINE, complete_sales_lines, voided_lines
from local.quickbooks.entities.transactions import (
    HEAD_FIELDS,
    TAIL_FIELDS,
    Transaction,
    check_currency,
    check_period,
    custom_fields,
    party_of,
    settle_doc_number,
)
from local.quickbooks.store import Row

_MEMO = Shape("MemoRef", text("value", 1000), *texts("id", "name", "type"))
_DELIVERY = Shape("TransactionDeliveryInfo", text("DeliveryType"), text("DeliveryTime"), text("DeliveryErrorType"))

SALES_FIELDS: tuple[Field, ...] = (
    *HEAD_FIELDS,
    many("LinkedTxn", LINKED_TXN, kept=True),
    many("Line", SALES_LINE, required=True),
    *TAIL_FIELDS,
    boolean("AutoDocNumber"),
    ref("CustomerRef", "Customer", required=True),
    part("CustomerMemo", _MEMO),
    part("BillAddr", ADDRESS, kept=True),
    part("ShipAddr", ADDRESS, kept=True),
    boolean("FreeFormAddress"),
    part("ShipFromAddr", ADDRESS),
    ref("RemitToRef"),
    ref("ClassRef", "Class"),
    ref("SalesTermRef", "Term", named=False),
    day("DueDate", find="fs"),
    ref("SalesRepRef"),
    text("PONumber", 15),
    text("FOB", 15),
    ref("ShipMethodRef"),
    day("ShipDate"),
    text("TrackingNum"),
    enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable", kept=True),
    decimal("TotalAmt", read_only=True, find="fs"),
    decimal("HomeTotalAmt", read_only=True),
    boolean("ApplyTaxAfterDiscount", kept=True),
    boolean("ShippingTaxIncludedInTotalTax"),
    ref("TemplateRef"),
    enum("PrintStatus", "NotSet", "NeedToPrint", "PrintComplete", kept=True),
    enum("EmailStatus", "NotSet", "NeedToSend", "EmailSent", kept=True),
    part("BillEmail", EMAIL),
    part("BillEmailCc", EMAIL),
    part("BillEmailBcc", EMAIL),
    ref("ARAccountRef", "Account"),
    decimal("Balance", read_only=True, find="fs"),
    decimal("HomeBalance", read_only=True),
    boolean("FinanceCharge"),
    ref("PaymentMethodRef"),
    text("PaymentRefNum", 21),
    enum("PaymentType", "Cash", "Check", "CreditCard", "Expense", "Other"),
    anything("CheckPayment"),
    anything("CreditCardPayment"),
    ref("DepositToAccountRef", "Account"),
    part("DeliveryInfo", _DELIVERY, kept=True),
    decimal("DiscountRate"),
    decimal("DiscountAmt"),
    text("GovtTxnRefIdentifier"),
    ref("TaxExemptionRef"),
    integer("Level", read_only=True),
)


class SalesTransaction(Transaction):
    """An invoice, a sales receipt or an estimate."""

    moves_stock: ClassVar[bool] = True
    numbers_unique: ClassVar[bool] = True

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check customer and lines; fill in addresses, tax, total and number."""
        company = writing.company
        super().complete(writing, entity, old)
        customer = party_of(company, "Customer", entity.get("CustomerRef"))
        check_currency(writing, entity, customer.get("CurrencyRef"))
        complete_sales_lines(writing, entity, old, customer, moves_stock=self.moves_stock)
        custom_fields(writing, entity, "SalesFormsPrefs", "CustomField", "SalesFormsPrefs", "Sales")
        if "ExchangeRate" in entity:
            entity["HomeTotalAmt"] = at_home(entity, entity["TotalAmt"])
        for name in ("BillAddr", "ShipAddr"):
            if not entity.get(name) and customer.get(name):
                entity[name] = dict(customer[name])
        number_addresses(writing, entity, old or customer, "BillAddr", "ShipAddr")
        number_addresses(writing, entity, old, "ShipFromAddr")
        entity.setdefault("ApplyTaxAfterDiscount", False)
        entity.setdefault("PrintStatus", "NeedToPrint")
        entity.setdefault("EmailStatus", "NotSet")
        self.complete_sale(writing, entity, old, customer)
        custom = company.preference("SalesFormsPrefs", "CustomTxnNumbers")
        settle_doc_number(
            writing,
            self,
            entity,
            old,
            assigned=not custom or bool(entity.get("AutoDocNumber")),
            unique=self.numbers_unique or writing.switches.estimate_numbers_unique,
        )
        entity.pop("AutoDocNumber", None)

    def complete_sale(
        self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, customer: dict[str, Any]
    ) -> None:
        """Fill in what only this kind of document has."""

    def void(self, writing: Writing, body: Any) -> Row:
        """Take all amounts away and leave the document."""
        if "void" not in self.operations:
            return super().void(writing, body)
        old = self.current(writing.company, body)
        check_period(writing, old.body["TxnDate"])
        nothing = Decimal(0)
        entity = {**old.body, "PrivateNote": "Voided", "Line": voided_lines(old.body["Line"]), "TotalAmt": nothing}
        entity["TxnTaxDetail"] = {"TotalTax": nothing}
        entity |= {name: nothing for name in ("Balance", "HomeBalance", "HomeTotalAmt", "Deposit") if name in entity}
        return self.replace(writing, old, entity, "Void")


def still_owed(entity: dict[str, Any], old: dict[str, Any] | None) -> Decimal:
    """Return the total without what has been paid of it."""
    paid = ZERO if old is None else old["TotalAmt"] - old.get("Deposit", ZERO) - old["Balance"]
    owed: Decimal = entity["TotalAmt"] - entity.get("Deposit", ZERO) - paid
    return owed
