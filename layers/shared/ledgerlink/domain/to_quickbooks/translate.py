"""Which translation a document of each kind has."""

from ledgerlink.domain.contents.bills import Bill
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.inventory_adjustments import InventoryAdjustment
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.contents.products import Product
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.contents.shipments import Shipment
from ledgerlink.domain.contents.suppliers import Supplier
from ledgerlink.domain.to_quickbooks.bill import translate_bill, translate_order_as_bill
from ledgerlink.domain.to_quickbooks.customer import translate_customer
from ledgerlink.domain.to_quickbooks.inventory_adjustment import translate_inventory_adjustment
from ledgerlink.domain.to_quickbooks.invoice import translate_invoice
from ledgerlink.domain.to_quickbooks.item import translate_product
from ledgerlink.domain.to_quickbooks.purchase_order import translate_purchase_order
from ledgerlink.domain.to_quickbooks.sales_receipt import translate_shipment
from ledgerlink.domain.to_quickbooks.vendor import translate_supplier
from ledgerlink.domain.translation import Context, Translation


def translate(content: Content, context: Context) -> Translation:
    """Raises what a person has to change first, before QuickBooks is asked anything."""
    match content:
        case PurchaseOrder() if context.entity_of(context.connection.settings.kinds.purchase_orders.entity) == "Bill":
            return translate_order_as_bill(content, context)
        case PurchaseOrder():
            return translate_purchase_order(content, context)
        case Bill():
            return translate_bill(content, context)
        case Supplier():
            return translate_supplier(content, context)
        case Customer():
            return translate_customer(content, context)
        case Product():
            return translate_product(content, context)
        case Invoice():
            return translate_invoice(content, context)
        case Shipment():
            return translate_shipment(content, context)
        case InventoryAdjustment():
            return translate_inventory_adjustment(content, context)
    raise AssertionError(f"{type(content).__name__} is none of {sorted(COLLECTIONS)}")
