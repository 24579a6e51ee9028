"""What QuickBooks keeps although the document no longer names it.

An update is sparse, so what it leaves out stays; and Intuit's support says that removing values with one has its
limits. People are told instead.
"""

from collections.abc import Iterable

from ledgerlink.domain.translation import Resolved

_NEVER_LEFT_OUT = frozenset({"Id", "SyncToken", "sparse", "Line"})
_STAYS = frozenset({"TxnDate", "CurrencyRef", "ExchangeRate"})
"""A document stays on its day and in its currency."""
_WORDS = {
    "APAccountRef": "accounts payable account",
    "ARAccountRef": "accounts receivable account",
    "AcctNum": "account number",
    "BillAddr": "billing address",
    "BillEmail": "e-mail",
    "ClassRef": "class",
    "CompanyName": "company name",
    "CustomerMemo": "message to the customer",
    "Description": "description",
    "DueDate": "due date",
    "ExpectedDate": "expected date",
    "FamilyName": "last name",
    "GivenName": "first name",
    "Mobile": "mobile phone",
    "Notes": "notes",
    "POEmail": "e-mail",
    "PaymentRefNum": "payment reference",
    "PrimaryEmailAddr": "e-mail",
    "PrimaryPhone": "phone",
    "PurchaseCost": "cost",
    "PurchaseDesc": "purchase description",
    "SalesTermRef": "terms",
    "ShipAddr": "delivery address",
    "ShipDate": "shipping date",
    "ShipMethodRef": "carrier",
    "Sku": "SKU",
    "TaxIdentifier": "tax number",
    "Taxable": "taxability",
    "TermRef": "terms",
    "TrackingNum": "tracking number",
    "UnitPrice": "price",
    "VendorAddr": "supplier's address",
    "WebAddr": "website",
}


def named_fields(document: Resolved) -> frozenset[str]:
    """The fields of the entity that an update of the document sends."""
    return frozenset(document.update_body("", "", {})) - _NEVER_LEFT_OUT - _STAYS


def kept_note(kept: Iterable[str]) -> str:
    """The sentence about fields that were sent before and are not named any more; empty where there are none."""
    words = sorted({_WORDS.get(name, name) for name in kept})
    if not words:
        return ""
    return f"QuickBooks keeps what the document no longer names: {', '.join(words)}. Change it there if it is wrong"
