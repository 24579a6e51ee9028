"""What happens in QuickBooks arrives: what was there before, what changes, once each, and for its tenant alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.e2e.aws import Aws, Inbox, QuickBooks, eventually
from tests.e2e.inbound import PURCHASES, SALES, Inbound, line
from tests.e2e.tenant import EMAIL, SUPPLIER, Tenant, query_of

BIG = {"vendors": 20, "customers": 20, "items": 60, "purchase_orders": 100}
BIG |= dict.fromkeys(("bills", "estimates", "invoices", "sales_receipts"), 1200)
"""5,000 objects; the orders make a first page that is soon done."""
CERTIFICATE = {"lot_number": "L-7", "expiration_date": "2999-12-31", "certified_by": "Ada"}

type Company = Callable[..., Inbound]


@dataclass(frozen=True)
class Copying:
    """A backfill that runs while the other tests do."""

    inbound: Inbound
    under_way: dict[str, Any]
    """How far it was when it had begun."""


@pytest.fixture(scope="module", autouse=True)
def copying(stack: dict[str, Any], aws: Aws, inbox: Inbox) -> Copying:
    """A large company's past is being copied: that takes a while, and nobody else has to wait for it."""
    tenant = Tenant.new(stack, aws, QuickBooks(stack["quickbooks_url"]), **BIG)
    tenant.connect()
    inbound = Inbound(tenant)
    inbound.switch_on_both()
    return Copying(inbound, inbound.backfill_under_way())


@pytest.fixture
def company(stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks, inbox: Inbox) -> Company:
    """Makes tenants with a connected company each, empty but for the counts."""

    def make(**counts: int) -> Inbound:
        tenant = Tenant.new(stack, aws, quickbooks, **counts)
        tenant.connect()
        return Inbound(tenant)

    return make


@pytest.fixture
def notified(aws: Aws, quickbooks: QuickBooks) -> Iterator[None]:
    """Intuit's app has the stack's address for notifications."""
    quickbooks.call("POST", "webhooks", {"url": aws.outputs["WebhookUrl"]})
    try:
        yield
    finally:
        quickbooks.call("DELETE", "webhooks")


def last_delivery(quickbooks: QuickBooks) -> dict[str, Any]:
    """What became of the last notification, once it was posted."""
    quickbooks.call("POST", "webhooks/flush", {})
    delivery: dict[str, Any] = quickbooks.call("GET", "webhooks")["deliveries"][-1]
    return delivery


def test_what_is_created_changed_and_deleted_arrives_with_one_call_and_nothing_is_asked_when_off(company: Company):
    inbound = company(vendors=1, items=2, purchase_orders=3)
    inbound.switch_on()
    quickbooks, realm_id = inbound.tenant.quickbooks, inbound.realm_id
    changed, deleted, untouched = inbound.ids("PurchaseOrder")
    (vendor,), (item, _) = inbound.ids("Vendor"), inbound.ids("Item")

    quickbooks.change(realm_id, "PurchaseOrder", changed, PrivateNote="Ring first")
    quickbooks.delete(realm_id, "PurchaseOrder", deleted)
    created = inbound.add_order(vendor, line(item, 5))
    calls = inbound.tenant.calls
    inbound.poll()
    asked_for_changes = inbound.tenant.calls - calls
    inbound.poll()
    asked_for_nothing_new = inbound.tenant.calls - calls - asked_for_changes
    inbound.flow(enabled=False)
    inbound.schedule()
    eventually(lambda: "due_at" not in inbound.state(), lambda: "the connection is at rest")

    assert (asked_for_changes, asked_for_nothing_new) == (1, 1)
    assert inbound.tenant.calls == calls + 2
    assert inbound.wait_for_record("PurchaseOrder", created)["normalised"]["lines"][0]["quantity"] == "5"
    records = {one["id"]: one for one in inbound.records("PurchaseOrder")}
    assert {name: one["state"] for name, one in records.items()} == {
        changed: "active",
        created: "active",
        deleted: "deleted",
        untouched: "active",
    }
    assert records[changed]["normalised"]["note"] == "Ring first"


