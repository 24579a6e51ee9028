"""The kinds of documents: collection → what its documents contain."""

from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.contents.products import Product
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.contents.shipments import Shipment

COLLECTIONS: dict[str, type[Content]] = {
    "purchase-orders": PurchaseOrder,
    "customers": Customer,
    "products": Product,
    "invoices": Invoice,
    "shipments": Shipment,
}
