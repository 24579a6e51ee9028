"""When a daily run is due, on every clock of the world."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.schedules import daily_due_at, due_after_change, next_daily
from ledgerlink.domain.settings import Mode, Settings
from tests.unit.orders import NOW

ZONES = sorted(available_timezones() - {"localtime"})
zones = st.sampled_from(ZONES)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        ("UTC", "02:00", "2026-11-21 01:59", "2026-11-21 02:00"),
        ("UTC", "02:00", "2026-11-21 02:00", "2026-11-22 02:00"),
        ("Europe/Berlin", "02:00", "2026-11-21 12:00", "2026-11-22 01:00"),
        ("America/Los_Angeles", "23:30", "2026-11-21 06:00", "2026-11-21 07:30"),
        ("Pacific/Kiritimati", "02:00", "2026-11-21 09:30", "2026-11-21 12:00"),
    ],
)
def test_it_is_the_time_on_the_tenants_wall(zone: str, at: str, after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)

    assert next_daily(time.fromisoformat(at), zone, moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("America/New_York", "02:30", "2027-03-14", "2027-03-14 03:00"),
        ("America/New_York", "02:00", "2027-03-14", "2027-03-14 03:00"),
        ("Europe/Berlin", "02:59", "2027-03-28", "2027-03-28 03:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-04 02:30"),
        ("America/Havana", "00:30", "2027-03-14", "2027-03-14 01:00"),
        # Samoa skipped the whole day when it crossed the date line.
        ("Pacific/Apia", "12:00", "2011-12-30", "2011-12-31 00:00"),
    ],
)
def test_a_time_that_the_clock_skips_is_the_first_moment_after_the_gap(
    zone: str, at: str, day: str, expected: str
) -> None:
    evening_before = datetime.combine(
        date.fromisoformat(day) - timedelta(days=1), time(23, 59), ZoneInfo(zone)
    ).astimezone(UTC)

    assert wall(next_daily(time.fromisoformat(at), zone, evening_before), zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "at", "evening"),
    [("America/New_York", "01:30", "2026-10-31"), ("Europe/Berlin", "02:30", "2026-10-24")],
)
def test_a_time_that_the_clock_shows_twice_runs_once(zone: str, at: str, evening: str) -> None:
    start = datetime.fromisoformat(f"{evening} 23:00").replace(tzinfo=ZoneInfo(zone))

    first = next_daily(time.fromisoformat(at), zone, start)
    second = next_daily(time.fromisoformat(at), zone, first)

    assert wall(second, zone) - wall(first, zone) == timedelta(days=1)
    assert second - first == timedelta(hours=25)


@given(zone=zones, at=times, after=moments)
def test_the_next_run_comes_later_and_within_a_long_day(zone: str, at: time, after: datetime) -> None:
    following = next_daily(at, zone, after)

    assert timedelta(0) < following - after <= timedelta(hours=27)


@given(zone=zones, at=times, after=moments)
def test_every_day_has_one_run_and_no_more(zone: str, at: time, after: datetime) -> None:
    runs = [next_daily(at, zone, after)]
    for _ in range(5):
        runs.append(next_daily(at, zone, runs[-1]))

    days = [wall(run, zone).date() for run in runs]
    assert days == [days[0] + timedelta(days=number) for number in range(6)]


@given(zone=zones, at=times, after=moments)
def test_it_runs_at_that_time_or_where_there_is_none_that_day_right_after_the_gap(
    zone: str, at: time, after: datetime
) -> None:
    run = next_daily(at, zone, after)

    shown = wall(run, zone)
    if shown.time() != at:
        assert wall(run - timedelta(seconds=1), zone) < datetime.combine(shown.date(), at) < shown


@given(zone=zones, at=times, after=moments, earlier=st.timedeltas(timedelta(seconds=1), timedelta(hours=30)))
def test_no_run_is_left_out_by_looking_earlier(zone: str, at: time, after: datetime, earlier: timedelta) -> None:
    run = next_daily(at, zone, after)

    found = next_daily(at, zone, run - earlier)
    while found < run:
        found = next_daily(at, zone, found)

    assert found == run


@pytest.mark.parametrize("settings", [Settings(), Settings(mode=Mode.MANUAL), Settings(mode=Mode.DAILY, enabled=False)])
def test_only_a_connection_that_is_on_and_sent_to_once_a_day_has_a_daily_run(settings: Settings) -> None:
    assert daily_due_at(settings, NOW) is None


def test_a_connection_that_is_sent_to_once_a_day_has_a_next_run() -> None:
    settings = Settings.model_validate({"mode": "daily", "daily_at": "18:00", "time_zone": "Asia/Kolkata"})

    assert daily_due_at(settings, NOW) == datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "due"),
    [
        ({"mode": "daily"}, datetime(2026, 11, 22, 2, 0, tzinfo=UTC)),
        ({"mode": "realtime"}, NOW),
        ({"mode": "realtime", "enabled": False}, None),
        ({"mode": "manual"}, None),
    ],
)
def test_a_change_to_realtime_sends_what_waits_for_the_day_at_once(
    chosen: dict[str, Any], due: datetime | None
) -> None:
    """Also when it is switched on only later, or was sent by hand in between."""
    assert due_after_change(Settings.model_validate(chosen), NOW) == due
