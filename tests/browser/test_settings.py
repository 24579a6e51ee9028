"""Settings: what is chosen is kept, what is wrong is named, and who changed what is known."""

from http import HTTPStatus

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Check
from tests.browser.looks import LOOKS
from tests.browser.person import go_to, row, sign_in
from tests.browser.watch import Watch
from tests.e2e.tenant import Tenant

SECTIONS = (
    "General",
    "What is sent",
    "Accounts",
    "Default customer",
    "New products",
    "Reading from QuickBooks",
    "Instances",
    "Organic goods",
    "Changes",
)


def open_section(page: Page, name: str) -> None:
    section = page.get_by_role("navigation", name="Settings").get_by_role("link", name=name)
    section.click()
    expect(section).to_have_attribute("aria-current", "true")


def save(page: Page, button: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_everybody_can_use_every_section(page: Page, tenant: Tenant, check_accessible: Check):
    sign_in(page, tenant, "/portal/settings")

    for name in SECTIONS:
        open_section(page, name)
        check_accessible(page)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"


def test_documents_are_sent_once_a_day_from_now_on_and_it_is_known_who_said_so(page: Page, tenant: Tenant):
    sign_in(page, tenant, "/portal/settings")

    page.get_by_role("radio", name="Once a day").check()
    page.get_by_label("Time of the daily run").fill("03:30")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    save(page, "Save times")

    expect(page.get_by_role("radio", name="Once a day")).to_be_checked()
    expect(page.get_by_text("Times are in Europe/Berlin.")).to_be_visible()
    open_section(page, "Changes")
    expect(row(page, "Time of the daily run")).to_be_visible()
    settings = tenant.host.call("GET", f"/connections/{tenant.realm_id}/settings", expect=(200,))["settings"]
    assert (settings["mode"], settings["daily_at"], settings["time_zone"]) == ("daily", "03:30", "Europe/Berlin")


def test_what_is_wrong_is_named_and_what_was_typed_stays(
    page: Page, tenant: Tenant, watch: Watch, check_accessible: Check
):
    watch.expect(HTTPStatus.BAD_REQUEST)
    sign_in(page, tenant, "/portal/settings")

    page.get_by_label("Time zone").fill("Atlantis/Center")
    page.get_by_role("button", name="Save times").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    expect(page.get_by_label("Time zone")).to_have_value("Atlantis/Center")
    expect(page.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")
    check_accessible(page)


def test_the_integration_is_switched_off_and_on(page: Page, tenant: Tenant):
    sign_in(page, tenant)
    go_to(page, "Settings")

    page.get_by_label("Send documents to QuickBooks").uncheck()
    save(page, "Save integration")
    held = tenant.put("s-1", {"name": "Mill Lane"}, "suppliers")
    page.get_by_label("Send documents to QuickBooks").check()
    save(page, "Save integration")

    assert held["status"] == "integration_off"
    assert tenant.push("s-2", {"name": "Harbor Tea"}, "suppliers")["status"] == "synced"
