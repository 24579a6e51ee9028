"""Warnings before an authorisation ends, and the access of connections that nobody uses."""

from datetime import timedelta

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.expiry import Warned, days_left, end_of, warning_due
from ledgerlink.errors import ConnectionRevoked, QuickBooksUnavailable, Unexpected
from ledgerlink.usecases.connections.keep_alive import keep_alive
from tests.unit.fakes import Clock, FakeEvents
from tests.unit.orders import NOW
from tests.unit.sync.fakes import FakeWatchedTokens

KEYS = [ConnectionKey("acme", str(number)) for number in range(3)]


class Tokens:
    """Renews, or fails as it was told."""

    def __init__(self, key, watched, clock, failures):
        self.key, self.watched, self.clock, self.failures = key, watched, clock, failures

    def access_token(self):
        self.clock.time += timedelta(seconds=1)
        if error := self.failures.get(self.key):
            raise error
        self.watched.renewed[self.key] = self.clock()
        return "token"


def run(watched, clock, events=None, failures=None, budget=timedelta(minutes=10)):
    def renewal(key):
        return Tokens(key, watched, clock, failures or {})

    return keep_alive(watched, renewal, events or FakeEvents(), clock, clock() + budget)


@pytest.mark.parametrize(("left", "days"), [(timedelta(days=3), 3), (timedelta(hours=23), 0), (timedelta(days=-2), 0)])
def test_only_whole_days_are_left(left, days):
    assert days_left(NOW + left, NOW) == days


@pytest.mark.parametrize(("days", "level"), [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (-1, 7)])
def test_the_warning_is_that_of_the_days_that_are_left(days, level):
    assert warning_due(NOW + timedelta(days=days), None, NOW) == level


def test_each_level_is_warned_of_once():
    ends_at = NOW + timedelta(days=20)

    assert warning_due(ends_at, Warned(30, ends_at), NOW) is None
    assert warning_due(ends_at, Warned(30, ends_at), NOW + timedelta(days=14)) == 7
    assert warning_due(ends_at, Warned(7, ends_at), NOW + timedelta(days=19)) is None


def test_the_same_end_told_a_little_differently_is_the_same_end():
    ends_at = NOW + timedelta(days=20)

    assert warning_due(ends_at + timedelta(minutes=3), Warned(30, ends_at), NOW) is None


def test_after_reconnecting_warnings_begin_anew():
    old, new = NOW + timedelta(days=2), NOW + timedelta(days=29)

    assert warning_due(new, Warned(7, old), NOW) == 30


def test_the_end_is_the_earlier_of_the_two():
    soon, late = NOW + timedelta(days=100), NOW + timedelta(days=900)

    assert end_of(soon, late) == end_of(late, soon) == end_of(soon, None) == soon


def test_a_connection_that_nobody_used_for_a_day_is_renewed_and_the_others_are_left_alone():
    watched, clock = FakeWatchedTokens(), Clock()
    watched.renewed = {KEYS[0]: NOW - timedelta(hours=25), KEYS[1]: NOW - timedelta(hours=2)}

    done = run(watched, clock)

    assert done.renewed == 1
    assert watched.renewed[KEYS[1]] == NOW - timedelta(hours=2)
    assert watched.renewed[KEYS[0]] >= NOW


def test_for_a_year_no_unused_connection_ends():
    watched, clock = FakeWatchedTokens(), Clock()
    watched.renewed = dict.fromkeys(KEYS, NOW)

    for _ in range(365):
        clock.time += timedelta(days=1, hours=1)
        run(watched, clock)
        assert all(clock() - at < timedelta(days=2) for at in watched.renewed.values())


def test_one_that_was_revoked_or_cannot_be_renewed_now_keeps_no_other_waiting():
    watched, clock = FakeWatchedTokens(), Clock()
    watched.renewed = dict.fromkeys(KEYS, NOW - timedelta(days=2))
    failures = {KEYS[0]: ConnectionRevoked("Revoked."), KEYS[1]: QuickBooksUnavailable("Down.")}

    done = run(watched, clock, failures=failures)

    assert done.renewed == 1
    assert watched.renewed[KEYS[2]] >= NOW


def test_a_fault_of_ours_is_raised_after_all_others_were_renewed():
    watched, clock = FakeWatchedTokens(), Clock()
    watched.renewed = dict.fromkeys(KEYS, NOW - timedelta(days=2))

    with pytest.raises(Unexpected):
        run(watched, clock, failures={KEYS[0]: KeyError("refresh")})

    assert watched.renewed[KEYS[2]] >= NOW


def test_who_is_left_over_comes_first_next_time():
    watched, clock = FakeWatchedTokens(), Clock()
    watched.renewed = {key: NOW - timedelta(days=9 - n) for n, key in enumerate(KEYS)}

    first = run(watched, clock, budget=timedelta(seconds=2))
    second = run(watched, clock)

    assert (first.renewed, second.renewed) == (2, 1)


def test_the_host_is_told_once_at_thirty_and_once_at_seven_days():
    watched, clock, events = FakeWatchedTokens(), Clock(), FakeEvents()
    watched.ends = {KEYS[0]: NOW + timedelta(days=40), KEYS[1]: NOW + timedelta(days=400)}

    for _ in range(45):
        run(watched, clock, events)
        run(watched, clock, events)
        clock.time += timedelta(days=1)

    told = events.named("connection.expiring")
    assert [(detail["connection_id"], detail["days"]) for detail in told] == [("0", 30), ("0", 7)]
