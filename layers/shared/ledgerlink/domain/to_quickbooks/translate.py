"""Which translation a document of each kind has."""

from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.to_quickbooks.purchase_order import translate_purchase_order
from ledgerlink.domain.translation import Context, Translation


def translate(content: Content, context: Context) -> Translation:
    """Raises what a person has to change first, before QuickBooks is asked anything."""
    match content:
        case PurchaseOrder():
            return translate_purchase_order(content, context)
    raise AssertionError(f"{type(content).__name__} is none of {sorted(COLLECTIONS)}")
