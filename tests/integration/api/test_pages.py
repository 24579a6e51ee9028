"""Links lead to pages that ask; only a button that a person pressed on such a page does something."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.wiring import clock, wiring
from tests import canaries
from tests.integration.api.stack import HOST, SESSION_COOKIE, Answer, Stack, forget_adapters

ATTACKER, VICTIM = "tenant-of-the-attacker", "tenant-of-the-victim"
REALM = "4004"
DISCONNECT = f"/portal/connections/{REALM}/disconnect"


class Browser:
    """One browser; it keeps cookies as browsers do."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.jar: dict[str, str] = {}

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}

    def get(self, url: str) -> Answer:
        return self._keep(self.stack.call("GET", url, headers=self.headers))

    def press(self, page: Answer, url: str, **changes: str) -> Answer:
        return self._keep(self.stack.press(page, url, self.headers, **changes))

    def send(self, url: str) -> Answer:
        """A form that another site made up."""
        return self._keep(self.stack.call("POST", url, headers=self.headers, raw="token="))

    def signed_in_as(self) -> str:
        return wiring().session_tokens.tenant_of(self.jar[SESSION_COOKIE])

    def _keep(self, answer: Answer) -> Answer:
        for cookie in answer.headers.get("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.jar[name] = value
        return answer


def link(stack: Stack, tenant: str, to: str = "connect_url", **facts: Any) -> str:
    """What the host sends a browser of the tenant to."""
    made = stack.call("POST", f"/v1/tenants/{tenant}/sessions", facts or None, HOST)
    assert made.status == 201
    address = urlsplit(made.json[to])
    return f"{address.path.removeprefix('/dev')}?{address.query}"


def heading(page: Answer) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    assert found is not None, page.text
    return found[1]


def is_consent(answer: Answer) -> bool:
    return answer.status == 303 and "/connect/oauth2?" in answer.headers["Location"][0]


@pytest.fixture
def browser(stack: Stack) -> Browser:
    return Browser(stack)


@pytest.fixture
def connected(stack: Stack) -> str:
    stack.connect(VICTIM, REALM)
    return VICTIM


# Connecting


def test_a_link_leads_to_a_page_that_says_for_whom_and_not_to_intuit(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "acme", tenant_name="Söhne & <Co>"))

    assert page.status == 200
    assert heading(page) == "Connect a QuickBooks company to Söhne &amp; &lt;Co&gt;"
    assert "QuickBooks Desktop is not supported" in page.text
    assert "administrator" in page.text
    assert page.text.count("<form") == 1
    assert browser.signed_in_as() == "acme"


def test_the_button_leads_to_intuit(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "acme"))

    answer = browser.press(page, "/oauth/connect")

    assert is_consent(answer)
    assert answer.headers["Referrer-Policy"] == ["no-referrer"]


def test_the_page_lets_its_form_be_redirected_to_intuit_and_nowhere_else(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "acme"))

    (policy,) = page.headers["Content-Security-Policy"]
    intuit = wiring().config.intuit_base_url
    assert f"form-action 'self' {intuit};" in policy


def test_a_tenant_without_a_name_is_called_by_its_id(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "nameless-7"))

    assert heading(page) == "Connect a QuickBooks company to nameless-7"


def test_a_page_that_is_loaded_again_needs_no_session_in_its_address(stack: Stack, browser: Browser) -> None:
    browser.get(link(stack, "acme"))

    again = browser.get("/oauth/connect")

    assert is_consent(browser.press(again, "/oauth/connect"))


def test_a_form_of_another_site_does_not_start_the_consent(stack: Stack, browser: Browser) -> None:
    browser.get(link(stack, ATTACKER))

    answer = browser.send("/oauth/connect")

    assert answer.status == 403
    assert "Nothing has changed." in answer.text


def test_a_button_that_was_shown_in_another_browser_does_nothing(stack: Stack, browser: Browser) -> None:
    """The attacker knows the session of the link and has seen its page; the victim's browser holds another secret."""
    address = link(stack, ATTACKER)
    attackers = Browser(stack).get(address)
    browser.get(address)

    answer = browser.press(attackers, "/oauth/connect")

    assert answer.status == 403


def test_a_button_for_one_tenant_does_nothing_for_another(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "acme"))
    asked = browser.get(link(stack, "globex"))
    browser.press(asked, "/portal/session")

    assert browser.press(page, "/oauth/connect").status == 403


def test_a_button_for_one_thing_does_not_do_another(stack: Stack, browser: Browser, connected: str) -> None:
    page = browser.get(link(stack, connected))

    token = re.findall(r'name="token" value="([^"]+)"', page.text)[0]
    disconnect = browser.get(DISCONNECT)

    assert browser.press(disconnect, DISCONNECT, token=token).status == 403
    assert wiring().connections.read(ConnectionKey(connected, REALM)) is not None


