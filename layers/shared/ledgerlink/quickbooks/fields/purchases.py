"""PurchaseOrder and Bill.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from ledgerlink.quickbooks.fields.kinds import Choice, Day, Entity, Lines, Number, Part, Ref, Text
from ledgerlink.quickbooks.fields.parts import (
    ALWAYS,
    BILLABLE,
    DESCRIPTION,
    EMAIL_STATUS,
    LINE,
    LINKED,
    ON_CREATE,
    TRANSACTION,
    TRANSACTION_STATE,
    address,
    email,
)

_LINES = Lines(
    "lines",
    needed=ON_CREATE,
    fields={**LINE, "LinkedTxn": LINKED},
    with_amount=frozenset({"ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"}),
    details={
        "ItemBasedExpenseLineDetail": Part(
            "item",
            fields={
                "ItemRef": Ref("item", needed=ALWAYS),
                "Qty": Number("quantity"),
                "UnitPrice": Number("unit cost"),
                "ClassRef": Ref("class"),
                "CustomerRef": Ref("customer"),
                "TaxCodeRef": Ref("tax code"),
                "BillableStatus": BILLABLE,
                "TaxInclusiveAmt": Number("amount with tax"),
            },
        ),
        "AccountBasedExpenseLineDetail": Part(
            "expense",
            fields={
                "AccountRef": Ref("account", needed=ALWAYS),
                "ClassRef": Ref("class"),
                "CustomerRef": Ref("customer"),
                "TaxCodeRef": Ref("tax code"),
                "BillableStatus": BILLABLE,
                "TaxInclusiveAmt": Number("amount with tax"),
            },
        ),
        "DescriptionOnly": DESCRIPTION,
    },
)

PURCHASE_ORDER = Entity(
    "purchase order",
    {
        **TRANSACTION,
        "VendorRef": Ref("vendor", needed=ON_CREATE),
        # Intuit says to send it; QuickBooks makes that of another currency with its first transaction, so that
        # an earlier order has none to send.
        "APAccountRef": Ref("accounts payable account"),
        "DueDate": Day("due date"),
        "ExpectedDate": Day("expected date"),
        "Memo": Text("message to the vendor"),
        "VendorAddr": address("vendor's address"),
        "ShipAddr": address("shipping address"),
        "ShipTo": Ref("customer to ship to"),
        "ShipMethodRef": Ref("shipping method"),
        "POEmail": email("vendor's e-mail"),
        "POStatus": Choice("status", values=frozenset({"Open", "Closed"})),
        "EmailStatus": EMAIL_STATUS,
        "ClassRef": Ref("class"),
        "SalesTermRef": Ref("terms"),
        "Line": _LINES,
    },
    read_only=TRANSACTION_STATE | {"LinkedTxn", "ManuallyClosed"},
    deletable=True,
)

BILL = Entity(
    "bill",
    {
        **TRANSACTION,
        # Sparse updates without it were refused.
        "VendorRef": Ref("vendor", needed=ALWAYS),
        "APAccountRef": Ref("accounts payable account"),
        "DueDate": Day("due date"),
        "SalesTermRef": Ref("terms"),
        "LinkedTxn": LINKED,
        "Line": _LINES,
    },
    read_only=TRANSACTION_STATE | {"VendorAddr", "RemitToAddr"},
    deletable=True,
)
