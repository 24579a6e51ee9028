"""A coffee importer's autumn on the stack of this machine: a company, documents, and what went wrong with some."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from local.demo.browser import Browser
from local.demo.host import Host
from local.demo.shop_documents import UNMATCHED, season
from local.demo.simulator import SimulatorControl

TENANT = "juniper-lane"
TENANT_NAME = "Juniper Lane Coffee"
COMPANY = "Juniper Lane Coffee LLC"

_PATIENCE_SECONDS = 120
_COUNTS = {"vendors": 8, "customers": 10, "items": 12, "purchase_orders": 14, "bills": 9}
_COUNTS |= {"estimates": 5, "invoices": 42, "sales_receipts": 18}
_SETTINGS = {
    "time_zone": "America/Los_Angeles",
    "kinds": {"purchase-orders": {"push_when": ["ordered", "delivered"], "copy_to_bill_when": ["delivered"]}},
}
_SLOW = "order-1045"
"""The order at which QuickBooks is out of service for a moment."""
_ORGANIC_ORDERS = (
    ("GV-301", 24, "Organic oat drink 1 l", 120, "1.85"),
    ("GV-302", 15, "Organic cane sugar 5 kg", 30, "11.40"),
    ("GV-303", 6, "Certified organic cocoa 1 kg", 25, "9.90"),
)
"""Number, days ago, what, how many, at what price."""


class ShopBroke(Exception):
    """Something did not come to its end."""


@dataclass(frozen=True)
class Shop:
    """The tenant, as its application and its bookkeeper act for it."""

    stack: dict[str, Any]

    def open(self) -> None:
        """Connect a new company and fill it. Raises ShopBroke, UnexpectedAnswer."""
        today = datetime.now(UTC).date()
        company = {"name": COMPANY, "plan": "Plus", "counts": _COUNTS, "days": 85}
        realm_id = str(self._quickbooks.call("POST", "companies", company)["realm_id"])
        self._trade_organic_goods(realm_id, today)
        self._connect(realm_id)
        settings = f"/connections/{realm_id}/settings"
        self.host.call("PATCH", settings, _SETTINGS, expect=(200,))
        flow = {"input": f"quickbooks:{realm_id}", "output": f"quickbooks:{realm_id}", "enabled": True}
        self.host.call("PUT", "/flows/purchases-and-sales", flow, expect=(200, 201))
        for collection, document_id, content in season(today):
            if document_id == _SLOW:
                self._fail_once(realm_id)
            if document_id == UNMATCHED:
                self.host.call("PATCH", settings, {"kinds": {"products": {"create": False}}}, expect=(200,))
            self._send(collection, document_id, content)
        self._wait(lambda: self._backfill_status(realm_id) == "completed", "the backfill")
        self._certify_one(today)
        self._hear_of_changes(realm_id)

    @property
    def host(self) -> Host:
        """What its application calls."""
        return Host(self.stack, TENANT)

    @property
    def _quickbooks(self) -> SimulatorControl:
        return SimulatorControl(self.stack["quickbooks_url"])

    def _trade_organic_goods(self, realm_id: str, today: date) -> None:
        """What the bookkeeper has ordered and sold in QuickBooks itself."""
        accounts = {row["Name"]: row["Id"] for row in self._quickbooks.entities(realm_id, "Account")}
        vendor = self._add(realm_id, "Vendor", DisplayName="Green Valley Organics")
        item: dict[str, Any] = {}
        for number, days, name, quantity, price in _ORGANIC_ORDERS:
            item = self._add(
                realm_id,
                "Item",
                Name=name,
                Type="NonInventory",
                ExpenseAccountRef={"value": accounts["Cost of Goods Sold"]},
                IncomeAccountRef={"value": accounts["Sales of Product Income"]},
            )
            self._add(
                realm_id,
                "PurchaseOrder",
                DocNumber=number,
                TxnDate=str(today - timedelta(days=days)),
                VendorRef={"value": vendor["Id"]},
                APAccountRef={"value": accounts["Accounts Payable (A/P)"]},
                Line=[_line("ItemBasedExpenseLineDetail", item, quantity, price)],
            )
        customer = self._quickbooks.entities(realm_id, "Customer")[0]
        sold = _line("SalesItemLineDetail", item, 2, "17.50")
        self._add(realm_id, "Invoice", CustomerRef={"value": customer["Id"]}, TxnDate=str(today), Line=[sold])

    def _add(self, realm_id: str, entity: str, **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = self._quickbooks.call("POST", f"companies/{realm_id}/entities/{entity}", fields)
        return made

    def _connect(self, realm_id: str) -> None:
        session = self.host.call("POST", "/sessions", {"tenant_name": TENANT_NAME}, expect=(201,))
        _, consent = Browser().open_consent_page(session["connect_url"])
        consent.approve(realm_id)

    def _fail_once(self, realm_id: str) -> None:
        """The next write is answered with 503, and so is tried again."""
        match = {"realm_id": realm_id, "operation": "create", "entity": "PurchaseOrder"}
        self._quickbooks.call("POST", "faults", {"match": match, "times": 1, "then": {"status": 503, "html": True}})

    def _send(self, collection: str, document_id: str, content: dict[str, Any]) -> None:
        """And wait until it has come to rest: what a document names is there before it, as over a season."""
        self.host.put(document_id, content, collection)
        self._wait(
            lambda: self.host.read(document_id, collection)["status"] != "syncing", f"{collection}/{document_id}"
        )

    def _backfill_status(self, realm_id: str) -> str:
        return str(self.host.call("GET", f"/connections/{realm_id}/backfill", expect=(200,))["status"])

    def _certify_one(self, today: date) -> None:
        """The order that has waited longest."""
        waiting: list[dict[str, Any]] = []

        def look() -> bool:
            waiting[:] = self.host.call("GET", "/certifications", expect=(200,))["items"]
            return len(waiting) >= 3

        self._wait(look, "orders that await certification")
        order = min(waiting, key=lambda one: str(one["number"]))
        certificate = {
            "lot_number": "GV-24-118",
            "expiration_date": str(today + timedelta(days=400)),
            "certified_by": "Ada Brooks",
        }
        for line in order["lines"]:
            path = f"/certifications/{order['record']}/lines/{line['id']}"
            self.host.call("POST", path, certificate, expect=(200,))

    def _hear_of_changes(self, realm_id: str) -> None:
        """Intuit's notifications arrive from now on; wait until the first one has led to a look into QuickBooks."""
        self._quickbooks.call("POST", "webhooks", {"url": self.stack["outputs"]["WebhookUrl"]})
        self._add(realm_id, "Vendor", DisplayName="Pier Nine Roastery Supplies")
        diagnosis = f"/connections/{realm_id}/diagnosis"
        self._wait(lambda: self.host.call("GET", diagnosis, expect=(200,))["problem"] is None, "the first poll")

    def _wait(self, ended: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not ended():
            if time.monotonic() > deadline:
                raise ShopBroke(f"not within {_PATIENCE_SECONDS} s: {what}")
            time.sleep(0.2)


def _line(detail: str, item: dict[str, Any], quantity: int, price: str) -> dict[str, Any]:
    amount = float(quantity * Decimal(price))
    named = {"ItemRef": {"value": item["Id"]}, "Qty": quantity, "UnitPrice": float(price)}
    return {"DetailType": detail, "Amount": amount, detail: named}
