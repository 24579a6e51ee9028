"""Pacific time without a zone database, against one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.quickbooks.clock import pacific, parse_moment, seconds_text
from local.quickbooks.jsontext import dumps, loads

CALIFORNIA = ZoneInfo("America/Los_Angeles")


@given(st.datetimes(datetime(2008, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_pacific_time_is_californias(moment):
    assert pacific(moment).isoformat() == moment.astimezone(CALIFORNIA).isoformat()


@pytest.mark.parametrize(
    "change",
    [datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2027, 3, 14, 10, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC)],
)
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_the_hour_changes_on_the_second(change, seconds):
    moment = change + timedelta(seconds=seconds)

    assert pacific(moment).isoformat() == moment.astimezone(CALIFORNIA).isoformat()


@given(st.datetimes(datetime(2008, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_a_written_time_reads_back(moment):
    whole = moment.replace(microsecond=0)

    assert parse_moment(seconds_text(whole)) == whole


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2026-07-01T12:00:00", "19:00"), ("2026-12-01T12:00:00", "20:00"), ("2026-07-01", "07:00")],
)
def test_a_time_without_a_zone_is_pacific(text, utc):
    assert f"{parse_moment(text):%H:%M}" == utc


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**12), max_value=10**12)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_json_comes_back_exactly(value):
    text = dumps(value)

    assert loads(text.encode()) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_decimals_keep_every_digit(number):
    assert str(loads(dumps({"a": number}))["a"]) == str(number) or number == Decimal(0)
