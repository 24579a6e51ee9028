"""The name lists: Vendor, Customer, Item, Account.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendor (and customer, item, account)
"""

from collections.abc import Mapping
from decimal import Decimal

from ledgerlink.quickbooks.fields.kinds import Choice, Day, Entity, Field, Flag, Number, Part, Ref, Text
from ledgerlink.quickbooks.fields.parts import (
    ALWAYS,
    ENTITY_STATE,
    IDENTITY,
    NAME_BREAKERS,
    ON_CREATE,
    address,
    email,
    phone,
)

_ENTRY: Mapping[str, Field] = {**IDENTITY, "Active": Flag("active")}

_PARTY: Mapping[str, Field] = {
    **_ENTRY,
    "DisplayName": Text("name", longest=500, forbidden=NAME_BREAKERS),
    "Title": Text("title", longest=16, forbidden=NAME_BREAKERS),
    "GivenName": Text("first name", longest=100, forbidden=NAME_BREAKERS),
    "MiddleName": Text("middle name", longest=100, forbidden=NAME_BREAKERS),
    "FamilyName": Text("last name", longest=100, forbidden=NAME_BREAKERS),
    "Suffix": Text("suffix", longest=16, forbidden=NAME_BREAKERS),
    "CompanyName": Text("company name", longest=100),
    "PrintOnCheckName": Text("name on checks", forbidden=NAME_BREAKERS),
    "PrimaryEmailAddr": email("e-mail"),
    "PrimaryPhone": phone("phone"),
    "AlternatePhone": phone("other phone"),
    "Mobile": phone("mobile phone"),
    "Fax": phone("fax"),
    "WebAddr": Part("website", fields={"URI": Text("address", longest=1000, needed=ALWAYS)}),
    "BillAddr": address("billing address"),
    "CurrencyRef": Ref("currency"),
    "Notes": Text("notes"),
}
_NAMED = ("DisplayName", "Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_PARTY_STATE = ENTITY_STATE | {
    *("Balance", "BalanceWithJobs", "FullyQualifiedName", "Level", "IsProject", "ClientEntityId"),
    *("CostRate", "BillRate", "OverDueBalance", "TotalRevenue", "TotalExpense", "IntuitId", "UserId", "Source"),
}

VENDOR = Entity(
    "vendor",
    {
        **_PARTY,
        "AcctNum": Text("account number", longest=100),
        "TaxIdentifier": Text("tax id", longest=20),
        "TermRef": Ref("terms"),
        "APAccountRef": Ref("accounts payable account"),
        "Vendor1099": Flag("tracked for 1099"),
    },
    one_of=_NAMED,
    read_only=_PARTY_STATE,
    create_only=frozenset({"CurrencyRef"}),
)

CUSTOMER = Entity(
    "customer",
    {
        **_PARTY,
        "ShipAddr": address("shipping address"),
        "Job": Flag("job"),
        "ParentRef": Ref("parent customer"),
        "BillWithParent": Flag("billed with its parent"),
        "Taxable": Flag("taxable"),
        "DefaultTaxCodeRef": Ref("tax code"),
        "SalesTermRef": Ref("terms"),
        "PaymentMethodRef": Ref("payment method"),
        "PreferredDeliveryMethod": Choice("delivery method", values=frozenset({"Print", "Email", "None"})),
    },
    one_of=_NAMED,
    read_only=_PARTY_STATE,
    create_only=frozenset({"CurrencyRef"}),
)

_HIGHEST_PRICE = Decimal(99_999_999_999)
_ACCOUNTS = frozenset({"IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"})

ITEM = Entity(
    "item",
    {
        **_ENTRY,
        "Name": Text("name", longest=100, forbidden=NAME_BREAKERS, needed=ON_CREATE),
        "Type": Choice(
            "type", values=frozenset({"Inventory", "NonInventory", "Service", "Category"}), needed=ON_CREATE
        ),
        "Sku": Text("SKU", longest=100),
        "Description": Text("description", longest=4000),
        "UnitPrice": Number("sales price", most=_HIGHEST_PRICE),
        "PurchaseDesc": Text("purchase description", longest=1000),
        "PurchaseCost": Number("cost", most=_HIGHEST_PRICE),
        "IncomeAccountRef": Ref("income account"),
        "ExpenseAccountRef": Ref("expense account"),
        "AssetAccountRef": Ref("inventory asset account"),
        "TrackQtyOnHand": Flag("stock tracking"),
        "QtyOnHand": Number("quantity on hand"),
        "InvStartDate": Day("inventory start date"),
        "ReorderPoint": Number("reorder point"),
        "SubItem": Flag("in a category"),
        "ParentRef": Ref("category"),
        "PrefVendorRef": Ref("preferred vendor"),
        "ClassRef": Ref("class"),
        "Taxable": Flag("taxable"),
        "SalesTaxCodeRef": Ref("sales tax code"),
        "PurchaseTaxCodeRef": Ref("purchase tax code"),
    },
    needed_when={
        ("Type", "Inventory"): _ACCOUNTS | {"TrackQtyOnHand", "QtyOnHand", "InvStartDate"},
        # The reference wants an expense account here too; a service was created without one.
        ("Type", "Service"): frozenset({"IncomeAccountRef"}),
    },
    read_only=ENTITY_STATE | {"FullyQualifiedName", "Level", "AvgCost", "QtyOnPurchaseOrder", "QtyOnSalesOrder"},
)

ACCOUNT = Entity(
    "account",
    {
        **_ENTRY,
        "Name": Text("name", longest=100, forbidden=':"\t\n\r', needed=ON_CREATE),
        "AcctNum": Text("account number"),
        "Description": Text("description"),
        "AccountType": Text("account type"),
        "AccountSubType": Text("detail type"),
        "SubAccount": Flag("sub-account"),
        "ParentRef": Ref("parent account"),
        "CurrencyRef": Ref("currency"),
        "TaxCodeRef": Ref("tax code"),
    },
    one_of=("AccountType", "AccountSubType"),
    read_only=ENTITY_STATE
    | {"FullyQualifiedName", "Classification", "CurrentBalance", "CurrentBalanceWithSubAccounts"},
)
