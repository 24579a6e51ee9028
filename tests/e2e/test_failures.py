"""QuickBooks fails in every way, workers die, permissions end: nothing is made twice and nothing is lost."""

import json
from decimal import Decimal

import pytest

from local.demo.browser import Browser
from tests.e2e.aws import Aws, Inbox, QuickBooks, eventually
from tests.e2e.tenant import Tenant, order

LONG_AGO = "2026-01-01T00:00:00.000Z"


def tries(tenant: Tenant, execution: str) -> list[tuple[str, int]]:
    """Outcome and number of each try, oldest first."""
    entries = [entry for entry in tenant.activity("order-1") if entry["execution"] == execution]
    return [(entry["outcome"], entry["try"]) for entry in reversed(entries)]


def only_total(tenant: Tenant) -> Decimal:
    """The total of the one purchase order with the number 1."""
    (found,) = tenant.orders_in_quickbooks("1")
    return Decimal(str(found["TotalAmt"]))


def test_quickbooks_down_ends_after_three_retries_and_a_redrive_sends_it_once(
    tenant: Tenant, quickbooks: QuickBooks, aws: Aws, inbox: Inbox
):
    quickbooks.go_down(tenant.realm_id)
    execution = tenant.put("order-1", order("1"))["execution"]
    failed = tenant.wait("order-1", "sync_failed")

    assert failed["last_error"]["code"] == "quickbooks_unavailable"
    assert tries(tenant, execution) == [("failed", 1), ("failed", 2), ("failed", 3), ("failed", 4), ("gave_up", 0)]
    assert aws.execution(execution)["error"] == "QuickBooksUnavailable"
    told = inbox.wait_for("document.sync_failed", tenant.name)
    assert (told["id"], told["revision"], told["error"]["code"]) == ("order-1", 1, "quickbooks_unavailable")

    quickbooks.come_back()
    aws.redrive(execution)

    synced = tenant.wait("order-1", "synced")
    assert synced["last_error"] is None
    assert only_total(tenant) == Decimal("245.80")
    described = eventually(lambda: aws.execution(execution)["status"] == "SUCCEEDED" and aws.execution(execution))
    assert described["redriveCount"] == 1
    assert tenant.activity("order-1")[0]["trigger"] == "redrive"


def test_a_failed_document_can_be_sent_again_by_hand(tenant: Tenant, quickbooks: QuickBooks):
    quickbooks.go_down(tenant.realm_id)
    first = tenant.put("order-1", order("1"))
    tenant.wait("order-1", "sync_failed")
    quickbooks.come_back()

    again = tenant.send("order-1")

    tenant.wait("order-1", "synced")
    assert again["execution"] != first["execution"]
    assert again["attempt"] == 2
    assert tenant.activity("order-1")[0]["trigger"] == "manual"
    assert only_total(tenant) == Decimal("245.80")


def test_an_inactive_account_is_named_at_once_and_a_redrive_works_once_it_is_active_again(
    tenant: Tenant, quickbooks: QuickBooks, aws: Aws
):
    line = {"id": "1", "description": "Tasting", "expense_account": "Advertising", "quantity": 1, "unit_cost": 40}
    tenant.push("order-1", order("1", lines=[line], costs=[]))
    account = quickbooks.account(tenant.realm_id, "Advertising")
    quickbooks.change(tenant.realm_id, "Account", account, Active=False)

    execution = tenant.put("order-1", order("1", lines=[{**line, "unit_cost": 50}], costs=[]))["execution"]
    failed = tenant.wait("order-1", "sync_failed")

    assert tries(tenant, execution) == [("failed", 1), ("gave_up", 0)]
    error = failed["last_error"]
    assert error["category"] == "out_of_sync"
    assert "Advertising" in error["message"]
    assert "inactive" in error["message"]
    assert error["intuit_tid"]
    assert "active" in error["hint"]

    quickbooks.change(tenant.realm_id, "Account", account, Active=True)
    aws.redrive(execution)

    tenant.wait("order-1", "synced")
    assert only_total(tenant) == Decimal(50)


