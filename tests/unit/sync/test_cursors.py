"""How far was read: by QuickBooks' clock, through both changes of daylight saving."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain import cursors
from ledgerlink.domain.changes import Changes, Tombstone
from ledgerlink.domain.cursors import OVERLAP, QUIET_OVERLAP, Cursor
from ledgerlink.domain.records import instant
from tests.unit.orders import NOW
from tests.unit.sync.fakes import PACIFIC

FALL_BACK = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SPRING_FORWARD = datetime(2027, 3, 14, 10, 0, tzinfo=UTC)


def answer(*times, time=NOW, truncated=()):
    rows = [{"Id": str(n), "MetaData": {"LastUpdatedTime": text}} for n, text in enumerate(times)]
    return Changes({"Bill": rows}, [], frozenset(truncated), time)


def text(moment):
    return moment.astimezone(PACIFIC).replace(microsecond=0).isoformat()


def test_the_cursor_is_the_largest_time_seen_and_asks_again_for_some_minutes_before_it():
    earlier, later = NOW - timedelta(hours=3), NOW - timedelta(minutes=30)

    moved = cursors.after({"Bill": Cursor(NOW - timedelta(days=2))}, ["Bill"], answer(text(later), text(earlier)))

    assert moved["Bill"].seen == later
    assert moved["Bill"].since == later - OVERLAP


def test_a_deletion_moves_it_too():
    gone = Changes({"Bill": []}, [Tombstone("Bill", "7", text(NOW))], frozenset(), NOW)

    moved = cursors.after({"Bill": Cursor(NOW - timedelta(days=2))}, ["Bill"], gone)

    assert moved["Bill"].seen == NOW


def test_an_older_answer_moves_nothing_back():
    cursor = Cursor(answered=NOW, seen=NOW)

    moved = cursors.after({"Bill": cursor}, ["Bill"], answer(text(NOW - timedelta(hours=1)), time=NOW - OVERLAP))

    assert moved["Bill"] == cursor


def test_a_cut_answer_moves_nothing():
    cursor = Cursor(answered=NOW - timedelta(days=2))

    moved = cursors.after({"Bill": cursor}, ["Bill"], answer(text(NOW), truncated=["Bill"]))

    assert moved["Bill"] == cursor


def test_a_time_from_the_future_does_not_carry_the_cursor_past_quickbooks_own_clock():
    moved = cursors.after({"Bill": Cursor(NOW)}, ["Bill"], answer(text(NOW + timedelta(days=9)), time=NOW))

    assert moved["Bill"].seen == NOW


def test_a_company_in_which_nothing_happens_for_months_stays_within_reach():
    cursor = {"Bill": Cursor(answered=NOW, seen=NOW)}
    now = NOW

    for _ in range(100):
        now += timedelta(days=1)
        assert cursors.too_old(cursor, ["Bill"], now) == []
        cursor = cursors.after(cursor, ["Bill"], answer(time=now))

    assert cursor["Bill"].since == now - QUIET_OVERLAP


def test_a_new_cursor_starts_a_day_early_and_an_answer_by_quickbooks_clock_needs_an_hour():
    started = cursors.started(["Bill"], NOW)

    moved = cursors.after(started, ["Bill"], answer(time=NOW))

    assert NOW - timedelta(days=2) < started["Bill"].since <= NOW - timedelta(days=1)
    assert moved["Bill"].since == NOW - timedelta(hours=1)


def test_a_cursor_that_stood_still_for_a_month_is_too_old():
    cursor = {"Bill": Cursor(NOW), "Item": Cursor(NOW + timedelta(days=5))}

    assert cursors.too_old(cursor, ["Bill", "Item"], NOW + timedelta(days=31)) == ["Bill"]


@pytest.mark.parametrize("without_zone", ["2026-11-01T01:30:00", "2026-11-01", "", "soon"])
def test_a_time_without_a_zone_moves_nothing(without_zone):
    cursor = {"Bill": Cursor(NOW)}

    assert cursors.after(cursor, ["Bill"], answer(without_zone, time=None)) == cursor


@given(around=st.sampled_from([FALL_BACK, SPRING_FORWARD]), minutes=st.lists(st.integers(-180, 180), min_size=1))
def test_fault_29_times_around_a_clock_change_keep_their_order(around, minutes):
    moments = [around + timedelta(minutes=minute) for minute in minutes]
    later = around + timedelta(days=1)

    moved = cursors.after({"Bill": Cursor(around)}, ["Bill"], answer(*map(text, moments), time=later))

    assert moved["Bill"].seen == max(moments)
    assert [instant(text(moment)) for moment in moments] == moments
