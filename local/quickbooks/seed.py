"""Companies to start with: the same for the same seed, with plausible books."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from local.quickbooks.clock import seconds_text, today
from local.quickbooks.companies import PLANS, Company
from local.quickbooks.entities import ENTITIES, Writing
from local.quickbooks.entities.company_info import company_info
from local.quickbooks.entities.preferences import default_preferences, merge_preferences
from local.quickbooks.switches import Switches

COUNTS = {"vendors": 10, "customers": 10, "items": 10, "purchase_orders": 4}

_COMPANIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Harbor Street Supply Co.", "Plus", {}),
    (
        "Juniper & Rye Provisions",
        "Advanced",
        {
            "AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True, "TrackDepartments": True},
            "OtherPrefs": {"VendorAndPurchasesPrefs.UseCustomTxnNumbers": True},
        },
    ),
    ("Little Fox Books", "Essentials", {}),
)
_ACCOUNTS = (
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    ("Warehouse Equipment", "Fixed Asset", "MachineryAndEquipment"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Company Card", "Credit Card", "CreditCard"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("Notes Payable", "Long Term Liability", "NotesPayable"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("Services", "Income", "ServiceFeeIncome"),
    ("Discounts given", "Income", "DiscountsRefundsGiven"),
    ("Interest Earned", "Other Income", "InterestEarned"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Freight In", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
    ("Advertising", "Expense", "AdvertisingPromotional"),
    ("Bank Charges", "Expense", "BankCharges"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Purchases", "Expense", "SuppliesMaterials"),
    ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("Repairs & Maintenance", "Expense", "RepairMaintenance"),
    ("Shipping and Delivery", "Expense", "ShippingFreightDelivery"),
    ("Utilities", "Expense", "Utilities"),
    ("Miscellaneous", "Other Expense", "OtherMiscellaneousExpense"),
)
_VENDORS = (
    "Alder Packaging",
    "Bayview Paper Mill",
    "Copper Kettle Imports",
    "Delta Freight Lines",
    "Eastside Glassworks",
    "Finch & Daughters",
    "Granite Tool Rental",
    "Hollis Label Printing",
    "Ironwood Pallets",
    "O'Leary Cold Storage",
)
_CUSTOMERS = (
    "Amber Lane Cafe",
    "Birch Hotel Group",
    "Corner Pantry",
    "Dockside Grill",
    "Elm Street School",
    "Fernwood Market",
    "Green Door Bakery",
    "Hilltop Catering",
    "Island Deli",
    "Jade Garden Kitchen",
)
_ITEMS = (
    ("Corrugated Box 12x12", "BOX-1212", "Inventory", "2.40", "1.15"),
    ("Corrugated Box 18x18", "BOX-1818", "Inventory", "3.90", "1.85"),
    ("Glass Jar 500 ml", "JAR-500", "Inventory", "1.75", "0.72"),
    ("Glass Jar 1 l", "JAR-1000", "Inventory", "2.60", "1.05"),
    ("Stretch Film Roll", "FILM-01", "Inventory", "18.50", "9.80"),
    ("Pallet, wooden", "PAL-EUR", "NonInventory", "14.00", "8.25"),
    ("Thermal Labels (1000)", "LBL-1000", "NonInventory", "22.00", "12.40"),
    ("Packing Tape", "TAPE-48", "NonInventory", "3.20", "1.10"),
    ("Local Delivery", None, "Service", "35.00", "0"),
    ("Packing Service", None, "Service", "48.00", "0"),
)
_STREETS = ("Main Street", "Mill Road", "Harbor Street", "Second Avenue", "Orchard Lane", "Canal Street")
_CITIES = (("Oakland", "CA", "94607"), ("Portland", "OR", "97209"), ("Boise", "ID", "83702"), ("Reno", "NV", "89501"))
_FIRST_NAMES = ("Ada", "Ben", "Carla", "Dev", "Erin", "Felix", "Gwen", "Hugo", "Iris", "Jonas")
_LAST_NAMES = ("Abbott", "Brooks", "Castro", "Dunn", "Ellis", "Foster", "Grant", "Hale", "Ito", "Jensen")


def seeded_companies(seed: int, now: datetime) -> list[Company]:
    """Return the companies that a fresh simulator has."""
    return [
        new_company(random.Random(f"{seed}/{number}"), now, name, plan, preferences=preferences)
        for number, (name, plan, preferences) in enumerate(_COMPANIES, start=1)
    ]


def new_realm_id(chance: random.Random) -> str:
    """Return a realm id of 16 digits in the form of Intuit's."""
    return "934145" + str(chance.randrange(10**9, 10**10))


