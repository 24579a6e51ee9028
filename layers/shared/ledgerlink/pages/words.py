"""What bookkeepers call our things."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledgerlink.domain.activity import Outcome


@dataclass(frozen=True, slots=True)
class KindWords:
    """One document of a kind, and many."""

    one: str
    many: str


KINDS: Mapping[str, KindWords] = {
    "purchase-orders": KindWords("Purchase order", "Purchase orders"),
    "bills": KindWords("Bill", "Bills"),
    "invoices": KindWords("Invoice", "Invoices"),
    "shipments": KindWords("Shipment", "Shipments"),
    "suppliers": KindWords("Supplier", "Suppliers"),
    "customers": KindWords("Customer", "Customers"),
    "products": KindWords("Product", "Products"),
    "inventory-adjustments": KindWords("Inventory adjustment", "Inventory adjustments"),
}
"""By collection, in the order in which people look for them."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SUCCEEDED: "Sent",
    Outcome.FAILED: "Try failed",
    Outcome.GAVE_UP: "Gave up",
}

TRIGGERS: Mapping[str, str] = {
    "automatic": "Automatic",
    "daily": "Daily run",
    "manual": "By hand",
    "redrive": "Support",
}
"""By what the API calls the trigger."""

CATEGORIES: Mapping[str, str] = {
    "authentication": "Not connected",
    "permission": "No permission in QuickBooks",
    "missing_configuration": "A setting is missing",
    "account_creation_failed": "An account could not be created",
    "out_of_sync": "Gone or inactive in QuickBooks",
    "duplicate": "Number or name is taken",
    "validation": "QuickBooks does not accept it",
    "plan": "Not in the QuickBooks plan",
    "conflict": "Changed by somebody else",
    "throttled": "Too many requests",
    "unavailable": "QuickBooks did not answer",
}
"""By the category of an error."""