@pytest.mark.parametrize("remembers", [True, False], ids=["requestid honoured", "requestid ignored"])
def test_an_answer_that_was_lost_after_the_commit_does_not_make_a_second_order(
    tenant: Tenant, quickbooks: QuickBooks, remembers: bool
):
    quickbooks.call("POST", "switches", {"honour_requestid": remembers})
    quickbooks.fail({"timeout": "after"}, realm_id=tenant.realm_id, operation="create", entity="PurchaseOrder")
    try:
        execution = tenant.put("order-1", order("1"))["execution"]
        tenant.wait("order-1", "synced")
    finally:
        quickbooks.call("POST", "switches", {"honour_requestid": True})

    assert tries(tenant, execution) == [("failed", 1), ("succeeded", 2)]
    assert only_total(tenant) == Decimal("245.80")


def test_an_answer_that_was_lost_while_a_vendor_was_made_does_not_make_a_second_vendor(
    tenant: Tenant, quickbooks: QuickBooks
):
    quickbooks.fail({"timeout": "after"}, realm_id=tenant.realm_id, operation="create", entity="Vendor")
    quickbooks.fail({"timeout": "after"}, realm_id=tenant.realm_id, operation="create", entity="Item")

    tenant.push("order-1", order("1"))

    assert len(quickbooks.entities(tenant.realm_id, "Vendor")) == 1
    assert len(quickbooks.entities(tenant.realm_id, "Item")) == 1


def test_a_worker_that_dies_inside_the_create_does_not_make_a_second_order(
    tenant: Tenant, quickbooks: QuickBooks, aws: Aws
):
    # The company commits although nobody waits for its answer any more.
    slow = quickbooks.fail({"delay_ms": 3000}, realm_id=tenant.realm_id, operation="create", entity="PurchaseOrder")
    with aws.shorter_timeout("PushDocumentFunction", seconds=6):
        execution = tenant.put("order-1", order("1"))["execution"]
        eventually(lambda: not quickbooks.is_waiting(slow), lambda: "the create")
        killed = aws.kill_workers("PushDocumentFunction")
        tenant.wait("order-1", "synced")

    assert killed
    assert only_total(tenant) == Decimal("245.80")
    outcomes = tries(tenant, execution)
    assert outcomes[-1][0] == "succeeded"
    assert ("failed", 1) not in outcomes
    assert outcomes[-1][1] > 1
    assert not [entry for entry in tenant.activity("order-1") if entry["error"]]


def test_an_expired_access_token_is_renewed_without_anybody_noticing(tenant: Tenant, quickbooks: QuickBooks, aws: Aws):
    tenant.push("order-1", order("1"))
    before = aws.tokens(tenant.name, tenant.realm_id)
    refreshes = quickbooks.calls_of("refresh")
    quickbooks.call("POST", "clock", {"advance_seconds": 4000})

    tenant.push("order-2", order("2"))

    assert quickbooks.calls_of("refresh") == refreshes + 1
    assert aws.tokens(tenant.name, tenant.realm_id)[0] != before[0]
    assert [entry["outcome"] for entry in tenant.activity("order-2")] == ["succeeded"]


def test_a_refresh_token_that_changed_is_kept(tenant: Tenant, quickbooks: QuickBooks, aws: Aws):
    before = aws.tokens(tenant.name, tenant.realm_id)
    quickbooks.call("POST", "clock", {"advance_seconds": 90_000})

    tenant.push("order-1", order("1"))
    quickbooks.call("POST", "clock", {"advance_seconds": 4000})
    tenant.push("order-2", order("2"))

    assert aws.tokens(tenant.name, tenant.realm_id)[1] != before[1]


def test_a_company_that_was_disconnected_in_quickbooks_needs_its_tenant_and_then_goes_on(
    tenant: Tenant, quickbooks: QuickBooks, inbox: Inbox
):
    tenant.push("order-1", order("1"))
    quickbooks.call("POST", "revoke", {"realm_id": tenant.realm_id})

    execution = tenant.put("order-1", order("1", memo="Changed"))["execution"]
    failed = tenant.wait("order-1", "sync_failed")
    held = tenant.put("order-2", order("2"))

    assert tries(tenant, execution) == [("failed", 1), ("gave_up", 0)]
    assert failed["last_error"]["category"] == "authentication"
    assert "connect QuickBooks again" in failed["last_error"]["hint"]
    assert tenant.connections[0]["status"] == "needs_reconnect"
    assert inbox.wait_for("connection.needs_reconnect", tenant.name)["connection_id"] == tenant.realm_id
    assert held["status"] == "needs_reconnect"

    tenant.connect()
    tenant.send("order-1")

    resent = tenant.wait("order-1", "synced")
    assert tenant.push("order-2", order("2"))["status"] == "synced"
    assert resent["quickbooks"]["sync_token"] != "0"
    assert len(tenant.orders_in_quickbooks("1")) == 1
    assert len(inbox.events("connection.needs_reconnect", tenant.name)) == 1


