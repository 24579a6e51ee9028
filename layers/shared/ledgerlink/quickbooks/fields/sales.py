"""Invoice, SalesReceipt and Estimate.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice (and salesreceipt, estimate)
"""

from collections.abc import Mapping

from ledgerlink.quickbooks.fields.kinds import Choice, Day, Entity, Field, Flag, Lines, Number, Part, Ref, Text
from ledgerlink.quickbooks.fields.parts import (
    ALWAYS,
    DESCRIPTION,
    EMAIL_STATUS,
    LINE,
    LINKED,
    ON_CREATE,
    PRINT_STATUS,
    TRANSACTION,
    TRANSACTION_STATE,
    address,
    email,
)

_LINES = Lines(
    "lines",
    needed=ON_CREATE,
    fields={**LINE, "LinkedTxn": LINKED},
    with_amount=frozenset({"SalesItemLineDetail"}),
    details={
        "SalesItemLineDetail": Part(
            "item",
            fields={
                "ItemRef": Ref("item", needed=ALWAYS),
                "Qty": Number("quantity"),
                "UnitPrice": Number("price"),
                "ClassRef": Ref("class"),
                "TaxCodeRef": Ref("tax code"),
                "ServiceDate": Day("service date"),
                "DiscountRate": Number("discount rate"),
                "DiscountAmt": Number("discount"),
                "TaxInclusiveAmt": Number("amount with tax"),
            },
        ),
        "DiscountLineDetail": Part(
            "discount",
            fields={
                "PercentBased": Flag("in percent"),
                "DiscountPercent": Number("percentage"),
                "DiscountAccountRef": Ref("discount account"),
                "ClassRef": Ref("class"),
                "TaxCodeRef": Ref("tax code"),
            },
        ),
        "DescriptionOnly": DESCRIPTION,
    },
)

_SALES_FORM: Mapping[str, Field] = {
    **TRANSACTION,
    "CustomerRef": Ref("customer", needed=ON_CREATE),
    "CustomerMemo": Part("message to the customer", fields={"value": Text("text", longest=1000, needed=ALWAYS)}),
    "BillAddr": address("billing address"),
    "ShipAddr": address("shipping address"),
    "BillEmail": email("customer's e-mail"),
    "ShipDate": Day("shipping date"),
    "ShipMethodRef": Ref("shipping method"),
    "TrackingNum": Text("tracking number"),
    "ClassRef": Ref("class"),
    "EmailStatus": EMAIL_STATUS,
    "PrintStatus": PRINT_STATUS,
    "ApplyTaxAfterDiscount": Flag("tax after discount"),
    "Line": _LINES,
}

INVOICE = Entity(
    "invoice",
    {
        **_SALES_FORM,
        "ARAccountRef": Ref("accounts receivable account"),
        "DueDate": Day("due date"),
        "SalesTermRef": Ref("terms"),
        "LinkedTxn": LINKED,
        "AllowOnlineCreditCardPayment": Flag("card payments"),
        "AllowOnlineACHPayment": Flag("bank payments"),
    },
    read_only=TRANSACTION_STATE,
    deletable=True,
    void_parameters={"operation": "void"},
)

SALES_RECEIPT = Entity(
    "sales receipt",
    {
        **_SALES_FORM,
        "CustomerRef": Ref("customer"),
        "PaymentMethodRef": Ref("payment method"),
        "PaymentRefNum": Text("payment reference"),
        "DepositToAccountRef": Ref("account to deposit to"),
    },
    read_only=TRANSACTION_STATE | {"LinkedTxn"},
    deletable=True,
    void_parameters={"operation": "update", "include": "void"},
)

ESTIMATE = Entity(
    "estimate",
    {
        **_SALES_FORM,
        "DueDate": Day("due date"),
        "SalesTermRef": Ref("terms"),
        "ExpirationDate": Day("expiration date"),
        "AcceptedBy": Text("accepted by"),
        "AcceptedDate": Day("accepted on"),
        "TxnStatus": Choice("status", values=frozenset({"Pending", "Accepted", "Closed", "Rejected"})),
    },
    read_only=TRANSACTION_STATE | {"LinkedTxn"},
    deletable=True,
)
