"""Documents in their table."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status
from ledgerlink.domain.figures import Figures
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.storage.documents import SYNCING_SHARDS, DynamoDocuments
from ledgerlink.storage.table import MOST_PAGES, Table
from tests.integration.storage.conftest import SmallPages
from tests.unit.orders import KEY, KIND, NOW, REALM, TENANT

BECAME = EntityInQuickBooks("PurchaseOrder", "125", "PO-7", "0", REALM)


def document(key: DocumentKey = KEY, **changes: Any) -> Document:
    facts: dict[str, Any] = {
        "revision": 1,
        "content": '{"number":"7"}',
        "content_hash": "abc",
        "status": Status.SYNCING,
        "attempt": 1,
        "updated_at": NOW,
        "syncing_since": NOW,
        "tags": {"number": "7"},
    }
    return Document(key, **(facts | changes))


def other(document_id: str, **changes: Any) -> Document:
    return document(DocumentKey(TENANT, KIND, document_id), **changes)


@pytest.mark.parametrize(
    "figures", [None, Figures(date(2026, 11, 3), "EUR", Decimal("1234.50")), Figures(None, "", Decimal(0))]
)
def test_what_a_document_adds_to_its_month_is_listed_with_it(documents: Any, figures: Figures | None) -> None:
    documents.put(document(figures=figures), None)

    (listed,), _ = documents.page(TENANT, KIND, status=None, limit=10, after=None)

    assert listed.figures == figures


def test_a_document_is_read_back_as_it_was(documents: Any) -> None:
    whole = document(quickbooks=BECAME, synced_at=NOW, last_error={"code": "x", "fields": [{"field": "a"}]})

    stored = documents.put(whole, None)

    assert stored
    assert documents.get(KEY) == whole


def test_a_document_that_is_not_there_is_nothing(documents: Any) -> None:
    assert documents.get(KEY) is None


def test_another_tenants_document_of_the_same_id_is_another(documents: Any) -> None:
    documents.put(document(), None)

    assert documents.get(replace(KEY, tenant_id="globex")) is None


@pytest.mark.parametrize("change", [{"revision": 2}, {"attempt": 2}, {"status": Status.SYNCED}])
def test_a_put_is_lost_when_the_document_changed_since_it_was_read(documents: Any, change: dict[str, Any]) -> None:
    documents.put(document(**change), None)

    stored = documents.put(document(content="late"), document())

    assert not stored
    assert documents.get(KEY).content == document().content


def test_a_first_put_is_lost_when_the_document_exists(documents: Any) -> None:
    documents.put(document(), None)

    assert not documents.put(document(content="second"), None)


def test_a_synced_document_is_no_longer_syncing(documents: Any) -> None:
    documents.put(document(last_error={"code": "x"}), None)

    marked = documents.mark_synced(document(), BECAME, NOW)

    found = documents.get(KEY)
    assert marked
    assert (found.status, found.quickbooks, found.synced_at) == (Status.SYNCED, BECAME, NOW)
    assert (found.syncing_since, found.last_error) == (None, None)
    assert list(documents.syncing_since_before(NOW + timedelta(days=1), 10)) == []


def test_an_older_revision_does_not_mark_a_newer_one_synced(documents: Any) -> None:
    documents.put(document(revision=2), None)

    assert not documents.mark_synced(document(), BECAME, NOW)
    assert documents.get(KEY).status is Status.SYNCING


def test_a_failed_document_bears_its_error_and_leaves_the_sweep(documents: Any) -> None:
    documents.put(document(), None)

    marked = documents.mark_failed(document().current_attempt, {"code": "x"}, NOW)

    assert marked
    assert (documents.get(KEY).status, documents.get(KEY).last_error) == (Status.SYNC_FAILED, {"code": "x"})
    assert list(documents.syncing_since_before(NOW + timedelta(days=1), 10)) == []


@pytest.mark.parametrize("now", [{"attempt": 2}, {"status": Status.SYNCED}, {"status": Status.SYNC_FAILED}])
def test_only_the_last_attempt_of_a_busy_document_can_fail_it(documents: Any, now: dict[str, Any]) -> None:
    documents.put(document(**now), None)

    assert not documents.mark_failed(document().current_attempt, {"code": "x"}, NOW)


def test_a_redrive_makes_a_failed_document_busy_again(documents: Any) -> None:
    documents.put(document(status=Status.SYNC_FAILED, syncing_since=None, last_error={"code": "x"}), None)

    documents.mark_syncing(document(), NOW)

    assert (documents.get(KEY).status, documents.get(KEY).last_error) == (Status.SYNCING, None)
    assert list(documents.syncing_since_before(NOW + timedelta(minutes=1), 10)) == [KEY]


def test_an_error_is_noted_for_the_attempt_that_ran_into_it(documents: Any) -> None:
    documents.put(document(attempt=2), None)

    documents.note_error(document(attempt=1).current_attempt, {"code": "old"})
    documents.note_error(document(attempt=2).current_attempt, {"code": "new"})

    assert documents.get(KEY).last_error == {"code": "new"}


def test_the_sweep_sees_only_documents_that_are_late(documents: Any) -> None:
    for number in range(9):
        documents.put(other(f"po-{number}", syncing_since=NOW + timedelta(minutes=number)), None)
    documents.put(other("held", status=Status.NOT_CONNECTED, syncing_since=None), None)

    late = documents.syncing_since_before(NOW + timedelta(minutes=5), 100)

    assert sorted(key.document_id for key in late) == ["po-0", "po-1", "po-2", "po-3", "po-4"]
    assert len(list(documents.syncing_since_before(NOW + timedelta(days=1), 3))) == 3


def test_the_sweep_sees_late_documents_of_all_tenants(documents: Any) -> None:
    keys = [DocumentKey(tenant, KIND, "po.7_-") for tenant in ("acme", "globex.2")]
    for key in keys:
        documents.put(document(key), None)

    late = documents.syncing_since_before(NOW + timedelta(minutes=1), 10)

    assert sorted(late, key=str) == keys


def test_a_document_that_was_seen_busy_comes_after_those_that_were_not(documents: Any) -> None:
    # Of one shard: their ids have the same bytes.
    for document_id in ("po-123", "po-231", "po-312"):
        documents.put(other(document_id), None)
    documents.put(other("po-321", syncing_since=NOW + timedelta(minutes=5)), None)

    documents.seen_busy(other("po-123").current_attempt, NOW + timedelta(minutes=15))

    late = list(documents.syncing_since_before(NOW + timedelta(hours=1), 10))
    assert [key.document_id for key in late][2:] == ["po-321", "po-123"]
    assert len(list(documents.syncing_since_before(NOW + timedelta(minutes=10), 10))) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": 2},
        {"status": Status.SYNCED, "syncing_since": None},
        {"status": Status.SYNC_FAILED, "syncing_since": None},
    ],
)
def test_a_document_that_was_settled_meanwhile_does_not_become_busy_by_a_late_look(
    documents: Any, change: dict[str, Any]
) -> None:
    settled = document(**change)
    documents.put(settled, None)

    documents.seen_busy(document().current_attempt, NOW + timedelta(minutes=15))

    assert documents.get(KEY) == settled


def test_a_document_that_is_not_there_is_not_made_by_a_look(table: Callable[[str], Table]) -> None:
    documents = DynamoDocuments(table("DocumentsTable"))

    documents.seen_busy(document().current_attempt, NOW)

    assert documents.get(KEY) is None


def test_a_shard_with_many_late_documents_keeps_no_other_waiting(table: Callable[[str], Table]) -> None:
    """Shard by shard, the first one alone would fill the sweep."""
    assert sum(b"0134") % SYNCING_SHARDS not in [ord(letter) % SYNCING_SHARDS for letter in "abc"]
    documents = DynamoDocuments(table("DocumentsTable"))
    crowd = ["".join(order) for order in permutations("0134")]
    for document_id in crowd:
        documents.put(document(DocumentKey("busy", KIND, document_id)), None)
    others = ["a", "b", "c"]
    for document_id in others:
        documents.put(other(document_id, syncing_since=NOW + timedelta(minutes=1)), None)

    late = list(documents.syncing_since_before(NOW + timedelta(hours=1), 8))

    assert {key.document_id for key in late if key.tenant_id == TENANT} == set(others)
    assert len(late) == 8


def read_pages(documents: Any, limit: int, status: Status | None = None) -> list[list[str]]:
    pages, after = [], None
    while True:
        page, after = documents.page(TENANT, KIND, status=status, limit=limit, after=after)
        pages.append([d.key.document_id for d in page])
        if after is None:
            return pages


@pytest.mark.parametrize("limit", [1, 3, 4, 7, 12, 13])
def test_pages_skip_and_repeat_nothing(documents: Any, limit: int) -> None:
    ids = sorted(f"po-{number}" for number in range(12))
    for document_id in ids:
        documents.put(other(document_id), None)
    documents.put(document(DocumentKey("globex", KIND, "theirs")), None)
    documents.put(document(DocumentKey(TENANT, "bills", "a bill")), None)

    pages = read_pages(documents, limit)

    assert [document_id for page in pages for document_id in page] == ids
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1] != []


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_filtered_pages_are_full_and_skip_nothing(documents: Any, limit: int) -> None:
    for number in range(12):
        status = Status.SYNC_FAILED if number % 3 == 0 else Status.SYNCED
        documents.put(other(f"po-{number:02}", status=status), None)

    pages = read_pages(documents, limit, Status.SYNC_FAILED)

    assert [document_id for page in pages for document_id in page] == ["po-00", "po-03", "po-06", "po-09"]
    assert all(len(page) == limit for page in pages[:-1])


_numbers = count()


@given(
    wanted=st.lists(st.booleans(), max_size=40),
    limit=st.integers(1, 5),
    size=st.integers(1, 4),
    status=st.sampled_from([None, Status.SYNC_FAILED]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_short_and_empty_pages_lead_on_and_skip_and_repeat_nothing(
    small_pages: Callable[[str, int], SmallPages], wanted: list[bool], limit: int, size: int, status: Status | None
) -> None:
    pages = small_pages("DocumentsTable", size)
    documents, tenant = DynamoDocuments(pages.table), f"tenant-{next(_numbers)}"
    for number, chosen in enumerate(wanted):
        key = DocumentKey(tenant, KIND, f"po-{number:02}")
        documents.put(document(key, status=Status.SYNC_FAILED if chosen else Status.SYNCED), None)
    expected = [f"po-{number:02}" for number, chosen in enumerate(wanted) if chosen or not status]

    found, after = list[str](), None
    while True:
        pages.read = 0
        page, after = documents.page(tenant, KIND, status=status, limit=limit, after=after)
        found += [listed.key.document_id for listed in page]
        assert pages.read <= MOST_PAGES
        assert len(page) == limit or after is None or pages.read == MOST_PAGES
        if after is None:
            break

    assert found == expected


def test_a_filter_that_finds_nothing_stops_before_the_end_and_leads_on(
    small_pages: Callable[[str, int], SmallPages],
) -> None:
    pages = small_pages("DocumentsTable", 1)
    documents = DynamoDocuments(pages.table)
    for number in range(MOST_PAGES + 2):
        documents.put(other(f"po-{number:02}", status=Status.SYNCED), None)

    first = documents.page(TENANT, KIND, status=Status.SYNC_FAILED, limit=50, after=None)
    second = documents.page(TENANT, KIND, status=Status.SYNC_FAILED, limit=50, after=first[1])

    assert first == ([], f"po-{MOST_PAGES - 1:02}")
    assert second == ([], None)


def test_a_list_shows_all_of_a_document_but_its_content_and_does_not_fetch_that(
    small_pages: Callable[[str, int], SmallPages],
) -> None:
    pages = small_pages("DocumentsTable", 10)
    documents = DynamoDocuments(pages.table)
    whole = document(quickbooks=BECAME, synced_at=NOW, trigger=Trigger.MANUAL, last_error={"code": "x"})
    documents.put(whole, None)

    (listed,), _ = documents.page(TENANT, KIND, status=None, limit=10, after=None)

    assert {**asdict(listed), "content": whole.content} == asdict(whole)
    assert "content" not in pages.attributes
    assert "content_hash" in pages.attributes


def test_a_document_added_between_pages_moves_no_other(documents: Any) -> None:
    for document_id in ("b", "d", "f"):
        documents.put(other(document_id), None)
    first, after = documents.page(TENANT, KIND, status=None, limit=2, after=None)

    documents.put(other("a"), None)
    documents.put(other("e"), None)
    second, _ = documents.page(TENANT, KIND, status=None, limit=2, after=after)

    assert [d.key.document_id for d in [*first, *second]] == ["b", "d", "e", "f"]


def test_lists_of_large_documents_go_on_after_dynamodbs_own_page(table: Callable[[str], Table]) -> None:
    documents = DynamoDocuments(table("DocumentsTable"))
    for number in range(12):
        documents.put(other(f"po-{number:02}", content="x" * 250_000), None)

    page, after = documents.page(TENANT, KIND, status=None, limit=50, after=None)

    assert (len(page), after) == (12, None)


def test_one_of_eight_puts_of_a_revision_wins(table: Callable[[str], Table], race: Any) -> None:
    documents = DynamoDocuments(table("DocumentsTable"))
    documents.put(document(), None)

    won = race(lambda number: documents.put(document(revision=2, content=str(number)), document()))

    assert sorted(won) == [False] * 7 + [True]
    assert documents.get(KEY).content == str(won.index(True))  # type: ignore[union-attr]


def test_one_of_eight_first_puts_wins(table: Callable[[str], Table], race: Any) -> None:
    documents = DynamoDocuments(table("DocumentsTable"))

    won = race(lambda number: documents.put(document(content=str(number)), None))

    assert sorted(won) == [False] * 7 + [True]
