"""PurchaseOrder and Bill."""

from decimal import Decimal
from typing import Literal, Required, TypedDict

from ledgerlink.domain.bodies.parts import (
    Address,
    Billable,
    DescriptionDetail,
    Email,
    EmailStatus,
    LinkedTxn,
    Ref,
    Transaction,
)


class ItemExpenseDetail(TypedDict, total=False):
    """A bought item."""

    ItemRef: Required[Ref]
    Qty: Decimal
    UnitPrice: Decimal
    ClassRef: Ref
    CustomerRef: Ref
    TaxCodeRef: Ref
    BillableStatus: Billable
    TaxInclusiveAmt: Decimal


class AccountExpenseDetail(TypedDict, total=False):
    """An expense without an item."""

    AccountRef: Required[Ref]
    ClassRef: Ref
    CustomerRef: Ref
    TaxCodeRef: Ref
    BillableStatus: Billable
    TaxInclusiveAmt: Decimal


class PurchaseLine(TypedDict, total=False):
    """A line of a purchase order or a bill."""

    Id: str
    LineNum: int
    Description: str
    Amount: Decimal
    LinkedTxn: list[LinkedTxn]
    DetailType: Required[Literal["ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail", "DescriptionOnly"]]
    ItemBasedExpenseLineDetail: ItemExpenseDetail
    AccountBasedExpenseLineDetail: AccountExpenseDetail
    DescriptionLineDetail: DescriptionDetail


class PurchaseOrderBody(Transaction, total=False):
    """What a vendor is to deliver."""

    VendorRef: Ref
    APAccountRef: Ref
    DueDate: str
    ExpectedDate: str
    Memo: str
    VendorAddr: Address
    ShipAddr: Address
    ShipTo: Ref
    ShipMethodRef: Ref
    POEmail: Email
    POStatus: Literal["Open", "Closed"]
    EmailStatus: EmailStatus
    ClassRef: Ref
    SalesTermRef: Ref
    Line: list[PurchaseLine]


class BillBody(Transaction, total=False):
    """What a vendor wants to be paid."""

    VendorRef: Ref
    APAccountRef: Ref
    DueDate: str
    SalesTermRef: Ref
    LinkedTxn: list[LinkedTxn]
    Line: list[PurchaseLine]
