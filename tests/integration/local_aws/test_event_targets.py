import json

import pytest

FAILS_ON_POISON = """
calls = 0
def handler(event, context):
    global calls
    calls += 1
    raise ValueError(f"call {calls}")
"""


@pytest.fixture
def rule(engine, request):
    """Make a rule of the default bus for events with this test's name as source, and send it one."""
    name = request.node.name[:60]
    events = engine.client("events")

    def send_to(target):
        events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
        events.put_targets(Rule=name, Targets=[{"Id": "target", **target}])
        events.put_events(Entries=[{"Source": name, "DetailType": "test", "Detail": '{"document": "PO-7"}'}])

    return send_to


def test_a_function_that_raises_is_tried_twice_more_and_then_its_destination_gets_the_event(engine, rule):
    url, queue_arn = engine.queue("on-failure")
    function = engine.function("fails-on-poison", FAILS_ON_POISON)
    engine.client("lambda").put_function_event_invoke_config(
        FunctionName="fails-on-poison", DestinationConfig={"OnFailure": {"Destination": queue_arn}}
    )

    rule({"Arn": function})
    message = json.loads(engine.receive(url)["Body"])

    assert message["requestPayload"]["detail"] == {"document": "PO-7"}
    assert message["responsePayload"]["errorMessage"] == "call 3"


@pytest.mark.parametrize(
    "missing",
    ["arn:aws:lambda:us-east-1:000000000000:function:gone", "arn:aws:sqs:us-east-1:000000000000:gone"],
    ids=["function", "queue"],
)
def test_an_event_whose_target_is_gone_reaches_the_rules_dead_letter_queue(engine, rule, missing):
    url, queue_arn = engine.queue(f"dead-letters-{missing.split(':')[2]}")

    rule({"Arn": missing, "DeadLetterConfig": {"Arn": queue_arn}})
    message = engine.receive(url)

    assert json.loads(message["Body"])["detail"] == {"document": "PO-7"}
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes["TARGET_ARN"] == missing
    assert attributes["ERROR_CODE"] == "RESOURCE_NOT_FOUND"
    assert "rule/" in attributes["RULE_ARN"]