def test_a_notification_brings_a_change_at_once_and_what_is_forged_repeated_or_of_strangers_brings_nothing(
    company: Company, notified: None, quickbooks: QuickBooks
):
    inbound = company(vendors=1, items=1)
    inbound.switch_on()
    calls = inbound.tenant.calls
    (vendor,), (item,) = inbound.ids("Vendor"), inbound.ids("Item")

    created = inbound.add_order(vendor, line(item, 5))
    taken = last_delivery(quickbooks)
    told = inbound.state()["told_at"]
    quickbooks.call("POST", "webhooks/resend", {"last": 1})
    repeated = last_delivery(quickbooks)
    event = {"realm_id": inbound.realm_id, "entity": "PurchaseOrder", "id": created}
    forged = quickbooks.call("POST", "webhooks/send", {"events": [event], "signature": "wrong"})
    unsigned = quickbooks.call("POST", "webhooks/send", {"events": [event], "signature": "missing"})
    unknown = quickbooks.call("POST", "webhooks/send", {"events": [event | {"realm_id": "9341450000000000"}]})

    assert [one["status"] for one in (taken, repeated, forged, unsigned, unknown)] == [200, 200, 401, 401, 200]
    assert inbound.state()["told_at"] == told
    assert inbound.wait_for_record("PurchaseOrder", created)["normalised"]["vendor"]["id"] == vendor
    assert inbound.tenant.calls == calls + 1


def test_an_organic_order_is_certified_once_and_again_when_its_line_changes(company: Company, inbox: Inbox):
    inbound = company()
    inbound.switch_on()
    tenant, quickbooks, realm_id = inbound.tenant, inbound.tenant.quickbooks, inbound.realm_id
    oats, cups = inbound.add_item("Organic oats"), inbound.add_item("Paper cups")
    vendor = inbound.add_vendor(SUPPLIER, PrimaryEmailAddr={"Address": EMAIL})
    order = inbound.add_order(vendor, line(oats, 10), line(cups, 100))

    inbound.poll()
    quickbooks.change(realm_id, "PurchaseOrder", order, PrivateNote="Ring first")
    inbound.poll()
    (awaiting,) = inbound.certifications()
    (wanted,) = awaiting["lines"]
    path = f"/certifications/{awaiting['record']}/lines/{wanted['id']}"
    passed = tenant.host.call("POST", path, CERTIFICATE | {"expiration_date": "1999-12-31"}, expect=(400,))
    certified = tenant.host.call("POST", path, CERTIFICATE, expect=(200,))

    assert (awaiting["id"], awaiting["vendor"]["name"], wanted["name"]) == (order, SUPPLIER, "Organic oats")
    assert len(inbox.events("certification.required", tenant.name)) == 1
    assert passed["error"]["code"] == "expiration_date_passed"
    assert (certified["state"], inbound.certifications()) == ("certified", [])
    given = certified["lines"][0]["certificate"]
    assert (given["lot_number"], given["expiration_date"], given["certified_by"]) == ("L-7", "2999-12-31", "Ada")

    more = [line(oats, 20, Id=wanted["id"]), line(cups, 100)]
    quickbooks.change(realm_id, "PurchaseOrder", order, Line=more)
    inbound.poll()

    (again,) = inbound.certifications()
    assert [(one["quantity"], one["awaits"]) for one in again["lines"]] == [("20", True)]
    assert again["lines"][0]["certificate"] == given
    assert len(inbox.events("certification.required", tenant.name)) == 2


def test_a_company_that_cannot_be_polled_ends_in_the_dead_letter_queue_and_holds_up_nobody(company: Company, aws: Aws):
    unpolled = Inbox(aws, aws.physical_ids["UnpolledQueue"])
    with ThreadPoolExecutor(4) as several:
        poisoned, *others = several.map(lambda _: company(), range(21))
        list(several.map(Inbound.flow, others))
    poisoned.switch_on()
    # As after a bad change by hand: no worker can read it.
    aws.set_text("SyncTable", f"TENANT#{poisoned.tenant.name}", "FLOW#inbound", "created_at", "yesterday")

    # Time enough for a worker to start: a message that comes again meanwhile finds the company busy, and is done.
    with aws.impatient("PollQueue", seconds=10, receives=2):
        aws.invoke("StartPollsFunction")
        for inbound in others:
            inbound.wait_for_poll()
        message = unpolled.wait_for_message(poisoned.tenant.name)

    assert (message["tenant_id"], message["connection_id"]) == (poisoned.tenant.name, poisoned.realm_id)
    assert {body["tenant_id"] for body in unpolled.bodies} == {poisoned.tenant.name}
    assert poisoned.polled_at() == ""


