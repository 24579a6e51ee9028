"""What hosts send: the content of each kind of document, one module per collection.

The limits are QuickBooks' own where it has one, so that a document which we accept
is not refused later.
"""

COLLECTION_NAMES = (
    "purchase-orders",
    "bills",
    "suppliers",
    "customers",
    "products",
    "invoices",
    "shipments",
    "inventory-adjustments",
)
"""The collections in the order in which people meet them; what each contains is in ``collections``."""
