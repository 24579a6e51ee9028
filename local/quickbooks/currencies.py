"""Currencies by code, and rates between them that do not move."""

from decimal import Decimal

_SIX_PLACES = Decimal("0.000001")
# Name, and what one unit is worth in US dollars.
_CURRENCIES: dict[str, tuple[str, Decimal]] = {
    "USD": ("United States Dollar", Decimal(1)),
    "CAD": ("Canadian Dollar", Decimal("0.73")),
    "GBP": ("British Pound Sterling", Decimal("1.28")),
    "EUR": ("Euro", Decimal("1.09")),
    "AUD": ("Australian Dollar", Decimal("0.66")),
    "NZD": ("New Zealand Dollar", Decimal("0.6")),
    "CHF": ("Swiss Franc", Decimal("1.14")),
    "MXN": ("Mexican Peso", Decimal("0.055")),
    "JPY": ("Japanese Yen", Decimal("0.0066")),
    "INR": ("Indian Rupee", Decimal("0.012")),
}


def currency_ref(code: str) -> dict[str, str]:
    """Return the CurrencyRef of a currency code."""
    return {"value": code, "name": _CURRENCIES[code][0] if code in _CURRENCIES else code}


def rate(code: str, home: str) -> Decimal:
    """Return how much of the home currency one unit of a currency is worth."""
    if code == home or code not in _CURRENCIES or home not in _CURRENCIES:
        return Decimal(1)
    return (_CURRENCIES[code][1] / _CURRENCIES[home][1]).quantize(_SIX_PLACES).normalize()
