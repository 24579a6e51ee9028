"""Documents by where they stand, without reading a tenant's whole partition."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.backlogs import HELD, Standing
from ledgerlink.domain.documents import EntityInQuickBooks, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.storage.documents import DynamoDocuments
from ledgerlink.storage.table import Table
from tests.integration.storage.test_documents import document, other
from tests.unit.fakes_backlog import FakeHeldDocuments
from tests.unit.orders import KEY, KIND, NOW, REALM, TENANT

BECAME = EntityInQuickBooks("PurchaseOrder", "125", "PO-7", "0", REALM)
OUT_OF_SYNC = {"category": "out_of_sync", "code": "vendor_gone"}
FAILED = Standing(Status.SYNC_FAILED, NOW + timedelta(days=1))


@pytest.fixture(params=["table", "fake"])
def held(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeHeldDocuments()
    return DynamoDocuments(request.getfixturevalue("table")("DocumentsTable"))


def standing(held: Any, wanted: Standing = FAILED, tenant_id: str = TENANT) -> list[str]:
    found, _ = held.with_standing(tenant_id, wanted, limit=100, after=None)
    return [key.document_id for key in found]


@pytest.mark.parametrize("status", sorted(HELD))
def test_a_document_that_is_held_is_found_by_its_status(held: Any, status: Status) -> None:
    held.put(document(status=status, syncing_since=None), None)

    assert standing(held, replace(FAILED, status=status)) == ["po-7"]
    assert [other for other in HELD if other is not status and standing(held, replace(FAILED, status=other))] == []


@pytest.mark.parametrize("status", [Status.SYNCED, Status.SYNCING])
def test_a_document_that_is_not_held_is_not_in_the_index(table: Callable[[str], Table], status: Status) -> None:
    documents_table = table("DocumentsTable")
    DynamoDocuments(documents_table).put(document(status=status), None)

    (item,) = documents_table.query("#pk = :pk", {"pk": f"TENANT#{TENANT}"})

    assert not {"standing", "standing_at", "error_category"} & set(item)


def test_a_push_that_gave_up_is_found_by_the_category_of_its_error(held: Any) -> None:
    held.put(document(), None)

    held.mark_failed(document().current_attempt, OUT_OF_SYNC, NOW)

    assert standing(held, replace(FAILED, category="out_of_sync")) == ["po-7"]
    assert standing(held, replace(FAILED, category="duplicate")) == []


def test_a_document_that_is_synced_or_sent_again_is_found_no_more(held: Any) -> None:
    for document_id in ("synced", "redriven", "sent"):
        held.put(other(document_id), None)
        held.mark_failed(other(document_id).current_attempt, OUT_OF_SYNC, NOW)

    held.mark_synced(other("synced"), BECAME, NOW)
    held.mark_syncing(other("redriven"), NOW)
    held.put(other("sent", attempt=2), held.get(other("sent").key))

    assert standing(held) == []


def test_a_document_that_fails_again_is_found_under_its_last_error(held: Any) -> None:
    held.put(document(status=Status.SYNC_FAILED, syncing_since=None, last_error=OUT_OF_SYNC), None)
    held.mark_syncing(document(), NOW)

    held.mark_failed(document().current_attempt, {"category": "plan", "code": "x"}, NOW + timedelta(hours=1))

    assert standing(held, replace(FAILED, category="plan")) == ["po-7"]
    assert standing(held, replace(FAILED, category="out_of_sync")) == []


def test_documents_of_one_collection_are_told_apart(held: Any) -> None:
    held.put(document(DocumentKey(TENANT, "bills", "b-1"), status=Status.SYNC_FAILED), None)
    held.put(document(status=Status.SYNC_FAILED), None)

    assert standing(held, replace(FAILED, kind="bills")) == ["b-1"]


def test_documents_that_wait_for_one_companys_day_are_told_apart(held: Any) -> None:
    waiting: dict[str, Any] = {"status": Status.WAITING_FOR_DAILY, "syncing_since": None}
    held.put(other("ours", connection_id=REALM, **waiting), None)
    held.put(other("others", connection_id="77", **waiting), None)

    found = standing(held, replace(FAILED, status=Status.WAITING_FOR_DAILY, connection_id=REALM))

    assert found == ["ours"]
    assert held.get(other("ours").key).connection_id == REALM


def test_failed_documents_of_one_company_are_told_apart(held: Any) -> None:
    for document_id, connection_id in (("ours", REALM), ("others", "77")):
        held.put(other(document_id, connection_id=connection_id), None)
        held.mark_failed(other(document_id).current_attempt, OUT_OF_SYNC, NOW)

    assert standing(held, replace(FAILED, connection_id=REALM)) == ["ours"]


def test_a_document_that_was_synced_and_is_redriven_keeps_its_company(held: Any) -> None:
    held.put(document(connection_id=REALM), None)

    held.mark_synced(document(), BECAME, NOW)
    held.mark_syncing(document(), NOW)

    assert held.get(KEY).connection_id == REALM


def test_another_tenants_documents_are_not_found(held: Any) -> None:
    held.put(document(DocumentKey("globex", KIND, "theirs"), status=Status.SYNC_FAILED), None)

    assert standing(held) == []
    assert standing(held, tenant_id="globex") == ["theirs"]


def test_they_come_in_the_order_in_which_they_came_to_stand_so(held: Any) -> None:
    for number, document_id in enumerate(("c", "a", "b")):
        held.put(other(document_id, status=Status.SYNC_FAILED, updated_at=NOW + timedelta(seconds=number)), None)
    held.put(other("d", updated_at=NOW - timedelta(hours=1)), None)
    held.mark_failed(other("d").current_attempt, OUT_OF_SYNC, NOW + timedelta(hours=1))

    assert standing(held) == ["c", "a", "b", "d"]


def test_only_those_that_stood_so_at_that_moment_are_found(held: Any) -> None:
    for number in range(3):
        held.put(
            other(f"po-{number}", status=Status.SYNC_FAILED, updated_at=NOW + timedelta(microseconds=number)), None
        )

    assert standing(held, replace(FAILED, before=NOW + timedelta(microseconds=1))) == ["po-0", "po-1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10])
def test_pages_skip_and_repeat_nothing(held: Any, limit: int) -> None:
    ids = [f"po-{number}" for number in range(7)]
    for number, document_id in enumerate(ids):
        held.put(other(document_id, status=Status.SYNC_FAILED, updated_at=NOW + timedelta(seconds=number // 3)), None)

    found, after, pages = list[str](), None, 0
    while True:
        page, after = held.with_standing(TENANT, FAILED, limit=limit, after=after)
        found += [key.document_id for key in page]
        pages += 1
        if after is None:
            break

    assert found == ids
    assert pages <= len(ids) // limit + 1


def test_a_page_whose_documents_are_sent_meanwhile_leads_on(held: Any) -> None:
    for number in range(4):
        held.put(other(f"po-{number}", status=Status.SYNC_FAILED, syncing_since=None), None)
    page, after = held.with_standing(TENANT, FAILED, limit=2, after=None)

    for key in page:
        held.mark_synced(document(key), BECAME, NOW)
    rest, _ = held.with_standing(TENANT, FAILED, limit=2, after=after)

    assert [key.document_id for key in [*page, *rest]] == ["po-0", "po-1", "po-2", "po-3"]


def test_states_of_many_documents_are_read_without_their_contents(held: Any) -> None:
    for number in range(120):
        held.put(other(f"po-{number}", status=Status.SYNC_FAILED, last_error=OUT_OF_SYNC), None)
    wanted = [other(f"po-{number}").key for number in range(130)]

    states = held.states(wanted)

    assert set(states) == set(wanted[:120])
    first = states[wanted[0]]
    whole = asdict(held.get(wanted[0]))
    assert {**asdict(first), "content": whole["content"]} == whole


def test_no_states_are_asked_for_without_a_call(held: Any) -> None:
    assert held.states([]) == {}
