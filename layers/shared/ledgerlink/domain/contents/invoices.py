"""What a host sends as an invoice."""

from datetime import date

from ledgerlink.domain.contents.sales import SalesContent


class Invoice(SalesContent):
    """An invoice as the host knows it."""

    invoice_date: date | None = None
    ship_date: date | None = None

    @property
    def day(self) -> date | None:
        return self.invoice_date

    @property
    def shipped_on(self) -> date | None:
        return self.ship_date
