"""What the bodies of several entities have in common."""

from decimal import Decimal
from typing import Literal, Required, TypedDict

type Billable = Literal["Billable", "NotBillable", "HasBeenBilled"]
type TaxCalculation = Literal["TaxExcluded", "TaxInclusive", "NotApplicable"]
type EmailStatus = Literal["NotSet", "NeedToSend", "EmailSent"]
type PrintStatus = Literal["NotSet", "NeedToPrint", "PrintComplete"]


class Ref(TypedDict, total=False):
    """A reference to another entity; QuickBooks ignores the name and fills in the true one."""

    value: Required[str]
    name: str


class Address(TypedDict, total=False):
    """A PhysicalAddress. QuickBooks may hand its parts back in other lines."""

    Line1: str
    Line2: str
    Line3: str
    Line4: str
    Line5: str
    City: str
    Country: str
    CountrySubDivisionCode: str
    PostalCode: str


class Email(TypedDict):
    """An EmailAddress."""

    Address: str


class Phone(TypedDict):
    """A TelephoneNumber."""

    FreeFormNumber: str


class WebSite(TypedDict):
    """A WebSiteAddress."""

    URI: str


class Memo(TypedDict):
    """A text that the customer sees."""

    value: str


class CustomField(TypedDict):
    """One of a company's own fields; an unknown definition is dropped silently."""

    DefinitionId: str
    Type: Literal["StringType"]
    StringValue: str


class LinkedTxn(TypedDict, total=False):
    """Another transaction, or one line of it."""

    TxnId: Required[str]
    TxnType: Required[Literal["PurchaseOrder", "Estimate", "Invoice", "BillPaymentCheck", "ReimburseCharge"]]
    TxnLineId: str


class TxnTaxDetail(TypedDict, total=False):
    """The tax of a whole transaction where it is not left to QuickBooks."""

    TxnTaxCodeRef: Ref
    TotalTax: Decimal


class Transaction(TypedDict, total=False):
    """What every transaction has."""

    Id: str
    SyncToken: str
    sparse: Literal[True]
    DocNumber: str
    TxnDate: str
    PrivateNote: str
    CurrencyRef: Ref
    ExchangeRate: Decimal
    DepartmentRef: Ref
    GlobalTaxCalculation: TaxCalculation
    TxnTaxDetail: TxnTaxDetail
    CustomField: list[CustomField]


class DescriptionDetail(TypedDict, total=False):
    """A line of text."""

    ServiceDate: str
    TaxCodeRef: Ref
