def test_a_retry_waits_no_longer_than_max_delay_seconds(engine):
    function = engine.function("never", "def handler(event, context):\n    raise TimeoutError\n")
    retry = {
        "ErrorEquals": ["TimeoutError"],
        "MaxAttempts": 6,
        "IntervalSeconds": 3600,
        "MaxDelaySeconds": 1,
        "JitterStrategy": "FULL",
    }
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function},
        "Retry": [retry],
        "End": True,
    }
    machine = engine.state_machine("patient", {"Push": task})

    # Gives up after 20 s: six waits of an hour would not fit, whatever the wait scale.
    execution = engine.run(machine)

    assert (execution["status"], execution["error"]) == ("FAILED", "TimeoutError")
    history = engine.client("stepfunctions").get_execution_history(executionArn=execution["executionArn"])["events"]
    assert sum(event["type"] == "TaskScheduled" for event in history) == 7
