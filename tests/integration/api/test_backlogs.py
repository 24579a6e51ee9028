"""Sending many documents, and how far they have come, over the API."""

import json
from typing import Any

import boto3
import pytest

from ledgerlink.domain.backlogs import Backlog
from ledgerlink.wiring import wiring
from tests.integration.api.stack import HOST, Stack, invoke
from tests.template import REGION
from tests.unit.orders import KIND

A, B = "many-a", "many-b"


@pytest.fixture(scope="module", autouse=True)
def two_tenants(stack: Stack) -> None:
    for number, tenant in enumerate((A, B)):
        stack.connect(tenant, f"77{number}")
        for document_id in ("po-1", "po-2"):
            stack.put(tenant, document_id, memo=f"memo of {tenant}")


def send(stack: Stack, tenant: str = A, headers: Any = HOST, **changes: Any) -> Any:
    body = {"documents": [{"collection": KIND, "id": "po-1"}, {"collection": KIND, "id": "po-2"}], **changes}
    return stack.call("POST", f"/v1/tenants/{tenant}/send", body, headers)


def stored(tenant: str, backlog_id: str) -> Backlog:
    found = wiring().backlogs.find(tenant, backlog_id)
    assert found
    return found


def inputs(stack: Stack) -> dict[str, Any]:
    """What the executions of backlogs were started with, by their names."""
    client = boto3.client("stepfunctions", region_name=REGION)
    arn = stack.made["PushBacklogStateMachine"]["Ref"]
    return {
        execution["name"]: json.loads(client.describe_execution(executionArn=execution["executionArn"])["input"])
        for execution in client.list_executions(stateMachineArn=arn)["executions"]
    }


@pytest.mark.parametrize("caller", ["host", "session"])
def test_both_callers_may_send_many_documents_and_see_how_far_they_are(stack: Stack, caller: str) -> None:
    headers = HOST if caller == "host" else stack.session(A)

    sent = send(stack, headers=headers, request_id=f"by-{caller}")

    assert (sent.status, sent.json["backlog"], sent.json["total"]) == (202, f"by-{caller}", 2)
    found = stack.call("GET", f"/v1/tenants/{A}/backlogs/by-{caller}", headers=headers)
    assert (found.status, found.json["status"], found.json["waiting"]) == (200, "queued", 2)
    assert sent.json["url"].endswith(f"/v1/tenants/{A}/backlogs/by-{caller}")


def test_an_execution_is_started_with_a_reference_alone(stack: Stack) -> None:
    send(stack, request_id="reference")

    started = inputs(stack)[stored(A, "reference").execution_name]

    assert started == {"version": 1, "tenant_id": A, "backlog_id": "reference"}


def test_documents_by_where_they_stand_are_counted_later(stack: Stack) -> None:
    sent = stack.call("POST", f"/v1/tenants/{A}/send", {"where": {"category": "out_of_sync"}}, HOST)

    found = stack.call("GET", f"/v1/tenants/{A}/backlogs/{sent.json['backlog']}", headers=HOST)

    assert (sent.status, sent.json["total"]) == (202, None)
    assert found.json["where"] == {
        "status": "sync_failed",
        "category": "out_of_sync",
        "collection": None,
        "connection": None,
    }


def test_every_document_that_is_missing_is_named(stack: Stack) -> None:
    answer = send(stack, documents=[{"collection": KIND, "id": "po-1"}, {"collection": KIND, "id": "lost"}])

    assert answer.status == 400
    assert [field["field"] for field in answer.error["fields"]] == ["documents[1].id"]


def test_a_backlog_is_listed(stack: Stack) -> None:
    send(stack, tenant=B, request_id="first")
    send(stack, tenant=B, request_id="second")

    page = stack.call("GET", f"/v1/tenants/{B}/backlogs?limit=1", headers=HOST).json
    rest = stack.call("GET", f"/v1/tenants/{B}/backlogs?limit=1&after={page['next'].replace('#', '%23')}", headers=HOST)

    assert [item["id"] for item in [*page["items"], *rest.json["items"]]] == ["second", "first"]


@pytest.mark.parametrize(("method", "path"), [("GET", "backlogs"), ("GET", "backlogs/private"), ("POST", "send")])
def test_tenant_a_reads_tenant_b_is_answered_as_if_it_did_not_exist(stack: Stack, method: str, path: str) -> None:
    send(stack, tenant=B, request_id="private")

    answer = stack.call(method, f"/v1/tenants/{B}/{path}", {"where": {}}, stack.session(A))

    assert answer.status == 404
    assert B not in answer.text.replace(f"'{B}'", "")


def test_another_tenants_backlog_is_not_found_by_its_id(stack: Stack) -> None:
    send(stack, tenant=B, request_id="of-b")

    answer = stack.call("GET", f"/v1/tenants/{A}/backlogs/of-b", headers=HOST)

    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_a_stopped_execution_marks_its_backlog(stack: Stack) -> None:
    send(stack, request_id="stopped")
    reference = {"version": 1, "tenant_id": A, "backlog_id": "stopped"}
    event = {"detail": {"input": json.dumps(reference), "status": "FAILED", "error": "ConnectionRevoked"}}

    for _ in range(2):
        invoke("settle_backlog", event)

    found = stack.call("GET", f"/v1/tenants/{A}/backlogs/stopped", headers=HOST).json
    assert (found["status"], found["error"]["code"]) == ("failed", "connection_revoked")


def test_a_schedule_with_nothing_due_starts_nothing(stack: Stack) -> None:
    before = len(inputs(stack))

    invoke("start_daily_pushes", {})

    assert len(inputs(stack)) == before
