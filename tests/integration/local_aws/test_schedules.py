import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def schedule(expression, target, **properties):
    return {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Name": "poll",
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": target,
                "RoleArn": "arn:aws:iam::000000000000:role/any",
                "Input": '{"slot": "<aws.scheduler.scheduled-time>"}',
            },
            **properties,
        },
    }


def test_a_schedule_follows_its_time_zone_and_tells_when_it_was_due(engine):
    url, queue_arn = engine.queue("slots")
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    in_tokyo = due.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M:%S")

    engine.deploy(
        "scheduled", {"Poll": schedule(f"at({in_tokyo})", queue_arn, ScheduleExpressionTimezone="Asia/Tokyo")}
    )
    fired = json.loads(engine.receive(url)["Body"])

    assert fired == {"slot": due.strftime("%Y-%m-%dT%H:%M:%SZ")}
    found = engine.client("scheduler").get_schedule(Name="poll")
    assert found["ScheduleExpressionTimezone"] == "Asia/Tokyo"
