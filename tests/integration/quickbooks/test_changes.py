"""Change data capture and notifications against the simulator."""

from datetime import datetime, timedelta

import pytest
import requests

from ledgerlink import errors
from ledgerlink.domain.changes import Tombstone
from ledgerlink.quickbooks.batch import Write
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.client import BatchSizes, Company, new_session
from ledgerlink.quickbooks.queries import Select
from ledgerlink.quickbooks.webhooks import SIGNATURE_HEADER, is_genuine, read_notification
from tests.integration.quickbooks.fake_intuit import Answer, FakeIntuit

ALL = ["PurchaseOrder", "Bill", "Vendor", "Item", "Invoice", "SalesReceipt", "Estimate", "Customer"]
OVERLAP = timedelta(minutes=2)


@pytest.fixture
def now(control):
    """The simulator's own time."""
    text = requests.get(f"{control.url}/simulator/health", timeout=5).json()["time"]
    return datetime.fromisoformat(text)


def test_what_was_made_changed_and_deleted_since_is_told_in_one_call(control, company, realm_id, now):
    control.post("clock", advance_seconds=600)
    later = now + timedelta(seconds=600)
    vendor = company.create("Vendor", {"DisplayName": "New"}, "r1")
    gone = company.query(Select("Item").order_by("Id").page(1, 1))[0]
    customer = company.query(Select("Customer").order_by("Id").page(1, 1))[0]["Id"]
    estimate = company.create("Estimate", _estimate(customer, gone["Id"]), "r2")
    company.delete("Estimate", estimate["Id"], estimate["SyncToken"], "r3")
    before = control.calls("cdc")

    changes = company.changes(ALL, later - OVERLAP, later)

    assert list(changes.rows) == ALL
    assert [row["Id"] for row in changes.rows["Vendor"]] == [vendor["Id"]]
    assert [(t.entity, t.entity_id) for t in changes.deleted] == [("Estimate", estimate["Id"])]
    assert isinstance(changes.deleted[0], Tombstone)
    assert changes.truncated == frozenset()
    assert changes.time is not None
    assert abs(changes.time - later) < timedelta(minutes=1)
    assert control.calls("cdc") - before == 1


def _estimate(customer, item):
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": 5}
    line = {"DetailType": "SalesItemLineDetail", "Amount": 5, "SalesItemLineDetail": detail}
    return {"CustomerRef": {"value": customer}, "Line": [line]}


def test_an_answer_that_was_cut_says_so(control, realm_id, tokens, now):
    company = Company(new_session(), control.url, realm_id, tokens, batch_sizes=BatchSizes(writes=30))
    control.post("clock", advance_seconds=600)
    later = now + timedelta(seconds=600)
    vendors = [Write(Operation.CREATE, "Vendor", {"DisplayName": f"V{n}"}, f"r{n}") for n in range(1000)]
    company.batch(vendors[:999])

    just_short = company.changes(["Vendor", "Item"], later - OVERLAP, later)
    company.batch(vendors[999:])
    full = company.changes(["Item", "Vendor"], later - OVERLAP, later)

    assert (len(just_short.rows["Vendor"]), just_short.truncated) == (999, frozenset())
    assert full.truncated == {"Item", "Vendor"}


def test_a_window_beyond_thirty_days_is_refused_without_a_call(control, company, now):
    before = control.calls("cdc")

    with pytest.raises(errors.ChangesTooOld):
        company.changes(ALL, now - timedelta(days=31), now)

    assert control.calls("cdc") == before


def test_an_entity_without_change_data_capture_is_a_named_error(company, now):
    with pytest.raises(errors.PlanLacksFeature):
        company.changes(["TaxCode"], now - OVERLAP, now)


@pytest.mark.parametrize("kind", ["cloudevents", "legacy"])
def test_a_notification_is_genuine_and_says_what_changed(control, company, realm_id, kind):
    with FakeIntuit(script=[Answer(body=b"") for _ in range(20)]) as endpoint:
        control.post("switches", webhook_format=kind, webhook_batch_ms=1)
        control.post("webhooks", url=endpoint.url + "/webhooks", entities=["Vendor"], verifier_token="verifier-1")
        vendor = company.create("Vendor", {"DisplayName": "New"}, "r1")
        control.post("webhooks/flush")

        request = endpoint.requests[0]
        headers = {name.lower(): value for name, value in request.headers.items()}

    body, signature = request.body.encode(), headers[SIGNATURE_HEADER]
    assert is_genuine(body, signature, ["another", "verifier-1"])
    assert not is_genuine(body, signature, ["another"])
    found = read_notification(body)
    assert found.unreadable == 0
    assert {(n.realm_id, n.entity, n.entity_id, n.operation) for n in found.notices} == {
        (realm_id, "Vendor", vendor["Id"], "created")
    }
