"""A preview through the API, of a company in the simulator: it reads, and writes nothing anywhere."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests

from ledgerlink.quickbooks.queries import Select
from ledgerlink.wiring import wiring
from local.quickbooks import Simulator
from tests import canaries
from tests.integration.api.stack import HOST, Answer, Stack, invoke
from tests.integration.api.test_oauth import Browser
from tests.integration.api.test_push import task
from tests.template import REGION
from tests.unit.kinds.sales_samples import sale_json
from tests.unit.orders import KIND, order_json

READS = {"read", "query", "batch", "companyinfo", "preferences"}
LOOKED_AT = ("Account", "Item", "PurchaseOrder", "Vendor", "Customer")


@dataclass
class Company:
    """A tenant whose company exists in the simulator."""

    stack: Stack
    simulator: str
    tenant: str
    realm_id: str

    def preview(self, content: Any = None, document_id: str = "po-1", kind: str = KIND, query: str = "") -> Answer:
        url = f"/v1/tenants/{self.tenant}/{kind}/{document_id}/preview{query}"
        return self.stack.call("POST", url, content, HOST)

    def calls(self) -> Counter[str]:
        """How often this company was asked what so far."""
        stats = requests.get(f"{self.simulator}/simulator/stats", params={"realm_id": self.realm_id}, timeout=10)
        return Counter(stats.json()["by_kind"])

    def books(self) -> dict[str, list[Any]]:
        """What the company has."""
        (connection,) = wiring().connections.tenant(self.tenant).connections
        return {entity: list(wiring().facts(connection).query_all(Select(entity))) for entity in LOOKED_AT}

    def stored(self) -> list[tuple[str, str]]:
        """Every item of every table but for what a preview may keep: turns, and lists that were read."""
        client = boto3.client("dynamodb", region_name=REGION)
        return sorted(
            (name, repr(sorted(item.items())))
            for name in client.list_tables()["TableNames"]
            for item in client.scan(TableName=name)["Items"]
            if "Throttle" not in name and not item["sk"]["S"].startswith("LIST#")
        )


@pytest.fixture
def company(stack: Stack, simulator: Simulator) -> Company:
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books"}, timeout=10)
    realm_id = made.json()["realm_id"]
    browser = Browser(stack, simulator.url, f"tenant-of-{realm_id}")
    browser.open_connect()
    browser.come_back(browser.press("approve", realm_id))
    return Company(stack, simulator.url, browser.tenant, realm_id)


def test_a_preview_of_a_new_order_says_what_would_be_created_and_creates_nothing(company: Company) -> None:
    books, stored, calls = company.books(), company.stored(), company.calls()

    answer = company.preview(order_json())

    asked = company.calls() - calls
    assert answer.status == 200, answer.text
    assert (answer.json["entity"], answer.json["action"], answer.json["problems"]) == ("PurchaseOrder", "create", [])
    assert answer.json["body"]["VendorRef"] == {"value": f"new Vendor '{canaries.SUPPLIER}'"}
    assert answer.json["body"]["Line"][2]["Amount"] == 12.5
    assert answer.json["held"] is None
    assert set(asked) <= READS
    assert 0 < asked.total() <= 6
    assert company.stored() == stored
    assert company.books() == books


def test_a_preview_of_a_changed_order_shows_the_difference_to_quickbooks(company: Company) -> None:
    company.stack.put(company.tenant, "po-1")
    pushed = invoke("push_document", task(company.tenant))
    books, stored = company.books(), company.stored()

    unchanged = company.preview()
    answer = company.preview(order_json(memo="Ring twice"))

    assert (unchanged.json["action"], unchanged.json["body"]) == ("none", None)
    assert (answer.json["action"], answer.json["problems"]) == ("update", [])
    assert answer.json["quickbooks_id"] == pushed["entity_id"]
    assert answer.json["difference"] == [{"path": "Memo", "now": canaries.MEMO, "then": "Ring twice"}]
    assert {reference["how"] for reference in answer.json["references"]} == {"linked"}
    assert (company.stored(), company.books()) == (stored, books)


def test_an_untouched_order_that_is_sent_by_hand_differs_in_nothing(company: Company) -> None:
    company.stack.put(company.tenant, "po-1")
    invoke("push_document", task(company.tenant))

    answer = company.preview(query="?by_hand=true")

    assert (answer.json["action"], answer.json["difference"]) == ("update", [])


def test_documents_of_every_kind_can_be_previewed(company: Company) -> None:
    contents: dict[str, Any] = {
        "suppliers": {"name": "Harbour Supplies"},
        "customers": {"name": "Harbour Foods"},
        "products": {"name": "Bolt M8", "sku": "BOLT-8"},
        "invoices": sale_json(),
        "shipments": sale_json(number="S-1"),
        "inventory-adjustments": {
            "number": "1",
            "lines": [{"sku": "BOLT-8", "name": "Bolt M8", "quantity": -1, "unit_cost": 1}],
        },
        "bills": order_json(memo=None),
        "purchase-orders": order_json(),
    }

    answers = {kind: company.preview(content, kind=kind) for kind, content in contents.items()}

    assert {kind: (answer.status, answer.json["problems"]) for kind, answer in answers.items()} == {
        kind: (200, []) for kind in contents
    }
    assert {answer.json["action"] for answer in answers.values()} == {"create"}


def test_what_is_switched_off_makes_no_call_and_says_so(company: Company) -> None:
    url = f"/v1/tenants/{company.tenant}/connections/{company.realm_id}/settings"
    changed = company.stack.call("PATCH", url, {"kinds": {"purchase-orders": {"enabled": False}}}, HOST)
    calls = company.calls()

    answer = company.preview(order_json())

    assert changed.status == 200, changed.text
    assert (answer.status, answer.json["held"]["status"]) == (200, "kind_off")
    assert answer.json["held"]["reason"]["category"] == "missing_configuration"
    assert company.calls() == calls


def test_a_tenants_own_session_may_preview_and_anothers_may_not(company: Company) -> None:
    url = f"/v1/tenants/{company.tenant}/{KIND}/po-1/preview"

    own = company.stack.call("POST", url, order_json(), company.stack.session(company.tenant))
    others = company.stack.call("POST", url, order_json(), company.stack.session("somebody-else"))

    assert (own.status, others.status) == (200, 404)


@pytest.mark.parametrize(
    ("query", "content", "kind", "status"),
    [
        ("", None, KIND, 404),
        ("", {"colour": "red"}, KIND, 400),
        ("", order_json(), "shoes", 404),
        ("?by_hand=perhaps", order_json(), KIND, 400),
    ],
)
def test_what_cannot_be_previewed_is_refused(
    company: Company, query: str, content: Any, kind: str, status: int
) -> None:
    assert company.preview(content, kind=kind, query=query).status == status


def test_what_a_push_would_end_with_is_told_in_the_one_error_shape(company: Company) -> None:
    answer = company.preview(order_json(costs=[{"name": "Freight", "amount": 1, "account": "No such account"}]))

    (problem,) = answer.json["problems"]
    assert (answer.status, answer.json["action"], answer.json["body"]) == (200, "none", None)
    assert (problem["category"], problem["code"]) == ("out_of_sync", "account_missing")
