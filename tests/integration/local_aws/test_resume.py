import json
import signal

from tests.integration.local_aws.engine import eventually


def test_an_execution_goes_on_after_the_engine_was_killed(new_engine):
    engine = new_engine("--save-seconds", "0.2", "--wait-scale", "0.01")
    engine.start()
    note = {"Type": "Pass", "Assign": {"tenant": "acme"}, "Next": "Wait"}
    wait = {"Type": "Wait", "Seconds": 100, "Next": "Done"}
    done = {"Type": "Succeed", "Output": {"tenant": "{% $tenant %}"}}
    machine = engine.state_machine("interrupted", {"Note": note, "Wait": wait, "Done": done})
    arn = engine.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
    saved = engine.state_dir / "services" / "stepfunctions.json"
    eventually(lambda: saved.exists() and "WaitStateEntered" in saved.read_text())

    engine.stop(signal.SIGKILL)
    engine.start()
    execution = engine.closed(arn)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == {"tenant": "acme"}
