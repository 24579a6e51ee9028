"""What a QuickBooks company is, and what it has turned on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from ledgerlink.domain import rows
from ledgerlink.domain.rows import Row


def has_purchase_orders_and_inventory(plan: str) -> bool | None:
    """Whether a plan ("QuickBooks Online Plus") includes them; None where it is not one that we know."""
    words = plan.lower()
    if any(word in words for word in ("plus", "advanced", "enterprise")):
        return True
    return False if any(word in words for word in ("essentials", "simple start", "easystart")) else None


@dataclass(frozen=True, slots=True)
class CompanyInfo:
    """A company's name, country and plan."""

    company_name: str
    legal_name: str
    country: str
    """``US``, or ISO 3 letters: Intuit changed that in 2025."""
    offering_sku: str
    """The plan: "QuickBooks Online Plus"."""
    subscription_status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' CompanyInfo."""
        facts = rows.pairs(row, "NameValue")
        return cls(
            company_name=rows.text(row, "CompanyName"),
            legal_name=rows.text(row, "LegalName"),
            country=rows.text(row, "Country"),
            offering_sku=facts.get("OfferingSku", ""),
            subscription_status=facts.get("SubscriptionStatus", ""),
        )

    @property
    def has_purchase_orders_and_inventory(self) -> bool | None:
        """Whether the plan includes them; None where the plan is not one that we know."""
        return has_purchase_orders_and_inventory(self.offering_sku)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings of a company that decide what may be sent."""

    multicurrency: bool
    home_currency: str
    uses_sales_tax: bool
    tracks_quantity_on_hand: bool
    tracks_classes_per_line: bool
    tracks_classes_per_document: bool
    tracks_departments: bool
    numbers_sales_by_hand: bool
    """A sales form without a number stays without one."""
    numbers_purchases_by_hand: bool
    warns_of_duplicate_bill_numbers: bool
    warns_of_duplicate_journal_numbers: bool
    books_closed_until: date | None
    others: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Out of QuickBooks' Preferences."""
        currency, accounting = rows.part(row, "CurrencyPrefs"), rows.part(row, "AccountingInfoPrefs")
        others = rows.pairs(rows.part(row, "OtherPrefs"), "NameValue")
        return cls(
            multicurrency=rows.flag(currency, "MultiCurrencyEnabled"),
            home_currency=rows.reference(currency, "HomeCurrency"),
            uses_sales_tax=rows.flag(rows.part(row, "TaxPrefs"), "UsingSalesTax"),
            tracks_quantity_on_hand=rows.flag(rows.part(row, "ProductAndServicesPrefs"), "QuantityOnHand"),
            tracks_classes_per_line=rows.flag(accounting, "ClassTrackingPerTxnLine"),
            tracks_classes_per_document=rows.flag(accounting, "ClassTrackingPerTxn"),
            tracks_departments=rows.flag(accounting, "TrackDepartments"),
            numbers_sales_by_hand=rows.flag(rows.part(row, "SalesFormsPrefs"), "CustomTxnNumbers"),
            numbers_purchases_by_hand=rows.flag(others, "VendorAndPurchasesPrefs.UseCustomTxnNumbers"),
            warns_of_duplicate_bill_numbers=rows.flag(others, "WarnDuplicateBillNumber"),
            warns_of_duplicate_journal_numbers=rows.flag(others, "WarnDuplicateJournalNumber"),
            books_closed_until=rows.day(accounting, "BookCloseDate"),
            others=others,
        )
