"""What the template promises: kept data, logs that end, functions that fail loudly, stages that do not meet."""

import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all  # type: ignore[import-untyped]

from ledgerlink.domain.throttle import Limits
from ledgerlink.wiring.quickbooks import CONNECT_SECONDS, PACES
from local.layout import REPOSITORY
from tests.artifact.stack_template import STAGES, TEMPLATE, as_list, expanded, functions, resources, walk
from tests.artifact.test_permissions import named_resources
from tests.template import template

every_stage = pytest.mark.parametrize("stage", STAGES)

STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
NAMED = ("Alarm", "Function", "LogGroup", "Policy", "Queue", "Role", "Rule", "StateMachine", "Table", "Topic")
REFERRING = ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")
OPEN_ROUTES = {
    *("/oauth/connect", "/oauth/callback", "/portal", "/portal/session"),
    *("/portal/assets/{digest}/{name}", "/portal/connect.js"),
    *("/portal/activity", "/portal/activity.csv", "/portal/help"),
    *("/portal/reconciliation", "/portal/reconciliation/month", "/portal/certifications/{record}/lines/{line}"),
    *("/portal/flows", "/portal/flows/{flow}"),
    *("/portal/connections/{connection}/progress", "/portal/connections/{connection}/backfill"),
    *("/portal/documents", "/portal/documents/{collection}/{id}", "/portal/documents/{collection}/{id}/preview"),
    *("/portal/documents/send", "/portal/backlogs/{backlog}"),
    *("/portal/settings", "/portal/settings/{section}"),
    "/portal/connections/{connection}/disconnect",
    *("/portal/mappings", "/portal/mappings/choose"),
    *("/v1/openapi.json", "/v1/docs"),
    "/webhooks/quickbooks",
}
"""Browsers and Intuit come here without a key; the functions check who it is themselves, or tell nothing of anybody."""
GATEWAY_SECONDS = 29
"""API Gateway waits no longer for a function (REST API quotas)."""


# Linters


def test_cfn_lint_has_nothing_to_say_about_the_template():
    cfn_lint = Path(sys.executable).with_name("cfn-lint")

    answer = subprocess.run([cfn_lint, str(TEMPLATE)], capture_output=True, text=True)

    assert (answer.returncode, answer.stdout) == (0, "")


def test_sam_has_nothing_to_say_about_the_template(tmp_path: Path):
    command = [sys.executable, "-m", "samcli", "validate", "--lint", "--template", str(TEMPLATE)]
    settings = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(tmp_path)}

    answer = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.defpath, **settings})

    assert answer.returncode == 0, answer.stdout + answer.stderr


@every_stage
def test_cfn_lint_has_nothing_to_say_about_what_sam_makes_of_it(stage: str):
    matches = lint_all(json.dumps(expanded(stage)))

    # Hints (I...) would be for SAM: it writes ARNs with the partition in them.
    findings = [str(match) for match in matches if not match.rule.id.startswith("I")]

    assert findings == []


# Functions


@every_stage
def test_every_function_has_a_log_group_of_its_own_that_forgets(stage: str):
    groups = {group.name: group for group in resources(stage, "AWS::Logs::LogGroup")}
    used = [
        function.properties["LoggingConfig"]["LogGroup"]["Ref"]
        for function in resources(stage, "AWS::Lambda::Function")
    ]

    assert len(used) == len(set(used))
    assert all(groups[name].properties["RetentionInDays"] == (90 if stage == "prod" else 14) for name in used)


@every_stage
def test_every_log_group_forgets(stage: str):
    assert all("RetentionInDays" in group.properties for group in resources(stage, "AWS::Logs::LogGroup"))


def test_every_function_is_traced_logs_json_and_says_what_it_is_for():
    for function in resources("dev", "AWS::Lambda::Function"):
        assert function.properties["TracingConfig"] == {"Mode": "Active"}, function.name
        assert function.properties["LoggingConfig"]["LogFormat"] == "JSON", function.name
        assert function.properties["Runtime"] == "python3.13", function.name
        assert function.properties["Description"], function.name


def test_every_directory_of_functions_is_deployed():
    directories = {path.parent.name for path in (REPOSITORY / "functions").glob("*/handler.py")}

    assert set(functions()) == directories


