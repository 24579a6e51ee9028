"""Keep what QuickBooks says of a company: its name, its country, its currencies."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from ledgerlink.domain.connections import Connection


class CompanyFacts(Protocol):
    """A company that tells of itself."""

    def company_info(self) -> Mapping[str, Any]: ...
    def preferences(self) -> Mapping[str, Any]: ...


class Descriptions(Protocol):
    """Where connections are kept."""

    def describe(self, connection: Connection) -> None:
        """Store what QuickBooks says of the company."""


def describe_company(descriptions: Descriptions, connection: Connection, company: CompanyFacts) -> Connection:
    """The connection with what QuickBooks says now. Raises what QuickBooks answers with."""
    info, preferences = company.company_info(), company.preferences()
    currency = preferences.get("CurrencyPrefs") or {}
    described = replace(
        connection,
        company_name=str(info.get("CompanyName") or ""),
        country=str(info.get("Country") or ""),
        home_currency=str((currency.get("HomeCurrency") or {}).get("value") or ""),
        multicurrency=currency.get("MultiCurrencyEnabled") is True,
    )
    descriptions.describe(described)
    return described


def described(
    descriptions: Descriptions, connection: Connection, company: Callable[[Connection], CompanyFacts]
) -> Connection:
    """The connection, described now if QuickBooks did not answer when it was made.

    Nothing may be sent before: a vendor that is created without its currency keeps
    the wrong one for ever. So what QuickBooks raises here, the push raises.
    """
    if connection.home_currency:
        return connection
    return describe_company(descriptions, connection, company(connection))
