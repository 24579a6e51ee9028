"""Every page of the portal, with a shop's data and without any: for everybody, at every size, by day and by night."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ledgerlink.pages.portal import PAGES
from local.demo.shop import COMPANY, TENANT_NAME, Shop
from local.demo.shop_documents import WITHOUT_CUSTOMER
from tests.browser.axe import Check
from tests.browser.conftest import OpenPage
from tests.browser.looks import LOOKS, PHONE, Look
from tests.browser.person import address, row
from tests.browser.watch import Watch
from tests.e2e.tenant import Tenant

BESIDE = {
    "/portal/documents?collection=invoices": "Documents",
    "/portal/documents/invoices/invoice-2207": "Documents",
}
"""Addresses that no link of the navigation names, with the page that they belong to."""

every_page = pytest.mark.parametrize(("path", "name"), (PAGES | BESIDE).items(), ids=[*PAGES, *BESIDE])
every_look = pytest.mark.parametrize("look", LOOKS, ids=str)


@pytest.fixture(scope="session")
def shop(stack: dict[str, Any]) -> Shop:
    """A season of a coffee importer; these tests only look at it."""
    shop = Shop(stack)
    shop.open()
    return shop


def visit(page: Page, shop: Shop, path: str) -> None:
    """As a person of the shop."""
    page.goto(shop.host.call("POST", "/sessions", expect=(201,))["portal_url"])
    page.goto(shop.stack["api_url"] + path)


@every_page
@every_look
def test_everybody_can_use_the_page_and_nothing_sticks_out(
    page: Page, shop: Shop, check_accessible: Check, path: str, name: str, look: Look
):
    visit(page, shop, path)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    check_accessible(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    if look.width == PHONE.width:
        page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)).to_have_attribute(
        "aria-current", "page"
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_has_nothing_to_show_says_so(page: Page, newcomer: Tenant, check_accessible: Check, path: str):
    page.goto(newcomer.session()["portal_url"])

    page.goto(address(newcomer, path))

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    check_accessible(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_without_scripts(open_page: OpenPage, shop: Shop, path: str):
    page = open_page(java_script_enabled=False)

    visit(page, shop, path)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("path", [*PAGES, *BESIDE])
def test_a_second_tenant_sees_nothing_of_the_first(page: Page, shop: Shop, tenant: Tenant, watch: Watch, path: str):
    watch.expect(HTTPStatus.NOT_FOUND)
    page.goto(tenant.session()["portal_url"])

    page.goto(address(tenant, path))

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    seen = page.content()
    assert [told for told in (TENANT_NAME, COMPANY, WITHOUT_CUSTOMER, "Finca", "GV-30") if told in seen] == []


def test_the_navigation_leads_everywhere_and_the_reader_goes_along(page: Page, shop: Shop):
    visit(page, shop, "/portal")

    for path, name in list(PAGES.items())[1:]:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"{path}(\\?.*)?$"))
        expect(page).to_have_title(re.compile(f"^{name}"))
        expect(page.get_by_role("main")).to_be_focused()

    page.go_back()
    expect(page).to_have_title(re.compile("^Reconciliation"))


def test_who_comes_with_the_keyboard_skips_the_navigation(page: Page, shop: Shop):
    visit(page, shop, "/portal/activity")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("look", [PHONE], ids=str)
def test_on_a_phone_a_row_says_what_each_part_of_it_is(page: Page, shop: Shop):
    visit(page, shop, "/portal/documents?collection=invoices")

    total = row(page, WITHOUT_CUSTOMER).locator("td[data-label='Total']")
    expect(total).to_have_css("display", re.compile("block|flex|grid"))
    assert total.evaluate("cell => getComputedStyle(cell, '::before').content").startswith('"Total')
