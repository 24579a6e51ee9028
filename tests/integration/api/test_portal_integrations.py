"""The Integrations page, the way to QuickBooks and back, and what the vendor's page is told."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.tokens import Tokens
from ledgerlink.usecases.connections.keep_connected import seal_tokens
from ledgerlink.wiring import clock, wiring
from local.quickbooks import Simulator
from tests.integration.api.stack import HOST, Answer, Stack
from tests.integration.api.test_pages import Browser, heading, link
from tests.unit.orders import connection

VENDOR = "https://app.plainfield.test"


@pytest.fixture
def browser(stack: Stack) -> Browser:
    return Browser(stack)


@pytest.fixture
def vendor(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack has a vendor's face."""
    monkeypatch.setenv("VENDOR_NAME", "Plainfield Inventory")
    monkeypatch.setenv("SUPPORT_ADDRESS", "help@plainfield.test")
    monkeypatch.setenv("OPENER_ORIGINS", f"{VENDOR} https://beta.plainfield.test")


def connect(tenant: str, realm_id: str, name: str, days: int = 100, hard: int | None = 1800) -> ConnectionKey:
    """The tenant has connected a company whose authorisation ends then."""
    wired, now, key = wiring(), clock(), ConnectionKey(tenant, realm_id)
    tokens = Tokens(
        access_token="access",
        refresh_token="refresh",
        access_expires_at=now + timedelta(hours=1),
        refresh_expires_at=now + timedelta(days=days, minutes=5),
        hard_expires_at=None if hard is None else now + timedelta(days=hard, minutes=5),
    )
    wired.connections.remember_tenant(tenant, now)
    wired.connections.establish(key, seal_tokens(wired.sealer, key, tokens, 1), now)
    company = connection(tenant_id=tenant, connection_id=realm_id, realm_id=realm_id, company_name=name)
    wired.connections.describe(company)
    return key


def words(page: Answer) -> str:
    """What a person reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def enter(browser: Browser, tenant: str, **facts: str) -> Answer:
    browser.get(link(browser.stack, tenant, "portal_url", **facts))
    return browser.get("/portal")


def new_company(simulator: Simulator, name: str = "Field & Farm") -> str:
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": name}, timeout=10)
    return str(made.json()["realm_id"])


def decide(browser: Browser, consent: Answer, action: str, realm_id: str = "") -> Answer:
    """Press a button on Intuit's page; what our callback answers."""
    address, _, query = consent.headers["Location"][0].partition("?")
    form = {name: values[0] for name, values in parse_qs(query).items()} | {"realm_id": realm_id, "action": action}
    back = requests.post(address, data=form, allow_redirects=False, timeout=10)
    return browser.get(f"/oauth/callback?{urlsplit(back.headers['Location']).query}")


# The page


def test_before_anything_is_connected_it_says_what_is_read_and_written_and_what_it_takes(browser: Browser) -> None:
    page = enter(browser, "newcomer", tenant_name="Acme Foods")

    text = words(page)
    assert (page.status, heading(page)) == (200, "Integrations")
    assert "Accounting & ERP QuickBooks Online" in text
    assert "Not connected" in text
    assert "The documents of Acme Foods" in text
    assert "QuickBooks Online; QuickBooks Desktop is not supported" in text
    assert "To be an administrator of the company" in text
    assert ">Connect to QuickBooks</button>" in page.text
    assert "allow popups for this site" in text


def test_a_connected_company_is_shown_with_its_environment_and_since_when(browser: Browser) -> None:
    connect("single", "7101", "Harbour Foods & Sons")

    page = enter(browser, "single", time_zone="America/New_York")

    text = words(page)
    assert "Harbour Foods & Sons Connected Environment Sandbox Connected on" in text
    assert re.search(r"Connected on \d+ \w{3} \d{4}, \d\d:\d\d E[SD]T Authorised until", text)
    assert "(1,800 days left)" in text
    assert ">Connect another company</button>" in page.text
    assert "The authorisation ends" not in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (12, "The authorisation ends in 12 days. Connect again before that"),
        (1, "The authorisation ends tomorrow."),
        (0, "The authorisation ends today."),
    ],
)
def test_the_end_of_an_authorisation_is_told_before_it_comes(browser: Browser, days: int, said: str) -> None:
    connect(f"ending-{days}", f"720{days}", "Northwind Bakery", days=days)

    assert said in words(enter(browser, f"ending-{days}"))