def new_company(
    chance: random.Random,
    now: datetime,
    name: str,
    plan: str,
    *,
    country: str = "US",
    currency: str = "USD",
    realm_id: str | None = None,
    preferences: dict[str, Any] | None = None,
    counts: dict[str, int] | None = None,
) -> Company:
    """Return a company with a chart of accounts and as many other entities as ``counts`` says.

    Raise ValueError for an unknown plan, group of preferences or count.
    """
    if plan not in PLANS:
        raise ValueError(f"unknown plan {plan}; plans: {', '.join(PLANS)}")
    wanted = {**COUNTS, **(counts or {})}
    if len(wanted) > len(COUNTS):
        raise ValueError(f"counts are {', '.join(COUNTS)}")
    company = Company(realm_id or new_realm_id(chance), name, plan, country, currency)
    company.preferences = merge_preferences(default_preferences(plan, currency), preferences or {})
    writer = _Writer(company, chance, now - timedelta(days=120))
    writer.singletons()
    accounts = {account[0]: writer.create("Account", _account(account)) for account in _ACCOUNTS}
    vendors = [writer.create("Vendor", writer.party(_VENDORS, number)) for number in range(wanted["vendors"])]
    for number in range(wanted["customers"]):
        writer.create("Customer", writer.party(_CUSTOMERS, number))
    items = [writer.create("Item", writer.item(number, accounts)) for number in range(wanted["items"])]
    bought = [item for item in items if item["Type"] != "Service"]
    if "purchase orders" in PLANS[plan] and vendors and bought:
        for number in range(wanted["purchase_orders"]):
            # The last three months, so that there is something to find in them.
            writer.move_to(now - timedelta(days=80 * (1 - number / wanted["purchase_orders"])))
            writer.create("PurchaseOrder", writer.purchase_order(vendors, bought))
    return company


class _Writer:
    """Creates entities through the same code as the API, each a little later than the one before."""

    def __init__(self, company: Company, chance: random.Random, start: datetime) -> None:
        self._company = company
        self._chance = chance
        self._now = start

    def create(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        self._now += timedelta(seconds=self._chance.randrange(30, 90))
        return ENTITIES[kind].create(Writing(self._company, self._now, Switches()), body).body

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)

    def singletons(self) -> None:
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

    def party(self, names: tuple[str, ...], number: int) -> dict[str, Any]:
        name = names[number % len(names)]
        if number >= len(names):
            name = f"{name} {number // len(names) + 1:04d}"
        city, state, postal_code = self._chance.choice(_CITIES)
        given, family = self._chance.choice(_FIRST_NAMES), self._chance.choice(_LAST_NAMES)
        slug = "".join(character for character in name.lower() if character.isalnum())
        return {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": given,
            "FamilyName": family,
            "PrimaryPhone": {"FreeFormNumber": f"(555) 555-{self._chance.randrange(100, 10_000):04d}"},
            "PrimaryEmailAddr": {"Address": f"orders@{slug}.example.com"},
            "BillAddr": {
                "Line1": f"{self._chance.randrange(1, 990)} {self._chance.choice(_STREETS)}",
                "City": city,
                "CountrySubDivisionCode": state,
                "PostalCode": postal_code,
            },
        }

    def item(self, number: int, accounts: dict[str, dict[str, Any]]) -> dict[str, Any]:
        name, sku, kind, price, cost = _ITEMS[number % len(_ITEMS)]
        if number >= len(_ITEMS):
            name = f"{name} {number // len(_ITEMS) + 1:04d}"
            sku = sku and f"{sku}-{number // len(_ITEMS) + 1:04d}"
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

    def purchase_order(self, vendors: list[dict[str, Any]], items: list[dict[str, Any]]) -> dict[str, Any]:
        lines = []
        for item in self._chance.sample(items, min(len(items), self._chance.randrange(1, 4))):
            quantity = self._chance.randrange(5, 60)
            lines.append(
                {
                    "Description": item["Name"],
                    "Amount": quantity * item["PurchaseCost"],
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": {
                        "ItemRef": {"value": item["Id"]},
                        "Qty": quantity,
                        "UnitPrice": item["PurchaseCost"],
                        **({} if self._company.country == "US" else {"TaxCodeRef": {"value": "4"}}),
                    },
                }
            )
        vendor = self._chance.choice(vendors)
        body = {"VendorRef": {"value": vendor["Id"]}, "TxnDate": today(self._now), "Line": lines}
        if self._company.other_preference("VendorAndPurchasesPrefs.UseCustomTxnNumbers") == "true":
            body["DocNumber"] = f"JR-{self._company.next_in('seed.DocNumber', 501)}"
        return body

    def _tracks_quantity(self) -> bool:
        tracks = self._company.preference("ProductAndServicesPrefs", "QuantityOnHand")
        return self._company.has_feature("inventory") and tracks is not False


def put_singleton(company: Company, kind: str, body: dict[str, Any], now: datetime) -> None:
    """Store the company's one CompanyInfo or Preferences, with the next SyncToken if there was one."""
    store = company.store(kind)
    old = store.get("1")
    moment = seconds_text(now)
    created = moment if old is None else old.body["MetaData"]["CreateTime"]
    token = "0" if old is None else str(int(old.body["SyncToken"]) + 1)
    store.put(
        {
            **body,
            "domain": "QBO",
            "sparse": False,
            "Id": "1",
            "SyncToken": token,
            "MetaData": {"CreateTime": created, "LastUpdatedTime": moment},
        }
    )
    company.touched()


def _account(account: tuple[str, str, str]) -> dict[str, Any]:
    return {"Name": account[0], "AccountType": account[1], "AccountSubType": account[2]}
