"""What a host sends as a customer.

Limits: Intuit, Customer reference; notes 2000.
"""

from pydantic import Field

from ledgerlink.domain.contents.parts import Address, Content
from ledgerlink.domain.fields import Currency, SingleLine, Text


class Customer(Content):
    """A customer as the host knows it."""

    name: SingleLine = Field(min_length=1, max_length=500)
    """What the customer is called in lists and on documents."""
    company_name: SingleLine = Field(default="", max_length=100)
    first_name: SingleLine = Field(default="", max_length=100)
    last_name: SingleLine = Field(default="", max_length=100)
    email: Text = Field(default="", max_length=100)
    phone: SingleLine = Field(default="", max_length=30)
    website: SingleLine = Field(default="", max_length=1000)
    billing_address: Address | None = None
    shipping_address: Address | None = None
    currency: Currency | None = None
    """QuickBooks fixes it when the customer is created."""
    terms: SingleLine = Field(default="", max_length=100)
    notes: Text = Field(default="", max_length=2000)
    taxable: bool | None = None
    """Not said: as QuickBooks has it."""
    active: bool = True

    @property
    def tags(self) -> dict[str, str]:
        return {"name": self.name}
