"""Polls and backfills against the simulator: what changes between pages, answers that are cut, and what users do."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from ledgerlink.domain.backfills import Page, Selection
from ledgerlink.domain.cursors import Place
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.history import CompanyHistory
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.usecases.sync.poll_connection import Outcome
from tests.unit.sync.fakes import SIDE, SyncWorld


@dataclass
class Users:
    """What the people in the company do."""

    url: str
    realm_id: str

    def entities(self, entity: str) -> dict[str, Any]:
        """Those that are there, by id."""
        answer = requests.get(f"{self._place}/{entity}", timeout=10).json()
        return {row["Id"]: row for row in answer[entity]}

    def make(self, entity: str, **body: Any) -> dict[str, Any]:
        return self._ask("POST", entity, **body)

    def change(self, entity: str, entity_id: str, **body: Any) -> dict[str, Any]:
        return self._ask("PATCH", f"{entity}/{entity_id}", **body)

    def delete(self, entity: str, entity_id: str) -> None:
        self._ask("DELETE", f"{entity}/{entity_id}")

    def bill(self, **fields: Any) -> dict[str, Any]:
        detail = {"AccountRef": {"value": self._expense_account}}
        line = {"DetailType": "AccountBasedExpenseLineDetail", "Amount": 5, "AccountBasedExpenseLineDetail": detail}
        return self.make("Bill", **{"VendorRef": {"value": self._vendor}, "Line": [line], **fields})

    @property
    def _vendor(self) -> str:
        return min(self.entities("Vendor"), key=int)

    @property
    def _expense_account(self) -> str:
        return next(i for i, row in self.entities("Account").items() if row["AccountType"] == "Expense")

    @property
    def _place(self) -> str:
        return f"{self.url}/simulator/companies/{self.realm_id}/entities"

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(method, f"{self._place}/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()


class CountedHistory(CompanyHistory):
    """Something happens after each answer."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self.meanwhile: Callable[[], object] = lambda: None

    def created_at(self, selection: Selection, position: int) -> datetime | None:
        found = super().created_at(selection, position)
        self.meanwhile()
        return found

    def rows(self, page: Page) -> list[dict[str, Any]]:
        found = super().rows(page)
        self.meanwhile()
        return found


@dataclass
class Stack:
    """Our side in memory, with the real adapter of a company in the simulator."""

    world: SyncWorld
    users: Users
    history: CountedHistory
    control: Any

    def pass_time(self, **span: float) -> None:
        """On both sides."""
        self.world.pass_time(**span)
        self.control.post("clock", advance_seconds=int(timedelta(**span).total_seconds()))

    def copied(self, entity: str) -> dict[str, Mapping[str, Any]]:
        return {entity_id: row for (kind, entity_id), row in self.world.records.rows.items() if kind == entity}

    def agrees(self, entity: str) -> bool:
        """Whether our copies are what is there, each as it is now."""
        there = self.users.entities(entity)
        ours = self.copied(entity)
        return {i: row["SyncToken"] for i, row in ours.items()} == {i: row["SyncToken"] for i, row in there.items()}


@pytest.fixture
def realm_id(control):
    counts = {"vendors": 4, "items": 4, "customers": 4, "purchase_orders": 12, "bills": 0, "invoices": 20}
    return control.new_company(name="Acme Books", plan="Plus", counts=counts)


@pytest.fixture
def stack(control, company, realm_id):
    now = datetime.fromisoformat(requests.get(f"{control.url}/simulator/health", timeout=5).json()["time"])
    world = SyncWorld(start=now)
    history = CountedHistory(company)
    world.quickbooks = history  # type: ignore[assignment]
    return Stack(world, Users(control.url, realm_id), history, control)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("ledgerlink.domain.backfills.PAGE", 5)


