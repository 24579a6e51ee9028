"""A tenant disconnects its company: nothing is sent any more, and nothing is lost."""

import requests

from local.demo.browser import Browser
from tests.e2e.aws import Aws, Inbox, QuickBooks
from tests.e2e.tenant import Tenant, order
from tests.e2e.test_connect import check_page


def press_disconnect(tenant: Tenant) -> requests.Response:
    """The tenant's browser: the portal, the page that asks, its button."""
    browser = Browser()
    browser.open(tenant.session()["portal_url"])
    asked = browser.open(f"{tenant.stack['api_url']}/portal/connections/{tenant.realm_id}/disconnect")
    assert asked.heading == f"Disconnect Company of {tenant.name}?"
    return browser.press(asked).answer


def test_disconnect_while_work_is_queued_ends_it_with_words_and_a_reconnect_resumes_it(
    tenant: Tenant, quickbooks: QuickBooks, aws: Aws, inbox: Inbox
):
    first = tenant.push("order-1", order("1"))
    quickbooks.go_down(tenant.realm_id)
    failed = tenant.put("order-1", order("1", memo="Changed"))["execution"]
    tenant.wait("order-1", "sync_failed")
    quickbooks.come_back()

    page = press_disconnect(tenant)
    calls = tenant.calls
    aws.redrive(failed)
    ended = tenant.wait_for_error("order-1", "not_connected")
    held = tenant.put("order-2", order("2"))
    refused = tenant.host.call("POST", "/purchase-orders/order-1/send", expect=(409,))

    check_page(page, 200, "is disconnected")
    assert ended["message"] == f"Company of {tenant.name} was disconnected, and no other company is connected."
    assert held["status"] == "not_connected"
    assert refused["error"]["code"] == "not_connected"
    assert tenant.calls == calls
    assert inbox.wait_for("connection.disconnected", tenant.name)["connection_id"] == tenant.realm_id
    item = aws.item("ConnectionsTable", f"TENANT#{tenant.name}", f"CONNECTION#{tenant.realm_id}")
    assert item is not None
    assert not {"access", "refresh"} & item.keys()

    tenant.connect()
    tenant.send("order-1")
    tenant.send("order-2")

    assert tenant.wait("order-1", "synced")["quickbooks"]["id"] == first["quickbooks"]["id"]
    assert tenant.wait("order-2", "synced")
    (found,) = tenant.orders_in_quickbooks("1")
    assert found["Memo"] == "Changed"


def test_the_access_is_withdrawn_at_intuit(tenant: Tenant, quickbooks: QuickBooks):
    revocations = quickbooks.calls_of("revoke")

    ended = tenant.disconnect()

    assert (ended["status"], ended["access_withdrawn"]) == ("disconnected", True)
    assert quickbooks.calls_of("revoke") == revocations + 1
    assert tenant.disconnect() == ended
    assert quickbooks.calls_of("revoke") == revocations + 1


def test_an_intuit_that_is_down_does_not_keep_the_tenant_connected(tenant: Tenant, quickbooks: QuickBooks):
    quickbooks.fail({"status": 503, "html": True}, times=None, path_contains="/tokens/revoke")

    page = press_disconnect(tenant)

    check_page(page, 200, "Intuit could not be told just now.")
    assert [connection["status"] for connection in tenant.connections] == ["disconnected"]


def test_another_tenant_may_connect_the_company_after_the_disconnect(tenant: Tenant, stranger: Tenant):
    tenant.disconnect()
    stranger.realm_id = tenant.realm_id

    stranger.connect()
    sent = stranger.push("order-1", order("1"))
    back = tenant.open_consent_page().approve(tenant.realm_id)

    assert sent["status"] == "synced"
    check_page(back, 409, "already connected")


def test_two_companies_hold_orders_until_one_is_disconnected(tenant: Tenant, quickbooks: QuickBooks):
    first, second = tenant.realm_id, quickbooks.new_company("Second company")
    tenant.realm_id = second
    closing = tenant.connect()
    held = tenant.put("order-1", order("1"))

    tenant.disconnect()
    tenant.realm_id = first
    sent = tenant.push("order-1", order("1"))

    words = " ".join(closing.text.split())
    assert "Two companies are connected. Documents wait until an instance says which of them they belong to" in words
    assert (held["status"], held["last_error"]["code"]) == ("several_connections", "several_connections")
    assert sent["status"] == "synced"
    assert len(tenant.orders_in_quickbooks("1")) == 1
