"""Each function may do what it does, and nothing else."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ledgerlink.domain.documents import Status
from ledgerlink.storage import keys
from local.layout import REPOSITORY
from tests.artifact.stack_template import Resource, as_list, functions, resources, walk
from tests.template import template

FROM_AWS = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
"""The managed policies that SAM adds for logs and traces."""

WITHOUT_ARN = {
    *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
    *("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
}
"""AWS knows no resource for these (Service Authorization Reference), so they have to stand with "*"."""

INTUIT = {"IntuitSecret"}
PUSHING = {
    *("ActivityTable", "ConnectionsTable", "DocumentsTable", "EntityLinksTable", "ThrottleTable"),
    *("EventBus", "PushDocumentStateMachine", "TokenKey"),
    *INTUIT,
}
"""A push may also send the bill that is copied from an order."""
COMPANY = {"ConnectionsTable", "ThrottleTable", "EventBus", "TokenKey", *INTUIT}
"""What a call of a connected company takes: its tokens, kept fresh, and its turns."""
COPYING = {*COMPANY, "EntityLinksTable", "JudgeRecordsStateMachine", "RecordsTable", "SyncTable"}
"""What is read of a company is stored, and its documents are judged when an item changes."""
NEEDS = {
    "activity": {"ActivityTable"},
    "backfill_planner": {*COMPANY, "SyncTable"},
    "backfill_starter": {"BackfillStateMachine", "SyncTable"},
    "backfills": {"SyncTable"},
    "backlog_executions": {"PushBacklogStateMachine"},
    "backlogs": {"DocumentsTable"},
    "base_url": set[str](),
    "books_of": COMPANY,
    "certification_mailer": {"RecordsTable"},
    "certifications": {"RecordsTable"},
    "chunk_pusher": PUSHING,
    "choices": {"ConnectionsTable"},
    "config": set[str](),
    "connections": {"ConnectionsTable"},
    "cookies": set[str](),
    "documents": {"DocumentsTable"},
    "events": {"EventBus"},
    "executions": {"PushDocumentStateMachine"},
    "flows": {"SyncTable"},
    "host_api_key": {"HostApiKeySecret"},
    "is_from_intuit": INTUIT,
    "judgements": {"JudgeRecordsStateMachine"},
    "link_to": set[str](),
    "lists_and_books_of": COMPANY,
    "lists_of": COMPANY,
    "mappings": {"EntityLinksTable"},
    "new_company": set[str](),
    "oauth": INTUIT,
    "oauth_states": {"ConnectionsTable"},
    "organic_settings": {"RecordsTable"},
    "page_copier": COPYING,
    "poll_queue": {"PollQueue"},
    # The queue is where its function gets its messages from.
    "poller": {*COPYING, "BackfillStateMachine", "PollQueue"},
    "portal": {"ConnectionsTable", "SessionSecret"},
    "previewer": {*COMPANY, "DocumentsTable", "EntityLinksTable"},
    "pusher": PUSHING,
    "realms": {"ConnectionsTable"},
    "record_finder": {"RecordsTable"},
    "record_judge": {"EventBus", "RecordsTable"},
    "records": {"RecordsTable"},
    "revocation": INTUIT,
    "sealer": {"TokenKey"},
    "session_tokens": {"SessionSecret"},
    "sync": {"SyncTable"},
    "sync_settings": set[str](),
    "tokens": {"ConnectionsTable", "EventBus", "TokenKey", *INTUIT},
    "unmatched": {"EntityLinksTable"},
    "unmatched_finder": {"DocumentsTable", "EntityLinksTable"},
    "visitors": {"SessionSecret"},
    "watched_tokens": {"ConnectionsTable"},
    "webhook_events": {"SyncTable"},
}
"""The resources behind each adapter of ledgerlink/wiring/."""

BY_NAME = {
    "PushBacklogStateMachine": ":stateMachine:${AWS::StackName}-push-backlog",
    "PushDocumentStateMachine": ":stateMachine:${AWS::StackName}-push-document",
}
"""What their own functions cannot refer to, and how their ARNs end instead."""
OF_A_TENANT = {"feed", "organic", "standing"}
"""Indexes whose keys begin with the tenant."""

NAMES = sorted(functions())


def roles() -> list[Resource]:
    return resources("prod", "AWS::IAM::Role")


def granted(directory: str) -> list[dict[str, Any]]:
    """The statements that the template writes for a function."""
    return [s for policy in functions()[directory].get("Policies", ()) for s in policy["Statement"]]


def named_resources(node: Any) -> set[str]:
    """The logical ids that a part of the template refers to."""
    found = set[str]()
    for part in walk(node):
        if isinstance(part, dict) and "Ref" in part:
            found.add(part["Ref"])
        if isinstance(part, dict) and "Fn::GetAtt" in part:
            found.add(as_list(part["Fn::GetAtt"])[0].split(".")[0])
        if isinstance(part, dict) and "Fn::Sub" in part:
            found |= {name.split(".")[0] for name in re.findall(r"\$\{(\w+)(?:\.\w+)?\}", part["Fn::Sub"])}
            found |= {name for name, ending in BY_NAME.items() if part["Fn::Sub"].endswith(ending)}
    return found


def adapters_used(directory: str) -> Iterator[str]:
    """The attributes that a handler reads of ``wiring()``, also through a local name for it."""
    tree = ast.parse((REPOSITORY / "functions" / directory / "handler.py").read_text())
    local_names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and is_wiring(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (
            is_wiring(node.value) or (isinstance(node.value, ast.Name) and node.value.id in local_names)
        ):
            yield node.attr


def is_wiring(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "wiring"


@pytest.mark.parametrize("directory", NAMES)
def test_a_function_may_reach_exactly_what_its_adapters_use(directory: str):
    needed = {resource for adapter in adapters_used(directory) for resource in NEEDS[adapter]}

    allowed = {name for statement in granted(directory) for name in named_resources(statement["Resource"])}

    assert allowed == needed


@pytest.mark.parametrize("directory", NAMES)
def test_a_function_knows_exactly_the_state_machines_that_it_may_start(directory: str):
    environment = functions()[directory].get("Environment", {}).get("Variables", {})
    started = [s["Resource"] for s in granted(directory) if "states:StartExecution" in as_list(s["Action"])]

    known = [value for name, value in environment.items() if name.endswith("STATE_MACHINE_ARN")]

    assert sorted(map(str, known)) == sorted(map(str, started))


@pytest.mark.parametrize("directory", NAMES)
def test_every_permission_says_what_it_is_for(directory: str):
    sids = [statement.get("Sid", "") for statement in granted(directory)]

    assert all(re.fullmatch(r"([A-Z][a-z]+){2,}", sid) for sid in sids), sids
    assert len(sids) == len(set(sids))


def test_no_permission_has_a_wildcard_for_its_action():
    actions = [action for role in roles() for statement in role.statements for action in as_list(statement["Action"])]

    assert actions
    assert not [action for action in actions if "*" in action or "?" in action]


def test_a_permission_names_its_resource_wherever_aws_has_one():
    everywhere = {
        action
        for role in roles()
        for statement in role.statements
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }

    assert everywhere <= WITHOUT_ARN


def test_no_role_has_a_policy_that_is_not_ours_but_those_for_logs_and_traces():
    managed = {arn.rpartition("/")[2] for role in roles() for arn in role.properties.get("ManagedPolicyArns", ())}

    assert managed <= FROM_AWS
    assert not any("FullAccess" in name for name in managed)


def test_what_is_kept_of_companies_is_deleted_only_by_those_who_let_go_of_it():
    deleting = {
        directory
        for directory in NAMES
        for statement in granted(directory)
        if "dynamodb:DeleteItem" in as_list(statement["Action"])
        and "ConnectionsTable" in named_resources(statement["Resource"])
    }

    lists = {"change_settings", "push_document", "push_backlog_chunk"}
    assert deleting == {"change_instance", "connect_callback", "disconnect", "portal_change_settings", *lists}


def test_nobody_may_scan_a_table():
    actions = {action for role in roles() for statement in role.statements for action in as_list(statement["Action"])}
    code = (REPOSITORY / "layers" / "shared" / "ledgerlink").rglob("*.py")

    scanning = [path.name for path in code if re.search(r"\.scan\(|[\"']scan[\"']", path.read_text())]

    assert "dynamodb:Scan" not in actions
    assert "dynamodb:PartiQLSelect" not in actions
    assert scanning == []


def test_only_schedules_read_across_tenants():
    readers = {
        (directory, str(statement["Resource"]["Fn::Sub"]).partition("/index/")[2])
        for directory in NAMES
        for statement in granted(directory)
        if "/index/" in str(statement["Resource"])
    }

    within_a_tenant = {(directory, index) for directory, index in readers if index in OF_A_TENANT}
    assert within_a_tenant == {
        *(("plan_backlog", "standing"), ("start_daily_pushes", "standing"), ("suggest_matches", "standing")),
        ("portal_mappings", "standing"),
        *(("read_records", "feed"), ("read_records", "organic"), ("read_certifications", "feed")),
        *(("diagnose", "feed"), ("diagnose", "organic"), ("portal_help", "feed"), ("portal_help", "organic")),
        *(("portal_reconciliation", "feed"), ("portal_documents", "standing")),
    }
    assert readers - within_a_tenant == {
        *(("sweep_documents", "syncing"), ("start_daily_pushes", "daily"), ("start_polls", "due")),
        *(("keep_alive", "renewed"), ("keep_alive", "ending")),
    }


def test_schedules_read_nothing_but_keys_across_tenants():
    projections = {
        index["IndexName"]: index["Projection"]
        for table in resources("prod", "AWS::DynamoDB::Table")
        for index in table.properties.get("GlobalSecondaryIndexes", ())
    }

    across = [projection for name, projection in projections.items() if name not in OF_A_TENANT]

    assert across
    assert all(projection == {"ProjectionType": "KEYS_ONLY"} for projection in across)


def test_an_index_of_a_tenant_has_keys_that_begin_with_it_and_neither_contents_nor_names():
    (documents,) = [t for t in resources("prod", "AWS::DynamoDB::Table") if t.name == "DocumentsTable"]
    (standing,) = [i for i in documents.properties["GlobalSecondaryIndexes"] if i["IndexName"] == "standing"]

    assert set(standing["Projection"]["NonKeyAttributes"]) == {"error_category", "kind", "document_id", "connection_id"}
    assert keys.standing("acme", Status.SYNC_FAILED).startswith(keys.tenant_partition("acme"))


def test_tokens_are_opened_only_where_they_are_used():
    openers = {d for d in NAMES for s in granted(d) if "kms:Decrypt" in as_list(s["Action"])}
    sealers = {d for d in NAMES for s in granted(d) if "kms:Encrypt" in as_list(s["Action"])}

    asking = {"change_mapping", "change_settings", "preview_document", "read_lists", "read_settings"}
    comparing = {"portal_compare", "read_reconciliation", "suggest_matches", "portal_mappings", "portal_change_mapping"}
    asking |= {"portal_settings", "portal_change_settings", "portal_preview"}
    copying = {"backfill_page", "keep_alive", "plan_backfill", "poll_connection"}
    assert openers == {"disconnect", "push_backlog_chunk", "push_document", *asking, *comparing, *copying}
    assert sealers == {"connect_callback", "push_backlog_chunk", "push_document", *asking, *comparing, *copying}


def test_tokens_are_sealed_and_opened_only_for_a_tenant_and_a_connection():
    statements = [s for d in NAMES for s in granted(d) if any("kms:" in action for action in as_list(s["Action"]))]

    for statement in statements:
        condition = statement["Condition"]
        assert condition["ForAllValues:StringEquals"] == {"kms:EncryptionContextKeys": ["tenant", "connection"]}
        # ForAllValues is also true where there is nothing to compare (IAM, "Multivalued context keys").
        present = {"kms:EncryptionContext:tenant": "false", "kms:EncryptionContext:connection": "false"}
        assert condition["Null"] == present


def test_whoever_has_records_judged_by_keywords_may_see_whether_an_earlier_judging_failed():
    judging = {directory for directory in NAMES if "judgements" in adapters_used(directory)}
    looking = {
        directory
        for directory in NAMES
        for statement in granted(directory)
        if "states:DescribeExecution" in as_list(statement["Action"])
        and "JudgeRecordsStateMachine" in named_resources(statement["Resource"])
    }

    assert looking == judging == {"change_keywords", "portal_change_settings"}


def test_only_rules_of_this_account_may_write_to_the_queue():
    (policy,) = resources("prod", "AWS::SQS::QueuePolicy")

    (statement,) = policy.properties["PolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_keys_own_policy_leaves_decisions_to_iam():
    statements = template()["Resources"]["TokenKey"]["Properties"]["KeyPolicy"]["Statement"]

    assert [as_list(s["Principal"]["AWS"]) for s in statements] == [
        [{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}]
    ]
