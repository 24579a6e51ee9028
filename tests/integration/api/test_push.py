"""A document from PUT to QuickBooks through the functions that the state machine and EventBridge call."""

from typing import Any

import pytest
import requests

from ledgerlink import errors
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.wiring import wiring
from tests.integration.api.stack import HOST, Stack, invoke
from tests.integration.api.test_oauth import Browser
from tests.unit.orders import KIND


@pytest.fixture
def connected(stack: Stack, simulator: Any) -> Browser:
    """A tenant whose company exists in the simulator."""
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books"}, timeout=10)
    realm_id = made.json()["realm_id"]
    browser = Browser(stack, simulator.url, f"tenant-of-{realm_id}")
    browser.open_connect()
    browser.come_back(browser.press("approve", realm_id))
    return browser


def task(tenant: str, **changes: Any) -> dict[str, Any]:
    """What the state machine hands to the push."""
    return {
        "version": 1,
        "tenant_id": tenant,
        "kind": KIND,
        "document_id": "po-1",
        "revision": 1,
        "attempt": 1,
        "trigger": "automatic",
        "execution": "an-execution",
        "redrive_count": 0,
        "retry_count": 0,
        **changes,
    }


def ended_event(stack: Stack, tenant: str, status: str = "FAILED", error: str = "DocumentRejected") -> dict[str, Any]:
    """What EventBridge says of an execution that ended without success."""
    execution_input = (
        '{"version":1,"tenant_id":"%s","kind":"%s","document_id":"po-1","revision":1,"attempt":1,"trigger":"automatic"}'
    )
    return {
        "detail": {
            "name": stack.document(tenant, "po-1").current_attempt.execution_name,
            "status": status,
            "input": execution_input % (tenant, KIND),
            "error": error,
            "stopDate": 1_795_253_400_000,
        }
    }


def activity(stack: Stack, tenant: str) -> list[tuple[str, str | None]]:
    items = stack.call("GET", f"/v1/tenants/{tenant}/activity", headers=HOST).json["items"]
    return [(item["outcome"], item["error"] and item["error"]["code"]) for item in items]


def read(stack: Stack, tenant: str) -> Any:
    return stack.call("GET", f"/v1/tenants/{tenant}/{KIND}/po-1", headers=HOST).json


def test_a_push_ends_in_quickbooks_and_the_api_says_where(stack: Stack, connected: Browser) -> None:
    stack.put(connected.tenant, "po-1")

    pushed = invoke("push_document", task(connected.tenant))

    shown = read(stack, connected.tenant)
    assert pushed["how"] == "created"
    assert (shown["status"], shown["quickbooks"]["id"]) == ("synced", pushed["entity_id"])
    assert shown["quickbooks"]["url"].startswith(connected.intuit)
    assert activity(stack, connected.tenant) == [("succeeded", None)]


def test_a_push_that_is_invoked_twice_creates_once(stack: Stack, connected: Browser) -> None:
    """Duplicate delivery: Lambda may run one event twice."""
    stack.put(connected.tenant, "po-1")

    pushed = [invoke("push_document", task(connected.tenant, retry_count=number)) for number in range(2)]

    assert pushed[0]["entity_id"] == pushed[1]["entity_id"]
    assert pushed[1]["how"] == "unchanged"


def test_a_push_after_the_connection_is_gone_ends_as_connection_revoked(stack: Stack, connected: Browser) -> None:
    """Disconnect while work is queued."""
    stack.put(connected.tenant, "po-1")
    (company,) = wiring().connections.of_tenant(connected.tenant)
    key = ConnectionKey(company.tenant_id, company.connection_id)
    tokens = wiring().connections.read(key)
    assert tokens is not None
    wiring().connections.mark_needs_reconnect(key, tokens.version)

    with pytest.raises(errors.ConnectionRevoked):
        invoke("push_document", task(connected.tenant))

    assert activity(stack, connected.tenant) == [("failed", "connection_revoked")]


def test_what_a_push_raises_names_nobody(stack: Stack, connected: Browser) -> None:
    stack.put(connected.tenant, "po-1", costs=[{"name": "Freight", "amount": 1, "account": "Account of Mrs Finch"}])

    with pytest.raises(errors.OutOfSync) as raised:
        invoke("push_document", task(connected.tenant))

    assert "Mrs Finch" not in str(raised.value)
    assert "Mrs Finch" in read(stack, connected.tenant)["last_error"]["message"]


@pytest.mark.parametrize("wrong", [{"extra": 1}, {"version": 2}, {"trigger": "magic"}, {"revision": "x"}])
def test_an_input_that_nobody_writes_is_refused(stack: Stack, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        invoke("push_document", task("acme", **wrong))


def test_an_execution_that_gave_up_marks_the_document_once(stack: Stack, connected: Browser) -> None:
    stack.put(connected.tenant, "po-1")
    event = ended_event(stack, connected.tenant)

    for _ in range(3):
        invoke("settle_push", event)

    assert read(stack, connected.tenant)["status"] == "sync_failed"
    assert activity(stack, connected.tenant) == [("gave_up", "push_interrupted")]


def test_a_late_failure_does_not_touch_a_synced_document(stack: Stack, connected: Browser) -> None:
    stack.put(connected.tenant, "po-1")
    invoke("push_document", task(connected.tenant))

    invoke("settle_push", ended_event(stack, connected.tenant))

    assert read(stack, connected.tenant)["status"] == "synced"


def test_the_sweep_runs_on_an_empty_stack_and_twice(stack: Stack) -> None:
    answers = [invoke("sweep_documents", {}) for _ in range(2)]

    assert answers == [None, None]
