"""Invoice, SalesReceipt and Estimate."""

from decimal import Decimal
from typing import Literal, Required, TypedDict

from ledgerlink.domain.bodies.parts import (
    Address,
    DescriptionDetail,
    Email,
    EmailStatus,
    LinkedTxn,
    Memo,
    PrintStatus,
    Ref,
    Transaction,
)


class SalesItemDetail(TypedDict, total=False):
    """A sold item."""

    ItemRef: Required[Ref]
    Qty: Decimal
    UnitPrice: Decimal
    ClassRef: Ref
    TaxCodeRef: Ref
    ServiceDate: str
    DiscountRate: Decimal
    DiscountAmt: Decimal
    TaxInclusiveAmt: Decimal


class DiscountDetail(TypedDict, total=False):
    """A discount on the whole document."""

    PercentBased: bool
    DiscountPercent: Decimal
    DiscountAccountRef: Ref
    ClassRef: Ref
    TaxCodeRef: Ref


class SalesLine(TypedDict, total=False):
    """A line of a sales form. The subtotal that QuickBooks adds is never sent back."""

    Id: str
    LineNum: int
    Description: str
    Amount: Decimal
    LinkedTxn: list[LinkedTxn]
    DetailType: Required[Literal["SalesItemLineDetail", "DiscountLineDetail", "DescriptionOnly"]]
    SalesItemLineDetail: SalesItemDetail
    DiscountLineDetail: DiscountDetail
    DescriptionLineDetail: DescriptionDetail


class SalesForm(Transaction, total=False):
    """What the three have in common."""

    CustomerRef: Ref
    CustomerMemo: Memo
    BillAddr: Address
    ShipAddr: Address
    BillEmail: Email
    ShipDate: str
    ShipMethodRef: Ref
    TrackingNum: str
    ClassRef: Ref
    EmailStatus: EmailStatus
    PrintStatus: PrintStatus
    ApplyTaxAfterDiscount: bool
    Line: list[SalesLine]


class InvoiceBody(SalesForm, total=False):
    """What a customer is to pay."""

    ARAccountRef: Ref
    DueDate: str
    SalesTermRef: Ref
    LinkedTxn: list[LinkedTxn]
    AllowOnlineCreditCardPayment: bool
    AllowOnlineACHPayment: bool


class SalesReceiptBody(SalesForm, total=False):
    """What a customer has paid already."""

    PaymentMethodRef: Ref
    PaymentRefNum: str
    DepositToAccountRef: Ref


class EstimateBody(SalesForm, total=False):
    """What a customer may order."""

    DueDate: str
    SalesTermRef: Ref
    ExpirationDate: str
    AcceptedBy: str
    AcceptedDate: str
    TxnStatus: Literal["Pending", "Accepted", "Closed", "Rejected"]
