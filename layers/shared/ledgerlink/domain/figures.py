"""What a transaction adds to the totals of a month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """A document's day, currency and total, as the host has them."""

    day: date | None
    """None: the day on which QuickBooks gets it."""
    currency: str
    """Empty: the company's own."""
    total: Decimal
    """Before sales tax, which QuickBooks works out itself."""
