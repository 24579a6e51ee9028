"""The arithmetic of the shared budget."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.throttle import (
    MINUTE,
    SECOND,
    CallKind,
    Limits,
    month_of,
    to_moment,
    warnings_between,
)


@given(st.integers(4, 100), st.integers(10, 3000), st.integers(1, 500))
def test_the_two_lanes_together_stay_within_every_limit(per_second, per_minute, batches_per_minute):
    try:
        limits = Limits(per_second, per_minute, batches_per_minute)
    except ValueError:
        return

    assert limits.calls.most_in(SECOND) + limits.batches.most_in(SECOND) <= per_second
    assert limits.calls.most_in(MINUTE) + limits.batches.most_in(MINUTE) <= per_minute
    assert limits.batches.most_in(MINUTE) <= batches_per_minute


def test_intuits_limits_are_used_nearly_to_the_full():
    limits = Limits()

    assert limits.calls.most_in(MINUTE) + limits.batches.most_in(MINUTE) == 490
    assert limits.batches.most_in(MINUTE) == 40
    assert limits.calls.most_in(SECOND) + limits.batches.most_in(SECOND) == 10


@pytest.mark.parametrize("limits", [(3, 500, 40), (10, 40, 40), (10, 500, 0), (10, 5000, 4000)])
def test_limits_without_room_for_both_lanes_are_refused(limits):
    with pytest.raises(ValueError):
        Limits(*limits)


def test_reads_and_writes_share_a_lane_and_batches_have_their_own():
    limits = Limits()

    assert limits.lane(CallKind.READ) == limits.lane(CallKind.WRITE) == limits.calls
    assert limits.lane(CallKind.BATCH) == limits.batches


@given(st.lists(st.integers(1, 30), max_size=60), st.integers(0, 300))
def test_each_level_is_crossed_once_whatever_the_steps(steps, allowance):
    count, crossed = 0, []
    for step in steps:
        crossed += warnings_between(count, count + step, allowance)
        count += step

    assert crossed == [level for level in (70, 90) if allowance and count * 100 >= level * allowance]


def test_moments_are_whole_microseconds_and_months_have_names():
    moment = datetime(2026, 11, 21, 9, 30, 0, 1, tzinfo=UTC)

    assert to_moment(moment) - to_moment(moment.replace(microsecond=0)) == 1
    assert month_of(moment) == "2026_11"
