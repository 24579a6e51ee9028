"""A month against QuickBooks through the API, of a company in the simulator."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import requests

from ledgerlink.quickbooks.client import Company
from ledgerlink.wiring import wiring
from local.quickbooks import Simulator
from tests.integration.api.stack import HOST, Answer, Stack, invoke
from tests.integration.api.test_oauth import Browser
from tests.integration.api.test_push import task
from tests.unit.kinds.sales_samples import sale_json, sold_json
from tests.unit.orders import order_json

DATES = {
    "purchase-orders": "order_date",
    "bills": "bill_date",
    "invoices": "invoice_date",
    "shipments": "shipped_date",
}


@dataclass
class MonthEnd:
    """A tenant whose company exists in the simulator."""

    stack: Stack
    simulator: str
    tenant: str
    realm_id: str

    def put(self, kind: str, document_id: str, day: str | None = "2026-11-12", **changes: Any) -> None:
        """A document of the host: an order or bill of 16.00, or a sale of 3.50."""
        make = sale_json if kind in ("invoices", "shipments") else order_json
        content = make(**{"number": document_id, "status": "shipped", DATES[kind]: day, **changes})
        answer = self.stack.call("PUT", f"/v1/tenants/{self.tenant}/{kind}/{document_id}", content, HOST)
        assert answer.status == 202, answer.text

    def has(self, kind: str, document_id: str, day: str | None = "2026-11-12", **changes: Any) -> str:
        """The document, sent: its id in QuickBooks."""
        self.put(kind, document_id, day, **changes)
        pushed = invoke("push_document", task(self.tenant, kind=kind, document_id=document_id))
        return str(pushed["entity_id"])

    @property
    def books(self) -> Company:
        """As a bookkeeper works in them."""
        (connection,) = wiring().connections.tenant(self.tenant).connections
        return wiring().facts(connection)

    def change(self, entity: str, entity_id: str, **changes: Any) -> None:
        """A bookkeeper edits something in QuickBooks."""
        now = self.books.read(entity, entity_id)
        body = {"Id": entity_id, "SyncToken": now["SyncToken"], "sparse": True, **changes}
        self.books.call("POST", entity.lower(), operation="edit", body=body)

    def ask(self, month: str = "2026-11", headers: dict[str, str] | None = None) -> Answer:
        url = f"/v1/tenants/{self.tenant}/connections/{self.realm_id}/reconciliation?month={month}"
        return self.stack.call("GET", url, headers=headers or HOST)

    def kinds(self, month: str = "2026-11") -> dict[str, Any]:
        """The kinds that the month has anything of."""
        answer = self.ask(month)
        assert answer.status == 200, answer.text
        return {kind["kind"]: kind for kind in answer.json["kinds"] if kind["totals"]}

    def queries(self) -> Counter[str]:
        """How often the company was asked what so far."""
        stats = requests.get(f"{self.simulator}/simulator/stats", params={"realm_id": self.realm_id}, timeout=10)
        return Counter(stats.json()["by_kind"])


@pytest.fixture
def month(stack: Stack, simulator: Simulator) -> MonthEnd:
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books"}, timeout=10)
    realm_id = made.json()["realm_id"]
    browser = Browser(stack, simulator.url, f"tenant-of-{realm_id}")
    browser.open_connect()
    browser.come_back(browser.press("approve", realm_id))
    return MonthEnd(stack, simulator.url, browser.tenant, realm_id)


def test_a_month_in_which_nobody_touched_anything_has_no_differences(month: MonthEnd) -> None:
    month.has("purchase-orders", "po-1")
    month.has("bills", "b-1")
    month.has("invoices", "i-1")
    month.has("shipments", "s-1")
    before = month.queries()

    kinds = month.kinds()

    assert [(name, len(kind["differences"])) for name, kind in kinds.items()] == [
        ("purchase-orders", 0),
        ("bills", 0),
        ("invoices", 0),
        ("shipments", 0),
    ]
    assert kinds["purchase-orders"]["totals"] == [
        {
            "currency": "USD",
            "ours": {"count": 1, "total": "16.00"},
            "quickbooks": {"count": 1, "total": "16.00"},
            "difference": "0.00",
        }
    ]
    assert month.queries() - before == {"query": 3}


def test_sales_tax_is_no_difference(month: MonthEnd) -> None:
    entity_id = month.has("invoices", "i-1")
    month.change("Invoice", entity_id, TxnTaxDetail={"TotalTax": Decimal("0.28")})

    (totals,) = month.kinds()["invoices"]["totals"]

    assert month.books.read("Invoice", entity_id)["TotalAmt"] == Decimal("3.78")
    assert (totals["ours"]["total"], totals["difference"]) == ("3.50", "0.00")


def test_what_a_bookkeeper_did_in_quickbooks_explains_the_difference(month: MonthEnd) -> None:
    edited, voided, moved = (month.has("invoices", f"i-{number}") for number in range(3))
    deleted = month.has("bills", "b-1")
    month.change("Invoice", edited, Line=month.books.read("Invoice", edited)["Line"][:1])
    month.change("Invoice", moved, TxnDate="2026-12-01")
    month.books.void("Invoice", voided, month.books.read("Invoice", voided)["SyncToken"], "void-1")
    month.books.delete("Bill", deleted, month.books.read("Bill", deleted)["SyncToken"], "delete-1")

    kinds = month.kinds()

    (sales,) = kinds["invoices"]["totals"]
    found = {one["document"]["id"]: one for one in kinds["invoices"]["differences"]}
    assert {name: (one["reason"], one["difference"]) for name, one in found.items()} == {
        "i-0": ("other_total", "1.00"),
        "i-1": ("voided_in_quickbooks", "3.50"),
        "i-2": ("dated_in_another_month_in_quickbooks", "3.50"),
    }
    assert (sales["ours"], sales["quickbooks"], sales["difference"]) == (
        {"count": 3, "total": "10.50"},
        {"count": 2, "total": "2.50"},
        "8.00",
    )
    assert found["i-2"]["quickbooks"]["date"] == "2026-12-01"
    assert found["i-2"]["quickbooks"]["url"].startswith(month.simulator)
    (gone,) = kinds["bills"]["differences"]
    assert (gone["reason"], gone["quickbooks"]) == ("gone_from_quickbooks", None)
    december = month.kinds("2026-12")["invoices"]["differences"]
    assert [(one["reason"], one["difference"]) for one in december] == [("dated_in_this_month_in_quickbooks", "-3.50")]


def test_documents_that_were_not_sent_are_listed_with_where_they_stand(month: MonthEnd) -> None:
    month.put("shipments", "s-1", status="packed")
    month.has("invoices", "i-1")
    month.put("invoices", "i-1", memo="Thank you", lines=[sold_json(quantity=4)])

    kinds = month.kinds()

    (packed,), (changed,) = kinds["shipments"]["differences"], kinds["invoices"]["differences"]
    assert (packed["reason"], packed["document"]["status"]) == ("not_sent", "waiting_for_status")
    assert (changed["reason"], changed["difference"]) == ("not_sent", "1.50")


def test_a_document_without_a_date_is_of_the_month_that_quickbooks_gave_it(month: MonthEnd) -> None:
    entity_id = month.has("bills", "b-1", None, lines=[])
    day = month.books.read("Bill", entity_id)["TxnDate"]

    (totals,) = month.kinds(day[:7])["bills"]["totals"]

    assert (totals["ours"]["count"], totals["difference"]) == (1, "0.00")


def test_what_others_entered_is_counted_apart(month: MonthEnd) -> None:
    month.has("bills", "b-1")
    (bill,) = [bill for bill in month.books.query("SELECT * FROM Bill") if bill["DocNumber"] == "b-1"]
    body = {"VendorRef": bill["VendorRef"], "TxnDate": "2026-11-30", "Line": bill["Line"]}
    month.books.call("POST", "bill", operation="enter", body=body)

    (others,) = [other for other in month.ask().json["not_from_us"] if other["entity"] == "Bill"]

    assert others == {"entity": "Bill", "currency": "USD", "count": 1, "total": "16.00"}
    (totals,) = month.kinds()["bills"]["totals"]
    assert totals["quickbooks"]["count"] == 1


def test_a_session_compares_its_own_companies_only(stack: Stack, month: MonthEnd) -> None:
    month.has("bills", "b-1")
    stack.connect("another-tenant", "77001")

    own = month.ask(headers=stack.session(month.tenant))
    others = month.ask(headers=stack.session("another-tenant"))
    strangers = stack.call(
        "GET", f"/v1/tenants/another-tenant/connections/{month.realm_id}/reconciliation?month=2026-11", headers=HOST
    )

    assert own.status == 200
    assert others.status == 404
    assert strangers.status == 404


def test_what_is_no_month_is_refused(month: MonthEnd) -> None:
    answer = month.ask("November")

    assert (answer.status, answer.error["fields"]) == (
        400,
        [{"field": "month", "problem": "must be a month such as 2026-11"}],
    )
