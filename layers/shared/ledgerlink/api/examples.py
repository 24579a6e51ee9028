"""An example of each request's body, for the API's description."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ledgerlink.domain.backfills import BackfillRequest
from ledgerlink.domain.certifications import CertificateContent
from ledgerlink.domain.contents.bills import Bill
from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.inventory_adjustments import InventoryAdjustment
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.products import Product
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.contents.shipments import Shipment
from ledgerlink.domain.contents.suppliers import Supplier
from ledgerlink.domain.flows import FlowContent
from ledgerlink.domain.instances import InstanceChoice
from ledgerlink.domain.organic_settings import OrganicContent
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.tenants import TenantFacts
from ledgerlink.usecases.backlogs.send_documents import SendRequest
from ledgerlink.usecases.mappings.change_mapping import MappingChoice

_REALM = "9341454273912345"
_SUPPLIER = {"id": "s-17", "name": "Harbour Supplies", "email": "orders@harbour.example"}
_CUSTOMER = {"id": "c-4", "name": "Corner Café", "email": "accounts@corner.example"}
_BOUGHT = {"id": "1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": 200, "unit_cost": "0.125"}
_SOLD = {"id": "1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": 20, "unit_price": "0.40"}

EXAMPLES: Mapping[type[BaseModel], Mapping[str, Any]] = {
    PurchaseOrder: {
        "number": "1042",
        "status": "approved",
        "supplier": _SUPPLIER,
        "order_date": "2026-11-21",
        "expected_date": "2026-12-01",
        "lines": [_BOUGHT],
        "costs": [{"name": "Freight", "amount": "12.50"}],
    },
    Bill: {"number": "INV-7781", "supplier": _SUPPLIER, "bill_date": "2026-11-30", "lines": [_BOUGHT]},
    Supplier: {"name": "Harbour Supplies", "email": "orders@harbour.example", "terms": "Net 30"},
    Customer: {"name": "Corner Café", "email": "accounts@corner.example", "terms": "Net 15"},
    Product: {"sku": "BOLT-8", "name": "Bolt M8", "unit_cost": "0.125", "unit_price": "0.40", "quantity": 500},
    Invoice: {"number": "2201", "customer": _CUSTOMER, "invoice_date": "2026-11-21", "lines": [_SOLD]},
    Shipment: {
        "number": "S-880",
        "status": "shipped",
        "customer": _CUSTOMER,
        "shipped_date": "2026-11-22",
        "carrier": "Parcel Post",
        "lines": [_SOLD],
    },
    InventoryAdjustment: {
        "number": "31",
        "status": "approved",
        "reason": "Counted",
        "lines": [{"id": "1", "sku": "BOLT-8", "name": "Bolt M8", "quantity": -5, "unit_cost": "0.125"}],
    },
    TenantFacts: {"tenant_name": "Acme Foods"},
    SendRequest: {"documents": [{"collection": "purchase-orders", "id": "po-1042"}]},
    Settings: {"mode": "daily", "daily_at": "02:00", "kinds": {"invoices": {"enabled": False}}},
    MappingChoice: {"quickbooks_id": "58"},
    InstanceChoice: {"connection": _REALM, "enabled": True, "auto_invoice": False},
    FlowContent: {"input": f"quickbooks:{_REALM}", "output": "warehouse", "enabled": True},
    BackfillRequest: {"days": 90, "directions": ["purchases"]},
    OrganicContent: {"keywords": ["organic", "bio"], "emails": ["quality@acme.example"]},
    CertificateContent: {"lot_number": "L-2026-118", "expiration_date": "2027-05-31", "certified_by": "R. Diaz"},
}
