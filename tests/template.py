"""The resources of template.yaml, for tests: what is tested here is what is deployed.

``make_tables``, ``make_resources`` and ``function_environment`` work against
whatever boto3 speaks to, in tests moto.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[1]
STACK = "ledgerlink-test"
REGION = "eu-central-1"
ACCOUNT = "123456789012"
_OF_THE_STACK = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::StackName": STACK}

type Resources = Mapping[str, Mapping[str, Any]]
"""What ``!Ref`` and ``!GetAtt Name.Arn`` say of each resource: ``{"Name": {"Ref": ..., "Arn": ...}}``."""


@cache
def template() -> dict[str, Any]:
    """template.yaml as a dictionary, ``!Ref X`` being ``{"Ref": "X"}``."""
    loaded: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return loaded


def resources(resource_type: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, by logical name."""
    found = template()["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == resource_type}


def function_properties(folder: str) -> dict[str, Any]:
    """The properties of the function whose code is in ``functions/<folder>``."""
    functions = resources("AWS::Serverless::Function").values()
    return next(properties for properties in functions if properties["CodeUri"] == f"functions/{folder}")


class Route(NamedTuple):
    """One route of the API."""

    method: str
    path: str
    function: str
    """The folder of its function."""
    is_open: bool
    """Called without the authorizer."""


def api_routes() -> list[Route]:
    """Every route of the API."""
    events = [
        (event["Properties"], properties["CodeUri"].split("/")[1])
        for properties in resources("AWS::Serverless::Function").values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Api"
    ]
    return [
        Route(e["Method"].upper(), e["Path"], function, e.get("Auth", {}).get("Authorizer") == "NONE")
        for e, function in events
    ]


def make_tables() -> dict[str, str]:
    """Create every table of the template; returns logical name → table name."""
    client = boto3.client("dynamodb", region_name=REGION)
    names = {}
    for logical, properties in resources("AWS::DynamoDB::Table").items():
        names[logical] = f"{STACK}-{logical}"
        kept = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        client.create_table(TableName=names[logical], **{k: properties[k] for k in kept if k in properties})
        if ttl := properties.get("TimeToLiveSpecification"):
            client.update_time_to_live(TableName=names[logical], TimeToLiveSpecification=ttl)
    return names


def make_resources(secrets: Mapping[str, str] | None = None) -> Resources:
    """Create tables, keys, secrets, the bus, queues and state machines; ``secrets`` gives their values by name."""
    made: dict[str, dict[str, Any]] = {name: {"Ref": table} for name, table in make_tables().items()}
    kms = boto3.client("kms", region_name=REGION)
    for name in resources("AWS::KMS::Key"):
        key = kms.create_key()["KeyMetadata"]
        made[name] = {"Ref": key["KeyId"], "Arn": key["Arn"]}
    vault = boto3.client("secretsmanager", region_name=REGION)
    for name in resources("AWS::SecretsManager::Secret"):
        made[name] = {"Ref": vault.create_secret(Name=f"{STACK}-{name}")["ARN"]}
        if secrets and name in secrets:
            vault.put_secret_value(SecretId=made[name]["Ref"], SecretString=secrets[name])
    events = boto3.client("events", region_name=REGION)
    for name in resources("AWS::Events::EventBus"):
        made[name] = {"Ref": STACK, "Arn": events.create_event_bus(Name=STACK)["EventBusArn"]}
    queues = boto3.client("sqs", region_name=REGION)
    for name in resources("AWS::SQS::Queue"):
        url = queues.create_queue(QueueName=f"{STACK}-{name}")["QueueUrl"]
        made[name] = {"Ref": url, "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{STACK}-{name}"}
    for name in resources("AWS::Serverless::StateMachine"):
        made[name] = {"Ref": _make_state_machine(name)}
    return made


def _make_state_machine(name: str) -> str:
    """A state machine of that name which ends at once; tests of the definitions are elsewhere."""
    definition = {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}
    client = boto3.client("stepfunctions", region_name=REGION)
    given = resources("AWS::Serverless::StateMachine")[name].get("Name")
    made = client.create_state_machine(
        name=_filled(given["Fn::Sub"]) if given else f"{STACK}-{name}",
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/{STACK}",
    )
    return made["stateMachineArn"]


def function_environment(folder: str, made: Resources, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables that the template gives the function in ``functions/<folder>``."""
    common = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = function_properties(folder).get("Environment", {}).get("Variables", {})
    return {name: _resolve(value, made, parameters or {}) for name, value in {**common, **own}.items()}


def _resolve(value: Any, made: Resources, parameters: Mapping[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        name = value["Ref"]
        if name in made:
            return str(made[name]["Ref"])
        return parameters.get(name, str(template()["Parameters"][name].get("Default", "")))
    if "Fn::Sub" in value:
        return _filled(value["Fn::Sub"])
    name, attribute = value["Fn::GetAtt"]
    return str(made[name][attribute])


def _filled(text: str) -> str:
    """``${AWS::StackName}-push-document`` as this stack has it."""
    return re.sub(r"\$\{(AWS::\w+)\}", lambda found: _OF_THE_STACK[found[1]], text)
