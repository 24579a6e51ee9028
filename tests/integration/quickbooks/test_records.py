"""From an answer of QuickBooks to a page that the host reads: simulator, store and tables together."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from ledgerlink.api.record_shapes import page_text
from ledgerlink.domain.certifications import CertificationState
from ledgerlink.domain.record_changes import StoredChange
from ledgerlink.domain.records import ENTITIES
from ledgerlink.quickbooks.json_numbers import dumps
from ledgerlink.quickbooks.links import entity_url
from ledgerlink.storage.certifications import DynamoCertifications
from ledgerlink.storage.organic_settings import DynamoOrganicSettings
from ledgerlink.storage.records import DynamoRecords
from ledgerlink.storage.table import Table
from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer
from ledgerlink.usecases.sync.read_records import BEHIND, read_records
from ledgerlink.usecases.sync.store_changes import RecordStore
from tests.template import REGION, make_tables
from tests.unit.fakes import FakeConnections, FakeEvents
from tests.unit.inbound.fakes import FakeJudgements, FakeOwnWrites
from tests.unit.orders import TENANT, connection

START = timedelta(days=10)


class Host:
    """Polls a company and reads what that brought."""

    def __init__(self, control: Any, company: Any, realm_id: str) -> None:
        table = Table(boto3.client("dynamodb", region_name=REGION), make_tables()["RecordsTable"])
        self.control, self.company, self.realm_id = control, company, realm_id
        self.records = DynamoRecords(table, lambda: datetime.now(UTC))
        self.certifications = DynamoCertifications(table)
        self.events = FakeEvents()
        self.tenants = FakeConnections()
        self.tenants.have(connection(connection_id=realm_id, realm_id=realm_id))
        settings = DynamoOrganicSettings(table)
        announcer = ChangeAnnouncer(self.certifications, settings, self.events, False, lambda: datetime.now(UTC))
        self.store = RecordStore(
            self.records, settings, self.certifications, FakeOwnWrites(), FakeJudgements(), announcer, dumps
        )
        self.since = self.quickbooks_time() - START

    def quickbooks_time(self) -> datetime:
        text = requests.get(f"{self.control.url}/simulator/health", timeout=5).json()["time"]
        return datetime.fromisoformat(text)

    def poll(self) -> dict[tuple[str, str], str]:
        """What became of each entity that the answer had."""
        now = self.quickbooks_time()
        changes = self.company.changes(sorted(ENTITIES), self.since, now)
        stored = self.store.store(TENANT, self.realm_id, changes, changes.time or now, datetime.now(UTC))
        self.store.announce(stored)
        self.since = now - timedelta(minutes=2)
        return {_name(change): change.kind.value for change in stored}

    def read(self, feed: str, **asked: Any) -> Any:
        given: dict[str, Any] = {"entity": None, "organic": False, "since": None, "limit": 100} | asked
        now = datetime.now(UTC) + BEHIND
        page = read_records(self.records, self.tenants, TENANT, feed, now=now, **given)
        return json.loads(page_text(page, lambda e: entity_url("https://app.example", e.entity, e.entity_id, "1")))

    def edit(self, entity: str, entity_id: str, **changes: Any) -> None:
        """As a user inside QuickBooks, a minute later."""
        self.control.post("clock", advance_seconds=60)
        url = f"{self.control.url}/simulator/companies/{self.realm_id}/entities/{entity}/{entity_id}"
        assert requests.patch(url, json=changes, timeout=10).status_code == 200

    def delete(self, entity: str, entity_id: str) -> None:
        self.control.post("clock", advance_seconds=60)
        url = f"{self.control.url}/simulator/companies/{self.realm_id}/entities/{entity}/{entity_id}"
        assert requests.delete(url, timeout=10).status_code == 200


def _name(change: StoredChange) -> tuple[str, str]:
    return change.record.key.entity, change.record.key.entity_id


@pytest.fixture
def host(control, company, realm_id, monkeypatch) -> Iterator[Host]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws(config={"core": {"passthrough": {"urls": [f"{control.url}/.*"]}}}):
        yield Host(control, company, realm_id)


@pytest.fixture
def item(company) -> dict[str, Any]:
    account = company.query("select * from Account where AccountType = 'Income'")[0]["Id"]
    cost = company.query("select * from Account where AccountType = 'Cost of Goods Sold'")[0]["Id"]
    body = {"Name": "Braeburn", "Sku": "BRB-1", "Type": "NonInventory"}
    accounts = {"IncomeAccountRef": {"value": account}, "ExpenseAccountRef": {"value": cost}}
    made: dict[str, Any] = company.create("Item", body | accounts, "item")
    return made


@pytest.fixture
def order(company, item) -> dict[str, Any]:
    vendor = company.query("select * from Vendor maxresults 1")[0]["Id"]
    detail = {"ItemRef": {"value": item["Id"]}, "Qty": Decimal(3), "UnitPrice": Decimal("1.15")}
    line = {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": Decimal("3.45"),
        "Description": "Apples, USDA Organic",
        "ItemBasedExpenseLineDetail": detail,
    }
    made: dict[str, Any] = company.create("PurchaseOrder", {"VendorRef": {"value": vendor}, "Line": [line]}, "order")
    return made


def test_what_changes_in_quickbooks_is_read_by_the_host(host, order, item):
    became = host.poll()

    page = host.read("purchases", organic=True)

    (read,) = page["items"]
    assert became["PurchaseOrder", order["Id"]] == "created"
    assert (read["entity"], read["id"], read["state"]) == ("PurchaseOrder", order["Id"], "active")
    assert read["normalised"]["total"] == "3.45"
    (line,) = read["normalised"]["lines"]
    assert (line["sku"], line["name"], line["quantity"], line["unit_price"]) == ("BRB-1", "Braeburn", "3", "1.15")
    assert {match["keyword"] for match in read["organic"]} == {"organic", "USDA organic"}
    assert read["quickbooks"]["DocNumber"] == order["DocNumber"]
    assert read["url"].startswith("https://app.example")
    assert (page["more"], bool(page["next"])) == (False, True)
    assert [item["Id"]] == [one["id"] for one in host.read("sales", entity="Item")["items"] if one["id"] == item["Id"]]


def test_the_next_poll_sees_everything_again_and_finds_nothing_new(host, order):
    host.poll()
    cursor = host.read("purchases")["next"]

    again = host.poll()

    assert set(again.values()) <= {"unchanged"}
    assert host.read("purchases", since=cursor)["items"] == []


def test_a_balance_that_moves_is_no_news(host, company, order):
    vendor = order["VendorRef"]["value"]
    host.edit("Vendor", vendor, CompanyName="Alder Farm")
    host.poll()
    host.control.post("clock", advance_seconds=60)
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": Decimal(10),
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": _expense(company)}},
    }
    company.create("Bill", {"VendorRef": {"value": vendor}, "Line": [line]}, "bill")

    became = host.poll()

    assert became["Vendor", vendor] == "unchanged"
    assert [kind for (entity, _), kind in became.items() if entity == "Bill"] == ["created"]


def _expense(company: Any) -> str:
    return str(company.query("select * from Account where AccountType = 'Expense' maxresults 1")[0]["Id"])


def test_a_renamed_item_shows_in_the_orders_that_name_it(host, order, item):
    host.poll()
    cursor = host.read("purchases")["next"]

    host.edit("Item", item["Id"], Name="Organic Braeburn", Sku="BRB-2")
    became = host.poll()

    (read,) = host.read("purchases", since=cursor)["items"]
    assert became["PurchaseOrder", order["Id"]] == "changed"
    assert (read["normalised"]["lines"][0]["sku"], read["normalised"]["lines"][0]["name"]) == (
        "BRB-2",
        "Organic Braeburn",
    )
    assert "item_name" in {match["where"] for match in read["organic"]}


def test_a_deleted_order_and_an_inactive_item_are_told_as_such(host, order, item):
    host.poll()
    cursor = host.read("purchases")["next"]

    host.delete("PurchaseOrder", order["Id"])
    host.edit("Item", item["Id"], Active=False)
    became = host.poll()

    (read,) = host.read("purchases", since=cursor)["items"]
    (certification,) = host.certifications.get_many([_key(host, order)]).values()
    assert became["PurchaseOrder", order["Id"]] == "deleted"
    assert (read["state"], read["url"], read["quickbooks"]["Id"]) == ("deleted", None, order["Id"])
    assert certification.state is CertificationState.WITHDRAWN
    items = host.read("purchases", entity="Item")["items"]
    assert items[-1]["state"] == "inactive"


def _key(host: Host, order: dict[str, Any]) -> Any:
    (key,) = [
        key
        for key in host.records.keys(TENANT, limit=100, after=None)[0]
        if key.record_id.endswith(f"Order.{order['Id']}")
    ]
    return key


def test_a_merged_vendor_is_told_and_its_orders_name_the_other(host, company, order):
    gone = order["VendorRef"]["value"]
    host.edit("Vendor", gone, CompanyName="Alder Farm")
    host.poll()
    into = next(row["Id"] for row in company.query("select * from Vendor") if row["Id"] != gone)
    cursor = host.read("purchases")["next"]

    host.control.post("clock", advance_seconds=60)
    host.control.post(f"companies/{host.realm_id}/merge", **{"entity": "Vendor", "from": gone, "into": into})
    became = host.poll()

    states = {one["id"]: one["state"] for one in host.read("purchases", entity="Vendor")["items"]}
    (read,) = host.read("purchases", since=cursor)["items"]
    assert became["Vendor", gone] == "deleted"
    assert states[gone] == "merged"
    assert read["normalised"]["vendor"]["id"] == into


def test_an_order_asks_for_certification_once_however_often_it_is_polled(host, order):
    for _ in range(3):
        host.poll()
        host.edit("PurchaseOrder", order["Id"], Memo=f"{datetime.now(UTC)}")

    (told,) = host.events.named("certification.required")
    assert told["number"] == order["DocNumber"]
