"""``python -m tests.browser.screenshots``: a picture of every page of the portal, with a shop's data, into docs."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.demo.shop import Shop
from local.demo.shop_documents import WITHOUT_CUSTOMER
from local.layout import REPOSITORY
from local.ports import free_ports
from local.stack import down, up
from tests.browser.chromium import NoChromium, find_chromium, launch
from tests.browser.looks import PHONE, Look
from tests.browser.person import reason

PICTURES = REPOSITORY / "docs" / "screenshots"
DAY, NIGHT, TALL_DAY = Look("light", 1280, 760), Look("dark", 1280, 760), Look("light", 1280, 830)


class Shot(NamedTuple):
    """A picture: its name, the page's address in the portal, how it is seen, and what a person does there first."""

    name: str
    address: str
    look: Look = DAY
    do: Callable[[Page], None] = lambda page: None


def _read_why(page: Page) -> None:
    row = page.get_by_role("row").filter(has_text=WITHOUT_CUSTOMER)
    row.get_by_role("button", name="Failed").hover()
    expect(reason(row)).to_be_visible()


def _compare(page: Page) -> None:
    page.get_by_role("button", name="Compare with QuickBooks").click()
    expect(page.get_by_role("heading", name="Totals")).to_be_visible()


SHOTS = (
    Shot("integrations", ""),
    Shot("flows", "/flows"),
    Shot("settings", "/settings"),
    Shot("mappings", "/mappings"),
    Shot("documents", "/documents?collection=invoices", TALL_DAY, _read_why),
    Shot("document", "/documents/purchase-orders/order-1045"),
    Shot("preview", "/documents/purchase-orders/order-1048/preview"),
    Shot("activity", "/activity"),
    Shot("reconciliation", "/reconciliation"),
    Shot("month", "/reconciliation", do=_compare),
    Shot("help", "/help"),
    Shot("documents-dark", "/documents?collection=purchase-orders", NIGHT),
    Shot("integrations-phone", "", PHONE),
    Shot("activity-phone", "/activity", PHONE),
)


def take(browser: Browser, portal_url: str, session_url: str, shot: Shot, into: Path) -> None:
    """One picture, in a browser that has just been signed in."""
    context = browser.new_context(**shot.look.options, device_scale_factor=1)
    page = context.new_page()
    page.goto(session_url)
    answer = page.goto(portal_url + shot.address)
    assert answer is not None
    assert answer.ok, f"{shot.address} answered {answer.status}"
    shot.do(page)
    page.screenshot(path=into / f"{shot.name}.png", animations="disabled")
    context.close()


def main() -> int:
    """Return the exit code. The stack is one of its own, and is removed afterwards."""
    try:
        program = find_chromium()
    except NoChromium as missing:
        print(missing, file=sys.stderr)
        return 1
    aws_port, quickbooks_port = free_ports(2)
    with TemporaryDirectory() as directory:
        try:
            _take_all(up(directory=directory, aws_port=aws_port, quickbooks_port=quickbooks_port), program)
        finally:
            down(directory=directory, clean=True)
    return 0


def _take_all(stack: dict[str, Any], program: str) -> None:
    shop = Shop(stack)
    shop.open()
    session = shop.host.call("POST", "/sessions", expect=(201,))["portal_url"]
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, launch(playwright, program) as browser:
        for shot in SHOTS:
            take(browser, stack["portal_url"], session, shot, PICTURES)
            print(f"docs/screenshots/{shot.name}.png", flush=True)


if __name__ == "__main__":
    sys.exit(main())
