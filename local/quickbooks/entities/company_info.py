"""CompanyInfo: the company itself, one per company, read-only here.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/companyinfo
"""

from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import EntityType
from local.quickbooks.entities.fields import (
    Shape,
    anything,
    day,
    part,
    text,
    texts,
)
from local.quickbooks.entities.parts import ADDRESS, EMAIL, ENTITY_FIELDS, PHONE, WEBSITE
from local.quickbooks.store import Row

_COUNTRIES = {"US": "USA", "CA": "CAN", "GB": "GBR", "UK": "GBR", "AU": "AUS", "NZ": "NZL", "IE": "IRL", "DE": "DEU"}


class CompanyInfo(EntityType):
    """The company; ``/companyinfo/{realmId}`` reads it, whatever id it shows."""

    name: ClassVar[str] = "CompanyInfo"
    sequence: ClassVar[str] = "CompanyInfo"
    operations: ClassVar[frozenset[str]] = frozenset({"read", "query"})
    shape: ClassVar[Shape] = Shape(
        "CompanyInfo",
        *ENTITY_FIELDS,
        *texts("CompanyName", "LegalName"),
        part("CompanyAddr", ADDRESS),
        part("CustomerCommunicationAddr", ADDRESS),
        part("LegalAddr", ADDRESS),
        part("CustomerCommunicationEmailAddr", EMAIL),
        part("PrimaryPhone", PHONE),
        day("CompanyStartDate"),
        *texts("EmployerId", "FiscalYearStartMonth", "Country"),
        part("Email", EMAIL),
        part("WebAddr", WEBSITE),
        text("SupportedLanguages"),
        text("DefaultTimeZone"),
        anything("NameValue"),
    )

    def read(self, company: Company, entity_id: str) -> Row:
        """Return the one row there is, for any id."""
        return super().read(company, "1")


def company_info(name: str, plan: str, country: str, email: str, start: str, address: dict[str, str]) -> dict[str, Any]:
    """Return the CompanyInfo of a new company, without Id and MetaData."""
    # Since August 2025 countries in company addresses are ISO-3 codes and there is no Lat or Long.
    placed = {"Id": "1", **address, "Country": _COUNTRIES.get(country, country)}
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": placed,
        "CustomerCommunicationAddr": placed,
        "LegalAddr": placed,
        "CustomerCommunicationEmailAddr": {"Address": email},
        "PrimaryPhone": {"FreeFormNumber": "(415) 555-0100"},
        "CompanyStartDate": start,
        "FiscalYearStartMonth": "January",
        "Country": country,
        "Email": {"Address": email},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/Los_Angeles",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": "Wholesale Trade"},
            {"Name": "IndustryCode", "Value": "423"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": f"QuickBooks Online {plan}"},
            {"Name": "PayrollFeature", "Value": "false"},
            {"Name": "AccountantFeature", "Value": "false"},
        ],
    }
