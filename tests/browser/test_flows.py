"""A flow, from its creation to everything that QuickBooks had."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Check
from tests.browser.person import sign_in
from tests.e2e.aws import Aws, QuickBooks
from tests.e2e.tenant import Tenant


@pytest.fixture
def large(stack, aws: Aws, quickbooks: QuickBooks) -> Tenant:
    """A tenant with a company of which there is something to copy."""
    tenant = Tenant.new(stack, aws, quickbooks, vendors=10, items=20, purchase_orders=60, bills=120)
    tenant.connect()
    return tenant


def test_a_flow_is_made_and_the_bar_moves_until_all_is_copied(page: Page, large: Tenant, check_accessible: Check):
    sign_in(page, large, "/portal/flows")
    expect(page.get_by_text("There is no flow yet.")).to_be_visible()
    page.evaluate("window.wasNotLoadedAgain = true")

    page.get_by_label("Input").select_option(f"QuickBooks: Company of {large.name}")
    page.get_by_role("button", name="Make the flow").click()

    expect(page.get_by_role("status")).to_have_text("The flow is made and enabled.")
    flow = page.get_by_role("article", name=f"QuickBooks: Company of {large.name} to ")
    expect(flow.get_by_text("Enabled", exact=True)).to_be_visible()
    expect(page.get_by_role("progressbar", name="Copying the last 90 days")).to_be_visible()
    check_accessible(page)
    expect(page.get_by_text("180 documents of the last 90 days were copied")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert page.evaluate("window.wasNotLoadedAgain")


def test_a_flow_is_switched_off_and_on_and_deleted(page: Page, tenant: Tenant):
    flow = {"input": f"quickbooks:{tenant.realm_id}", "output": "shop", "enabled": True}
    tenant.host.call("PUT", "/flows/inbound", flow, expect=(201,))
    sign_in(page, tenant, "/portal/flows")
    card = page.get_by_role("article", name=re.compile("^QuickBooks: .* to "))

    card.get_by_role("button", name="Switch off").click()
    expect(card.get_by_text("Off", exact=True)).to_be_visible()
    card.get_by_role("button", name="Enable").click()
    expect(card.get_by_text("Enabled", exact=True)).to_be_visible()
    card.get_by_text("Delete", exact=False).first.click()
    card.get_by_role("button", name="Delete this flow").click()

    expect(page.get_by_text("There is no flow yet.")).to_be_visible()
    assert tenant.host.call("GET", "/flows", expect=(200,))["items"] == []
