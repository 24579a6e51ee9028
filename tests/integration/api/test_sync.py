"""Flows, notifications, polls, backfills and the diagnosis, through the functions as they are deployed."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import boto3
import pytest

from ledgerlink.quickbooks.webhooks import SIGNATURE_HEADER, sign
from ledgerlink.wiring import clock, wiring
from tests.integration.api.stack import HOST, Stack, invoke
from tests.template import REGION

VERIFIER = "verifier-1"
NUMBERS = count(1)


class Shop:
    """A tenant of one test, with a company that is connected."""

    def __init__(self, stack: Stack) -> None:
        number = next(NUMBERS)
        self.stack, self.tenant, self.realm_id = stack, f"synced-{number}", f"9700{number}"
        stack.connect(self.tenant, self.realm_id)
        self.side = f"quickbooks:{self.realm_id}"
        self.base = f"/v1/tenants/{self.tenant}"

    def flow(self, **changes: Any) -> Any:
        return self.stack.call("PUT", f"{self.base}/flows/f", {"input": self.side, "output": "shop"} | changes, HOST)

    def get(self, path: str) -> Any:
        return self.stack.call("GET", f"{self.base}/{path}", headers=HOST)

    def notify(self, body: bytes, signature: str) -> Any:
        return self.stack.call("POST", "/webhooks/quickbooks", headers={SIGNATURE_HEADER: signature}, raw=body.decode())

    def event(self) -> bytes:
        told = {"id": f"e-{self.realm_id}", "type": "qbo.bill.created.v1", "time": "2026-11-21T09:30:00Z"}
        return json.dumps([told | {"intuitentityid": "7", "intuitaccountid": self.realm_id}]).encode()

    def queued(self) -> list[Any]:
        """The polls of this tenant that wait in the queue."""
        client = boto3.client("sqs", region_name=REGION)
        url = self.stack.made["PollQueue"]["Ref"]
        found: list[Any] = []
        while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
        return [message for message in found if message["tenant_id"] == self.tenant]


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack)


@pytest.fixture
def no_delay(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are there at once."""
    monkeypatch.setattr("ledgerlink.usecases.sync.start_polls._SHORTEST_DELAY", 0)
    monkeypatch.setattr("ledgerlink.usecases.sync.receive_webhook.COLLECTED_FOR", timedelta(0))


def test_a_flow_is_made_read_changed_and_deleted(shop):
    made, again = shop.flow(), shop.flow(enabled=False)

    assert (made.status, again.status) == (201, 200)
    assert made.json["polls"] == {"purchases": shop.realm_id}
    assert shop.get("flows/f").json["enabled"] is False
    assert [flow["id"] for flow in shop.get("flows").json["items"]] == ["f"]
    assert shop.stack.call("DELETE", f"{shop.base}/flows/f", headers=HOST).status == 204
    assert shop.get("flows/f").status == 404


def test_a_flow_of_another_tenants_company_is_refused(shop):
    other = Shop(shop.stack)

    refused = shop.flow(input=other.side)

    assert (refused.status, refused.error["code"]) == (400, "unknown_connection")


def test_the_first_flow_starts_a_backfill(shop):
    assert shop.get(f"connections/{shop.realm_id}/backfill").status == 404

    shop.flow()

    backfill = shop.get(f"connections/{shop.realm_id}/backfill").json
    assert (backfill["status"], backfill["number"], backfill["directions"]) == ("starting", 1, ["purchases"])
    client = boto3.client("stepfunctions", region_name=REGION)
    arn = shop.stack.made["BackfillStateMachine"]["Ref"]
    names = [execution["name"] for execution in client.list_executions(stateMachineArn=arn)["executions"]]
    assert backfill["execution"] in names


def test_another_backfill_waits_for_the_first(shop):
    shop.flow()

    refused = shop.stack.call("POST", f"{shop.base}/connections/{shop.realm_id}/backfill", {"days": 10}, HOST)

    assert (refused.status, refused.error["code"]) == (409, "backfill_running")


def test_the_schedule_queues_a_connection_that_is_due_once(shop, no_delay):
    shop.flow()

    invoke("start_polls", {})
    invoke("start_polls", {})

    assert [message["connection_id"] for message in shop.queued()] == [shop.realm_id]


def test_a_notification_queues_a_poll_and_a_forged_one_does_not(shop, no_delay):
    shop.stack.put_secret("IntuitSecret", json.dumps({"webhook_verifier_token": VERIFIER}))
    wiring()._intuit_secret.refetched()
    shop.flow()
    body = shop.event()

    forged = shop.notify(body, "forged")
    taken = shop.notify(body, sign(body, VERIFIER).decode())
    again = shop.notify(body, sign(body, VERIFIER).decode())

    assert (forged.status, taken.status, again.status) == (401, 200, 200)
    assert len(shop.queued()) == 1


def test_a_company_that_does_not_let_us_in_is_told_by_the_diagnosis(shop):
    shop.flow()
    record = {
        "messageId": "m",
        "eventSource": "aws:sqs",
        "body": json.dumps(
            {
                "version": 1,
                "tenant_id": shop.tenant,
                "connection_id": shop.realm_id,
                "asked_at": f"{clock():%Y-%m-%dT%H:%M:%S.%fZ}",
            }
        ),
    }

    assert invoke("poll_connection", {"Records": [record]}) == {"batchItemFailures": []}

    problem = shop.get(f"connections/{shop.realm_id}/diagnosis").json["problem"]
    assert problem["check"] in ("connected", "last_poll")
    assert problem["hint"]


def test_without_a_flow_the_diagnosis_asks_for_one(shop):
    diagnosis = shop.get(f"connections/{shop.realm_id}/diagnosis").json

    assert diagnosis["problem"]["check"] == "flow"
    assert [check["ok"] for check in diagnosis["checks"]] == [True, True, False]


def test_another_tenants_company_is_not_found(shop):
    other = Shop(shop.stack)

    for path in (f"connections/{other.realm_id}/backfill", f"connections/{other.realm_id}/diagnosis"):
        assert shop.get(path).status == 404
