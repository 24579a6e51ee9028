"""The address that opens an entity in QuickBooks, for a person who is signed in there or will be."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

_INTUITS_DOMAIN = ".intuit.com"


class _Page(NamedTuple):
    path: str
    parameter: str


_PAGES = {
    "Account": _Page("register", "accountId"),
    "Bill": _Page("bill", "txnId"),
    "Customer": _Page("customerdetail", "nameId"),
    "Estimate": _Page("estimate", "txnId"),
    "Invoice": _Page("invoice", "txnId"),
    "Item": _Page("item", "itemId"),
    "JournalEntry": _Page("journal", "txnId"),
    "PurchaseOrder": _Page("purchaseorder", "txnId"),
    "SalesReceipt": _Page("salesreceipt", "txnId"),
    "Vendor": _Page("vendordetail", "nameId"),
}


def entity_url(app_url: str, entity: str, entity_id: str, realm_id: str) -> str | None:
    """Return the address, or None for an entity that has no page of its own.

    At Intuit it goes through ``/app/login``, as the links do that the API itself puts into
    an invoice: a bare ``/app/invoice?txnId=1`` opens number 1 of whichever company the person
    looked at last, and is forgotten when they must sign in first.
    """
    known = _PAGES.get(entity)
    if known is None:
        return None
    page = f"{known.path}?{urlencode({known.parameter: entity_id})}"
    if app_url.endswith(_INTUITS_DOMAIN):
        return f"{app_url}/app/login?{urlencode({'pagereq': page, 'deeplinkcompanyid': realm_id}, quote_via=quote)}"
    return f"{app_url}/app/{page}&{urlencode({'companyId': realm_id})}"
