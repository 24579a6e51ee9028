"""JournalEntry and InventoryAdjustment."""

from decimal import Decimal
from typing import Literal, Required, TypedDict

from ledgerlink.domain.bodies.parts import Billable, DescriptionDetail, Ref, Transaction


class JournalEntity(TypedDict):
    """Whose receivable or payable it is."""

    Type: Literal["Customer", "Vendor", "Employee"]
    EntityRef: Ref


class JournalDetail(TypedDict, total=False):
    """One side of a posting."""

    PostingType: Required[Literal["Debit", "Credit"]]
    AccountRef: Required[Ref]
    Entity: JournalEntity
    ClassRef: Ref
    DepartmentRef: Ref
    TaxCodeRef: Ref
    TaxApplicableOn: Literal["Purchase", "Sales"]
    TaxAmount: Decimal
    BillableStatus: Billable


class JournalLine(TypedDict, total=False):
    """A line of a journal entry; its Amount is positive."""

    Id: str
    LineNum: int
    Description: str
    Amount: Decimal
    DetailType: Required[Literal["JournalEntryLineDetail", "DescriptionOnly"]]
    JournalEntryLineDetail: JournalDetail
    DescriptionLineDetail: DescriptionDetail


class JournalEntryBody(Transaction, total=False):
    """A posting by hand; debits and credits are equal."""

    Adjustment: bool
    Line: list[JournalLine]


class AdjustmentDetail(TypedDict, total=False):
    """By how much, or to how much, the stock of an item changes."""

    ItemRef: Required[Ref]
    QtyDiff: Decimal
    NewQty: Decimal
    ClassRef: Ref


class AdjustmentLine(TypedDict, total=False):
    """A line of an inventory adjustment."""

    Id: str
    DetailType: Required[Literal["ItemAdjustmentLineDetail"]]
    ItemAdjustmentLineDetail: AdjustmentDetail


class InventoryAdjustmentBody(TypedDict, total=False):
    """A correction of stock that values it as well (Plus and Advanced in the US)."""

    Id: str
    SyncToken: str
    sparse: Literal[True]
    DocNumber: str
    TxnDate: str
    PrivateNote: str
    AdjustAccountRef: Ref
    DepartmentRef: Ref
    CustomerRef: Ref
    Line: list[AdjustmentLine]
