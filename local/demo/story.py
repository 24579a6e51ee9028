"""Connect, push, change, fail, redrive: each step checks what it shows."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3

from local.demo.browser import Browser
from local.demo.host import Host
from local.demo.simulator import SimulatorControl

TENANT = "demo"
TENANT_NAME = "Juniper Lane Coffee"
COMPANY = "Harbor Street Supply Co."


class StoryBroke(Exception):
    """A step showed something else than it should."""


def say(text: str) -> None:
    """One line of the story."""
    print(f"   {text}", flush=True)


def check(truth: bool, what: str) -> None:
    """Stop the story unless it is true."""
    if not truth:
        raise StoryBroke(what)


@dataclass
class Story:
    """One telling, with what the steps hand on."""

    stack: dict[str, Any]
    number: str = field(default_factory=lambda: time.strftime("%d%H%M%S"))
    realm_id: str = ""
    entity_id: str = ""
    sync_token: str = ""
    execution: str = ""

    def __post_init__(self) -> None:
        self.host = Host(self.stack, TENANT)
        self.quickbooks = SimulatorControl(self.stack["quickbooks_url"])
        self.document_id = f"order-{self.number}"

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """The steps in their order, with their titles."""
        yield "A tenant connects a QuickBooks company", self.connect
        yield "The host sends a purchase order", self.push
        yield "The purchase order as QuickBooks has it", self.read_back
        yield "The host changes it and sends it again", self.change
        yield "QuickBooks goes down, and the push fails after three retries", self.fail
        yield "QuickBooks comes back, and support redrives the execution", self.redrive

    def connect(self) -> None:
        """Through the consent page, as a browser does."""
        # A story that was broken off may have left QuickBooks down.
        self.quickbooks.come_back()
        session = self.host.call("POST", "/sessions", {"tenant_name": TENANT_NAME}, expect=(201,))
        say(f"The host asks for a session and sends the browser to {session['connect_url'].split('?')[0]}")
        browser = Browser()
        confirmation = browser.open(session["connect_url"])
        say(f"A page asks first: {confirmation.heading}")
        check(TENANT_NAME in confirmation.heading, f"the page says {confirmation.heading!r}")
        companies, consent = browser.go_on(confirmation)
        say(f"The consent page offers: {', '.join(companies.values())}")
        self.realm_id = next(realm for realm, name in companies.items() if name == COMPANY)
        page = consent.approve(self.realm_id)
        check(page.status_code == 200 and "is connected" in page.text, f"the callback answered {page.status_code}")
        connections = self.host.call("GET", "/connections", expect=(200,))["items"]
        connection = next(found for found in connections if found["id"] == self.realm_id)
        check(connection["status"] == "connected", f"the connection is {connection['status']}")
        say(f"Connected: {connection['company_name']}, realm {self.realm_id}, {connection['home_currency']}")

    def push(self) -> None:
        """The first time: vendor and items are found or created."""
        stored = self.host.put(self.document_id, self.order(quantity=12))
        say(f"PUT …/purchase-orders/{self.document_id} → {stored['status']}, revision {stored['revision']}")
        started = time.monotonic()
        document = self.host.wait_for(self.document_id, "synced", stored["revision"])
        entity = document["quickbooks"]
        self.entity_id, self.sync_token = entity["id"], entity["sync_token"]
        say(f"After {time.monotonic() - started:.1f} s: {document['status']}, QuickBooks id {self.entity_id}")
        say(f"Open in QuickBooks: {entity['url']}")

    def read_back(self) -> None:
        """From QuickBooks itself, not from our own tables."""
        found = self.quickbooks.by_doc_number(self.realm_id, "PurchaseOrder", f"PO-{self.number}")
        check(len(found) == 1, f"QuickBooks has {len(found)} purchase orders with the number PO-{self.number}")
        self.show(found[0])
        check(f"{found[0]['TotalAmt']:.2f}" == "329.30", f"the total is {found[0]['TotalAmt']}, not 329.30")

    def change(self) -> None:
        """The same entity with a new SyncToken, never a second one."""
        stored = self.host.put(self.document_id, self.order(quantity=20))
        document = self.host.wait_for(self.document_id, "synced", stored["revision"])
        entity = document["quickbooks"]
        say(f"Revision {document['revision']}: QuickBooks id {entity['id']} as before")
        say(f"SyncToken {self.sync_token} → {entity['sync_token']}")
        check(entity["id"] == self.entity_id, "the push made a second purchase order")
        check(entity["sync_token"] != self.sync_token, "the SyncToken did not change")
        found = self.quickbooks.by_doc_number(self.realm_id, "PurchaseOrder", f"PO-{self.number}")
        check(len(found) == 1, f"QuickBooks has {len(found)} purchase orders with the number PO-{self.number}")
        self.show(found[0])

    def fail(self) -> None:
        """One try and three retries, then the document says so."""
        self.quickbooks.go_down(self.realm_id)
        stored = self.host.put(self.document_id, self.order(quantity=25))
        self.execution = stored["execution"]
        say(f"Execution {self.execution}")
        document = self.host.wait_for(self.document_id, "sync_failed", stored["revision"])
        tries = [entry for entry in self.entries() if entry["execution"] == self.execution]
        for entry in reversed(tries):
            what = "gave up" if entry["outcome"] == "gave_up" else f"try {entry['try']} {entry['outcome']}"
            say(f"{entry['at'][11:19]}  {what:<14} {entry['error']['code']}")
        say(f"The document is {document['status']}: {document['last_error']['message']}")
        say(f"What to do: {document['last_error']['hint']}")
        failed = [entry for entry in tries if entry["outcome"] == "failed"]
        check(len(failed) == 4, f"there were {len(failed)} tries, not one and three retries")

    def redrive(self) -> None:
        """The same execution goes on at the state that failed."""
        self.quickbooks.come_back()
        machine = self.stack["outputs"]["PushStateMachineArn"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{self.execution}"
        session: Any = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=self.stack["region"]
        )
        functions = session.client("stepfunctions", endpoint_url=self.stack["aws_endpoint_url"])
        functions.redrive_execution(executionArn=arn)
        say("aws stepfunctions redrive-execution --execution-arn …:" + self.execution)
        revision = self.host.read(self.document_id)["revision"]
        document = self.wait_for_redrive(revision)
        described = self.wait_for_end(functions, arn)
        say(f"The execution is {described['status']}, redriven {described['redriveCount']} time")
        found = self.quickbooks.by_doc_number(self.realm_id, "PurchaseOrder", f"PO-{self.number}")
        check(len(found) == 1, f"QuickBooks has {len(found)} purchase orders with the number PO-{self.number}")
        check(found[0]["Id"] == self.entity_id, "the redrive made another purchase order")
        total = f"{found[0]['TotalAmt']:.2f}"
        say(f"The document is {document['status']}; QuickBooks has one PO-{self.number} over {total}")

    def wait_for_redrive(self, revision: int) -> Any:
        """A document that still says sync_failed may only not have been taken up yet."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            document = self.host.read(self.document_id)
            if document["status"] == "synced" and document["revision"] == revision:
                return document
            time.sleep(0.25)
        raise StoryBroke(f"after the redrive the document is {document['status']}: {document['last_error']}")

    def wait_for_end(self, functions: Any, arn: str) -> Any:
        """The document is marked inside the execution, so a moment before its end."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            described = functions.describe_execution(executionArn=arn)
            if described["status"] != "RUNNING":
                return described
            time.sleep(0.1)
        raise StoryBroke("the redriven execution does not end")

    def entries(self) -> list[dict[str, Any]]:
        """This document's activity, newest first."""
        found: list[dict[str, Any]] = self.host.call(
            "GET", f"/activity?kind=purchase-orders&id={self.document_id}", expect=(200,)
        )["items"]
        return found

    def order(self, quantity: int) -> dict[str, Any]:
        """A purchase order with two products, an expense and a fee."""
        return {
            "number": self.number,
            "status": "ordered",
            "supplier": {
                "id": "s-17",
                "name": "O'Brien & Sons: Roasters",
                "email": "orders@obrien.example",
                "address": {"line1": "8 Mill Lane", "city": "Portland", "region": "OR", "postal_code": "97201"},
            },
            "order_date": time.strftime("%Y-%m-%d"),
            "memo": "Deliver to the back door",
            "reference": "REQ-88",
            "lines": [
                {"id": "1", "product_id": "p-1", "sku": "BEAN-ETH-1KG", "name": "Ethiopia beans 1 kg",
                 "quantity": quantity, "unit_cost": "18.40"},
                {"id": "2", "product_id": "p-2", "sku": "FILTER-100", "name": "Paper filters, 100",
                 "quantity": 10, "unit_cost": "4.25"},
                {"id": "3", "description": "Tasting course", "expense_account": "Office Expenses",
                 "quantity": 1, "unit_cost": 41},
            ],
            "costs": [{"name": "Freight", "amount": 25}],
        }  # fmt: skip

    def show(self, entity: dict[str, Any]) -> None:
        """A purchase order of QuickBooks, as a person reads it."""
        say(f"{entity['DocNumber']}  id {entity['Id']}  SyncToken {entity['SyncToken']}  {entity['VendorRef']['name']}")
        for line in entity["Line"]:
            item = line.get("ItemBasedExpenseLineDetail")
            account = line.get("AccountBasedExpenseLineDetail")
            if item:
                price = f"{item['Qty']!s:>5} × {item['UnitPrice']:>6.2f}"
                say(f"   {item['ItemRef']['name']:<28} {price:<18} {line['Amount']:>9.2f}")
            elif account:
                name = account["AccountRef"]["name"]
                say(f"   {line.get('Description', ''):<28} {name:<18} {line['Amount']:>9.2f}")
        say(f"   {'Total':<47} {entity['TotalAmt']:>9.2f}")
