"""The lists of a seeded company: accounts, tax codes, terms, vendors, customers, items, classes, departments."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from local.quickbooks.clock import seconds_text, today
from local.quickbooks.companies import Company
from local.quickbooks.entities import ENTITIES, Writing
from local.quickbooks.entities.company_info import company_info
from local.quickbooks.seed_names import (
    ACCOUNTS,
    CITIES,
    CLASSES,
    CUSTOMERS,
    DEPARTMENTS,
    EMPLOYEES,
    FIRST_NAMES,
    ITEMS,
    LAST_NAMES,
    OTHER_TAX_CODES,
    STREETS,
    TAX_CODES,
    TERMS,
    VENDORS,
)
from local.quickbooks.switches import Switches

# How many there are unless a company asks for another number.
LISTS = {"vendors": 10, "customers": 10, "items": 10, "employees": 2, "classes": 3, "departments": 2}


class ListWriter:
    """Creates entities through the same code as the API, each a little later than the one before."""

    def __init__(self, company: Company, chance: random.Random, start: datetime) -> None:
        self._company = company
        self._chance = chance
        self._now = start

    def write(self, wanted: dict[str, int]) -> None:
        """Write all lists."""
        self._singletons()
        self._taxes()
        for name, days in TERMS:
            self._create("Term", {"Name": name, "DueDays": days})
        accounts = {account[0]: self._create("Account", _account(account)) for account in ACCOUNTS}
        for number in range(wanted["vendors"]):
            self._create("Vendor", self._party(VENDORS, number))
        for number in range(wanted["customers"]):
            self._create("Customer", self._party(CUSTOMERS, number))
        for number in range(wanted["items"]):
            self._create("Item", self._item(number, accounts))
        for number in range(wanted["employees"]):
            given, family = EMPLOYEES[number % len(EMPLOYEES)]
            self._create("Employee", {"GivenName": given, "FamilyName": _numbered(family, number, len(EMPLOYEES))})
        self._tracking(wanted)

    def _create(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        self._now += timedelta(seconds=self._chance.randrange(30, 90))
        return ENTITIES[kind].create(Writing(self._company, self._now, Switches()), body).body

    def _singletons(self) -> None:
        company = self._company
        info = company_info(
            company.name,
            company.plan,
            company.country,
            "office@example.com",
            today(self._now),
            {"Line1": "100 Dock Road", "City": "Oakland", "CountrySubDivisionCode": "CA", "PostalCode": "94607"},
        )
        put_singleton(company, "CompanyInfo", info, self._now)
        put_singleton(company, "Preferences", company.preferences, self._now)

    def _taxes(self) -> None:
        company, moment = self._company, seconds_text(self._now)
        if company.country == "US":
            for name, taxable in (("TAX", True), ("NON", False)):
                pseudo = {"Name": name, "Description": name, "Active": True, "Taxable": taxable, "TaxGroup": False}
                put_as_is(company, "TaxCode", name, pseudo, moment, moment)
        for identity, name, percentages in TAX_CODES.get(company.country, OTHER_TAX_CODES):
            rates = [self._tax_rate(name, percentage, moment) for percentage in percentages]
            listed = {
                "TaxRateDetail": [
                    {"TaxRateRef": rate, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0} for rate in rates
                ]
            }
            code = {
                "Name": name,
                "Description": name,
                "Active": True,
                "Hidden": False,
                "Taxable": True,
                "TaxGroup": True,
                "SalesTaxRateList": listed,
                "PurchaseTaxRateList": {"TaxRateDetail": []} if company.country == "US" else listed,
            }
            put_as_is(company, "TaxCode", identity, code, moment, moment)

    def _tax_rate(self, name: str, percentage: str, moment: str) -> dict[str, str]:
        identity = str(self._company.next_in("TaxRate"))
        rate = {
            "Name": f"{name} {percentage}%",
            "Description": name,
            "Active": True,
            "RateValue": Decimal(percentage),
            "AgencyRef": {"value": "1"},
            "SpecialTaxType": "NONE",
            "DisplayType": "ReadOnly",
        }
        put_as_is(self._company, "TaxRate", identity, rate, moment, moment)
        return {"value": identity, "name": f"{name} {percentage}%"}

    def _tracking(self, wanted: dict[str, int]) -> None:
        preferences = self._company.preferences.get("AccountingInfoPrefs", {})
        by_class = preferences.get("ClassTrackingPerTxn") or preferences.get("ClassTrackingPerTxnLine")
        if by_class and self._company.has_feature("classes"):
            for number in range(wanted["classes"]):
                self._create("Class", {"Name": _numbered(CLASSES[number % len(CLASSES)], number, len(CLASSES))})
        if preferences.get("TrackDepartments") and self._company.has_feature("locations"):
            for number in range(wanted["departments"]):
                name = _numbered(DEPARTMENTS[number % len(DEPARTMENTS)], number, len(DEPARTMENTS))
                self._create("Department", {"Name": name})

    def _party(self, names: tuple[str, ...], number: int) -> dict[str, Any]:
        name = _numbered(names[number % len(names)], number, len(names))
        city, state, postal_code = self._chance.choice(CITIES)
        given, family = self._chance.choice(FIRST_NAMES), self._chance.choice(LAST_NAMES)
        slug = "".join(character for character in name.lower() if character.isalnum())
        return {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": given,
            "FamilyName": family,
            "PrimaryPhone": {"FreeFormNumber": f"(555) 555-{self._chance.randrange(100, 10_000):04d}"},
            "PrimaryEmailAddr": {"Address": f"orders@{slug}.example.com"},
            "BillAddr": {
                "Line1": f"{self._chance.randrange(1, 990)} {self._chance.choice(STREETS)}",
                "City": city,
                "CountrySubDivisionCode": state,
                "PostalCode": postal_code,
            },
        }

    def _item(self, number: int, accounts: dict[str, dict[str, Any]]) -> dict[str, Any]:
        name, sku, kind, price, cost = ITEMS[number % len(ITEMS)]
        name = _numbered(name, number, len(ITEMS))
        if sku and number >= len(ITEMS):
            sku = f"{sku}-{number // len(ITEMS) + 1:04d}"
        if kind == "Inventory" and not self._tracks_quantity():
            kind = "NonInventory"
        body: dict[str, Any] = {
            "Name": name,
            "Type": kind,
            "Description": name,
            "UnitPrice": Decimal(price),
            "PurchaseCost": Decimal(cost),
            "IncomeAccountRef": {"value": accounts["Sales of Product Income"]["Id"]},
        }
        if sku:
            body["Sku"] = sku
        if kind == "Inventory":
            body |= {
                "TrackQtyOnHand": True,
                "QtyOnHand": self._chance.randrange(0, 400),
                "InvStartDate": today(self._now),
                "AssetAccountRef": {"value": accounts["Inventory Asset"]["Id"]},
                "ExpenseAccountRef": {"value": accounts["Cost of Goods Sold"]["Id"]},
            }
        elif kind == "NonInventory":
            body["ExpenseAccountRef"] = {"value": accounts["Purchases"]["Id"]}
        else:
            body["IncomeAccountRef"] = {"value": accounts["Services"]["Id"]}
        return body

    def _tracks_quantity(self) -> bool:
        tracks = self._company.preference("ProductAndServicesPrefs", "QuantityOnHand")
        return self._company.has_feature("inventory") and tracks is not False


def put_singleton(company: Company, kind: str, body: dict[str, Any], now: datetime) -> None:
    """Store the company's one CompanyInfo or Preferences, with the next SyncToken if there was one."""
    old = company.store(kind).get("1")
    moment = seconds_text(now)
    created = moment if old is None else old.body["MetaData"]["CreateTime"]
    token = "0" if old is None else str(int(old.body["SyncToken"]) + 1)
    put_as_is(company, kind, "1", {**body, "SyncToken": token}, created, moment)
    company.touched()


def put_as_is(company: Company, kind: str, identity: str, body: dict[str, Any], created: str, updated: str) -> None:
    """Store what the API only reads, unchecked."""
    whole = {
        "SyncToken": "0",
        **body,
        "domain": "QBO",
        "sparse": False,
        "Id": identity,
        "MetaData": {"CreateTime": created, "LastUpdatedTime": updated},
    }
    company.store(kind).put(ENTITIES[kind].ordered(whole))


def _account(account: tuple[str, str, str]) -> dict[str, Any]:
    return {"Name": account[0], "AccountType": account[1], "AccountSubType": account[2]}


def _numbered(name: str, number: int, names: int) -> str:
    return name if number < names else f"{name} {number // names + 1:04d}"
