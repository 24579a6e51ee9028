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
    "JournalEntry": _Page("journal", "txnId"),
    "PurchaseOrder": _Page("purchaseorder", "txnId"),
    "SalesReceipt": _Page("salesreceipt", "txnId"),
    "Vendor": _Page("vendordetail", "nameId"),
}

# No address of a single one is known: the list it stands in is the nearest.
_LISTS = {"Item": "items"}


def entity_url(app_url: str, entity: str, entity_id: str, realm_id: str) -> str | None:
    """Return the address, or None for an entity that has no page of its own.

    At Intuit it goes through ``/app/login``, as the links do that the API itself puts into
    an invoice: a bare ``/app/invoice?txnId=1`` opens number 1 of whichever company the person
    looked at last, and is forgotten when they must sign in first.
    """
    page = _page(entity, entity_id)
    if page is None:
        return None
    if app_url.endswith(_INTUITS_DOMAIN):
        return f"{app_url}/app/login?{urlencode({'pagereq': page, 'deeplinkcompanyid': realm_id}, quote_via=quote)}"
    company = urlencode({"deeplinkcompanyid": realm_id})
    return f"{app_url}/app/{page}{'&' if '?' in page else '?'}{company}"


def _page(entity: str, entity_id: str) -> str | None:
    if page := _PAGES.get(entity):
        return f"{page.path}?{urlencode({page.parameter: entity_id})}"
    return _LISTS.get(entity)
