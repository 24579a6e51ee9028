import pytest


@pytest.mark.parametrize(
    "definition",
    [
        {"StartAt": "Gone", "States": {"Push": {"Type": "Succeed"}}},
        {"StartAt": "Push", "States": {"Push": {"Type": "Pass", "Next": "Gone"}}},
        {
            "StartAt": "Push",
            "States": {"Push": {"Type": "Map", "ItemProcessor": {"StartAt": "Gone", "States": {}}, "End": True}},
        },
    ],
    ids=["start", "next", "nested"],
)
def test_a_transition_that_leads_nowhere_fails_the_deployment(engine, request, definition):
    properties = {"Definition": definition, "Role": engine.role()}
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}

    with pytest.raises(AssertionError, match="ROLLBACK_COMPLETE"):
        engine.deploy(f"nowhere-{request.node.callspec.id}", {"Machine": machine})
