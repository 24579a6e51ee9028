"""``up`` and ``down`` with a small application of their own, through the real SAM CLI."""

import json
import stat
import urllib.request

import pytest

from local import stack as local_stack
from local.deploy import client
from local.errors import LocalStackError
from local.ports import Ports
from local.stack import down, read_stack, status, up
from tests.integration.local_aws.engine import free_port

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  Architecture: {Type: String}
  IntuitBaseUrl: {Type: String}
  PublicBaseUrl: {Type: String}
  LogLevel: {Type: String}
  RetryIntervalSeconds: {Type: Number}
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: !Ref Stage}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/hello
      Handler: handler.lambda_handler
      Runtime: python3.13
      Timeout: 20
      Architectures: [!Ref Architecture]
      Environment:
        Variables: {PUBLIC_BASE_URL: !Ref PublicBaseUrl, INTUIT_BASE_URL: !Ref IntuitBaseUrl}
      Events:
        Call: {Type: Api, Properties: {RestApiId: !Ref Api, Method: get, Path: /hello}}
  IntuitSecret: {Type: AWS::SecretsManager::Secret}
  HostApiKeySecret:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {PasswordLength: 40, ExcludePunctuation: true}}
Outputs:
  IntuitSecretArn: {Value: !Ref IntuitSecret}
  HostApiKeySecretArn: {Value: !Ref HostApiKeySecret}
"""

HANDLER = """
import json, os

def lambda_handler(event, context):
    body = {name: os.environ[name] for name in ("PUBLIC_BASE_URL", "INTUIT_BASE_URL")}
    return {"statusCode": 200, "body": json.dumps({"greeting": "hello", **body})}
"""


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    directory = tmp_path_factory.mktemp("application")
    (directory / "template.yaml").write_text(TEMPLATE)
    (directory / "functions/hello").mkdir(parents=True)
    (directory / "functions/hello/handler.py").write_text(HANDLER)
    return directory


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def again(application, directory):
    """Bring the stack up, as often as called; it is down at the end."""
    arguments = {
        "directory": directory,
        "aws_port": free_port(),
        "quickbooks_port": free_port(),
        "application": application,
    }
    yield lambda **other: up(**arguments | other)
    down(directory=directory)


@pytest.fixture(scope="module")
def stack(again):
    return again()


def hello(stack):
    with urllib.request.urlopen(f"{stack['api_url']}/hello", timeout=30) as answer:
        return json.loads(answer.read())


def test_the_deployed_api_answers_under_the_url_that_it_was_told(stack):
    answer = hello(stack)

    assert answer == {
        "greeting": "hello",
        "PUBLIC_BASE_URL": stack["api_url"],
        "INTUIT_BASE_URL": stack["quickbooks_url"],
    }
    assert stack["portal_url"] == f"{stack['api_url']}/portal"


def test_the_simulators_app_is_in_the_intuit_secret(stack):
    ports = Ports(aws=int(stack["aws_endpoint_url"].rpartition(":")[2]), quickbooks=0)
    value = client("secretsmanager", ports).get_secret_value(SecretId=stack["outputs"]["IntuitSecretArn"])

    app = json.loads(value["SecretString"])

    assert (app["client_id"], app["client_secret"]) == ("ledgerlink-local", "ledgerlink-local-secret")


def test_the_stack_file_is_for_its_owner_alone(stack, directory):
    path = directory / "stack.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_stack(path) == stack
    assert stack["host_api_key"].isalnum()
    assert len(stack["host_api_key"]) == 40


def test_a_second_up_changes_nothing_and_deploys_nothing(stack, again, capsys):
    second = again()

    assert second == stack
    assert "Nothing has changed" in capsys.readouterr().out


def test_a_change_of_the_code_is_deployed(stack, again, application):
    handler = application / "functions/hello/handler.py"
    handler.write_text(HANDLER.replace('"greeting": "hello"', '"greeting": "good evening"'))

    changed = again()

    assert hello(changed)["greeting"] == "good evening"
    assert changed["host_api_key"] == stack["host_api_key"]


def test_other_ports_for_a_running_stack_are_refused(stack, again):
    with pytest.raises(LocalStackError, match="already runs on port"):
        again(aws_port=free_port())


def test_a_deployment_that_fails_shows_the_end_of_its_log(stack, again, application):
    template = application / "template.yaml"
    template.write_text(TEMPLATE.replace("CodeUri: functions/hello", "CodeUri: functions/gone"))
    try:
        with pytest.raises(LocalStackError) as failed:
            again()
    finally:
        template.write_text(TEMPLATE)

    assert "sam deploy failed" in str(failed.value)
    assert "sam-deploy.log" in str(failed.value)
    assert "does not exist" in str(failed.value)


def test_down_stops_everything_says_so_and_keeps_the_data(stack, again, directory, capsys):
    down(directory=directory)
    down(directory=directory)
    said = capsys.readouterr().out

    assert said.count("stopped (pid") == 2
    assert said.count("was not running") == 2
    assert status(directory=directory) is False
    with pytest.raises(LocalStackError, match="make up"):
        read_stack(directory / "stack.json")

    assert again()["host_api_key"] == stack["host_api_key"]


def test_a_clean_down_forgets_the_data(stack, directory):
    down(directory=directory, clean=True)

    assert not (directory / "state").exists()


def test_a_directory_may_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("LEDGERLINK_LOCAL_DIR", str(tmp_path))

    with pytest.raises(LocalStackError, match=str(tmp_path)):
        local_stack.read_stack()
