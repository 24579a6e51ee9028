"""Keep what QuickBooks says of a company: its name, its country, its currencies."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from ledgerlink.domain.company import CompanyInfo, Preferences
from ledgerlink.domain.connections import Connection, Features
from ledgerlink.errors import Transient

FRESH_FOR = timedelta(days=1)
"""Plans and preferences change rarely, and every read is metered."""


class CompanyFacts(Protocol):
    """A company that tells of itself."""

    def company_info(self) -> Mapping[str, Any]: ...
    def preferences(self) -> Mapping[str, Any]: ...


class Descriptions(Protocol):
    """Where connections are kept."""

    def describe(self, connection: Connection) -> None:
        """Store what QuickBooks says of the company."""


def describe_company(
    descriptions: Descriptions, connection: Connection, company: CompanyFacts, now: datetime
) -> Connection:
    """The connection with what QuickBooks says now. Raises what QuickBooks answers with."""
    info, preferences = CompanyInfo.from_row(company.company_info()), Preferences.from_row(company.preferences())
    described = replace(
        connection,
        company_name=info.company_name,
        country=info.country,
        home_currency=preferences.home_currency,
        multicurrency=preferences.multicurrency,
        features=Features(
            plan=info.offering_sku,
            has_inventory=preferences.tracks_quantity_on_hand and info.has_purchase_orders_and_inventory is not False,
            classes_per_line=preferences.tracks_classes_per_line,
            classes_per_document=preferences.tracks_classes_per_document,
            warns_of_duplicate_bill_numbers=preferences.warns_of_duplicate_bill_numbers,
            books_closed_until=preferences.books_closed_until,
        ),
        described_at=now,
    )
    descriptions.describe(described)
    return described


def described(
    descriptions: Descriptions,
    connection: Connection,
    company: Callable[[Connection], CompanyFacts],
    now: datetime,
) -> Connection:
    """The connection as QuickBooks described it within the last day.

    Nothing may be sent before it has: a vendor that is created without its currency keeps
    the wrong one for ever. So what QuickBooks raises then, the push raises; a description
    that is only old is used until there is a new one.
    """
    if connection.home_currency and connection.described_at and now < connection.described_at + FRESH_FOR:
        return connection
    try:
        return describe_company(descriptions, connection, company(connection), now)
    except Transient:
        if not connection.home_currency:
            raise
        return connection
