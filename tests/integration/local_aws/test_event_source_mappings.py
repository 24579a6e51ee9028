FAILS_ON_POISON = """
def handler(event, context):
    failed = [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "poison"]
    return {"batchItemFailures": failed}
"""


def resources(function, **scaling):
    return {
        "Work": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "VisibilityTimeout": 1,
                "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 2},
            },
        },
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": function,
                "EventSourceArn": {"Fn::GetAtt": ["Work", "Arn"]},
                "BatchSize": "1",
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": scaling,
            },
        },
    }


def test_a_mapping_whose_numbers_are_text_hands_messages_over_and_those_that_fail_end_in_the_dead_letter_queue(engine):
    function = engine.function("takes-messages", FAILS_ON_POISON)
    template = resources(function, MaximumConcurrency="3")
    outputs = engine.deploy("mapping", template, {"Work": {"Ref": "Work"}, "Dead": {"Ref": "Dead"}})
    sqs = engine.client("sqs")

    sqs.send_message_batch(
        QueueUrl=outputs["Work"],
        Entries=[
            {"Id": "0", "MessageBody": "poison", "MessageGroupId": "acme", "DelaySeconds": 1},
            {"Id": "1", "MessageBody": "bread", "MessageGroupId": "acme"},
        ],
    )

    assert engine.receive(outputs["Dead"])["Body"] == "poison"
    counts = sqs.get_queue_attributes(QueueUrl=outputs["Work"], AttributeNames=["All"])["Attributes"]
    assert {name: value for name, value in counts.items() if name.startswith("ApproximateNumber")} == dict.fromkeys(
        (
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ),
        "0",
    )


def test_an_updated_mapping_still_has_numbers(engine):
    function = engine.function("takes-more", FAILS_ON_POISON)
    engine.deploy("changing-mapping", resources(function, MaximumConcurrency="3"))
    outputs = engine.deploy(
        "changing-mapping", resources(function, MaximumConcurrency="4"), {"Mapping": {"Ref": "Mapping"}}
    )

    mapping = engine.client("lambda").get_event_source_mapping(UUID=outputs["Mapping"])

    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert mapping["BatchSize"] == 1
