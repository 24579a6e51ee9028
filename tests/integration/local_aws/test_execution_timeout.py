def test_an_execution_ends_at_the_machines_timeout_and_can_be_redriven(engine):
    wait = {"Type": "Wait", "Seconds": "{% $states.context.Execution.RedriveCount = 0 ? 900 : 0 %}", "End": True}
    machine = engine.state_machine("too-long", {"Wait": wait}, TimeoutSeconds=1)

    timed_out = engine.run(machine)
    engine.client("stepfunctions").redrive_execution(executionArn=timed_out["executionArn"])
    redriven = engine.closed(timed_out["executionArn"])

    assert (timed_out["status"], timed_out["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")
    assert redriven["status"] == "SUCCEEDED"