def test_a_button_can_be_pressed_for_half_an_hour(stack: Stack, browser: Browser) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as clock:
        page = browser.get(link(stack, "acme"))
        clock.shift(31 * 60)
        late = browser.press(page, "/oauth/connect")
        browser.get(link(stack, "acme"))

        old_page = browser.press(page, "/oauth/connect")

    assert late.status == 401
    assert old_page.status == 403


def test_a_button_shown_before_the_session_key_was_rotated_still_works(
    stack: Stack, browser: Browser, cold_start: None
) -> None:
    page = browser.get(link(stack, "acme"))
    stack.put_secret("SessionSecret", "the next key")
    forget_adapters()

    answer = browser.press(page, "/oauth/connect")

    stack.put_secret("SessionSecret", canaries.SESSION_KEY)
    assert is_consent(answer)


def test_a_button_without_a_session_is_a_friendly_page(stack: Stack, browser: Browser) -> None:
    page = browser.get(link(stack, "acme"))
    del browser.jar[SESSION_COOKIE]

    assert browser.press(page, "/oauth/connect").status == 401


def test_the_portals_button_leads_straight_to_intuit(stack: Stack, browser: Browser) -> None:
    browser.get(link(stack, "acme", "portal_url", tenant_name="Acme Foods"))
    portal = browser.get("/portal")

    assert "Acme Foods" in portal.text
    assert is_consent(browser.press(portal, "/oauth/connect"))


# Another tenant's session


@pytest.mark.parametrize(("to", "then"), [("portal_url", "/portal"), ("connect_url", "/oauth/connect")])
def test_a_link_does_not_swap_the_session_of_another_tenant(stack: Stack, browser: Browser, to: str, then: str) -> None:
    browser.get(link(stack, VICTIM, "portal_url", tenant_name="Victim Foods"))

    page = browser.get(link(stack, ATTACKER, to, tenant_name="Attacker Ltd"))

    assert (page.status, heading(page)) == (200, "Go on as Attacker Ltd?")
    assert "In this browser Victim Foods is signed in." in page.text
    assert browser.signed_in_as() == VICTIM
    answer = browser.press(page, "/portal/session")
    assert (answer.status, answer.headers["Location"]) == (303, [f"https://api.ledgerlink.test/dev{then}"])
    assert browser.signed_in_as() == ATTACKER


def test_a_window_that_asked_whose_session_it_is_still_closes_itself(stack: Stack, browser: Browser) -> None:
    browser.get(link(stack, VICTIM, "portal_url"))
    page = browser.get(link(stack, ATTACKER, "connect_url") + "&window=popup")

    answer = browser.press(page, "/portal/session")

    assert answer.headers["Location"] == ["https://api.ledgerlink.test/dev/oauth/connect?window=popup"]


@pytest.mark.parametrize("to", ["portal_url", "connect_url"])
def test_a_link_for_the_same_tenant_just_renews_its_session(stack: Stack, browser: Browser, to: str) -> None:
    browser.get(link(stack, VICTIM, "portal_url"))

    page = browser.get(link(stack, VICTIM, to))

    assert "Go on as" not in page.text
    assert browser.signed_in_as() == VICTIM


def test_another_site_cannot_swap_the_session_by_a_form(stack: Stack, browser: Browser) -> None:
    browser.get(link(stack, VICTIM, "portal_url"))
    attackers = Browser(stack)
    attackers.get(link(stack, "third", "portal_url"))
    page = attackers.get(link(stack, ATTACKER, "portal_url"))

    answer = browser.press(page, "/portal/session")

    assert answer.status == 403
    assert browser.signed_in_as() == VICTIM


def test_a_session_that_has_ended_is_replaced_without_asking(stack: Stack, browser: Browser) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as clock:
        browser.get(link(stack, VICTIM, "portal_url"))
        clock.shift(31 * 60)

        answer = browser.get(link(stack, ATTACKER, "portal_url"))

    assert answer.status == 302
    assert "other" not in answer.text


