"""The activity log in its table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.activity import Activity, ActivityFilter, Outcome
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.storage.activity import KEPT, DynamoActivity
from ledgerlink.storage.table import MOST_PAGES, Table
from ledgerlink.usecases.documents.read_activity import read_activity
from tests.integration.storage.conftest import SmallPages
from tests.unit.fakes import FakeConnections
from tests.unit.orders import KEY, KIND, NOW, TENANT

ALL = ActivityFilter()


def entry(number: int = 0, **changes: Any) -> Activity:
    facts: dict[str, Any] = {
        "entry_id": f"acme-execution-{number}:0:1:succeeded",
        "key": KEY,
        "at": NOW + timedelta(seconds=number),
        "revision": 1,
        "trigger": Trigger.AUTOMATIC,
        "outcome": Outcome.SUCCEEDED,
        "attempt": 1,
        "try_number": 1,
        "execution": f"acme-execution-{number}",
    }
    return Activity(**(facts | changes))


@pytest.fixture
def activity(table: Callable[[str], Table]) -> DynamoActivity:
    return DynamoActivity(table("ActivityTable"))


def pages(activity: DynamoActivity, limit: int, wanted: ActivityFilter = ALL) -> list[list[Activity]]:
    found, after = [], None
    tenants = FakeConnections()
    tenants.remember_tenant(TENANT, NOW)
    while True:
        page, after = read_activity(
            activity,
            tenants,
            TENANT,
            kind=wanted.kind,
            document_id=wanted.document_id,
            outcome=wanted.outcome,
            category=wanted.category,
            limit=limit,
            after=after,
            now=NOW,
        )
        found.append(page)
        if after is None:
            return found


def test_an_entry_is_read_back_as_it_was(activity: DynamoActivity) -> None:
    whole = entry(duration_ms=812, calls=7, intuit_tid="1-t", error={"category": "plan", "code": "x"}, summary="s")

    activity.write(whole)

    assert activity.page(TENANT, ALL, limit=10, after=None, now=NOW) == ([whole], None)


def test_the_same_entry_written_twice_is_one(activity: DynamoActivity) -> None:
    for _ in range(2):
        activity.write(entry())

    assert len(pages(activity, 10)[0]) == 1


@pytest.mark.parametrize("limit", [1, 3, 5, 9, 10, 11])
def test_pages_are_newest_first_and_skip_and_repeat_nothing(activity: DynamoActivity, limit: int) -> None:
    entries = [entry(number) for number in range(10)]
    for one in entries:
        activity.write(one)
        activity.write(replace(one, key=DocumentKey("globex", KIND, "theirs")))

    found = pages(activity, limit)

    assert [one for page in found for one in page] == entries[::-1]
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1] != []


def test_an_entry_written_between_pages_moves_no_other(activity: DynamoActivity) -> None:
    for number in range(4):
        activity.write(entry(number))
    first, after = activity.page(TENANT, ALL, limit=2, after=None, now=NOW)
    activity.write(entry(9))

    second, _ = activity.page(TENANT, ALL, limit=2, after=after, now=NOW)

    assert [one.execution[-1] for one in [*first, *second]] == ["3", "2", "1", "0"]


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize(
    "wanted",
    [
        ActivityFilter(document_id="po-8"),
        ActivityFilter(kind="bills"),
        ActivityFilter(outcome=Outcome.FAILED),
        ActivityFilter(category="throttled"),
        ActivityFilter(KIND, "po-8", Outcome.FAILED, "throttled"),
    ],
)
def test_filtered_pages_are_full_and_skip_nothing(activity: DynamoActivity, wanted: ActivityFilter, limit: int) -> None:
    odd = {"outcome": Outcome.FAILED, "error": {"category": "throttled", "code": "x"}}
    kind = wanted.kind or KIND
    chosen = [entry(number, key=DocumentKey(TENANT, kind, "po-8"), **odd) for number in range(0, 30, 7)]
    for number in range(30):
        activity.write(entry(number))
    for one in chosen:
        activity.write(one)

    found = pages(activity, limit, wanted)

    assert [one for page in found for one in page] == chosen[::-1]
    assert all(len(page) == limit for page in found[:-1])


def test_a_filter_that_finds_little_reads_little_at_once_leads_on_and_skips_nothing(
    small_pages: Callable[[str, int], SmallPages],
) -> None:
    few = small_pages("ActivityTable", 2)
    activity = DynamoActivity(few.table)
    for number in range(50):
        activity.write(entry(number, outcome=Outcome.FAILED if number in (0, 7, 8, 49) else Outcome.SUCCEEDED))

    found = pages(activity, 3, ActivityFilter(outcome=Outcome.FAILED))

    assert [one.execution.rpartition("-")[2] for page in found for one in page] == ["49", "8", "7", "0"]
    # 20 entries are looked at for each of the first two pages.
    assert [len(page) for page in found] == [1, 0, 3]
    assert few.read <= 3 * MOST_PAGES


def test_entries_that_have_expired_are_not_shown_though_ttl_deletes_late(activity: DynamoActivity) -> None:
    activity.write(entry(0))
    activity.write(entry(1000))

    found, _ = activity.page(TENANT, ALL, limit=10, after=None, now=NOW + KEPT + timedelta(seconds=10))

    assert [one.execution for one in found] == ["acme-execution-1000"]
