"""Currencies by code."""

_NAMES = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "AUD": "Australian Dollar",
    "NZD": "New Zealand Dollar",
}


def currency_ref(code: str) -> dict[str, str]:
    """Return the CurrencyRef of a currency code."""
    return {"value": code, "name": _NAMES.get(code, code)}
