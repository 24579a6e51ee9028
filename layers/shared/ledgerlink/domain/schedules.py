"""When a connection's daily run is due, by the clock on the tenant's wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ledgerlink.domain.settings import Mode, Settings

SCHEDULE = frozenset({"enabled", "mode", "daily_at", "time_zone"})
"""The settings that decide when it is due."""
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def daily_due_at(settings: Settings, now: datetime) -> datetime | None:
    """The next daily run under these settings; None where there is none."""
    if settings.mode is not Mode.DAILY or not settings.enabled:
        return None
    return next_daily(settings.daily_at, settings.time_zone, now)


def due_after_change(settings: Settings, now: datetime) -> datetime | None:
    """When a daily run is due after the schedule was changed to this; None for never.

    Under realtime there is a last one at once, for the documents that wait.
    """
    if settings.mode is Mode.REALTIME and settings.enabled:
        return now
    return daily_due_at(settings, now)


def next_daily(daily_at: time, time_zone: str, after: datetime) -> datetime:
    """The first daily run after that moment, in UTC.

    A time that the clock skips that day runs at the first moment after the gap; one that
    the clock shows twice runs the first time.
    """
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while (moment := _moment(day, daily_at, zone)) <= after:
        day += _DAY
    return moment


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, wall.replace(fold=0), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In a gap the two readings of the wall clock lie on its two sides (PEP 495).
    return _change_between(local.replace(fold=1).astimezone(UTC), moment, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second at which the clock has been changed."""
    changed = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == changed:
            after = middle
        else:
            before = middle
    return after
