"""Amounts, prices and quantities as people read them."""

from decimal import Decimal


def money(amount: Decimal) -> str:
    """``1,234.50``."""
    return f"{amount:,.2f}"


def price(unit_price: Decimal) -> str:
    """As exact as it is, at least to the cent: ``0.0125``, ``1.20``."""
    whole, _, places = f"{unit_price:,.7f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def quantity(number: Decimal) -> str:
    """``1,000``, ``2.5``."""
    return f"{number:,.5f}".rstrip("0").rstrip(".")