def test_no_function_behind_the_api_works_longer_than_the_api_waits():
    default = template()["Globals"]["Function"]["Timeout"]

    called = {name: function for name, function in functions().items() if routes_of(function)}

    assert called
    assert all(function.get("Timeout", default) <= GATEWAY_SECONDS for function in called.values())


def test_a_function_behind_the_api_gives_quickbooks_up_while_it_can_still_say_so():
    default = template()["Globals"]["Function"]["Timeout"]
    pace = PACES[""]
    one_call = pace.patience.total_seconds() + CONNECT_SECONDS + pace.read_seconds

    called = {name: function for name, function in functions().items() if routes_of(function)}

    environments = [function.get("Environment", {}).get("Variables", {}) for function in called.values()]
    assert not [environment for environment in environments if "QUICKBOOKS_PACE" in environment]
    assert one_call < default
    assert pace.list_patience.total_seconds() + one_call < called["read_lists"]["Timeout"]


def test_state_machines_wait_longer_for_a_function_than_it_may_take():
    default = template()["Globals"]["Function"]["Timeout"]
    timeouts = {function["logical_id"]: function.get("Timeout", default) for function in functions().values()}

    tasks = [
        (part["Arguments"]["FunctionName"].removeprefix("${").removesuffix("Arn}"), part["TimeoutSeconds"])
        for path in (REPOSITORY / "statemachines").glob("*.asl.yaml")
        for part in walk(yaml.safe_load(path.read_text()))
        if isinstance(part, dict) and part.get("Type") == "Task"
    ]

    assert {name for name, _ in tasks} >= {"PushDocumentFunction", "PushBacklogChunkFunction"}
    assert [name for name, seconds in tasks if name in timeouts and seconds <= timeouts[name]] == []


@every_stage
def test_what_an_asynchronous_function_cannot_do_is_kept(stage: str):
    triggered = {
        target["Arn"]["Fn::GetAtt"][0]
        for rule in resources(stage, "AWS::Events::Rule")
        for target in rule.properties["Targets"]
    } | {
        schedule.properties["Target"]["Arn"]["Fn::GetAtt"][0]
        for schedule in resources(stage, "AWS::Scheduler::Schedule")
    }

    kept = {
        config.properties["FunctionName"]["Ref"]
        for config in resources(stage, "AWS::Lambda::EventInvokeConfig")
        if config.properties["DestinationConfig"]["OnFailure"]["Destination"]
    }

    assert triggered
    assert triggered <= kept


@every_stage
def test_what_a_rule_cannot_deliver_is_kept(stage: str):
    targets = [target for rule in resources(stage, "AWS::Events::Rule") for target in rule.properties["Targets"]]

    assert targets
    assert all("DeadLetterConfig" in target for target in targets)


# Data


@every_stage
def test_everything_that_holds_data_says_what_becomes_of_it(stage: str):
    for resource in resources(stage, *STATEFUL):
        wanted = "Retain" if stage == "prod" and resource.type != "AWS::Logs::LogGroup" else "Delete"
        assert resource.body.get("DeletionPolicy") == wanted, resource.name
        assert resource.body.get("UpdateReplacePolicy") == wanted, resource.name


@every_stage
def test_every_table_can_be_restored_and_is_encrypted(stage: str):
    tables = resources(stage, "AWS::DynamoDB::Table")

    assert len(tables) == 7
    for table in tables:
        assert table.properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, table.name
        assert table.properties["SSESpecification"] == {"SSEEnabled": True}, table.name
        assert table.properties["DeletionProtectionEnabled"] is (stage == "prod"), table.name
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST", table.name


def test_items_expire_in_the_tables_whose_items_say_when():
    expiring = {
        table.name: table.properties["TimeToLiveSpecification"]
        for table in resources("dev", "AWS::DynamoDB::Table")
        if "TimeToLiveSpecification" in table.properties
    }

    storage = REPOSITORY / "layers" / "shared" / "ledgerlink" / "storage"
    writers = {path.stem for path in storage.glob("*.py") if '"expires_at"' in path.read_text()}

    assert writers == {"activity", "backlogs", "lists", "oauth_states", "webhook_events"}
    assert set(expiring) == {"ActivityTable", "ConnectionsTable", "DocumentsTable", "SyncTable"}
    assert all(ttl == {"AttributeName": "expires_at", "Enabled": True} for ttl in expiring.values())


