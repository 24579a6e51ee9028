"""What a person at a tenant does, in words of the pages; each waits for what it leads to."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.tenant import Tenant


def address(tenant: Tenant, path: str) -> str:
    """Of a page of the stack."""
    return f"{tenant.stack['api_url']}{path}"


def sign_in(page: Page, tenant: Tenant, path: str = "/portal") -> None:
    """Come from the host's application, and go on to a page of the portal."""
    page.goto(tenant.session()["portal_url"])
    expect(navigation(page)).to_be_visible()
    if path != "/portal":
        page.goto(address(tenant, path))


def navigation(page: Page) -> Locator:
    """The links to all pages."""
    return page.get_by_role("navigation", name="Pages")


def go_to(page: Page, name: str) -> None:
    """By the navigation."""
    navigation(page).get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def company(page: Page, tenant: Tenant) -> Locator:
    """What the Integrations page says of the tenant's company."""
    return page.get_by_role("region", name=f"Company of {tenant.name}")


def approve(page: Page, tenant: Tenant) -> None:
    """On Intuit's page: choose the tenant's company and connect it."""
    page.get_by_role("radio", name=f"Company of {tenant.name} ").check()
    page.get_by_role("button", name="Connect", exact=True).click()


def row(page: Page, text: str) -> Locator:
    """Of a list, by something that stands in it."""
    return page.get_by_role("row").filter(has_text=text)


def reason(row: Locator) -> Locator:
    """Of a row that failed: what its badge tells."""
    return row.locator("[popover]")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; fails if it never gets it, or if nobody can see that it has it."""
    expect(target).to_be_visible()
    for _ in range(page.locator("a, button, input, select, textarea, summary, [tabindex]").count() + 1):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    shown = target.evaluate("element => { const s = getComputedStyle(element); return [s.outlineStyle, s.boxShadow] }")
    assert shown != ["none", "none"], "the focus cannot be seen"
