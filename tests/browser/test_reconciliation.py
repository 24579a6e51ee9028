"""Organic goods are certified, and a month is compared with QuickBooks."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Check
from tests.browser.person import row, sign_in
from tests.browser.watch import Watch
from tests.e2e.inbound import Inbound, line
from tests.e2e.tenant import SUPPLIER, Tenant, order


@pytest.fixture
def organic(tenant: Tenant) -> Inbound:
    """A tenant with an order of organic oats and of paper cups."""
    inbound = Inbound(tenant)
    inbound.switch_on()
    oats, cups = inbound.add_item("Organic oats"), inbound.add_item("Paper cups")
    inbound.add_order(inbound.add_vendor(SUPPLIER), line(oats, 10), line(cups, 100), DocNumber="GV-7")
    inbound.poll()
    return inbound


def form(page: Page) -> Locator:
    return page.get_by_role("form", name="Organic oats, purchase order GV-7")


def certify(page: Page, expires: str) -> None:
    form(page).get_by_label("Lot number").fill("L-7")
    form(page).get_by_label("Expiration date").fill(expires)
    form(page).get_by_label("Certified by").fill("Ada Brooks")
    form(page).get_by_role("button", name="Certify").click()


def test_an_order_is_certified_line_by_line(page: Page, organic: Inbound, check_accessible: Check):
    sign_in(page, organic.tenant, "/portal/reconciliation")
    expect(page.get_by_text("Paper cups")).to_have_count(0)

    certify(page, "2999-12-31")

    expect(page.get_by_role("status").first).to_have_text("The certificate is saved.")
    expect(page.get_by_text("Nothing awaits certification.")).to_be_visible()
    expect(row(page, "Organic oats")).to_contain_text("Lot L-7, expires 31 Dec 2999")
    check_accessible(page)
    assert organic.certifications() == []


def test_a_date_that_has_passed_is_asked_about_and_nothing_has_to_be_typed_again(
    page: Page, organic: Inbound, watch: Watch, check_accessible: Check
):
    watch.expect(HTTPStatus.BAD_REQUEST)
    sign_in(page, organic.tenant, "/portal/reconciliation")

    certify(page, "1999-12-31")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(form(page).get_by_label("Lot number")).to_have_value("L-7")
    check_accessible(page)
    form(page).get_by_label("The date is meant although it has passed").check()
    form(page).get_by_role("button", name="Certify").click()

    expect(row(page, "Organic oats")).to_contain_text("Expired")


def test_a_month_is_compared_with_quickbooks_and_says_what_differs(page: Page, tenant: Tenant, check_accessible: Check):
    today = datetime.now(UTC).date()
    tenant.push("order-1", order("1", order_date=str(today)))
    removed = tenant.push("order-2", order("2", order_date=str(today)))["quickbooks"]["id"]
    sign_in(page, tenant, "/portal/reconciliation")

    page.get_by_role("combobox", name="Month").select_option(f"{today:%B %Y}")
    page.get_by_role("button", name="Compare with QuickBooks").click()
    expect(row(page, "Purchase orders").get_by_text("The same")).to_be_visible()
    check_accessible(page)
    tenant.quickbooks.delete(tenant.realm_id, "PurchaseOrder", removed)
    page.get_by_role("button", name="Compare with QuickBooks").click()

    expect(row(page, "Purchase orders").get_by_text("1 differs")).to_be_visible()
    expect(
        page.get_by_role("region", name="Purchase orders that differ").get_by_role("link", name="2", exact=True)
    ).to_be_visible()