def test_a_backfill_copies_the_documents_and_what_they_name(stack, small_pages):
    stack.world.flow(input=SIDE, output=SIDE)

    done = stack.world.run_backfill()

    assert len(done.pages) > 4
    assert stack.agrees("PurchaseOrder")
    assert stack.agrees("Invoice")
    for entity, field in (("Vendor", "VendorRef"), ("Customer", "CustomerRef")):
        documents = [*stack.copied("PurchaseOrder").values(), *stack.copied("Invoice").values()]
        assert set(stack.copied(entity)) == {row[field]["value"] for row in documents if field in row}
    assert stack.copied("Item")


def test_pages_are_spans_of_creation_times_that_hold_every_row_once(stack, small_pages):
    stack.world.flow(input="shop", output=SIDE)

    planned = stack.world.planner().plan(stack.world.key, 1)
    pages = [[row["Id"] for row in stack.history.rows(page)] for page in planned.pages]

    found = [entity_id for page in pages for entity_id in page]
    assert sorted(found) == sorted(stack.users.entities("Invoice"))


@pytest.mark.parametrize("seed", range(4))
def test_fault_31_nothing_is_lost_or_doubled_though_users_work_between_the_pages(stack, small_pages, seed):
    chance = random.Random(seed)
    for _ in range(25):
        stack.users.bill()
        stack.pass_time(seconds=40)
    stack.world.flow()

    def work():
        stack.pass_time(seconds=chance.randint(1, 20))
        bills = sorted(stack.users.entities("Bill"))
        match chance.choice(["make", "change", "delete", "redate"]):
            case "make":
                stack.users.bill()
            case "change":
                stack.users.change("Bill", chance.choice(bills), PrivateNote=f"note {chance.random()}")
            case "delete":
                stack.users.delete("Bill", chance.choice(bills))
            case "redate":
                stack.users.change("Bill", chance.choice(bills), TxnDate="2026-10-01")

    stack.history.meanwhile = work
    planned = stack.world.planner().plan(stack.world.key, 1)
    pages = list(range(len(planned.pages)))
    chance.shuffle(pages)
    for number in pages:
        stack.world.copier().copy(stack.world.key, 1, number)
    stack.history.meanwhile = lambda: None
    finish_backfill(
        stack.world.backfills, stack.world.sync, stack.world.events, stack.world.key, 1, stack.world.clock()
    )
    stack.pass_time(minutes=15)
    stack.world.poll()

    assert stack.agrees("Bill")
    created = [
        entity_id for entity, entity_id, kind in stack.world.records.news if (entity, kind) == ("Bill", "created")
    ]
    assert len(created) == len(set(created))


def test_a_poll_is_one_call_and_brings_what_users_did(stack):
    stack.world.flow()
    stack.world.run_backfill()
    stack.world.poll()
    stack.pass_time(minutes=15)
    vendor, *_ = sorted(stack.users.entities("Vendor"))
    order, gone, *_ = sorted(stack.users.entities("PurchaseOrder"))
    stack.users.bill()
    stack.users.change("Vendor", vendor, Active=False)
    stack.users.change("PurchaseOrder", order, POStatus="Closed")
    stack.users.delete("PurchaseOrder", gone)
    before = stack.control.calls("cdc"), stack.control.calls("query")

    polled = stack.world.poll()

    assert (stack.control.calls("cdc"), stack.control.calls("query")) == (before[0] + 1, before[1])
    assert polled.outcome is Outcome.POLLED
    assert stack.agrees("PurchaseOrder")
    assert stack.agrees("Bill")
    assert stack.copied("Vendor")[vendor]["Active"] is False
    assert ("PurchaseOrder", gone, "deleted") in stack.world.records.news


