"""A vendor's own page connects a company with connect.js: the example of the documentation, as it stands there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from local.layout import REPOSITORY
from tests.browser.person import approve
from tests.e2e.aws import eventually
from tests.e2e.tenant import Tenant

EXAMPLE = REPOSITORY / "docs" / "examples" / "embed" / "server.py"


@pytest.fixture
def shop(stack: dict[str, Any], newcomer: Tenant) -> Iterator[str]:
    """The vendor's application, in which the newcomer is signed in; its address."""
    url = str(stack["vendor_url"])
    facts = {"LEDGERLINK_URL": stack["api_url"], "LEDGERLINK_KEY": stack["host_api_key"], "TENANT": newcomer.name}
    server = subprocess.Popen([sys.executable, str(EXAMPLE), str(urlsplit(url).port)], env={**os.environ, **facts})
    try:
        eventually(lambda: answers(url), lambda: f"the example at {url}")
        yield url
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=5).ok
        except requests.ConnectionError:
            return False


def test_the_vendors_page_hears_which_company_was_connected(page: Page, shop: str, newcomer: Tenant):
    page.goto(shop)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect to QuickBooks").click()
    opened.value.get_by_role("button", name="Go on to QuickBooks").click()
    with opened.value.expect_event("close"):
        approve(opened.value, newcomer)

    expect(page.get_by_role("status")).to_have_text(f"Company of {newcomer.name} is connected.")
    expect(page.get_by_role("list", name="Connected companies")).to_have_text(f"Company of {newcomer.name}")


def test_who_presses_the_button_before_its_scripts_have_come_is_connected_as_well(
    page: Page, shop: str, newcomer: Tenant
):
    page.context.route("**/portal.js", without_scripts_before_intuit)
    page.goto(shop)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect to QuickBooks").click()
    opened.value.get_by_role("button", name="Go on to QuickBooks").click()
    with opened.value.expect_event("close"):
        approve(opened.value, newcomer)

    expect(page.get_by_role("status")).to_have_text(f"Company of {newcomer.name} is connected.")


def without_scripts_before_intuit(route: Route) -> None:
    if "/oauth/connect" in route.request.frame.url:
        route.fulfill(body="", content_type="text/javascript")
    else:
        route.fallback()


def test_who_closes_the_window_is_told_that_nothing_was_connected(page: Page, shop: str, newcomer: Tenant):
    page.goto(shop)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect to QuickBooks").click()
    expect(opened.value.get_by_role("button", name="Go on to QuickBooks")).to_be_visible()
    with page.expect_response("**/quickbooks/connections"):
        opened.value.close()

    expect(page.get_by_role("status")).to_have_text("The window was closed before a company was connected.")
    assert newcomer.connections == []


def test_where_windows_are_blocked_the_page_says_so(page: Page, shop: str):
    page.add_init_script("window.open = () => null")
    page.goto(shop)

    with page.expect_response("**/quickbooks/sessions"), page.expect_response("**/quickbooks/connections"):
        page.get_by_role("button", name="Connect to QuickBooks").click()

    expect(page.get_by_role("status")).to_contain_text("The browser blocked the window.")


def test_the_vendors_page_leads_to_the_portal(page: Page, shop: str, newcomer: Tenant):
    page.goto(shop)

    page.get_by_role("link", name="Open the QuickBooks pages").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Integrations")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
