"""What a browser complains about is heard: otherwise the other tests would prove nothing by its silence."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import Check
from tests.browser.watch import Watch

SITE = "https://pages.example"
STRICT = "default-src 'none'; img-src data:; script-src 'nonce-good'; style-src 'nonce-good'"

type Show = Callable[..., Page]


@pytest.fixture
def heard() -> Watch:
    """One that fails no test."""
    return Watch()


@pytest.fixture
def show(browser: Browser, heard: Watch) -> Iterator[Show]:
    """Shows a page of this content under a strict policy."""
    context = browser.new_context()
    heard.over(context)
    page = context.new_page()

    def show(content: str, status: HTTPStatus = HTTPStatus.OK) -> Page:
        head = '<meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">'
        body = f'<!doctype html><html lang="en"><head>{head}</head><body>{content}</body></html>'
        headers = {"Content-Security-Policy": STRICT, "Content-Type": "text/html"}
        context.route(f"{SITE}/", lambda route: route.fulfill(status=status, headers=headers, body=body))
        page.goto(f"{SITE}/")
        return page

    yield show
    context.close()


def test_a_page_that_keeps_the_rules_is_quiet(show: Show, heard: Watch):
    show("<main><h1>Hello</h1></main><script nonce='good'>document.title = 'Hello'</script>")

    heard.hear_out()

    assert heard.complaints == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("<script nonce='good'>console.error('told')</script>", "console: told"),
        ("<script nonce='good'>missing()</script>", "script: missing is not defined"),
        ("<script>1</script>", "Content-Security-Policy: script-src-elem refuses inline"),
        ("<p style='color: red'>Red</p>", "Content-Security-Policy: style-src-attr refuses inline"),
        ("<button onclick='1'>Press</button>", "Content-Security-Policy: script-src-attr refuses inline"),
        ("<script nonce='good'>fetch('https://elsewhere.example')</script>", "connect-src refuses"),
        ("<script nonce='good' src='http://127.0.0.1:9/'></script>", "not loaded: net::ERR_"),
    ],
)
def test_what_breaks_on_a_page_is_heard(show: Show, heard: Watch, content: str, complaint: str):
    show(content)

    heard.hear_out()

    assert [told for told in heard.complaints if complaint in told], heard.complaints


def test_an_answer_that_nobody_expected_is_heard(show: Show, heard: Watch):
    show("<h1>Gone</h1>", HTTPStatus.GONE)

    heard.hear_out()

    assert heard.complaints == [f"{SITE}/: answered 410"]


def test_an_answer_that_the_test_asked_for_is_no_complaint(show: Show, heard: Watch):
    heard.expect(HTTPStatus.GONE)

    show("<h1>Gone</h1>", HTTPStatus.GONE)
    heard.hear_out()

    assert heard.complaints == []


def test_a_popup_is_heard_as_well(show: Show, heard: Watch):
    page = show("<a target='_blank' href='/'>Open</a><script nonce='good'>if (opener) missing()</script>")

    with page.expect_popup() as popup:
        page.evaluate("open('/')")
    popup.value.wait_for_load_state()
    heard.hear_out()

    assert heard.complaints == [f"{SITE}/: script: missing is not defined"]


def test_a_page_that_cannot_be_read_aloud_is_refused_with_the_rule_and_the_place(
    show: Show, heard: Watch, check_accessible: Check
):
    page = show("<main><h1>A page</h1><img id='logo' src='data:,'></main>")

    with pytest.raises(AssertionError, match=r"(?s)image-alt \(critical\).*#logo"):
        check_accessible(page)

    heard.hear_out()
    assert heard.complaints == []


def test_a_page_that_can_be_read_aloud_passes_under_a_strict_policy(show: Show, heard: Watch, check_accessible: Check):
    page = show("<main><h1>A page</h1><p>Words.</p></main>")

    check_accessible(page)

    heard.hear_out()
    assert heard.complaints == []
