"""Amounts as bookkeepers round them."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def round_to_cents(amount: Decimal) -> Decimal:
    """Half up, to two places: QuickBooks refuses a line whose Amount is not that (error 6070)."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def multiply(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """The Amount of a line, to the cent."""
    return round_to_cents(quantity * unit_price)