@every_stage
def test_every_queue_is_encrypted_and_keeps_messages_for_two_weeks(stage: str):
    for queue in resources(stage, "AWS::SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True
        assert queue.properties["MessageRetentionPeriod"] == 1209600


def test_no_secret_stands_in_the_template():
    text = TEMPLATE.read_text()

    assert not any("SecretString" in secret.properties for secret in resources("prod", "AWS::SecretsManager::Secret"))
    assert "{{resolve:" not in text
    assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN|client_secret\s*[:=]\s*\S", text)
    assert not {"NoEcho"} & {key for node in walk(template()) if isinstance(node, dict) for key in node}


# The API


def routes_of(function: Any) -> list[Any]:
    return [event["Properties"] for event in function.get("Events", {}).values() if event["Type"] in ("Api", "HttpApi")]


def test_every_route_is_named():
    routes = [route for function in functions().values() for route in routes_of(function)]

    assert routes
    assert not [route for route in routes if "proxy+" in route["Path"] or route["Method"].lower() == "any"]


def test_only_the_ways_of_a_browser_and_of_intuit_are_open():
    paths = expanded("prod")["Resources"]["Api"]["Properties"]["Body"]["paths"]

    opened = {
        path
        for path, methods in paths.items()
        for method, operation in methods.items()
        if operation.get("security") != [{"CallerAuthorizer": []}]
    }

    assert opened <= OPEN_ROUTES


def test_api_gateways_own_answers_have_the_one_error_shape():
    answers = template()["Resources"]["Api"]["Properties"]["GatewayResponses"]

    for name, answer in answers.items():
        text = answer["ResponseTemplates"]["application/json"]
        filled = text.replace("$context.error.messageString", '"Forbidden"').replace("$context.requestId", "abc")
        error = json.loads(filled)["error"]
        assert set(error) == {"category", "code", "message", "hint"}, name
        assert all(error.values()), name


def test_the_access_log_keeps_no_query_string_and_no_header():
    (stage,) = resources("prod", "AWS::ApiGateway::Stage")
    _, written, _ = stage.properties["AccessLogSetting"]["Fn::If"]

    kept = json.loads(written["Format"])

    assert not [
        value for value in kept.values() if re.search(r"querystring|\.path$|header|authorization", value.lower())
    ]


def test_a_stage_can_be_deployed_to_an_account_whose_api_gateway_has_no_role_for_logs():
    for stage in resources("prod", "AWS::ApiGateway::Stage"):
        condition, _, otherwise = stage.properties["AccessLogSetting"]["Fn::If"]
        assert template()["Conditions"][condition] == {"Fn::Equals": [{"Ref": "AccessLogs"}, "enabled"]}
        assert otherwise == {"Ref": "AWS::NoValue"}
        assert not any("LoggingLevel" in setting for setting in stage.properties["MethodSettings"])

    assert template()["Parameters"]["AccessLogs"]["Default"] == "disabled"
    # One for the account and region: two stages would take it from each other.
    assert resources("prod", "AWS::ApiGateway::Account") == []


# Stages


def test_nothing_but_the_stage_decides_what_prod_means():
    written = template()

    assert written["Parameters"]["Stage"]["AllowedValues"] == list(STAGES)
    assert written["Conditions"]["IsProd"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert written["Resources"]["Api"]["Properties"]["StageName"] == {"Ref": "Stage"}


@every_stage
def test_stages_in_one_account_do_not_meet(stage: str):
    """Names that SAM adds included: of a schedule it makes its logical id the name."""
    names = {"Name", *(f"{kind}Name" for kind in NAMED)}

    fixed = {
        f"{name}.{key}": json.dumps(value)
        for name, resource in expanded(stage)["Resources"].items()
        for key, value in resource.get("Properties", {}).items()
        # Another resource's name is a reference to it.
        if key in names and resource["Type"] not in REFERRING
    }

    assert "EventBus.Name" in fixed
    assert {name for name, value in fixed.items() if "AWS::StackName" not in value} == set()


def test_the_deployment_settings_name_every_stage_completely():
    settings = tomllib.loads((REPOSITORY / "samconfig.toml").read_text())
    settings.pop("version")

    stages = {stage: tables["deploy"]["parameters"] for stage, tables in settings.items()}

    assert set(stages) == set(STAGES)
    for stage, parameters in stages.items():
        assert parameters["stack_name"] == f"ledgerlink-{stage}"
        assert parameters["resolve_s3"] is True
        assert set(parameters["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
        overrides = dict(pair.split("=") for pair in parameters["parameter_overrides"].split())
        assert overrides["Stage"] == stage
        assert overrides["IntuitEnvironment"] == ("production" if stage == "prod" else "sandbox")
        for name, value in overrides.items():
            assert value in template()["Parameters"][name].get("AllowedValues", [value])
    assert stages["prod"]["confirm_changeset"] is True
    assert "AccessLogs=enabled" in stages["prod"]["parameter_overrides"].split()


def test_an_operator_finds_what_to_fill_in_and_where_to_redrive():
    outputs = set(template()["Outputs"])

    assert {"ApiUrl", "OAuthRedirectUri", "IntuitSecretArn", "HostApiKeySecretArn", "PushStateMachineArn"} <= outputs
    assert {"EventBusName", "PushBacklogStateMachineArn", "BackfillStateMachineArn", "WebhookUrl"} <= outputs
    assert "JudgeRecordsStateMachineArn" in outputs


# Alarms


def test_every_alarm_says_where_to_read_on():
    alarms = resources("prod", "AWS::CloudWatch::Alarm")
    runbook = (REPOSITORY / "docs" / "runbook.md").read_text()

    assert alarms
    assert all("docs/runbook.md" in alarm.properties["AlarmDescription"] for alarm in alarms)
    assert [alarm.name for alarm in alarms if f"**{alarm.name}**" not in runbook] == []
    assert all(as_list(alarm.properties["TreatMissingData"]) == ["notBreaching"] for alarm in alarms)


def test_every_alarm_notifies_the_operators_topic_if_there_is_one():
    notified = {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}

    for alarm in resources("prod", "AWS::CloudWatch::Alarm"):
        assert alarm.properties["AlarmActions"] == [notified], alarm.name

    assert template()["Parameters"]["AlarmTopicArn"]["Default"] == ""
    assert template()["Conditions"]["HasAlarmTopic"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}


def test_there_is_an_alarm_for_every_way_in_which_work_stops():
    watched = {
        (alarm.properties["MetricName"], *named_resources(alarm.properties["Dimensions"]))
        for alarm in resources("prod", "AWS::CloudWatch::Alarm")
    }
    unsettled = {"FAILED": "ExecutionsFailed", "TIMED_OUT": "ExecutionsTimedOut", "ABORTED": "ExecutionsAborted"}
    pattern = functions()["settle_push"]["Events"]["GaveUp"]["Properties"]["Pattern"]

    assert {(unsettled[status], "PushDocumentStateMachine") for status in pattern["detail"]["status"]} <= watched
    for machine in ("PushBacklogStateMachine", "BackfillStateMachine", "JudgeRecordsStateMachine"):
        assert {(metric, machine) for metric in unsettled.values()} <= watched
    scheduled = ("SweepDocuments", "StartDailyPushes", "StartPolls", "KeepAlive")
    assert {("Errors", f"{name}Function") for name in (*scheduled, "Authorize")} <= watched
    for queue in ("UndeliveredQueue", "UnpolledQueue"):
        assert ("ApproximateNumberOfMessagesVisible", queue) in watched
    assert ("ApproximateAgeOfOldestMessage", "PollQueue") in watched


@pytest.mark.parametrize("corner", list(itertools.product(("MinValue", "MaxValue"), repeat=3)))
def test_limits_that_the_template_accepts_leave_room_for_calls(corner: tuple[str, str, str]):
    names = ("RequestsPerSecond", "RequestsPerMinute", "BatchesPerMinute")
    second, minute, batches = (template()["Parameters"][name][bound] for name, bound in zip(names, corner, strict=True))

    limits = Limits(second, minute, batches)

    assert limits.calls.spacing > 0