def test_a_backfill_whose_access_was_withdrawn_half_way_goes_on_after_a_reconnect(
    company: Company, aws: Aws, inbox: Inbox
):
    counts = dict.fromkeys(("purchase_orders", "bills", "estimates", "invoices", "sales_receipts"), 100)
    inbound = company(vendors=5, customers=5, items=10, **counts)
    inbound.switch_on_both()
    inbound.backfill_under_way()
    inbound.tenant.quickbooks.call("POST", "revoke", {"realm_id": inbound.realm_id})

    failed = inbound.wait_for_backfill("failed")
    execution = aws.backfill_execution(failed["execution"])
    diagnosis = inbound.diagnosis()

    assert (execution["status"], execution["error"]) == ("FAILED", "ConnectionRevoked")
    assert 0 < failed["pages_done"] < failed["pages_planned"]
    assert failed["last_error"]["category"] == "authentication"
    assert diagnosis and (diagnosis["check"], "connect" in diagnosis["hint"]) == ("connected", True)
    assert inbox.wait_for("backfill.failed", inbound.tenant.name)["pages_done"] == failed["pages_done"]

    inbound.tenant.connect()
    aws.redrive_backfill(failed["execution"])
    completed = inbound.wait_for_backfill()

    assert (completed["number"], completed["documents"]) == (1, sum(counts.values()))
    inbound.wait_until_all_are_there(*PURCHASES, *SALES)


def test_the_diagnosis_says_at_each_stage_what_is_missing(company: Company):
    inbound = company(vendors=1, items=1, purchase_orders=1)
    seen: list[tuple[str, str] | None] = []

    def look() -> None:
        problem = inbound.diagnosis()
        seen.append((problem["check"], problem["hint"][:20]) if problem else None)

    inbound.tenant.disconnect()
    look()
    inbound.tenant.connect()
    look()
    inbound.flow(enabled=False)
    look()
    inbound.switch_on()
    look()
    inbound.poll()
    look()
    (vendor,) = inbound.ids("Vendor")
    inbound.add_order(vendor, line(inbound.add_item("Organic oats"), 5))
    inbound.poll()
    look()

    assert seen == [
        ("connected", "Open the integration"),
        ("flow", "Make a flow with thi"),
        ("flow_enabled", "Switch the flow on."),
        ("last_poll", "Wait a quarter of an"),
        ("purchases_organic", "Only documents with "),
        None,
    ]


def test_a_company_of_five_thousand_objects_is_copied_once_and_its_progress_can_be_followed(
    copying: Copying, inbox: Inbox
):
    inbound, under_way = copying.inbound, copying.under_way
    completed = inbound.wait_for_backfill()

    assert (under_way["status"], under_way["pages_done"] < under_way["pages_planned"]) == ("running", True)
    assert under_way["estimated_end"] > under_way["started_at"]
    assert (completed["documents"], completed["pages_done"]) == (4900, completed["pages_planned"])
    told = inbox.wait_for("backfill.completed", inbound.tenant.name)
    assert (told["documents"], told["pages_done"]) == (4900, completed["pages_planned"])
    steps = [one["pages_done"] for one in inbox.events("backfill.progress", inbound.tenant.name)]
    assert set(steps) >= {0, completed["pages_planned"]}

    inbound.wait_until_all_are_there(*PURCHASES, *SALES, "Vendor", "Customer", "Item")


def test_another_tenant_sees_nothing_of_it(copying: Copying, stranger: Tenant):
    copied, record = copying.inbound, f"{copying.inbound.realm_id}.PurchaseOrder.1"
    session = {"ledgerlink_session": query_of(stranger.session()["connect_url"])["session"]}

    for path in ("/purchases", "/sales", "/flows", "/certifications"):
        answer = stranger.get(f"/v1/tenants/{stranger.name}{path}")
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    for path in (f"{copied.company}/backfill", f"{copied.company}/diagnosis", f"/certifications/{record}"):
        assert stranger.get(f"/v1/tenants/{stranger.name}{path}").status_code == 404
    for path in ("/purchases", "/sales", "/flows", "/certifications", f"{copied.company}/backfill"):
        address = f"{stranger.stack['api_url']}/v1/tenants/{copied.tenant.name}{path}"
        assert requests.get(address, cookies=session, timeout=60).status_code == 404
