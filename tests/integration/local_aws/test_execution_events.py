import json

import pytest


@pytest.fixture
def watched(engine, request):
    """Returns (machine factory, next event): a queue gets the status changes of the machine."""
    name = request.node.name[:60]
    url, queue_arn = engine.queue(name)
    events = engine.client("events")

    def machine(states, **fields):
        arn = engine.state_machine(name, states, **fields)
        pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [arn]}}
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue_arn}])
        return arn

    def next_detail():
        return json.loads(engine.receive(url)["Body"])["detail"]

    return machine, next_detail


def test_a_failure_tells_error_cause_and_redrive_count(engine, watched):
    machine, next_detail = watched
    fails = {"Type": "Fail", "Error": "DocumentRejected", "Cause": "no such vendor"}
    failed = engine.run(machine({"Fails": fails}), {"id": "7"})
    engine.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    engine.closed(failed["executionArn"])

    details = [next_detail() for _ in range(4)]

    assert [detail["status"] for detail in details] == ["RUNNING", "FAILED", "RUNNING", "FAILED"]
    assert [detail["redriveCount"] for detail in details] == [0, 0, 1, 1]
    first_failure, second_failure = details[1], details[3]
    assert first_failure["executionArn"] == failed["executionArn"]
    assert (first_failure["error"], first_failure["cause"]) == ("DocumentRejected", "no such vendor")
    assert first_failure["redriveStatus"] == "REDRIVABLE"
    assert json.loads(first_failure["input"]) == {"id": "7"}
    assert second_failure["redriveDate"] > first_failure["stopDate"]


def test_a_stopped_execution_tells_error_and_cause(engine, watched):
    machine, next_detail = watched
    states = engine.client("stepfunctions")
    arn = machine({"Wait": {"Type": "Wait", "Seconds": 6000, "End": True}})
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    states.stop_execution(executionArn=execution, error="Support", cause="wrong company")

    next_detail()
    stopped = next_detail()

    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Support", "wrong company")


def test_a_timed_out_execution_is_redrivable(engine, watched):
    machine, next_detail = watched
    engine.run(machine({"Wait": {"Type": "Wait", "Seconds": 6000, "End": True}}, TimeoutSeconds=1))

    next_detail()
    timed_out = next_detail()

    assert (timed_out["status"], timed_out["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")


def test_a_success_carries_its_output_unless_it_is_too_long(engine, watched):
    machine, next_detail = watched
    pad = {"Type": "Pass", "Output": "{% $pad('', $states.input.length, 'x') %}", "End": True}
    arn = machine({"Pad": pad})
    engine.run(arn, {"length": 3})
    engine.run(arn, {"length": 260_000})

    details = [detail for detail in (next_detail() for _ in range(4)) if detail["status"] == "SUCCEEDED"]

    short, long = details
    assert (json.loads(short["output"]), short["outputDetails"]) == ("xxx", {"included": True})
    assert (long["output"], long["outputDetails"]) == (None, {"included": False})
