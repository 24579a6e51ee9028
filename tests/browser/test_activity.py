"""What was tried, and why it failed: read with the mouse, the keyboard and a finger."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Check
from tests.browser.conftest import OpenPage
from tests.browser.looks import PHONE
from tests.browser.person import reason, row, sign_in, tab_to
from tests.e2e.aws import QuickBooks
from tests.e2e.tenant import Tenant, order

WORDS = "The books are being audited"


@pytest.fixture
def refused(tenant: Tenant, quickbooks: QuickBooks) -> Tenant:
    """A tenant of whose two orders one was refused by QuickBooks."""
    tenant.push("order-1", order("1"))
    match = {"realm_id": tenant.realm_id, "operation": "create", "entity": "PurchaseOrder"}
    quickbooks.fail({"fault_code": "6000", "detail": WORDS}, times=None, **match)
    tenant.put("order-2", order("2"))
    tenant.wait("order-2", "sync_failed")
    return tenant


def open_activity(page: Page, tenant: Tenant) -> Locator:
    """The page, and on it the row of what was given up."""
    sign_in(page, tenant, "/portal/activity")
    return row(page, "Gave up")


def test_the_reason_is_read_by_pointing_at_the_badge(page: Page, refused: Tenant, check_accessible: Check):
    given_up = open_activity(page, refused)
    expect(reason(given_up)).to_be_hidden()

    given_up.get_by_role("button", name="Gave up").hover()

    expect(reason(given_up)).to_be_visible()
    expect(reason(given_up)).to_contain_text(WORDS)
    check_accessible(page)


def test_the_reason_is_read_and_closed_with_the_keyboard(page: Page, refused: Tenant):
    given_up = open_activity(page, refused)

    tab_to(page, given_up.get_by_role("button", name="Gave up"))
    expect(reason(given_up)).to_be_visible()
    page.keyboard.press("Escape")

    expect(reason(given_up)).to_be_hidden()
    expect(given_up.get_by_role("button", name="Gave up")).to_be_focused()


@pytest.mark.parametrize("look", [PHONE], ids=str)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_reason_is_read_with_a_finger(open_page: OpenPage, refused: Tenant, scripts: bool):
    page = open_page(has_touch=True, is_mobile=True, java_script_enabled=scripts)
    given_up = open_activity(page, refused)

    given_up.get_by_role("button", name="Gave up").tap()

    expect(reason(given_up)).to_be_in_viewport(ratio=1)


def test_intuits_transaction_id_can_be_copied(page: Page, refused: Tenant):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tid = refused.read("order-2")["last_error"]["intuit_tid"]
    given_up = open_activity(page, refused)

    given_up.get_by_role("button", name="Gave up").hover()
    reason(given_up).get_by_role("button", name="Copy").click()

    expect(reason(given_up).get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == tid


def test_only_what_was_given_up_is_shown_when_asked_for(page: Page, refused: Tenant):
    open_activity(page, refused)

    page.get_by_label("Outcome").select_option("Gave up")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.get_by_role("link", name="Show everything")).to_be_visible()
    expect(page.locator("tbody").get_by_role("row")).to_have_count(1)
    expect(page.get_by_label("Outcome")).to_have_value("gave_up")


def test_all_of_it_is_taken_along_as_a_file(page: Page, refused: Tenant, tmp_path: Path):
    open_activity(page, refused)

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "activity.csv")

    rows = list(csv.DictReader((tmp_path / "activity.csv").open(encoding="utf-8-sig")))
    assert len(rows) == 3
    assert [one for one in rows if WORDS in " ".join(one.values())]
