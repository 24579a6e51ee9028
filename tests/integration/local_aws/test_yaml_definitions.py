import json

DEFINITION = """
Comment: A definition as people write it.
QueryLanguage: JSONata
StartAt: Say hello
States:

  Say hello:
    Type: Pass
    Output: "{% 'hello ' & ${Number} %}"
    End: true
"""


def test_a_definition_in_yaml_runs(engine):
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="definitions")
    s3.put_object(Bucket="definitions", Key="hello.asl.yaml", Body=DEFINITION.encode())
    properties = {
        "DefinitionUri": {"Bucket": "definitions", "Key": "hello.asl.yaml"},
        "DefinitionSubstitutions": {"Number": 7},
        "Role": engine.role(),
    }
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    arn = engine.deploy("yaml", {"Machine": machine}, {"Arn": {"Ref": "Machine"}})["Arn"]

    execution = engine.run(arn)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == "hello 7"
