"""The entities that the simulator knows. One file per entity; add it to the list here."""

from local.quickbooks.entities.account import Account
from local.quickbooks.entities.base import ENTITIES, EntityType, Writing
from local.quickbooks.entities.bill import Bill
from local.quickbooks.entities.class_ import Class
from local.quickbooks.entities.company_info import CompanyInfo
from local.quickbooks.entities.customer import Customer
from local.quickbooks.entities.department import Department
from local.quickbooks.entities.employee import Employee
from local.quickbooks.entities.estimate import Estimate
from local.quickbooks.entities.inventory_adjustment import InventoryAdjustment
from local.quickbooks.entities.invoice import Invoice
from local.quickbooks.entities.item import Item
from local.quickbooks.entities.journal_entry import JournalEntry
from local.quickbooks.entities.preferences import Preferences
from local.quickbooks.entities.purchase_order import PurchaseOrder
from local.quickbooks.entities.sales_receipt import SalesReceipt
from local.quickbooks.entities.tax_code import TaxCode
from local.quickbooks.entities.tax_rate import TaxRate
from local.quickbooks.entities.term import Term
from local.quickbooks.entities.vendor import Vendor

_ALL: tuple[type[EntityType], ...] = (
    Account,
    Bill,
    Class,
    CompanyInfo,
    Customer,
    Department,
    Employee,
    Estimate,
    InventoryAdjustment,
    Invoice,
    Item,
    JournalEntry,
    Preferences,
    PurchaseOrder,
    SalesReceipt,
    TaxCode,
    TaxRate,
    Term,
    Vendor,
)
ENTITIES.update({entity.name: entity() for entity in _ALL})

BY_PATH = {name.lower(): entity for name, entity in ENTITIES.items()}

__all__ = ["BY_PATH", "ENTITIES", "EntityType", "Writing"]
