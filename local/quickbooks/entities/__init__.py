"""The entities that the simulator knows. One file per entity; add it to the list here."""

from local.quickbooks.entities.account import Account
from local.quickbooks.entities.base import ENTITIES, EntityType, Writing
from local.quickbooks.entities.company_info import CompanyInfo
from local.quickbooks.entities.customer import Customer
from local.quickbooks.entities.item import Item
from local.quickbooks.entities.preferences import Preferences
from local.quickbooks.entities.purchase_order import PurchaseOrder
from local.quickbooks.entities.vendor import Vendor

for _entity in (Account(), CompanyInfo(), Customer(), Item(), Preferences(), PurchaseOrder(), Vendor()):
    ENTITIES[_entity.name] = _entity

BY_PATH = {name.lower(): entity for name, entity in ENTITIES.items()}

__all__ = ["BY_PATH", "ENTITIES", "EntityType", "Writing"]
