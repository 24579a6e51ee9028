"""Times as the tenant's people read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from ledgerlink.pages.times import day, when


def shown(at: object, zone: str) -> str:
    environment = Environment(autoescape=True)
    environment.filters |= {"when": when, "day": day}
    return environment.from_string("{{ at | when }}").render(at=at, time_zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "29 Mar 2026, 00:30 UTC"),
        ("Europe/Berlin", "29 Mar 2026, 01:30 CET"),
        ("America/New_York", "28 Mar 2026, 20:30 EDT"),
    ],
)
def test_a_time_is_that_of_the_tenants_clock(zone: str, text: str):
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    assert shown(at, zone) == f'<time datetime="2026-03-29T00:30:00Z">{text}</time>'
    assert shown("2026-03-29T00:30:00.000000Z", zone) == shown(at, zone)


def test_no_time_is_nothing():
    assert (shown(None, "UTC"), day(None)) == ("", "")


def test_a_day_is_the_same_everywhere():
    assert day("2026-11-02") == '<time datetime="2026-11-02">2 Nov 2026</time>'
