"""Documents: why one failed, how that is put right, and sending it again, one or many."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Check
from tests.browser.looks import DESK, PHONE_AT_NIGHT
from tests.browser.person import go_to, reason, row, sign_in
from tests.e2e.tenant import Tenant, order

NOBODYS = {
    "number": "I-7",
    "invoice_date": str(datetime.now(UTC).date()),
    "lines": [{"sku": "BEAN-1KG", "name": "Beans", "quantity": 2, "unit_price": "29.00"}],
}
"""An invoice that names no customer."""
INVOICES = "/portal/documents?collection=invoices"


def send(page: Page) -> None:
    page.get_by_role("button", name="Send to QuickBooks").click()


def test_a_failed_invoice_is_read_put_right_sent_again_and_opened_in_quickbooks(
    page: Page, tenant: Tenant, check_accessible: Check
):
    tenant.quickbooks.add(tenant.realm_id, "Customer", DisplayName="Cash sales")
    tenant.put("invoice-7", NOBODYS, "invoices")
    tenant.wait("invoice-7", "sync_failed", "invoices")
    sign_in(page, tenant, INVOICES)

    failed = row(page, "I-7")
    failed.get_by_role("button", name="Failed").hover()
    expect(reason(failed)).to_contain_text("no default customer is chosen")
    expect(reason(failed)).to_contain_text("Choose a default customer in the settings")

    go_to(page, "Settings")
    page.get_by_role("link", name="Default customer").click()
    page.get_by_role("radio", name="A customer that QuickBooks has").check()
    page.locator(".if-known").get_by_role("combobox").fill("Cash sales")
    page.get_by_role("button", name="Save default customer").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")

    go_to(page, "Documents")
    page.get_by_role("link", name="Invoices").click()
    failed.get_by_role("checkbox").check()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sending to QuickBooks")
    expect(page.get_by_role("alert")).to_contain_text("in QuickBooks")
    check_accessible(page)
    page.get_by_text("Back to the documents").click()
    page.get_by_role("link", name="Invoices").click()
    expect(failed.get_by_text("In QuickBooks", exact=True)).to_be_visible()

    with page.expect_popup() as opened:
        failed.get_by_role("link", name="Open in QuickBooks").click()
    expect(opened.value.get_by_text("I-7").first).to_be_visible()
    expect(opened.value.get_by_text("Cash sales").first).to_be_visible()


@pytest.mark.parametrize("look", [DESK, PHONE_AT_NIGHT], ids=str)
def test_several_are_ticked_and_sent_and_the_others_stay(page: Page, tenant: Tenant, check_accessible: Check):
    tenant.settings({"mode": "manual"})
    for number in range(1, 6):
        tenant.put(f"order-{number}", order(str(number)))
    sign_in(page, tenant, "/portal/documents?collection=purchase-orders")

    page.get_by_label("Select all on this page").check()
    for number in (4, 5):
        page.get_by_role("checkbox", name=str(number), exact=True).uncheck()
    expect(page.get_by_text("3 ticked")).to_be_visible()
    send(page)

    expect(page.get_by_role("alert")).to_have_text("All 3 done: in QuickBooks.")
    expect(page.get_by_role("progressbar", name="Sent so far")).to_have_attribute("value", "3")
    check_accessible(page)
    statuses = [tenant.read(f"order-{number}")["status"] for number in range(1, 6)]
    assert statuses == ["synced", "synced", "synced", "waiting_for_send", "waiting_for_send"]


def test_all_that_failed_are_sent_again_at_once(page: Page, tenant: Tenant):
    for number in range(3):
        tenant.put(
            f"order-{number}", order(f"10{number}", costs=[{"name": "Duty", "amount": 5, "account": "5190 Duty"}])
        )
    for number in range(3):
        tenant.wait(f"order-{number}", "sync_failed")
    tenant.quickbooks.add(tenant.realm_id, "Account", Name="5190 Duty", AccountType="Cost of Goods Sold")
    sign_in(page, tenant, "/portal/documents?collection=purchase-orders&status=sync_failed")

    page.get_by_role("button", name="Send all that failed").click()

    expect(page.get_by_role("alert")).to_have_text("All 3 done: in QuickBooks.")


def test_who_ticks_nothing_is_told(page: Page, tenant: Tenant):
    tenant.push("order-1", order("1"))
    sign_in(page, tenant, "/portal/documents?collection=purchase-orders")

    send(page)

    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent, for nothing is ticked.")


def test_a_preview_shows_the_difference_and_writes_nothing(page: Page, tenant: Tenant, check_accessible: Check):
    tenant.push("order-1", order("1"))
    tenant.settings({"mode": "manual"})
    tenant.put("order-1", order("1", memo="Ring first"))
    sign_in(page, tenant, "/portal/documents?collection=purchase-orders")

    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Purchase order 1")
    check_accessible(page)
    page.get_by_text("Preview", exact=True).click()

    expect(row(page, "Memo").get_by_role("cell").last).to_have_text("Ring first")
    check_accessible(page)
    assert "Memo" not in tenant.orders_in_quickbooks("1")[0]

    send(page)
    expect(page.get_by_text("In QuickBooks", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Send again")).to_be_enabled()
    assert tenant.orders_in_quickbooks("1")[0]["Memo"] == "Ring first"
