"""What documents name in QuickBooks: vendors, customers, items, accounts and entries of its lists.

A translation says what it wants by the host's own ids and names; whoever pushes finds
or creates that, and hands the translation QuickBooks' ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.links import EntityLink
from ledgerlink.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Product:
    """What a document knows of a product that it names; an Item is found or created by this."""

    key: str
    """The product's identity on the host's side: what the link is kept under."""
    sku: str = ""
    """The SKU, else the part number or product code."""
    name: str = ""
    description: str = ""
    purchase_description: str = ""
    unit_cost: Decimal | None = None
    unit_price: Decimal | None = None
    bought: bool = False
    """A line buys it, so its Item needs an expense account."""
    counted: bool = False
    """A line changes its quantity on hand, so its Item needs stock."""
    is_service: bool = False
    """Never stock: shipping, for example."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that one document names."""

    suppliers: Mapping[str, Party] = field(default_factory=dict)
    """By the host's id."""
    customers: Mapping[str, Party] = field(default_factory=dict)
    default_customer: str = ""
    """QuickBooks' id of the one that the settings name, where it takes the place of a customer."""
    products: Mapping[str, Product] = field(default_factory=dict)
    """By product key."""
    accounts: frozenset[str] = frozenset()
    """Account codes as the host writes them."""
    roles: frozenset[Role] = frozenset()
    classes: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    tax_codes: frozenset[str] = frozenset()
    documents: frozenset[tuple[str, str]] = frozenset()
    """Other documents of the host, by kind and id: what a bill is for."""
    currency: str | None = None
    """The document's currency where the company keeps several: parties that have to be created get it."""
    day: date | None = None
    """The document's day: an inventory item that has to be created has stock from then on, or QuickBooks refuses
    the document (fault 6270)."""


@dataclass(frozen=True, slots=True)
class References:
    """QuickBooks' ids of all that was wanted, by the same keys."""

    vendors: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[Role, str] = field(default_factory=dict)
    """Accounts payable and receivable are missing where the company has none in the document's currency."""
    classes: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    tax_codes: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[tuple[str, str], EntityLink] = field(default_factory=dict)
    """Those that are in QuickBooks."""