# The name of a tenant


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tenant_name": "x" * 101}, "tenant_name"),
        ({"tenant_name": "  "}, "tenant_name"),
        ({"tenant_name": "bell \u0007"}, "tenant_name"),
        ({"tenant_name": 7}, "tenant_name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused_and_named(stack: Stack, body: Any, field: str) -> None:
    answer = stack.call("POST", "/v1/tenants/acme/sessions", body, HOST)

    assert (answer.status, [wrong["field"] for wrong in answer.error["fields"]]) == (400, [field])


@pytest.mark.parametrize("raw", ["[]", "null", "{", '"text"'])
def test_a_body_that_is_no_object_is_refused(stack: Stack, raw: str) -> None:
    assert stack.call("POST", "/v1/tenants/acme/sessions", headers=HOST, raw=raw).status == 400


def test_a_session_without_a_name_keeps_the_last_one(stack: Stack, browser: Browser) -> None:
    link(stack, "named", tenant_name=" Harbour Foods ")

    page = browser.get(link(stack, "named"))

    assert heading(page).endswith(" to Harbour Foods")


# Disconnecting


def test_disconnecting_is_asked_for_and_then_done(stack: Stack, browser: Browser, connected: str) -> None:
    browser.get(link(stack, connected, "portal_url"))
    portal = browser.get("/portal")
    page = browser.get(DISCONNECT)

    done = browser.press(page, DISCONNECT)

    assert f'href="https://api.ledgerlink.test/dev{DISCONNECT}"' in portal.text
    assert heading(page) == f"Disconnect {connected} books?"
    assert "Nothing is deleted or changed in QuickBooks." in page.text
    assert (done.status, heading(done)) == (200, f"{connected} books is disconnected")
    assert wiring().connections.read(ConnectionKey(connected, REALM)) is None
    assert "Disconnected" in browser.get("/portal").text


def test_a_disconnect_that_was_broken_off_can_be_finished_in_the_portal(
    stack: Stack, browser: Browser, connected: str
) -> None:
    wiring().connections.disconnect(ConnectionKey(connected, REALM), clock() - timedelta(minutes=1))
    browser.get(link(stack, connected, "portal_url"))
    before = browser.get("/portal").text

    browser.press(browser.get(DISCONNECT), DISCONNECT)

    offered = f'href="https://api.ledgerlink.test/dev{DISCONNECT}"'
    assert offered in before
    assert offered not in browser.get("/portal").text


@pytest.mark.parametrize("caller", ["host", "browser"])
def test_the_host_and_the_tenant_itself_may_disconnect(stack: Stack, connected: str, caller: str) -> None:
    headers = HOST if caller == "host" else stack.session(connected)

    answer = stack.call("POST", f"/v1/tenants/{connected}/connections/{REALM}/disconnect", headers=headers)
    again = stack.call("POST", f"/v1/tenants/{connected}/connections/{REALM}/disconnect", headers=headers)

    assert (answer.status, answer.json["status"]) == (200, "disconnected")
    assert answer.json["disconnected_at"]
    assert again.json == answer.json
    listed = stack.call("GET", f"/v1/tenants/{connected}/connections", headers=HOST).json["items"]
    assert [company["status"] for company in listed] == ["disconnected"]


def test_what_is_sent_after_a_disconnect_is_held_with_words(stack: Stack, connected: str) -> None:
    stack.call("POST", f"/v1/tenants/{connected}/connections/{REALM}/disconnect", headers=HOST)

    stored = stack.put(connected, "po-after")
    sent = stack.call("POST", f"/v1/tenants/{connected}/purchase-orders/po-after/send", headers=HOST)

    assert (stored.status, stored.json["status"]) == (202, "not_connected")
    assert (sent.status, sent.error["code"]) == (409, "not_connected")
    assert "was disconnected" in sent.error["message"]


def test_a_form_of_another_site_disconnects_nothing(stack: Stack, browser: Browser, connected: str) -> None:
    browser.get(link(stack, connected, "portal_url"))

    answer = browser.send(DISCONNECT)

    assert answer.status == 403
    assert wiring().connections.read(ConnectionKey(connected, REALM)) is not None


def test_another_tenants_company_can_neither_be_seen_nor_disconnected(
    stack: Stack, browser: Browser, connected: str
) -> None:
    browser.get(link(stack, ATTACKER, "portal_url"))
    own = Browser(stack)
    own.get(link(stack, connected, "portal_url"))
    page = own.get(DISCONNECT)

    seen, pressed = browser.get(DISCONNECT), browser.press(page, DISCONNECT)
    called = stack.call(
        "POST", f"/v1/tenants/{connected}/connections/{REALM}/disconnect", headers=stack.session(ATTACKER)
    )

    assert (seen.status, pressed.status, called.status) == (404, 403, 404)
    assert f"{connected} books" not in seen.text + pressed.text + called.text
    assert wiring().connections.read(ConnectionKey(connected, REALM)) is not None


def test_two_connected_companies_are_told_in_the_portal(stack: Stack, browser: Browser) -> None:
    stack.connect("two-companies", "5005")
    stack.connect("two-companies", "6006")
    browser.get(link(stack, "two-companies", "portal_url"))

    words = " ".join(browser.get("/portal").text.split())

    assert "Two companies are connected. Documents wait until an instance says which of them they belong to" in words
