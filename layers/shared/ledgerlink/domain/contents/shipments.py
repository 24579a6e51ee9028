"""What a host sends as a shipment."""

from datetime import date

from pydantic import Field

from ledgerlink.domain.contents.sales import SalesContent
from ledgerlink.domain.fields import SingleLine


class Shipment(SalesContent):
    """A shipment as the host knows it: what has left, and what the customer pays or has paid for it."""

    shipped_date: date | None = None
    """The date of the sale as well."""
    payment_method: SingleLine = Field(default="", max_length=100)
    payment_reference: SingleLine = Field(default="", max_length=21)
    """The number of a check, or of a payment with a card."""

    @property
    def day(self) -> date | None:
        return self.shipped_date

    @property
    def shipped_on(self) -> date | None:
        return self.shipped_date
