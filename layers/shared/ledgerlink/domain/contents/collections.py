"""The kinds of documents: collection → what its documents contain."""

from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder

COLLECTIONS: dict[str, type[Content]] = {
    "purchase-orders": PurchaseOrder,
}
