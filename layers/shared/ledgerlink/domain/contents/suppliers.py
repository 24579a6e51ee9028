"""What a host sends as a supplier.

Limits: Intuit, Vendor reference.
"""

from pydantic import Field

from ledgerlink.domain.contents.parts import Address, Content
from ledgerlink.domain.fields import Currency, SingleLine, Text


class Supplier(Content):
    """Somebody to buy from."""

    name: SingleLine = Field(min_length=1, max_length=500)
    company_name: SingleLine = Field(default="", max_length=100)
    first_name: SingleLine = Field(default="", max_length=100)
    last_name: SingleLine = Field(default="", max_length=100)
    """Of the person to speak to."""
    email: Text = Field(default="", max_length=100)
    phone: SingleLine = Field(default="", max_length=30)
    mobile: SingleLine = Field(default="", max_length=30)
    website: SingleLine = Field(default="", max_length=1000)
    address: Address | None = None
    currency: Currency | None = None
    """Cannot be changed once QuickBooks has the vendor."""
    terms: SingleLine = Field(default="", max_length=100)
    account_number: SingleLine = Field(default="", max_length=100)
    """Ours with the supplier."""
    tax_id: SingleLine = Field(default="", max_length=20, repr=False)
    notes: Text = Field(default="", max_length=4000)
    active: bool = True

    @property
    def tags(self) -> dict[str, str]:
        return {"name": self.name}
