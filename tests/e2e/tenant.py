"""A tenant of the host with a QuickBooks company of its own."""

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from local.demo.browser import Browser, Consent
from local.demo.host import ORDERS, Host
from tests.e2e.aws import Aws, QuickBooks, eventually

SUPPLIER = "Wrenfield Canary Roasters"
EMAIL = "orders@wrenfield-canary.example"
"""Customer data: no log line and no execution may tell them."""

_numbers = itertools.count(1)


def order(number: str, **changes: Any) -> dict[str, Any]:
    """A purchase order with a product and a fee: 12 × 18.40 + 25 = 245.80."""
    return {
        "number": number,
        "status": "ordered",
        "supplier": {"id": "s-1", "name": SUPPLIER, "email": EMAIL},
        "lines": [
            {"id": "1", "sku": "BEAN-1KG", "name": "Ethiopia beans 1 kg", "quantity": 12, "unit_cost": "18.40"},
        ],
        "costs": [{"name": "Freight", "amount": 25}],
        **changes,
    }


@dataclass
class Tenant:
    """What the host and the tenant's browser do for one tenant."""

    name: str
    realm_id: str
    stack: dict[str, Any]
    aws: Aws
    quickbooks: QuickBooks

    def __post_init__(self) -> None:
        self.host = Host(self.stack, self.name)

    @classmethod
    def new(cls, stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks, **counts: int) -> "Tenant":
        """A tenant that is known, with a company that is not connected yet, empty but for these counts."""
        name = f"tenant-{next(_numbers)}"
        tenant = cls(name, quickbooks.new_company(f"Company of {name}", **counts), stack, aws, quickbooks)
        tenant.session()
        return tenant

    # the browser

    def session(self) -> dict[str, Any]:
        session: dict[str, Any] = self.host.call("POST", "/sessions", expect=(201,))
        return session

    def open_consent_page(self, browser: Browser | None = None) -> Consent:
        """The tenant's browser on Intuit's page."""
        companies, consent = (browser or Browser()).open_consent_page(self.session()["connect_url"])
        assert self.realm_id in companies
        return consent

    def connect(self) -> requests.Response:
        """Through the consent page, with success."""
        page = self.open_consent_page().approve(self.realm_id)
        assert page.status_code == 200, page.text
        return page

    def disconnect(self) -> dict[str, Any]:
        """As the host does it."""
        ended: dict[str, Any] = self.host.call("POST", f"/connections/{self.realm_id}/disconnect", expect=(200,))
        return ended

    @property
    def connections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.host.call("GET", "/connections", expect=(200,))["items"]
        return found

    def get(self, path: str) -> requests.Response:
        """What the host gets, whatever it is."""
        with requests.Session() as session:
            session.trust_env = False
            key = {"Authorization": f"Bearer {self.stack['host_api_key']}"}
            return session.get(self.stack["api_url"] + path, headers=key, timeout=60)

    # documents

    def put(self, document_id: str, content: dict[str, Any], collection: str = ORDERS) -> dict[str, Any]:
        stored: dict[str, Any] = self.host.put(document_id, content, collection)
        return stored

    def read(self, document_id: str, collection: str = ORDERS) -> dict[str, Any]:
        found: dict[str, Any] = self.host.read(document_id, collection)
        return found

    def send(self, document_id: str) -> dict[str, Any]:
        """By hand."""
        sent: dict[str, Any] = self.host.call("POST", f"/purchase-orders/{document_id}/send", expect=(202,))
        return sent

    def wait(self, document_id: str, status: str, collection: str = ORDERS) -> dict[str, Any]:
        """The document once it stands there."""
        seen: dict[str, Any] = {"status": "not stored", "last_error": None}

        def look() -> dict[str, Any] | None:
            answer = self.get(f"/v1/tenants/{self.name}/{collection}/{document_id}")
            seen.update(answer.json() if answer.ok else {})
            return seen if seen["status"] == status else None

        found = eventually(look, lambda: f"{document_id} is {seen['status']}, not {status}: {seen['last_error']}")
        assert found is not None
        return found

    def wait_for_error(self, document_id: str, code: str) -> dict[str, Any]:
        """The document's last error, once it is this one and no try is left."""

        def look() -> dict[str, Any] | None:
            seen = self.read(document_id)
            error: dict[str, Any] = seen["last_error"] or {}
            return error if seen["status"] == "sync_failed" and error.get("code") == code else None

        found = eventually(look, lambda: f"{document_id} ended with {self.read(document_id)['last_error']}")
        assert found is not None
        return found

    def push(self, document_id: str, content: dict[str, Any], collection: str = ORDERS) -> dict[str, Any]:
        """Store it and wait until QuickBooks has it."""
        stored = self.put(document_id, content, collection)
        found: dict[str, Any] = self.host.wait_for(document_id, "synced", stored["revision"], collection=collection)
        return found

    def send_many(self, body: dict[str, Any]) -> dict[str, Any]:
        """By hand, and what had become of them when nothing of it was under way any more."""
        sent = self.host.call("POST", "/send", body, expect=(202,))
        return self.wait_for_backlog(sent["backlog"])

    def wait_for_backlog(self, backlog_id: str, ended: tuple[str, ...] = ("completed", "failed")) -> dict[str, Any]:
        """Its progress once it has come to its end, and with it the documents that went on one by one."""

        def look() -> dict[str, Any] | None:
            seen: dict[str, Any] = self.host.call("GET", f"/backlogs/{backlog_id}", expect=(200,))
            under_way = seen["status"] == "completed" and seen["waiting"]
            return seen if seen["status"] in ended and not under_way else None

        found = eventually(look, lambda: f"the backlog {backlog_id}")
        assert found is not None
        return found

    # settings

    def settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change some of them."""
        found: dict[str, Any] = self.host.call(
            "PATCH", f"/connections/{self.realm_id}/settings", changes, expect=(200,)
        )
        return found

    def daily_due_at(self) -> str:
        """When the next daily run is due."""
        item = self.aws.item("ConnectionsTable", *self._connection_item)
        assert item is not None
        return str(item["daily_due_at"]["S"])

    def make_daily_due(self, moment: str) -> None:
        """As if the night had come."""
        self.aws.set_text("ConnectionsTable", *self._connection_item, "daily_due_at", moment)

    @property
    def _connection_item(self) -> tuple[str, str]:
        return f"TENANT#{self.name}", f"CONNECTION#{self.realm_id}"

    def activity(self, document_id: str) -> list[dict[str, Any]]:
        """Newest first."""
        path = f"/activity?kind=purchase-orders&id={document_id}"
        found: list[dict[str, Any]] = self.host.call("GET", path, expect=(200,))["items"]
        return found

    # QuickBooks

    def orders_in_quickbooks(self, number: str) -> list[dict[str, Any]]:
        """What QuickBooks has under the number, as the bookkeeper sees it."""
        return self.quickbooks.by_doc_number(self.realm_id, "PurchaseOrder", f"PO-{number}")

    def make_inactive(self, entity: str, name: str) -> None:
        """As the bookkeeper does with a vendor or an item of that name."""
        (found,) = [
            row
            for row in self.quickbooks.entities(self.realm_id, entity)
            if name in (row.get("DisplayName"), row.get("Name"))
        ]
        self.quickbooks.change(self.realm_id, entity, found["Id"], Active=False)

    @property
    def calls(self) -> int:
        return self.quickbooks.calls(self.realm_id)


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
