"""The kinds of documents: collection → what its documents contain."""

from ledgerlink.domain.contents.bills import Bill
from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.inventory_adjustments import InventoryAdjustment
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.contents.products import Product
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.contents.shipments import Shipment
from ledgerlink.domain.contents.suppliers import Supplier

COLLECTIONS: dict[str, type[Content]] = {
    "purchase-orders": PurchaseOrder,
    "bills": Bill,
    "suppliers": Supplier,
    "customers": Customer,
    "products": Product,
    "invoices": Invoice,
    "shipments": Shipment,
    "inventory-adjustments": InventoryAdjustment,
}
