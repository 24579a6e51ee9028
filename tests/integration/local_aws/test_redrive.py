import json

import pytest
from botocore.exceptions import ClientError

# Fails until somebody repairs it; tells what it was given.
BROKEN = """
import os
class OutOfSync(Exception): pass

def handler(event, context):
    broken = os.path.join(os.environ["TMPDIR"], event["broken"])
    calls = os.path.join(os.environ["TMPDIR"], f"calls-{event['broken']}-{event.get('item', '')}")
    with open(calls, "a") as file:
        file.write(".")
    if event.get("item", "bad") == "bad" and os.path.exists(broken):
        raise OutOfSync("the account is inactive")
    return {**event, "calls": os.path.getsize(calls)}
"""


@pytest.fixture
def broken_function(engine):
    try:
        return engine.client("lambda").get_function(FunctionName="broken")["Configuration"]["FunctionArn"]
    except ClientError:
        return engine.function("broken", BROKEN)


@pytest.fixture
def breakage(engine, request):
    """A file whose presence makes the function fail; delete it to repair."""
    path = engine.state_dir / "tmp" / request.node.name
    path.touch()
    return path


def push_task(function, breakage, **extra):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {
            "FunctionName": function,
            "Payload": {
                "broken": breakage.name,
                "number": "{% $states.input.number %}",
                "attempt": "{% $states.context.State.RetryCount %}",
                "redrive": "{% $states.context.Execution.RedriveCount %}",
                "tenant": "{% $tenant %}",
            },
        },
        "Output": "{% $states.result.Payload %}",
        "Retry": [{"ErrorEquals": ["OutOfSync"], "MaxAttempts": 1, "IntervalSeconds": 1}],
        "End": True,
        **extra,
    }


def test_a_redrive_goes_on_at_the_failed_state_with_its_input_and_variables(engine, broken_function, breakage):
    resolve = {
        "Type": "Pass",
        "Assign": {"tenant": "acme"},
        "Output": {"number": "{% 'PO-' & $states.input.number %}"},
        "Next": "Push",
    }
    machine = engine.state_machine("redriven", {"Resolve": resolve, "Push": push_task(broken_function, breakage)})
    failed = engine.run(machine, {"number": "7"})
    breakage.unlink()
    states = engine.client("stepfunctions")

    states.redrive_execution(executionArn=failed["executionArn"])
    redriven = engine.closed(failed["executionArn"])

    assert (failed["status"], failed["redriveStatus"], failed["redriveCount"]) == ("FAILED", "REDRIVABLE", 0)
    assert redriven["status"] == "SUCCEEDED"
    output = json.loads(redriven["output"])
    assert (output["number"], output["tenant"], output["redrive"]) == ("PO-7", "acme", 1)
    # One try and one retry, then the redrive with a retry counter at zero.
    assert (output["calls"], output["attempt"]) == (3, 0)
    assert redriven["redriveCount"] == 1
    assert redriven["redriveDate"] > failed["stopDate"]
    assert redriven["redriveStatus"] == "NOT_REDRIVABLE"
    assert "error" not in redriven

    history = states.get_execution_history(executionArn=failed["executionArn"])["events"]
    kinds = [event["type"] for event in history]
    assert kinds.count("PassStateEntered") == 1
    redrive = next(event for event in history if event["type"] == "ExecutionRedriven")
    assert redrive["executionRedrivenEventDetails"] == {"redriveCount": 1}


def test_a_retry_counter_starts_anew_after_a_redrive(engine, broken_function, breakage):
    task = push_task(broken_function, breakage)
    task["Arguments"]["Payload"]["tenant"] = "acme"
    machine = engine.state_machine("retried-again", {"Push": task})
    failed = engine.run(machine, {"number": "7"})
    states = engine.client("stepfunctions")

    states.redrive_execution(executionArn=failed["executionArn"])
    failed_again = engine.closed(failed["executionArn"])

    assert (failed_again["status"], failed_again["redriveCount"]) == ("FAILED", 1)
    calls = engine.state_dir / "tmp" / f"calls-{breakage.name}-"
    assert calls.read_text() == "...."


def test_what_succeeded_or_still_runs_is_not_redriven(engine):
    states = engine.client("stepfunctions")
    succeeded = engine.run(engine.state_machine("succeeds", {"Done": {"Type": "Succeed"}}))
    waits = engine.state_machine("waits", {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}})
    running = states.start_execution(stateMachineArn=waits)

    for execution in (succeeded, running):
        with pytest.raises(states.exceptions.ExecutionNotRedrivable):
            states.redrive_execution(executionArn=execution["executionArn"])

    assert states.describe_execution(executionArn=succeeded["executionArn"])["redriveStatus"] == "NOT_REDRIVABLE"


def test_an_execution_that_was_stopped_runs_no_further_and_can_be_redriven(engine, broken_function, breakage):
    states = engine.client("stepfunctions")
    task = push_task(broken_function, breakage)
    task["Arguments"]["Payload"]["tenant"] = "acme"
    task["Retry"][0] |= {"MaxAttempts": 99, "IntervalSeconds": 1, "BackoffRate": 1}
    machine = engine.state_machine("stopped", {"Push": task})
    arn = states.start_execution(stateMachineArn=machine, input='{"number": "7"}')["executionArn"]

    states.stop_execution(executionArn=arn, error="Support", cause="wrong account")
    breakage.unlink()
    stopped = states.describe_execution(executionArn=arn)
    states.redrive_execution(executionArn=arn)
    redriven = engine.closed(arn)

    assert (stopped["status"], stopped["error"], stopped["redriveStatus"]) == ("ABORTED", "Support", "REDRIVABLE")
    assert redriven["status"] == "SUCCEEDED"
    history = states.get_execution_history(executionArn=arn, reverseOrder=True)["events"]
    since_redrive = [event["type"] for event in history[: [e["type"] for e in history].index("ExecutionRedriven")]]
    assert since_redrive.count("TaskScheduled") == 1


def test_only_the_failed_items_of_a_map_run_again(engine, broken_function, breakage):
    push = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {
            "FunctionName": broken_function,
            "Payload": {"broken": breakage.name, "item": "{% $states.input %}"},
        },
        "Output": "{% $states.result.Payload.calls %}",
        "End": True,
    }
    pages = {
        "Type": "Map",
        "Items": ["one", "bad", "three"],
        "MaxConcurrency": 2,
        "ItemProcessor": {"StartAt": "Push", "States": {"Push": push}},
        "End": True,
    }
    machine = engine.state_machine("maps", {"Pages": pages})
    failed = engine.run(machine)
    breakage.unlink()

    engine.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    redriven = engine.closed(failed["executionArn"])

    assert failed["error"] == "OutOfSync"
    assert json.loads(redriven["output"]) == [1, 2, 1]


def test_a_redrive_works_after_the_engine_was_restarted(new_engine):
    engine = new_engine()
    engine.start()
    function = engine.function("broken", BROKEN)
    breakage = engine.state_dir / "tmp" / "restarted"
    breakage.touch()
    task = push_task(function, breakage)
    assign = {"Type": "Pass", "Assign": {"tenant": "acme"}, "Next": "Push"}
    failed = engine.run(engine.state_machine("restarted", {"Assign": assign, "Push": task}), {"number": "7"})
    engine.stop()
    engine.start()
    breakage.unlink()

    engine.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    redriven = engine.closed(failed["executionArn"])

    assert redriven["status"] == "SUCCEEDED"
    assert json.loads(redriven["output"])["tenant"] == "acme"
