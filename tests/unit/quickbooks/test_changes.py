"""Change data capture: the question, and what the answer says and does not say."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ledgerlink import errors
from ledgerlink.domain.changes import Tombstone
from tests.unit.quickbooks.scripted import TID, Answer, company_with

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=15)


def captured(*parts: Any, time: str = "2026-11-21T01:30:00.512-08:00") -> Answer:
    return Answer(body={"CDCResponse": [{"QueryResponse": list(parts)}], "time": time})


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"Id": str(number), **more} for number in range(count)]


def test_one_call_asks_for_all_entities_with_an_explicit_zone():
    company, adapter, _ = company_with(captured({}, {}))
    pacific = timezone(timedelta(hours=-8))
    since = datetime(2026, 11, 21, 1, 15, 0, 999_999, tzinfo=pacific)

    company.changes(["Bill", "Vendor"], since, NOW)

    (request,) = adapter.requests
    assert isinstance(request.url, str)
    assert "/cdc?entities=Bill%2CVendor&changedSince=2026-11-21T09%3A15%3A00Z&" in request.url


def test_rows_come_by_entity_and_deleted_ones_apart():
    gone = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "65",
        "MetaData": {"LastUpdatedTime": "2026-11-21T01:29:00-08:00"},
    }
    company, _, _ = company_with(
        captured({"Estimate": [{"Id": "48"}, gone], "startPosition": 1, "maxResults": 2}, {}, {"Vendor": [{"Id": "3"}]})
    )

    changes = company.changes(["Estimate", "Bill", "Vendor"], SINCE, NOW)

    assert changes.rows == {"Estimate": [{"Id": "48"}], "Bill": [], "Vendor": [{"Id": "3"}]}
    assert changes.deleted == [Tombstone("Estimate", "65", "2026-11-21T01:29:00-08:00")]
    assert changes.truncated == frozenset()
    assert changes.time == datetime(2026, 11, 21, 9, 30, 0, 512_000, tzinfo=UTC)


def test_an_entity_may_be_asked_for_in_lower_case_and_a_single_row_may_stand_bare():
    company, _, _ = company_with(captured({"Estimate": {"Id": "48"}}))

    changes = company.changes(["estimate"], SINCE, NOW)

    assert changes.rows == {"estimate": [{"Id": "48"}]}


@pytest.mark.parametrize(
    ("bills", "vendors", "truncated"),
    [
        (999, 0, set()),
        (1000, 0, {"Bill", "Vendor"}),
        (500, 499, set()),
        (500, 500, {"Bill", "Vendor"}),
        (0, 1200, {"Bill", "Vendor"}),
    ],
)
def test_a_thousand_objects_mean_that_some_may_be_missing(bills, vendors, truncated):
    company, _, _ = company_with(captured({"Bill": rows(bills)}, {"Vendor": rows(vendors)}))

    assert company.changes(["Bill", "Vendor"], SINCE, NOW).truncated == truncated


def test_deleted_objects_count_as_well():
    company, _, _ = company_with(captured({"Bill": rows(400) + rows(600, status="Deleted")}))

    changes = company.changes(["Bill"], SINCE, NOW)

    assert (len(changes.rows["Bill"]), len(changes.deleted), changes.truncated) == (400, 600, {"Bill"})


@pytest.mark.parametrize("age", [timedelta(days=30), timedelta(days=29, hours=23, minutes=30), timedelta(days=400)])
def test_a_window_that_quickbooks_would_cut_silently_is_refused_by_name(age):
    company, adapter, _ = company_with()

    with pytest.raises(errors.ChangesTooOld) as caught:
        company.changes(["Bill"], NOW - age, NOW)

    assert "backfill" in caught.value.hint
    assert adapter.requests == []


def test_a_window_just_short_of_it_is_asked_for():
    company, _, _ = company_with(captured({}))

    assert company.changes(["Bill"], NOW - timedelta(days=29, hours=22), NOW).rows == {"Bill": []}


@pytest.mark.parametrize("entities", [[], ["Bill,Vendor"], ["Bill&x=1"], [""]])
def test_only_names_of_entities_go_into_the_address(entities):
    company, adapter, _ = company_with()

    with pytest.raises(ValueError):
        company.changes(entities, SINCE, NOW)
    with pytest.raises(ValueError):
        company.changes(["Bill"], SINCE.replace(tzinfo=None), NOW)

    assert adapter.requests == []


@pytest.mark.parametrize(
    "body", [{}, {"CDCResponse": None}, {"CDCResponse": [{}]}, {"CDCResponse": [{"QueryResponse": [7]}]}]
)
def test_an_answer_of_another_shape_is_an_outage_and_not_no_changes(body):
    company, _, _ = company_with(Answer(body=body))

    with pytest.raises(errors.QuickBooksUnavailable) as caught:
        company.changes(["Bill"], SINCE, NOW)

    assert caught.value.intuit_tid == TID


@pytest.mark.parametrize("inside", [True, False])
def test_a_fault_inside_the_answer_is_its_error(inside):
    fault = {"Fault": {"Error": [{"Message": "m", "Detail": "d", "code": "5030"}], "type": "ValidationFault"}}
    company, _, _ = company_with(captured(fault) if inside else Answer(body={"CDCResponse": [fault]}))

    with pytest.raises(errors.PlanLacksFeature):
        company.changes(["Bill"], SINCE, NOW)


@pytest.mark.parametrize("time", ["", "soon", "2026-11-21T01:30:00"])
def test_a_server_time_that_cannot_be_read_is_none(time):
    company, _, _ = company_with(captured({}, time=time))

    assert company.changes(["Bill"], SINCE, NOW).time is None
