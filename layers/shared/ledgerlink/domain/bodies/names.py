"""The name lists: Vendor, Customer, Item, Account."""

from decimal import Decimal
from typing import Literal, TypedDict

from ledgerlink.domain.bodies.parts import Address, Email, Phone, Ref, WebSite


class ListEntry(TypedDict, total=False):
    """What every entry of a name list has. It cannot be deleted, only made inactive."""

    Id: str
    SyncToken: str
    sparse: Literal[True]
    Active: bool


class Party(ListEntry, total=False):
    """Somebody to trade with."""

    DisplayName: str
    Title: str
    GivenName: str
    MiddleName: str
    FamilyName: str
    Suffix: str
    CompanyName: str
    PrintOnCheckName: str
    PrimaryEmailAddr: Email
    PrimaryPhone: Phone
    AlternatePhone: Phone
    Mobile: Phone
    Fax: Phone
    WebAddr: WebSite
    BillAddr: Address
    CurrencyRef: Ref
    Notes: str


class VendorBody(Party, total=False):
    """Somebody to buy from."""

    AcctNum: str
    TaxIdentifier: str
    TermRef: Ref
    APAccountRef: Ref
    Vendor1099: bool


class CustomerBody(Party, total=False):
    """Somebody to sell to."""

    ShipAddr: Address
    Job: bool
    ParentRef: Ref
    BillWithParent: bool
    Taxable: bool
    DefaultTaxCodeRef: Ref
    SalesTermRef: Ref
    PaymentMethodRef: Ref
    PreferredDeliveryMethod: Literal["Print", "Email", "None"]


class ItemBody(ListEntry, total=False):
    """A product or service."""

    Name: str
    Type: Literal["Inventory", "NonInventory", "Service", "Category"]
    Sku: str
    Description: str
    UnitPrice: Decimal
    PurchaseDesc: str
    PurchaseCost: Decimal
    IncomeAccountRef: Ref
    ExpenseAccountRef: Ref
    AssetAccountRef: Ref
    TrackQtyOnHand: bool
    QtyOnHand: Decimal
    InvStartDate: str
    ReorderPoint: Decimal
    SubItem: bool
    ParentRef: Ref
    PrefVendorRef: Ref
    ClassRef: Ref
    Taxable: bool
    SalesTaxCodeRef: Ref
    PurchaseTaxCodeRef: Ref


class AccountBody(ListEntry, total=False):
    """An account of the chart of accounts."""

    Name: str
    AcctNum: str
    Description: str
    AccountType: str
    AccountSubType: str
    SubAccount: bool
    ParentRef: Ref
    CurrencyRef: Ref
    TaxCodeRef: Ref
