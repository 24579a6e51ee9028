import json

import pytest

FAILS_TWICE = """
class QuickBooksUnavailable(Exception): pass

calls = 0
def handler(event, context):
    global calls
    calls += 1
    if calls < 3:
        raise QuickBooksUnavailable("no answer")
    return {"calls": calls}
"""


def test_a_state_machine_retries_by_the_exact_class_name_of_the_exception(engine):
    function = engine.function("fails-twice", FAILS_TWICE)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function},
        "Output": "{% $states.result.Payload %}",
        "Retry": [{"ErrorEquals": ["QuickBooksUnavailable"], "IntervalSeconds": 1, "BackoffRate": 1}],
        "End": True,
    }
    machine = engine.state_machine("retries-by-class", {"Push": task})

    execution = engine.run(machine)

    assert execution["status"] == "SUCCEEDED"
    # The environment outlives an exception: it counted all three calls.
    assert json.loads(execution["output"]) == {"calls": 3}


def test_an_error_carries_the_class_name_the_message_and_the_stack_trace(engine):
    engine.function("raises", "def handler(event, context):\n    raise KeyError('tenant')\n")

    error = engine.invoke("raises")

    assert (error["errorType"], error["errorMessage"]) == ("KeyError", "'tenant'")
    assert error["stackTrace"]


def test_a_function_that_takes_too_long_is_reported_as_sandbox_timedout(engine):
    engine.function("sleeps", "import time\ndef handler(event, context):\n    time.sleep(60)\n", Timeout=1)

    error = engine.invoke("sleeps")

    assert error["errorType"] == "Sandbox.Timedout"


def test_a_failed_import_is_reported_by_its_name(engine):
    engine.function("imports", "import no_such_module\ndef handler(event, context): pass\n")

    error = engine.invoke("imports")

    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "no_such_module" in error["errorMessage"]


@pytest.mark.parametrize(("module", "visible"), [("boto3", True), ("pydantic", False), ("ledgerlink", False)])
def test_a_function_sees_its_artifact_and_what_the_runtime_brings(engine, module, visible):
    code = "import importlib.util\ndef handler(event, context):\n    return bool(importlib.util.find_spec(event))\n"
    name = f"looks-for-{module}"
    engine.function(name, code)

    found = engine.invoke(name, module)

    assert found is visible


def test_nothing_of_the_developers_environment_reaches_a_function(engine):
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    engine.function("environment", code, Environment={"Variables": {"CONNECTIONS_TABLE": "connections"}})

    environment = engine.invoke("environment")

    assert environment["CONNECTIONS_TABLE"] == "connections"
    assert environment["AWS_ENDPOINT_URL"] == engine.url
    assert not {"VIRTUAL_ENV", "STATE_DIR", "GATEWAY_PORT"} & set(environment)
