"""EventBridge Scheduler keeps its own clock: time zones, due minutes, placeholders.

AWS (EventBridge Scheduler guide, "Schedule types"; "Adding context attributes"):
cron() and at() follow the schedule's time zone; ``<aws.scheduler.scheduled-time>``
in the target's Input is the time at which the schedule was due.
ministack 1.5.33: CloudFormation drops the time zone, StartDate and EndDate; the
clock is UTC; the placeholder is passed on as it stands; a schedule that is
created less than ten seconds before its minute misses it.
Here: a ticker of our own. FlexibleTimeWindow, RetryPolicy and the schedule's own
dead-letter queue are not honoured: the target is called when it is due.
"""

import re
import time
import uuid
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
from ministack.services import eventbridge, scheduler

from local.aws.cloudformation import after_create_and_update
from local.aws.settings import Settings

Record = dict[str, Any]

_SECONDS_BETWEEN_LOOKS = 1
_AT = re.compile(r"^\s*at\((?P<time>[^)]+)\)\s*$")
_KEPT_PROPERTIES = ("ScheduleExpressionTimezone", "StartDate", "EndDate")


class Ticker:
    """Fires what is due, once per occurrence."""

    def __init__(self, started: datetime) -> None:
        # What was due while the engine was down is not made up for: AWS was never down.
        self._started = started
        self._last_due: dict[Any, datetime] = {}

    def tick(self, now: datetime) -> None:
        """Look at every schedule of every account and region."""
        account, region = get_account_id(), get_region()
        try:
            for key, schedule in list(scheduler._schedules._data.items()):
                due = self._due(key, schedule, now)
                if due is None:
                    continue
                self._last_due[key] = due
                set_request_account_id(key[0])
                set_request_region(key[1])
                _fire(schedule, due)
                if _AT.match(schedule["ScheduleExpression"]) and schedule.get("ActionAfterCompletion") == "DELETE":
                    scheduler._schedules._data.pop(key, None)
        finally:
            set_request_account_id(account)
            set_request_region(region)

    def _due(self, key: Any, schedule: Record, now: datetime) -> datetime | None:
        """The moment at which it was due, if that is now and not done yet."""
        if schedule.get("State") != "ENABLED" or not _is_within_its_dates(schedule, now):
            return None
        created = datetime.fromtimestamp(schedule.get("CreationDate") or 0, UTC)
        last = self._last_due.get(key)
        due = next_due(
            str(schedule.get("ScheduleExpression", "")),
            ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC"),
            after=last or max(created, self._started),
            created=created,
        )
        if due is None or due > now or due == last:
            return None
        return due


def next_due(expression: str, zone: tzinfo, *, after: datetime, created: datetime) -> datetime | None:
    """The first moment after ``after``; None if there is none or the expression is not understood."""
    if match := _AT.match(expression):
        moment = datetime.fromisoformat(match["time"]).replace(tzinfo=zone)
        return moment.astimezone(UTC) if moment > after else None
    if seconds := eventbridge._parse_rate_seconds(expression):
        elapsed = (after - created).total_seconds()
        occurrence = int(elapsed // seconds) + 1
        return datetime.fromtimestamp(created.timestamp() + occurrence * seconds, UTC)
    fields = eventbridge._parse_cron_fields(expression)
    if fields is None:
        return None
    # ministack computes in UTC: let it read the zone's wall clock as if it were.
    wall_clock = after.astimezone(zone).replace(tzinfo=UTC)
    due = eventbridge._cron_next_fire(fields, wall_clock)
    return None if due is None else due.replace(tzinfo=zone).astimezone(UTC)


def close_gap(_settings: Settings) -> None:
    """Replace the ticker, and keep the properties that CloudFormation drops."""
    ticker = Ticker(started=datetime.now(UTC))
    scheduler._SCHEDULE_TICK_INTERVAL = _SECONDS_BETWEEN_LOOKS
    scheduler._tick_schedules = lambda: ticker.tick(datetime.now(UTC))
    after_create_and_update("AWS::Scheduler::Schedule", _keep_properties)


def _keep_properties(name: str, properties: Record) -> None:
    schedule = scheduler._schedules.get(f"{properties.get('GroupName', 'default')}/{name}")
    if schedule is not None:
        for key in _KEPT_PROPERTIES:
            schedule.pop(key, None)
            if properties.get(key):
                schedule[key] = properties[key]


def _is_within_its_dates(schedule: Record, now: datetime) -> bool:
    start, end = scheduler._to_epoch(schedule.get("StartDate")), scheduler._to_epoch(schedule.get("EndDate"))
    moment = now.timestamp()
    return (start is None or start <= moment) and (end is None or moment <= end)


def _fire(schedule: Record, due: datetime) -> None:
    target = dict(schedule.get("Target") or {})
    if not target.get("Arn"):
        return
    if isinstance(target.get("Input"), str):
        for placeholder, value in {
            "<aws.scheduler.scheduled-time>": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "<aws.scheduler.schedule-arn>": str(schedule.get("Arn", "")),
            "<aws.scheduler.execution-id>": str(uuid.uuid4()),
            "<aws.scheduler.attempt-number>": "1",
        }.items():
            target["Input"] = target["Input"].replace(placeholder, value)
    event = {
        "EventId": str(uuid.uuid4()),
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": time.time(),
        "Resources": [schedule.get("Arn", "")],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    try:
        eventbridge._invoke_target(target, event, schedule)
    except Exception:
        scheduler.logger.exception("Schedule %s", schedule.get("Arn"))
