"""A browser on its way to Intuit and back; Intuit is the simulator."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import time_machine

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.flows import Flow
from ledgerlink.wiring import clock, wiring
from tests.integration.api.stack import HOST, Answer, Stack


class Browser:
    """A tenant's browser with its cookies."""

    def __init__(self, stack: Stack, simulator_url: str, tenant: str) -> None:
        self.stack, self.intuit, self.tenant = stack, simulator_url, tenant
        self.cookies: dict[str, str] = {}
        self.consent = ""

    def open_connect(self) -> Answer:
        """Our own page, which asks first, and its button."""
        address = self.stack.call("POST", f"/v1/tenants/{self.tenant}/sessions", headers=HOST).json["connect_url"]
        page = self.stack.call("GET", "/oauth/connect?" + urlsplit(address).query)
        self.cookies = {"Cookie": page.cookies}
        answer = self.stack.press(page, "/oauth/connect", self.cookies)
        self.consent = answer.headers["Location"][0]
        return answer

    def press(self, action: str, realm_id: str) -> dict[str, str]:
        """Press a button on the consent page; returns what the browser is sent back with."""
        address, _, query = self.consent.partition("?")
        form = {name: values[0] for name, values in parse_qs(query).items()}
        back = requests.post(
            address, data={**form, "realm_id": realm_id, "action": action}, allow_redirects=False, timeout=10
        )
        return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}

    def come_back(self, parameters: dict[str, str]) -> Answer:
        return self.stack.call("GET", f"/oauth/callback?{urlencode(parameters)}", headers=self.cookies)


@pytest.fixture
def realm_id(simulator: object) -> str:
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme & Söhne <b>"}, timeout=10)  # type: ignore[attr-defined]
    return str(made.json()["realm_id"])


@pytest.fixture
def browser(stack: Stack, simulator: object, realm_id: str) -> Browser:
    opened = Browser(stack, simulator.url, f"tenant-of-{realm_id}")  # type: ignore[attr-defined]
    opened.open_connect()
    return opened


def is_connected(tenant: str, realm_id: str) -> bool:
    return wiring().connections.read(ConnectionKey(tenant, realm_id)) is not None


