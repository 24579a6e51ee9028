"""What a host sends as a purchase order."""

from datetime import date

from ledgerlink.domain.contents.parts import Address
from ledgerlink.domain.contents.purchases import Purchase


class PurchaseOrder(Purchase):
    """A purchase order as the host knows it."""

    order_date: date | None = None
    expected_date: date | None = None
    ship_to: Address | None = None

    @property
    def day(self) -> date | None:
        return self.order_date