def test_an_authorisation_whose_end_intuit_does_not_tell_is_simply_renewed(browser: Browser) -> None:
    connect("renewed", "7301", "Northwind Bakery", hard=None)

    assert "Authorisation Renewed every day" in words(enter(browser, "renewed"))


def test_a_company_that_has_to_be_connected_again_says_what_waits_and_that_nothing_is_lost(browser: Browser) -> None:
    key = connect("lost", "7401", "Orchard & Sons")
    wiring().connections.mark_needs_reconnect(key, 1)

    text = words(enter(browser, "lost"))

    assert "QuickBooks no longer lets us into Orchard & Sons" in text
    assert "Nothing is lost. Documents wait, and settings, flows and history stay." in text
    assert (
        "Connect the company again, and its flows go on by themselves; what waits can be sent from Documents ." in text
    )
    assert "Connect again : Orchard & Sons" in text
    assert "Connect another company" in text


def test_a_disconnect_that_intuit_was_not_told_of_says_where_to_finish_it(browser: Browser) -> None:
    key = connect("gone", "7501", "Old Mill")
    wiring().connections.disconnect(key, clock())
    wiring().connections.let_go(key, access_withdrawn=False)

    page = enter(browser, "gone")

    assert "Old Mill Disconnected" in words(page)
    assert "open Apps, My apps, and disconnect it there" in words(page)
    assert ">Connect to QuickBooks</button>" in page.text


def test_another_tenants_companies_are_never_shown(browser: Browser) -> None:
    connect("owner", "7601", "Secret Orchard")

    page = enter(browser, "stranger")

    assert "Secret Orchard" not in page.text
    assert "7601" not in page.text


def test_the_vendors_name_and_support_are_on_every_page(browser: Browser, vendor: None) -> None:
    framed = enter(browser, "customer")
    alone = Browser(browser.stack).get("/portal")

    for page in (framed, alone):
        assert "Plainfield Inventory" in page.text
        assert 'href="mailto:help@plainfield.test"' in page.text


# A session that has ended


def test_a_session_that_has_ended_says_how_to_come_back(browser: Browser, vendor: None) -> None:
    page = browser.get("/portal")

    assert (page.status, heading(page)) == (401, "This session has ended.")
    assert "Go back to Plainfield Inventory" in words(page)
    assert "Everything that you saved is kept." in words(page)


def test_a_form_that_came_too_late_says_that_it_was_not_saved(browser: Browser) -> None:
    page = browser.send("/oauth/connect")

    assert page.status == 401
    assert "What you sent just now was not saved" in words(page)


# To Intuit and back


def test_a_window_of_its_own_closes_at_the_end_and_tells_only_the_vendors_pages(
    browser: Browser, simulator: Simulator, vendor: None
) -> None:
    realm_id = new_company(simulator)
    consent = browser.press(enter(browser, "by-window"), "/oauth/connect", window="popup")

    page = decide(browser, consent, "approve", realm_id)

    assert heading(page) == "Field &amp; Farm is connected"
    assert 'data-close-after="1500"' in page.text
    assert f'data-openers="{VENDOR} https://beta.plainfield.test"' in page.text
    told = re.search(r"data-connected='([^']*)'", page.text)
    assert told is not None
    listed = browser.stack.call("GET", "/v1/tenants/by-window/connections", headers=HOST).json["items"]
    assert [json.loads(unescape(told[1]))] == listed


