"""What documents name is matched with what QuickBooks has."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Check
from tests.browser.person import go_to, row, sign_in
from tests.e2e.inbound import Inbound
from tests.e2e.tenant import Tenant, order


@pytest.fixture
def unknown_code(tenant: Tenant) -> Tenant:
    """A tenant of whose orders one names an account that QuickBooks does not have."""
    tenant.put("order-1", order("1", costs=[{"name": "Duty", "amount": 5, "account": "5190 Duty"}]))
    tenant.wait("order-1", "sync_failed")
    return tenant


def test_an_expense_code_is_matched_by_hand_and_the_order_goes_through(
    page: Page, unknown_code: Tenant, check_accessible: Check
):
    sign_in(page, unknown_code, "/portal/mappings")
    page.get_by_role("link", name="Expense codes").click()

    row(page, "5190 Duty").get_by_text("Choose from QuickBooks").click()
    page.get_by_label("Search QuickBooks").fill("freight")
    page.get_by_role("button", name="Search").click()
    expect(row(page, "Freight In")).to_be_visible()
    check_accessible(page)
    row(page, "Freight In").get_by_role("button", name="Use this").click()
    expect(page.get_by_role("status").first).to_contain_text("Matched.")
    expect(row(page, "5190 Duty")).to_contain_text("By hand")
    check_accessible(page)
    page.get_by_role("link", name="those that failed").click()
    row(page, "Failed").get_by_role("checkbox").check()
    page.get_by_role("button", name="Send to QuickBooks").click()

    expect(page.get_by_role("alert")).to_contain_text("in QuickBooks")
    assert unknown_code.read("order-1")["status"] == "synced"


def test_a_product_is_matched_by_the_suggestion(page: Page, tenant: Tenant):
    Inbound(tenant).add_item("Ethiopian beans 1 kg")
    tenant.settings({"kinds": {"products": {"create": False}}})
    tenant.put("order-1", order("1"))
    tenant.wait("order-1", "sync_failed")
    sign_in(page, tenant, "/portal/mappings")

    page.get_by_role("button", name="Use this: Ethiopian beans 1 kg").click()

    expect(page.get_by_role("status").first).to_contain_text("Matched.")
    expect(row(page, "Ethiopia beans 1 kg")).to_contain_text("Ethiopian beans 1 kg")


def test_a_match_is_searched_and_forgotten(page: Page, tenant: Tenant):
    tenant.push("s-1", {"name": "Mill Lane Packaging"}, "suppliers")
    tenant.push("s-2", {"name": "Harbor Tea"}, "suppliers")
    sign_in(page, tenant, "/portal/mappings")
    page.get_by_role("link", name="Suppliers", exact=True).click()

    page.get_by_label("Search suppliers").fill("mill")
    page.get_by_role("button", name="Search").click()
    expect(row(page, "Harbor Tea")).to_have_count(0)
    row(page, "Mill Lane Packaging").get_by_text("Forget…").click()
    row(page, "Mill Lane Packaging").get_by_role("button", name="Forget this match").click()

    expect(page.get_by_role("status").first).to_have_text("The match is forgotten.")
    go_to(page, "Mappings")
    page.get_by_role("link", name="Suppliers", exact=True).click()
    expect(row(page, "Harbor Tea")).to_be_visible()
