"""What a host sends as a product.

Limits: Intuit, Item reference; a name that is longer than QuickBooks' 100 characters is cut there.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.fields import NotNegative, SingleLine, Text, UnitCost


class Product(Content):
    """A product or service as the host knows it."""

    sku: SingleLine = Field(default="", max_length=100)
    product_code: SingleLine = Field(default="", max_length=100)
    """The host's own code, which takes the place of a missing SKU."""
    name: SingleLine = Field(min_length=1, max_length=500)
    description: Text = Field(default="", max_length=4000)
    """What customers read on sales forms."""
    purchase_description: Text = Field(default="", max_length=1000)
    """What suppliers read on purchase orders."""
    unit_cost: UnitCost | None = None
    unit_price: UnitCost | None = None
    type: Literal["Inventory", "NonInventory", "Service"] | None = None
    """Not said: what the settings say."""
    quantity: NotNegative | None = None
    """On hand when it is created in QuickBooks; not said: what the settings say."""
    start_date: date | None = None
    """From when it has stock; not said: what the settings say."""
    active: bool = True

    @property
    def stock_code(self) -> str:
        """What tells products apart: the SKU, else the product code."""
        return self.sku or self.product_code

    @property
    def tags(self) -> dict[str, str]:
        return {"name": self.name, "sku": self.stock_code} if self.stock_code else {"name": self.name}