def test_a_full_page_does_not_close_and_leads_on(browser: Browser, simulator: Simulator) -> None:
    realm_id = new_company(simulator)
    consent = browser.press(enter(browser, "by-page"), "/oauth/connect")

    page = decide(browser, consent, "approve", realm_id)

    assert "data-close-after" not in page.text
    assert ">Go on</a>" in page.text


def test_a_stack_without_vendors_pages_tells_nobody(browser: Browser, simulator: Simulator) -> None:
    realm_id = new_company(simulator)
    consent = browser.press(enter(browser, "nobody-else"), "/oauth/connect", window="popup")

    assert 'data-openers=""' in decide(browser, consent, "approve", realm_id).text


def test_who_was_refused_is_told_why_it_may_be_and_can_try_again(browser: Browser) -> None:
    consent = browser.press(enter(browser, "refused"), "/oauth/connect")

    page = decide(browser, consent, "cancel")
    again = browser.get("/oauth/connect")

    assert (page.status, heading(page)) == (400, "QuickBooks was not connected.")
    assert "Nothing has changed." in words(page)
    assert "You need to be an administrator" in words(page)
    assert 'href="https://api.ledgerlink.test/dev/oauth/connect">Try again</a>' in page.text
    assert "Back to Integrations" in words(page)
    assert browser.press(again, "/oauth/connect").status == 303


def test_another_try_stays_in_its_window(browser: Browser) -> None:
    consent = browser.press(enter(browser, "refused-there"), "/oauth/connect", window="popup")

    page = decide(browser, consent, "cancel")
    again = browser.get("/oauth/connect?window=popup")

    assert 'href="https://api.ledgerlink.test/dev/oauth/connect?window=popup">Try again</a>' in page.text
    assert "data-close>Close this window</button>" in page.text
    assert '<input type="hidden" name="window" value="popup">' in again.text


def test_an_intuit_that_does_not_answer_leaves_nothing_behind_and_says_so(
    browser: Browser, simulator: Simulator
) -> None:
    realm_id = new_company(simulator)
    consent = browser.press(enter(browser, "unlucky"), "/oauth/connect")
    fault = {"match": {"path_contains": "/tokens/bearer"}, "times": 1, "then": {"status": 503}}
    assert requests.post(f"{simulator.url}/simulator/faults", json=fault, timeout=10).ok

    page = decide(browser, consent, "approve", realm_id)

    assert page.status == 503
    assert "Nothing was connected, and nothing has changed. Try again in a minute." in words(page)
    assert "send it again" not in words(page)
    assert ">Try again</a>" in page.text
    assert wiring().connections.read(ConnectionKey("unlucky", realm_id)) is None


def test_a_company_of_another_account_says_what_can_be_done(
    stack: Stack, browser: Browser, simulator: Simulator
) -> None:
    realm_id = new_company(simulator)
    stack.connect("first", realm_id)
    consent = browser.press(enter(browser, "second"), "/oauth/connect")

    page = decide(browser, consent, "approve", realm_id)

    assert page.status == 409
    assert "Disconnect it in the other one first." in words(page)
    assert "first books" not in page.text


# Disconnecting


def test_before_a_disconnect_it_says_what_happens_and_what_does_not(browser: Browser) -> None:
    connect("leaving", "7701", "Old Mill")
    enter(browser, "leaving", tenant_name="Acme Foods")

    text = words(browser.get("/portal/connections/7701/disconnect"))

    assert "Documents of Acme Foods are no longer sent to this company; they wait." in text
    assert "its flows stand still" in text
    assert "Nothing is deleted or changed in QuickBooks." in text
    assert "Settings, flows and mappings stay" in text
    assert "You can connect it again at any time" in text


# connect.js


def test_the_vendors_script_is_for_every_page_and_cached_for_an_hour(stack: Stack) -> None:
    answer = stack.call("GET", "/portal/connect.js")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == ["text/javascript; charset=utf-8"]
    assert answer.headers["Cache-Control"] == ["public, max-age=3600"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == ["cross-origin"]
    assert "window.ledgerlink = { connect }" in answer.text
