"""A tenant connects a QuickBooks company, and what can go wrong on the way there and back."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from local.demo.browser import Browser
from tests.e2e.aws import Aws, Inbox, QuickBooks
from tests.e2e.tenant import Tenant, order, query_of


def get(address: str, browser: Browser | None = None) -> requests.Response:
    return (browser or Browser()).http.get(address, timeout=60)


def check_page(page: requests.Response, status: int, says: str) -> None:
    """A page for people, which tells nothing of our insides and runs nothing of anybody else's."""
    assert page.status_code == status, page.text
    assert says in page.text
    assert page.headers["Content-Type"].startswith("text/html")
    assert not re.search(r"Traceback|Error:|Exception|/var/task|line \d+, in ", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_a_company_that_was_approved_is_connected_and_the_window_is_told(newcomer: Tenant, inbox: Inbox):
    page = newcomer.open_consent_page().approve(newcomer.realm_id)

    check_page(page, 200, "is connected")
    assert "data-connected=" in page.text, "what a popup is told by, and closes by"
    (connection,) = newcomer.connections
    assert (connection["realm_id"], connection["status"]) == (newcomer.realm_id, "connected")
    assert connection["company_name"] == f"Company of {newcomer.name}"
    told = inbox.wait_for("connection.established", newcomer.name)
    assert (told["realm_id"], told["schema_version"]) == (newcomer.realm_id, 1)


def test_a_link_alone_starts_nothing_and_says_for_whom_it_is(newcomer: Tenant, quickbooks: QuickBooks):
    browser = Browser()
    session = newcomer.host.call("POST", "/sessions", {"tenant_name": "Juniper & Lane"}, expect=(201,))

    page = browser.open(session["connect_url"])
    forged = browser.http.post(page.action, data={"token": "forged"}, timeout=60)
    elsewhere = Browser()
    elsewhere.open(session["connect_url"])
    carried = elsewhere.http.post(page.action, data=page.hidden, timeout=60)

    check_page(page.answer, 200, "administrator")
    assert page.heading == "Connect a QuickBooks company to Juniper & Lane"
    check_page(forged, 403, "Nothing has changed.")
    check_page(carried, 403, "Nothing has changed.")


@pytest.mark.parametrize("to", ["portal_url", "connect_url"])
def test_a_link_of_another_tenant_asks_before_it_takes_over_the_browser(newcomer: Tenant, stranger: Tenant, to: str):
    browser = Browser()
    browser.open(newcomer.session()["portal_url"])

    asked = browser.open(stranger.session()[to])
    stayed = browser.open(f"{newcomer.stack['api_url']}/portal")
    gone_on = browser.press(asked)

    check_page(asked.answer, 200, f"In this browser {newcomer.name} is signed in.")
    assert asked.heading == f"Go on as {stranger.name}?"
    assert newcomer.name in stayed.answer.text
    assert stranger.name in gone_on.answer.text
    assert newcomer.name not in gone_on.answer.text


def test_a_tenant_who_presses_cancel_has_connected_nothing(newcomer: Tenant):
    page = newcomer.open_consent_page().cancel()

    check_page(page, 400, "QuickBooks was not connected.")
    assert newcomer.connections == []


def test_going_back_to_the_callback_connects_nothing_twice(newcomer: Tenant, quickbooks: QuickBooks):
    browser = Browser()
    callback = newcomer.open_consent_page(browser).approve_without_returning(newcomer.realm_id)
    first = get(callback, browser)
    exchanges = quickbooks.calls_of("token")

    again = get(callback, browser)

    check_page(first, 200, "is connected")
    check_page(again, 400, "can no longer be used")
    assert quickbooks.calls_of("token") == exchanges
    assert [connection["status"] for connection in newcomer.connections] == ["connected"]


def test_a_forged_state_exchanges_nothing(newcomer: Tenant, quickbooks: QuickBooks):
    browser = Browser()
    callback = newcomer.open_consent_page(browser).approve_without_returning(newcomer.realm_id)
    exchanges = quickbooks.calls_of("token")

    page = get(callback.replace(query_of(callback)["state"], "forged"), browser)

    check_page(page, 400, "can no longer be used")
    assert quickbooks.calls_of("token") == exchanges
    assert newcomer.connections == []


def test_a_callback_in_a_browser_without_a_session_exchanges_nothing(newcomer: Tenant, quickbooks: QuickBooks):
    callback = newcomer.open_consent_page().approve_without_returning(newcomer.realm_id)
    exchanges = quickbooks.calls_of("token")

    page = get(callback, Browser())

    check_page(page, 401, "This session has ended.")
    assert quickbooks.calls_of("token") == exchanges
    assert newcomer.connections == []


def test_a_callback_in_another_browser_of_the_same_tenant_exchanges_nothing(newcomer: Tenant, quickbooks: QuickBooks):
    other = Browser()
    newcomer.open_consent_page(other)
    callback = newcomer.open_consent_page().approve_without_returning(newcomer.realm_id)
    exchanges = quickbooks.calls_of("token")

    page = get(callback, other)

    check_page(page, 400, "can no longer be used")
    assert quickbooks.calls_of("token") == exchanges
    assert newcomer.connections == []


def test_a_callback_into_another_tenants_session_exchanges_nothing(
    newcomer: Tenant, stranger: Tenant, quickbooks: QuickBooks
):
    theirs = Browser()
    stranger.open_consent_page(theirs)
    callback = newcomer.open_consent_page().approve_without_returning(newcomer.realm_id)
    exchanges = quickbooks.calls_of("token")

    page = get(callback, theirs)

    check_page(page, 400, "can no longer be used")
    assert quickbooks.calls_of("token") == exchanges
    assert stranger.connections == []


def test_a_consent_that_took_longer_than_ten_minutes_has_to_be_given_again(newcomer: Tenant, aws: Aws):
    browser = Browser()
    callback = newcomer.open_consent_page(browser).approve_without_returning(newcomer.realm_id)
    digest = hashlib.sha256(query_of(callback)["state"].encode()).hexdigest()
    passed = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    aws.set_text("ConnectionsTable", f"TENANT#{newcomer.name}#OAUTH", f"STATE#{digest}", "valid_until", passed)

    page = get(callback, browser)

    check_page(page, 400, "can no longer be used")
    assert newcomer.connections == []


@pytest.mark.parametrize("query", ["", "?code=a&realmId=1", "?state=", "?error=access_denied", "?state=a&state=b"])
def test_a_callback_that_makes_no_sense_is_answered_with_a_page(newcomer: Tenant, query: str):
    browser = Browser()
    newcomer.open_consent_page(browser)

    page = get(f"{newcomer.stack['api_url']}/oauth/callback{query}", browser)

    check_page(page, 400, "can no longer be used")


@pytest.mark.parametrize("session", ["", "forged", "eyJ0ZW5hbnQiOiJ0ZW5hbnQtMSJ9.aSCvBg.x"])
def test_a_session_that_we_did_not_sign_does_not_get_to_intuit(newcomer: Tenant, session: str):
    page = get(f"{newcomer.stack['api_url']}/oauth/connect?session={session}")

    check_page(page, 401, "This session has ended.")


def test_intuit_being_down_is_told_in_words_and_the_next_try_connects(newcomer: Tenant, quickbooks: QuickBooks):
    quickbooks.fail({"status": 503, "html": True}, path_contains="/oauth2/v1/tokens")

    page = newcomer.open_consent_page().approve(newcomer.realm_id)

    assert page.status_code == 503
    assert "Traceback" not in page.text
    assert newcomer.connections == []
    newcomer.connect()


def test_a_consent_is_kept_although_quickbooks_cannot_say_whose_company_it_is(newcomer: Tenant, quickbooks: QuickBooks):
    quickbooks.fail({"delay_ms": 6000}, realm_id=newcomer.realm_id, operation="companyinfo")

    page = newcomer.open_consent_page().approve(newcomer.realm_id)

    check_page(page, 200, "is connected")
    assert newcomer.connections[0]["home_currency"] == ""
    assert newcomer.push("order-1", order("1"))["status"] == "synced"
    (described,) = newcomer.connections
    assert (described["company_name"], described["home_currency"]) == (f"Company of {newcomer.name}", "USD")


def test_a_company_belongs_to_one_tenant(tenant: Tenant, stranger: Tenant):
    tenant.push("order-1", order("1"))
    stranger.realm_id = tenant.realm_id

    page = stranger.open_consent_page().approve(tenant.realm_id)

    check_page(page, 409, "already connected")
    assert stranger.connections == []
    assert tenant.connections[0]["status"] == "connected"


def test_the_first_tenant_goes_on_after_a_second_one_tried_to_take_its_company(tenant: Tenant, stranger: Tenant):
    stranger.realm_id = tenant.realm_id
    stranger.open_consent_page().approve(tenant.realm_id)

    document = tenant.push("order-1", order("1"))

    assert document["status"] == "synced"


def test_a_tenant_sees_nothing_of_another(tenant: Tenant, stranger: Tenant):
    tenant.push("order-1", order("1"))
    theirs = Browser()
    stranger.open_consent_page(theirs)
    base = f"{tenant.stack['api_url']}/v1/tenants/{tenant.name}"
    paths = [
        "/connections",
        f"/connections/{tenant.realm_id}",
        "/purchase-orders",
        "/purchase-orders/order-1",
        "/activity",
    ]

    answers = [get(base + path, theirs) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert all(tenant.realm_id not in answer.text for answer in answers)
    assert stranger.host.call("GET", "/purchase-orders", expect=(200,))["items"] == []
    assert stranger.host.call("GET", "/purchase-orders/order-1", expect=(404,))["error"]["code"] == "not_found"
    assert stranger.host.call("GET", "/activity", expect=(200,))["items"] == []


def test_a_portal_session_reads_its_own_tenant_and_changes_nothing(tenant: Tenant):
    browser = Browser()
    tenant.open_consent_page(browser)
    base = f"{tenant.stack['api_url']}/v1/tenants/{tenant.name}"

    read = browser.http.get(f"{base}/purchase-orders", timeout=60)
    written = browser.http.put(f"{base}/purchase-orders/order-1", json=order("1"), timeout=60)

    assert read.status_code == 200
    assert written.status_code == 403
    assert written.json()["error"]["category"] == "permission"
