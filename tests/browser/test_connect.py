"""A person connects QuickBooks and disconnects it, in the browser and with Intuit's pages in between."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from playwright.sync_api import Page, expect

from ledgerlink.api.callers import SESSION_COOKIE, SessionTokens
from ledgerlink.pages.portal import PAGES
from ledgerlink.usecases.connections.start_session import SESSION_LIFETIME
from tests.browser.axe import Check
from tests.browser.looks import LOOKS
from tests.browser.person import address, approve, company, sign_in, tab_to
from tests.browser.watch import Watch
from tests.e2e.aws import Aws, QuickBooks
from tests.e2e.tenant import Tenant

CONNECT = "Connect to QuickBooks"


@dataclass(frozen=True)
class Key:
    """The one that signs sessions."""

    value: str

    def values(self) -> list[str]:
        return [self.value]

    refetched = values


# Connecting


def test_by_the_hosts_link_a_full_page_leads_to_intuit_and_back(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Connect a QuickBooks company to {newcomer.name}")

    page.get_by_role("button", name="Go on to QuickBooks").click()
    approve(page, newcomer)

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is connected")
    page.get_by_text("Go on", exact=True).click()
    expect(company(page, newcomer).get_by_text("Connected", exact=True)).to_be_visible()
    assert [connection["status"] for connection in newcomer.connections] == ["connected"]


def test_the_session_does_not_stay_in_the_address_or_the_history(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])
    sign_in(page, newcomer)

    shown = page.url
    page.go_back()

    assert "session" not in shown
    assert "session" not in page.url


def test_in_a_popup_that_closes_itself_and_the_page_behind_shows_the_company(page: Page, newcomer: Tenant):
    sign_in(page, newcomer)
    page.evaluate("window.wasNotLoadedAgain = true")

    with page.expect_popup() as opened:
        page.get_by_role("button", name=CONNECT).click()
    with opened.value.expect_event("close"):
        approve(opened.value, newcomer)

    connected = company(page, newcomer)
    expect(connected.get_by_text("Connected", exact=True)).to_be_visible()
    expect(connected).to_contain_text("Connected on")
    expect(connected).to_contain_text("Sandbox")
    expect(page.get_by_role("status").filter(has_text="is connected.")).to_have_count(1)
    assert page.evaluate("window.wasNotLoadedAgain")


def test_where_popups_are_blocked_the_page_itself_goes_to_intuit(page: Page, newcomer: Tenant):
    page.add_init_script("window.open = () => null")
    sign_in(page, newcomer)

    page.get_by_role("button", name=CONNECT).click()
    approve(page, newcomer)

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is connected")


def test_a_second_company_is_connected_beside_the_first(page: Page, tenant: Tenant, quickbooks: QuickBooks):
    quickbooks.new_company(f"Company of {tenant.name} overseas")
    sign_in(page, tenant)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect another company").click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("radio", name=f"Company of {tenant.name} overseas").check()
        opened.value.get_by_role("button", name="Connect", exact=True).click()

    expect(page.get_by_role("region", name=f"Company of {tenant.name} overseas")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True)).to_have_count(2)
    expect(page.get_by_text("Two companies are connected.")).to_be_visible()


def test_who_cancels_at_intuit_is_told_what_helps_and_nothing_is_connected(
    page: Page, newcomer: Tenant, watch: Watch, check_accessible: Check
):
    watch.expect(HTTPStatus.BAD_REQUEST)
    page.goto(newcomer.session()["connect_url"])
    page.get_by_role("button", name="Go on to QuickBooks").click()

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("QuickBooks was not connected.")
    expect(page.get_by_text("You need to be an administrator of the company in QuickBooks.")).to_be_visible()
    check_accessible(page)
    assert newcomer.connections == []


def test_a_company_that_another_tenant_has_is_refused_with_the_way_out(
    page: Page, tenant: Tenant, stranger: Tenant, watch: Watch
):
    watch.expect(HTTPStatus.CONFLICT)
    page.goto(stranger.session()["connect_url"])
    page.get_by_role("button", name="Go on to QuickBooks").click()

    approve(page, tenant)

    expect(page.get_by_text("Disconnect it in the other one first.")).to_be_visible()
    assert stranger.connections == []


# Disconnecting, and connecting again


def test_a_company_is_disconnected_after_a_page_that_says_what_happens_and_what_does_not(page: Page, tenant: Tenant):
    sign_in(page, tenant)

    company(page, tenant).get_by_role("link", name="Disconnect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Disconnect Company of {tenant.name}?")
    expect(page.get_by_text("Nothing is deleted or changed in QuickBooks.")).to_be_visible()
    page.get_by_role("button", name="Disconnect").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {tenant.name} is disconnected")
    assert [connection["status"] for connection in tenant.connections] == ["disconnected"]


def test_who_thinks_better_of_it_stays_connected(page: Page, tenant: Tenant):
    sign_in(page, tenant)

    company(page, tenant).get_by_role("link", name="Disconnect").click()
    page.get_by_role("link", name="Keep it connected").click()

    expect(company(page, tenant).get_by_text("Connected", exact=True)).to_be_visible()
    assert [connection["status"] for connection in tenant.connections] == ["connected"]


def test_a_company_that_was_disconnected_is_connected_again(page: Page, tenant: Tenant):
    tenant.disconnect()
    sign_in(page, tenant)
    expect(company(page, tenant).get_by_text("Disconnected", exact=True)).to_be_visible()

    with page.expect_popup() as opened:
        page.get_by_role("button", name=CONNECT).click()
    with opened.value.expect_event("close"):
        approve(opened.value, tenant)

    expect(company(page, tenant).get_by_text("Connected", exact=True)).to_be_visible()
    assert [connection["status"] for connection in tenant.connections] == ["connected"]


def test_a_company_that_was_disconnected_inside_quickbooks_asks_to_be_connected_again(
    page: Page, tenant: Tenant, quickbooks: QuickBooks, aws: Aws
):
    quickbooks.call("POST", "revoke", {"realm_id": tenant.realm_id})
    tenant.put("s-1", {"name": "Mill Lane"}, "suppliers")
    tenant.wait("s-1", "sync_failed", "suppliers")
    sign_in(page, tenant)
    expect(company(page, tenant).get_by_text("QuickBooks no longer lets us into")).to_be_visible()

    with page.expect_popup() as opened:
        company(page, tenant).get_by_role("button", name="Connect again").click()
    with opened.value.expect_event("close"):
        approve(opened.value, tenant)

    expect(company(page, tenant).get_by_text("Connected", exact=True)).to_be_visible()


# Sessions


def test_a_link_for_another_tenant_asks_before_it_takes_over_the_browser(
    page: Page, tenant: Tenant, stranger: Tenant, check_accessible: Check
):
    sign_in(page, tenant)
    expect(company(page, tenant)).to_be_visible()

    page.goto(stranger.session()["portal_url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Go on as {stranger.name}?")
    check_accessible(page)
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("button", name=CONNECT)).to_be_visible()
    expect(page.get_by_text(f"Company of {tenant.name}")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_a_session_that_has_ended_leads_to_a_page_that_says_how_to_come_back(
    page: Page, newcomer: Tenant, aws: Aws, watch: Watch, check_accessible: Check, path: str
):
    watch.expect(HTTPStatus.UNAUTHORIZED)
    with time_machine.travel(datetime.now(UTC) - SESSION_LIFETIME - timedelta(minutes=1)):
        ended = SessionTokens(Key(aws.secret("SessionSecret"))).sign(newcomer.name)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": ended, "url": newcomer.stack["api_url"]}])

    page.goto(address(newcomer, path))

    expect(page.get_by_role("heading", level=1)).to_have_text("This session has ended.")
    expect(page.get_by_text("Open QuickBooks there once more.")).to_be_visible()
    check_accessible(page)


def test_who_presses_a_button_after_the_session_has_ended_is_told_that_nothing_was_saved(
    page: Page, tenant: Tenant, watch: Watch
):
    watch.expect(HTTPStatus.UNAUTHORIZED)
    sign_in(page, tenant, "/portal/settings")
    page.context.clear_cookies(name=SESSION_COOKIE)

    page.get_by_label("Auto invoice").uncheck()
    page.get_by_role("button", name="Save integration").click()

    expect(page.get_by_text("What you sent just now was not saved")).to_be_visible()


# Everybody


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_everybody_can_use_the_pages_on_the_way(page: Page, newcomer: Tenant, check_accessible: Check):
    page.goto(newcomer.session()["connect_url"])
    check_accessible(page)

    page.get_by_role("button", name="Go on to QuickBooks").click()
    approve(page, newcomer)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is connected")
    check_accessible(page)

    sign_in(page, newcomer)
    company(page, newcomer).get_by_role("link", name="Disconnect").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is disconnected")
    check_accessible(page)


def test_a_company_is_connected_and_disconnected_with_the_keyboard_alone(page: Page, newcomer: Tenant):
    page.goto(newcomer.session()["connect_url"])

    tab_to(page, page.get_by_role("button", name="Go on to QuickBooks"))
    page.keyboard.press("Enter")
    page.get_by_role("radio", name=f"Company of {newcomer.name} ").focus()
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Connect", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_text("Go on", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, company(page, newcomer).get_by_role("link", name="Disconnect"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Disconnect"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Company of {newcomer.name} is disconnected")