def test_a_vendor_that_was_merged_into_another_is_gone_and_its_orders_name_the_other(stack):
    stack.world.flow()
    stack.world.run_backfill()
    stack.pass_time(minutes=15)
    order = next(iter(stack.users.entities("PurchaseOrder").values()))
    merged = order["VendorRef"]["value"]
    into = next(vendor for vendor in stack.users.entities("Vendor") if vendor != merged)
    requests.post(
        f"{stack.control.url}/simulator/companies/{stack.users.realm_id}/merge",
        json={"entity": "Vendor", "from": merged, "into": into},
        timeout=10,
    ).raise_for_status()

    stack.world.poll()

    assert merged not in stack.copied("Vendor")
    assert stack.copied("PurchaseOrder")[order["Id"]]["VendorRef"]["value"] == into


def test_an_invoice_that_was_voided_is_told_with_nothing_left_to_pay(stack, company):
    stack.world.flow(input="shop", output=SIDE)
    stack.world.run_backfill()
    stack.pass_time(minutes=15)
    invoice = next(iter(stack.users.entities("Invoice").values()))
    company.void("Invoice", invoice["Id"], invoice["SyncToken"], "void-1")

    stack.world.poll()

    assert stack.copied("Invoice")[invoice["Id"]]["TotalAmt"] == 0


@pytest.mark.parametrize("limit", [5, 17])
def test_an_answer_that_was_cut_is_completed_deletions_included(stack, monkeypatch, limit):
    stack.world.flow()
    stack.world.run_backfill()
    stack.world.poll()
    monkeypatch.setattr("ledgerlink.quickbooks.changes.MOST_OBJECTS", limit)
    stack.control.post("switches", cdc_limit=limit)
    stack.pass_time(minutes=15)
    for _ in range(40):
        stack.users.bill()
        stack.pass_time(seconds=20)
    for order in sorted(stack.users.entities("PurchaseOrder"))[:8]:
        stack.users.delete("PurchaseOrder", order)
        stack.pass_time(seconds=20)
    vendor = min(stack.users.entities("Vendor"), key=int)
    stack.users.change("Vendor", vendor, Active=False)

    polled = stack.world.poll()

    assert polled.outcome is Outcome.POLLED
    assert stack.agrees("Bill")
    assert stack.agrees("PurchaseOrder")
    assert stack.copied("Vendor")[vendor]["Active"] is False


def test_a_span_is_read_whole_whatever_the_size_of_a_page(stack, monkeypatch):
    start = stack.world.clock()
    for number in range(15):
        stack.users.bill()
        stack.pass_time(seconds=20 if number % 4 == 0 else 0)
    monkeypatch.setattr("ledgerlink.quickbooks.history.LARGEST_PAGE", 4)

    pages = stack.history.changed_between("Bill", Place(start - timedelta(minutes=1)), stack.world.clock())

    assert {row["Id"] for page in pages for row in page.rows} == set(stack.users.entities("Bill"))


@pytest.mark.parametrize("leaves", [False, True])
def test_a_second_is_read_on_from_the_middle_though_some_of_its_rows_may_leave_it(stack, monkeypatch, leaves):
    for _ in range(15):
        stack.users.bill()
    monkeypatch.setattr("ledgerlink.quickbooks.history.LARGEST_PAGE", 4)
    end = stack.world.clock() + timedelta(hours=1)
    place, found, asked = Place(stack.world.clock() - timedelta(minutes=1)), set(), 0

    while page := next(iter(stack.history.changed_between("Bill", place, end)), None):
        found |= {row["Id"] for row in page.rows}
        if asked == 1 and leaves:
            stack.pass_time(seconds=9)
            stack.users.change("Bill", min(found, key=int), PrivateNote="moved")
        asked += 1
        if page.place == place:
            break
        place = page.place

    assert found == set(stack.users.entities("Bill"))
    assert asked <= 10


def test_inactive_names_are_found_by_their_ids(stack):
    vendor = min(stack.users.entities("Vendor"), key=int)
    stack.users.change("Vendor", vendor, Active=False)

    (found,) = stack.history.named("Vendor", [vendor, "999999"])

    assert found["Active"] is False
