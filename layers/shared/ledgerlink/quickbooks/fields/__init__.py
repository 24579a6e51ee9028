"""What QuickBooks takes in each field that we send: one table per entity.

From Intuit's entity reference and its V3 schema
(https://developer.intuit.com/app/developer/qbo/docs/api/accounting/most-commonly-used/account and its
neighbours). Only what is documented stands here: where no limit is known there is none, and QuickBooks decides.
"""

from ledgerlink.quickbooks.fields.kinds import Entity
from ledgerlink.quickbooks.fields.ledger import INVENTORY_ADJUSTMENT, JOURNAL_ENTRY
from ledgerlink.quickbooks.fields.names import ACCOUNT, CUSTOMER, ITEM, VENDOR
from ledgerlink.quickbooks.fields.purchases import BILL, PURCHASE_ORDER
from ledgerlink.quickbooks.fields.sales import ESTIMATE, INVOICE, SALES_RECEIPT

ENTITIES: dict[str, Entity] = {
    "Account": ACCOUNT,
    "Bill": BILL,
    "Customer": CUSTOMER,
    "Estimate": ESTIMATE,
    "InventoryAdjustment": INVENTORY_ADJUSTMENT,
    "Invoice": INVOICE,
    "Item": ITEM,
    "JournalEntry": JOURNAL_ENTRY,
    "PurchaseOrder": PURCHASE_ORDER,
    "SalesReceipt": SALES_RECEIPT,
    "Vendor": VENDOR,
}
