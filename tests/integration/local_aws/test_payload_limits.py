import pytest


@pytest.mark.parametrize("retry_or_catch", ["Retry", "Catch"])
def test_a_task_result_over_256_kb_fails_the_execution(engine, retry_or_catch):
    name = f"long-{retry_or_catch}"
    function = engine.function(name, "def handler(event, context):\n    return 'x' * 262_144\n")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function},
        "Output": "short",
        retry_or_catch: [{"ErrorEquals": ["States.ALL"]} | ({"Next": "Caught"} if retry_or_catch == "Catch" else {})],
        "Next": "Caught",
    }
    machine = engine.state_machine(name, {"Push": task, "Caught": {"Type": "Succeed"}})

    execution = engine.run(machine)

    assert (execution["status"], execution["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_a_state_output_over_256_kb_fails_the_execution(engine):
    pad = {"Type": "Pass", "Output": "{% $pad('', 262144, 'x') %}", "End": True}

    execution = engine.run(engine.state_machine("pads", {"Pad": pad}))

    assert (execution["status"], execution["error"]) == ("FAILED", "States.DataLimitExceeded")
