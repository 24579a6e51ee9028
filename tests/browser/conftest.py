"""A real browser at the deployed stack; whatever it complains about fails the test."""

import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.layout import layout_of
from tests.browser import axe
from tests.browser.axe import Check
from tests.browser.chromium import NoChromium, find_chromium, launch
from tests.browser.looks import DESK, Look
from tests.browser.watch import Watch
from tests.e2e.aws import Aws, QuickBooks
from tests.e2e.tenant import Tenant
from tests.installed import NotHere

PATIENCE_MS = 60_000
_FAILED = pytest.StashKey[bool]()

type OpenPage = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Before all others: without a browser no stack needs to start."""
    try:
        return find_chromium()
    except NoChromium as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One process for all tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, launch(playwright, chromium) as browser:
        yield browser


@pytest.fixture
def look() -> Look:
    """A test that wants another one is parametrized with it."""
    return DESK


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Over every page of the test; what they complain about fails it."""
    watch = Watch()
    yield watch
    assert watch.complaints == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch, look: Look, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens a page in a browser that nobody has used; afterwards a failed test leaves pictures of its pages."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**look.options | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield open_page
    watch.hear_out()
    for page in (page for context in contexts for page in context.pages):
        if request.node.stash.get(_FAILED, False):
            page.screenshot(path=_picture(request.node.name, page), full_page=True)
    for context in contexts:
        context.close()


def _picture(test: str, page: Page) -> Path:
    title = re.sub(r"\W+", "-", page.title())
    return layout_of().directory / "browser" / f"{re.sub(r'[^\w-]+', '-', test)}-{title[:40]}.png"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The person's browser."""
    return open_page()


@pytest.fixture(scope="session")
def check_accessible() -> Check:
    """With axe-core."""
    try:
        return partial(axe.check_accessible, axe.install_axe())
    except NotHere as missing:
        pytest.skip(f"axe-core cannot be installed: {missing}")


# The stack behind the pages


@pytest.fixture(scope="session")
def stack(deployed_stack: dict[str, Any]) -> dict[str, Any]:
    """The one that all tests share."""
    return deployed_stack


@pytest.fixture(scope="session")
def aws(stack: dict[str, Any]) -> Aws:
    return Aws(stack)


@pytest.fixture
def quickbooks(stack: dict[str, Any]) -> Iterator[QuickBooks]:
    """The simulator; a test's faults end with it."""
    control = QuickBooks(stack["quickbooks_url"])
    yield control
    control.come_back()


@pytest.fixture
def newcomer(stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks) -> Tenant:
    """A tenant that has not connected anything yet; its company is empty."""
    return Tenant.new(stack, aws, quickbooks)


@pytest.fixture
def tenant(newcomer: Tenant) -> Tenant:
    """A tenant with an empty company connected."""
    newcomer.connect()
    return newcomer


@pytest.fixture
def stranger(stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks) -> Tenant:
    """Another tenant of the same host."""
    return Tenant.new(stack, aws, quickbooks)
