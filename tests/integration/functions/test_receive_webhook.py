"""The function of Intuit's notifications, with what API Gateway hands it, in front of a stack in memory."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from ledgerlink.quickbooks.webhooks import is_genuine, sign
from tests.unit.fakes import raising
from tests.unit.orders import CONNECTION_KEY, REALM
from tests.unit.sync.fakes import FakePollQueue, FakeRealms, FakeWebhookEvents, SyncWorld
from tests.workflow.harness import Context, handler_module

WEBHOOK = handler_module("receive_webhook")
VERIFIER = "verifier-1"


@pytest.fixture
def world() -> SyncWorld:
    world = SyncWorld()
    world.flow()
    return world


class Wired(SimpleNamespace):
    """What the functions find in the wiring."""

    def is_from_intuit(self, body: bytes, signature: str | None) -> bool:
        return is_genuine(body, signature, [VERIFIER])


@pytest.fixture
def wired(world: SyncWorld, monkeypatch: pytest.MonkeyPatch) -> Wired:
    wired = Wired(
        realms=FakeRealms({REALM: CONNECTION_KEY}),
        webhook_events=FakeWebhookEvents(),
        sync=world.sync,
        poll_queue=FakePollQueue(),
    )
    monkeypatch.setattr(WEBHOOK, "wiring", lambda: wired)
    monkeypatch.setattr(WEBHOOK, "clock", world.clock)
    return wired


def events(*realms: str) -> bytes:
    return json.dumps(
        [
            {
                "id": f"event-{number}",
                "type": "qbo.bill.updated.v1",
                "time": "2026-11-21T09:30:00Z",
                "intuitentityid": "7",
                "intuitaccountid": realm,
            }
            for number, realm in enumerate(realms)
        ]
    ).encode()


def post(body: bytes, signature: str | None = "", *, encoded: bool = False) -> dict[str, Any]:
    signature = sign(body, VERIFIER).decode() if signature == "" else signature
    event = {
        "httpMethod": "POST",
        "resource": "/webhooks/quickbooks",
        "headers": {"Intuit-Signature": signature} if signature else {},
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }
    answer: dict[str, Any] = WEBHOOK.lambda_handler(event, Context("receive_webhook"))
    return answer


@pytest.mark.parametrize("encoded", [False, True])
def test_what_intuit_signed_is_taken_and_its_companies_are_queued(wired, encoded):
    answer = post(events(REALM, "999", REALM), encoded=encoded)

    assert answer["statusCode"] == 200
    assert [request.key for request in wired.poll_queue.sent] == [CONNECTION_KEY]


@pytest.mark.parametrize("signature", [None, "forged", sign(b"another", VERIFIER).decode(), sign(b"[]", "x").decode()])
def test_fault_22_a_forged_notification_is_refused_before_it_is_read(wired, monkeypatch, signature):
    monkeypatch.setattr(WEBHOOK, "read_notification", raising(AssertionError("it was read")))

    answer = post(events(REALM), signature)

    assert answer["statusCode"] == 401
    assert wired.poll_queue.sent == []


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'[{"type": 5}]', b"{}"])
def test_what_is_signed_and_says_nothing_is_taken_so_that_it_is_not_sent_again(wired, body):
    assert post(body)["statusCode"] == 200


def test_fault_24_a_queue_that_is_down_makes_intuit_send_it_again(wired):
    wired.poll_queue.is_down = True

    answer = post(events(REALM))

    assert answer["statusCode"] == 503


def test_a_post_of_a_megabyte_is_taken(wired):
    assert post(json.dumps([{"x": "y" * 1_000_000}]).encode())["statusCode"] == 200
