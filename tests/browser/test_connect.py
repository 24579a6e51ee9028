"""A person connects QuickBooks and disconnects it, in the browser and with Intuit's pages in between."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import time_machine
from playwright.sync_api import Page, expect

from ledgerlink.api.callers import SESSION_COOKIE, SessionTokens
from ledgerlink.usecases.start_session import SESSION_LIFETIME
from tests.browser.conftest import OpenPage
from tests.browser.person import CONNECT, address, approve, sign_in, tab_to
from tests.browser.watch import Watch
from tests.e2e.aws import Aws
from tests.e2e.tenant import Tenant


@dataclass(frozen=True)
class Key:
    """The one that signs sessions."""

    value: str

    def values(self) -> list[str]:
        return [self.value]

    refetched = values


def test_by_the_hosts_link_a_full_page_leads_to_intuit_and_back(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Connect a QuickBooks company to {newcomer.name}")

    page.get_by_role("button", name="Go on to QuickBooks").click()
    approve(page, newcomer)

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is connected")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    assert [connection["status"] for connection in newcomer.connections] == ["connected"]


def test_the_session_does_not_stay_in_the_address_or_the_history(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])
    sign_in(page, newcomer)

    shown = page.url
    page.go_back()

    assert "session" not in shown
    assert "session" not in page.url


def test_in_a_popup_that_closes_itself_the_page_behind_shows_the_company(page: Page, newcomer: Tenant):
    sign_in(page, newcomer)

    with page.expect_popup() as opened:
        page.get_by_role("button", name=CONNECT).click()
    with opened.value.expect_event("close"):
        approve(opened.value, newcomer)

    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    expect(page.get_by_text(f"Company of {newcomer.name}").first).to_be_visible()


def test_where_popups_are_blocked_the_page_itself_goes_to_intuit(page: Page, newcomer: Tenant):
    page.add_init_script("window.open = () => null")
    sign_in(page, newcomer)

    page.get_by_role("button", name=CONNECT).click()
    approve(page, newcomer)

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is connected")


def test_who_cancels_at_intuit_is_told_and_nothing_is_connected(page: Page, newcomer: Tenant, watch: Watch):
    watch.expect(HTTPStatus.BAD_REQUEST)
    page.goto(newcomer.session()["connect_url"])
    page.get_by_role("button", name="Go on to QuickBooks").click()

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("QuickBooks was not connected.")
    assert newcomer.connections == []


def test_a_company_is_disconnected_after_a_page_that_says_what_happens(page: Page, tenant: Tenant):
    page.goto(tenant.session()["portal_url"])

    page.get_by_role("link", name=f"Disconnect Company of {tenant.name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Disconnect Company of {tenant.name}?")
    expect(page.get_by_text("Nothing is deleted or changed in QuickBooks.")).to_be_visible()
    page.get_by_role("button", name="Disconnect").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {tenant.name} is disconnected")
    assert [connection["status"] for connection in tenant.connections] == ["disconnected"]


def test_a_company_that_was_disconnected_is_connected_again(page: Page, tenant: Tenant):
    tenant.disconnect()
    sign_in(page, tenant)
    expect(page.get_by_text("Disconnected", exact=True)).to_be_visible()

    with page.expect_popup() as opened:
        page.get_by_role("button", name=CONNECT).click()
    with opened.value.expect_event("close"):
        approve(opened.value, tenant)

    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    assert [connection["status"] for connection in tenant.connections] == ["connected"]


def test_a_link_for_another_tenant_asks_before_it_takes_over_the_browser(page: Page, tenant: Tenant, stranger: Tenant):
    page.goto(tenant.session()["portal_url"])
    expect(page.get_by_text(f"Company of {tenant.name}").first).to_be_visible()

    page.goto(stranger.session()["portal_url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Go on as {stranger.name}?")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("button", name=CONNECT)).to_be_visible()
    expect(page.get_by_text(f"Company of {tenant.name}")).to_have_count(0)


def test_a_session_that_has_ended_leads_to_a_page_that_says_how_to_come_back(
    page: Page, newcomer: Tenant, aws: Aws, watch: Watch
):
    watch.expect(HTTPStatus.UNAUTHORIZED)
    with time_machine.travel(datetime.now(UTC) - SESSION_LIFETIME - timedelta(minutes=1)):
        ended = SessionTokens(Key(aws.secret("SessionSecret"))).sign(newcomer.name)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": ended, "url": newcomer.stack["api_url"]}])

    page.goto(address(newcomer, "/portal"))

    expect(page.get_by_role("heading", level=1)).to_have_text("This session has ended.")
    expect(page.get_by_text("Open this page again from your application.")).to_be_visible()


def test_a_browser_that_was_never_signed_in_is_told_how_to_come_in(page: Page, newcomer: Tenant, watch: Watch):
    watch.expect(HTTPStatus.UNAUTHORIZED)

    page.goto(address(newcomer, "/portal"))

    expect(page.get_by_text("Open this page again from your application.")).to_be_visible()


def test_a_company_is_connected_and_disconnected_with_the_keyboard_alone(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])

    tab_to(page, page.get_by_role("button", name="Go on to QuickBooks"))
    page.keyboard.press("Enter")
    page.get_by_role("radio", name=f"Company of {newcomer.name} ").focus()
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Connect", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Go on"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name=f"Disconnect Company of {newcomer.name}"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Disconnect"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is disconnected")


def test_another_browser_of_the_same_tenant_sees_the_same(page: Page, open_page: OpenPage, tenant: Tenant):
    page.goto(tenant.session()["portal_url"])
    page.get_by_role("link", name=f"Disconnect Company of {tenant.name}").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {tenant.name} is disconnected")

    other = open_page()
    other.goto(tenant.session()["portal_url"])

    expect(other.get_by_text("Disconnected", exact=True)).to_be_visible()
