"""The function that polls, with what SQS hands it, in front of a stack in memory."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.sync_state import PollRequest
from ledgerlink.errors import StorageUnavailable
from ledgerlink.messaging.poll_queue import message
from tests.unit.inbound.fakes import FakeMailer
from tests.unit.orders import CONNECTION_KEY
from tests.unit.sync.fakes import SyncWorld
from tests.workflow.harness import Context, handler_module

POLL = handler_module("poll_connection")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> SyncWorld:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    world = SyncWorld()
    world.flow()
    return world


@pytest.fixture
def wired(world: SyncWorld, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    wired = SimpleNamespace(poller=world.poller(), certification_mailer=FakeMailer())
    monkeypatch.setattr(POLL, "wiring", lambda: wired)
    return wired


def deliver(*bodies: str) -> dict[str, Any]:
    records = [
        {"messageId": f"m{number}", "receiptHandle": "r", "body": body, "eventSource": "aws:sqs"}
        for number, body in enumerate(bodies)
    ]
    answer: dict[str, Any] = POLL.lambda_handler({"Records": records}, Context("poll_connection"))
    return answer


def asked(world: SyncWorld, key: ConnectionKey = CONNECTION_KEY) -> str:
    return json.dumps(message(PollRequest(key, world.clock())))


def test_a_message_is_polled_and_gone(world, wired):
    world.quickbooks.make("Bill")

    assert deliver(asked(world)) == {"batchItemFailures": []}
    assert world.records.ids("Bill") == {"1"}


@pytest.mark.parametrize("outcome", ["polled", "failed"])
def test_people_hear_of_what_came_in_at_the_end_of_a_poll_whatever_that_is(world, wired, outcome):
    if outcome == "failed":
        world.script.fail("records.announce", StorageUnavailable("The database is busy."))
    world.quickbooks.make("Bill")

    deliver(asked(world))

    assert wired.certification_mailer.ended == [CONNECTION_KEY.tenant_id]


def test_fault_15_a_message_that_cannot_be_read_comes_again_alone(world, wired):
    world.quickbooks.make("Bill")

    answer = deliver("no poll", asked(world))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert world.records.ids("Bill") == {"1"}


def test_a_fault_of_ours_makes_the_message_come_again_with_its_tenant_in_it(world, wired):
    world.script.fail("records.store", KeyError("Id"))
    body = asked(world)

    assert deliver(body) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert json.loads(body)["tenant_id"] == CONNECTION_KEY.tenant_id