def assert_friendly(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert answer.headers["Content-Type"] == ["text/html; charset=utf-8"]
    assert "Traceback" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"][0]


def test_the_way_to_intuit_leaves_cookies_that_no_script_reads(browser: Browser) -> None:
    answer = browser.open_connect()

    assert answer.status == 303
    assert len(answer.headers["Set-Cookie"]) == 2
    for cookie in answer.headers["Set-Cookie"]:
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=Lax" in cookie


def test_a_tenant_who_consents_is_connected(browser: Browser, realm_id: str) -> None:
    answer = browser.come_back(browser.press("approve", realm_id))

    assert_friendly(answer, 200)
    assert "Acme &amp; Söhne &lt;b&gt; is connected" in answer.text
    listed = browser.stack.call("GET", f"/v1/tenants/{browser.tenant}/connections", headers=HOST).json["items"]
    assert [(company["id"], company["status"]) for company in listed] == [(realm_id, "connected")]


def test_a_company_that_is_connected_again_is_looked_into_at_once(browser: Browser, realm_id: str) -> None:
    browser.come_back(browser.press("approve", realm_id))
    key, now = ConnectionKey(browser.tenant, realm_id), clock()
    flow = Flow(browser.tenant, "f", f"quickbooks:{realm_id}", "shop", True, now, now)
    wiring().flows.put(flow, [realm_id], now + timedelta(days=1))
    wiring().connections.mark_needs_reconnect(key, 1)

    browser.open_connect()
    browser.come_back(browser.press("approve", realm_id))

    state = wiring().sync.get(key)
    assert state is not None
    assert state.due_at is not None
    assert state.due_at < now + timedelta(minutes=5)


def test_callback_error_access_denied_is_a_friendly_page_and_leaves_no_state(browser: Browser, realm_id: str) -> None:
    sent_back = browser.press("cancel", realm_id)

    denied, again = browser.come_back(sent_back), browser.come_back(sent_back)

    assert sent_back["error"] == "access_denied"
    assert_friendly(denied, 400)
    assert "Nothing has changed." in denied.text
    assert "can no longer be used" in again.text
    assert not is_connected(browser.tenant, realm_id)


@pytest.mark.parametrize("missing", ["realmId", "code", "state"])
def test_a_callback_with_something_missing_is_a_friendly_page(browser: Browser, realm_id: str, missing: str) -> None:
    sent_back = browser.press("approve", realm_id)
    del sent_back[missing]

    answer = browser.come_back(sent_back)

    assert_friendly(answer, 400)
    assert not is_connected(browser.tenant, realm_id)


def test_a_double_click_on_the_way_back_connects_once(browser: Browser, realm_id: str) -> None:
    sent_back = browser.press("approve", realm_id)

    first, second = browser.come_back(sent_back), browser.come_back(sent_back)

    assert_friendly(first, 200)
    assert_friendly(second, 400)
    assert is_connected(browser.tenant, realm_id)


def test_forged_replayed_and_expired_oauth_states_get_the_same_page(browser: Browser, realm_id: str) -> None:
    forged = browser.come_back({"state": "forged", "code": "c", "realmId": realm_id})
    sent_back = browser.press("approve", realm_id)
    browser.come_back(sent_back)
    replayed = browser.come_back(sent_back)
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as clock:
        browser.open_connect()
        late = browser.press("approve", realm_id)
        clock.shift(11 * 60)
        expired = browser.come_back(late)

    pages = {answer.text for answer in (forged, replayed, expired)}
    assert [answer.status for answer in (forged, replayed, expired)] == [400, 400, 400]
    assert len(pages) == 1


def test_a_callback_in_another_browser_connects_nothing(browser: Browser, realm_id: str) -> None:
    sent_back = browser.press("approve", realm_id)
    session = browser.cookies["Cookie"].split("; ")[0]
    browser.cookies = {"Cookie": f"{session}; __Host-ledgerlink_browser=another"}

    answer = browser.come_back(sent_back)

    assert_friendly(answer, 400)
    assert not is_connected(browser.tenant, realm_id)


def test_a_callback_without_a_session_is_refused_and_uses_no_state(browser: Browser, realm_id: str) -> None:
    sent_back, cookies = browser.press("approve", realm_id), browser.cookies
    browser.cookies = {}
    refused = browser.come_back(sent_back)
    browser.cookies = cookies

    answer = browser.come_back(sent_back)

    assert_friendly(refused, 401)
    assert_friendly(answer, 200)


def test_a_callback_for_a_realm_of_another_tenant_is_refused_in_words(
    stack: Stack, browser: Browser, realm_id: str
) -> None:
    stack.connect("first-owner", realm_id)

    answer = browser.come_back(browser.press("approve", realm_id))

    assert_friendly(answer, 409)
    assert "already connected to another account" in answer.text
    assert "first-owner" not in answer.text
    assert not is_connected(browser.tenant, realm_id)


def test_the_closing_page_says_when_a_second_company_was_connected(
    stack: Stack, browser: Browser, realm_id: str
) -> None:
    alone = browser.come_back(browser.press("approve", realm_id))
    stack.connect(browser.tenant, f"{realm_id}9")
    browser.open_connect()

    second = browser.come_back(browser.press("approve", realm_id))

    assert "Documents wait" not in alone.text
    assert_friendly(second, 200)
    words = " ".join(second.text.split())
    assert "Two companies are connected. Documents wait until an instance says which of them they belong to" in words


@pytest.mark.parametrize("session", ["", "?session=", "?session=forged"])
def test_connecting_without_a_session_is_a_friendly_page(stack: Stack, session: str) -> None:
    answer = stack.call("GET", f"/oauth/connect{session}")

    assert_friendly(answer, 401)
