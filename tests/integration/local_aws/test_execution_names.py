import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def states(engine):
    return engine.client("stepfunctions")


@pytest.fixture
def waiting_machine(engine, request):
    wait = {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}
    return engine.state_machine(request.node.originalname[:70], {"Wait": wait})


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def test_a_second_start_with_the_same_name_and_input_is_the_same_execution(states, waiting_machine):
    start = {"stateMachineArn": waiting_machine, "name": "acme-PO-7", "input": '{"seconds": 6000}'}
    first = states.start_execution(**start)

    second = states.start_execution(**start)

    assert second["executionArn"] == first["executionArn"]
    assert second["startDate"] == first["startDate"]
    assert len(states.list_executions(stateMachineArn=waiting_machine)["executions"]) == 1


def test_a_name_that_is_taken_is_refused(engine, states, waiting_machine):
    running = {"stateMachineArn": waiting_machine, "name": "running", "input": '{"seconds": 6000}'}
    closed = {"stateMachineArn": waiting_machine, "name": "closed", "input": '{"seconds": 0}'}
    states.start_execution(**running)
    engine.closed(states.start_execution(**closed)["executionArn"])

    other_input = refusal(states.start_execution, **running | {"input": '{"seconds": 6001}'})
    same_input_but_closed = refusal(states.start_execution, **closed)

    assert other_input == same_input_but_closed == "ExecutionAlreadyExists"


@pytest.mark.parametrize("name", ["a" * 81, "PO 7", "PO/7", "PO:7", "PO*"])
def test_a_name_with_forbidden_characters_is_refused(states, waiting_machine, name):
    assert refusal(states.start_execution, stateMachineArn=waiting_machine, name=name) == "InvalidName"


def test_an_input_over_256_kb_is_refused(states, waiting_machine):
    value = '{"seconds": 0, "rest": "' + "x" * 262_144 + '"}'

    assert refusal(states.start_execution, stateMachineArn=waiting_machine, input=value) == "ValidationException"