def test_a_failure_that_could_not_be_written_down_is_kept_and_the_sweep_catches_up(
    tenant: Tenant, quickbooks: QuickBooks, aws: Aws, undelivered: Inbox
):
    quickbooks.go_down(tenant.realm_id)
    with aws.misconfigured("SettlePushFunction", DOCUMENTS_TABLE="no-such-table"):
        execution = tenant.put("order-1", order("1"))["execution"]
        message = undelivered.wait_for_message(about=execution)
    stuck = tenant.read("order-1")
    aws.set_text(
        "DocumentsTable",
        f"TENANT#{tenant.name}",
        "DOCUMENT#purchase-orders#order-1",
        "syncing_since",
        LONG_AGO,
    )
    aws.invoke("SweepDocumentsFunction")

    settled = tenant.read("order-1")
    assert message["requestContext"]["condition"] == "RetriesExhausted"
    assert json.loads(json.dumps(message["requestPayload"]))["detail"]["name"] == execution
    assert stuck["status"] == "syncing"
    assert settled["status"] == "sync_failed"
    assert settled["last_error"]["code"] == "quickbooks_unavailable"


def test_a_push_that_was_never_started_is_started_by_the_sweep(tenant: Tenant, aws: Aws):
    elsewhere = aws.outputs["PushStateMachineArn"] + "-gone"
    with aws.misconfigured("PutDocumentFunction", PUSH_STATE_MACHINE_ARN=elsewhere):
        refused = tenant.host.call("PUT", "/purchase-orders/order-1", order("1"), expect=(503,))
    assert tenant.read("order-1")["status"] == "syncing"
    aws.set_text(
        "DocumentsTable",
        f"TENANT#{tenant.name}",
        "DOCUMENT#purchase-orders#order-1",
        "syncing_since",
        LONG_AGO,
    )

    aws.invoke("SweepDocumentsFunction")

    tenant.wait("order-1", "synced")
    assert refused["error"]["category"] == "unavailable"
    assert only_total(tenant) == Decimal("245.80")


def test_the_sweep_leaves_alone_what_has_only_just_begun(tenant: Tenant, aws: Aws):
    elsewhere = aws.outputs["PushStateMachineArn"] + "-gone"
    with aws.misconfigured("PutDocumentFunction", PUSH_STATE_MACHINE_ARN=elsewhere):
        tenant.host.call("PUT", "/purchase-orders/order-1", order("1"), expect=(503,))

    aws.invoke("SweepDocumentsFunction")

    assert tenant.read("order-1")["status"] == "syncing"
    assert tenant.orders_in_quickbooks("1") == []


def test_the_host_repairs_a_push_that_was_never_started_by_sending_the_same_again(tenant: Tenant, aws: Aws):
    elsewhere = aws.outputs["PushStateMachineArn"] + "-gone"
    with aws.misconfigured("PutDocumentFunction", PUSH_STATE_MACHINE_ARN=elsewhere):
        tenant.host.call("PUT", "/purchase-orders/order-1", order("1"), expect=(503,))

    tenant.host.call("PUT", "/purchase-orders/order-1", order("1"), expect=(200,))

    tenant.wait("order-1", "synced")
    assert only_total(tenant) == Decimal("245.80")


def test_what_the_tenants_page_shows_of_a_failure_is_words(tenant: Tenant, quickbooks: QuickBooks):
    quickbooks.go_down(tenant.realm_id)
    tenant.put("order-1", order("1"))
    tenant.wait("order-1", "sync_failed")

    browser, portal = Browser(), tenant.session()["portal_url"]
    browser.open(portal)
    page = browser.http.get(f"{portal.split('?')[0]}/documents", timeout=60)

    assert page.status_code == 200
    assert "QuickBooks is not answering" in page.text
    assert "Traceback" not in page.text
