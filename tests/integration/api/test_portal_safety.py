"""What holds for every answer of the portal, whatever others wrote and whoever asks."""

from html.parser import HTMLParser

import pytest

from ledgerlink.pages.assets import asset_path
from local.quickbooks import Simulator
from tests.integration.api.portal import Person, words
from tests.integration.api.portal_world import FORMS, PAGES, PUBLIC, Owner
from tests.integration.api.stack import Answer, Stack
from tests.template import Route

HOSTILE = "'\"><img src=x onerror=alert(1) hx-get=/evil></script><script>alert(2)</script>"


@pytest.fixture(scope="module")
def owner(stack: Stack, simulator: Simulator) -> Owner:
    """A tenant in whose things everybody wrote markup."""
    return Owner(stack, simulator, "written-by-others", HOSTILE)


@pytest.fixture(scope="module")
def presser(stack: Stack, simulator: Simulator) -> Owner:
    """A tenant whose buttons are all pressed."""
    return Owner(stack, simulator, "presses-everything", "Plain words")


def route_id(route: Route) -> str:
    return f"{route.method} {route.path}"


def pages_of(owner: Owner, route: Route) -> list[Answer]:
    """With and without whatever can be asked for, and with markup in it."""
    urls = owner.addresses(route)
    return [owner.person.get(url) for one in urls for url in (one, *owner.with_queries(one))]


def assert_safe(answer: Answer) -> None:
    policy = dict(
        directive.strip().partition(" ")[::2] for directive in answer.headers["Content-Security-Policy"][0].split(";")
    )
    assert (policy["default-src"], policy["frame-ancestors"]) == ("'none'", "'none'")
    assert answer.headers["X-Content-Type-Options"] == ["nosniff"]
    assert answer.headers["Referrer-Policy"] == ["no-referrer"]
    assert answer.headers["Cache-Control"] == ["no-store"]


# Headers


@pytest.mark.parametrize("route", PAGES, ids=route_id)
def test_every_page_says_what_it_may_do_and_is_kept_nowhere(stack: Stack, owner: Owner, route: Route) -> None:
    stranger = Person(stack, "someone-else")
    (url, *_) = owner.addresses(route)

    answers = [*pages_of(owner, route), stranger.get(url), stranger.get(f"{url}?session=forged")]
    answers += [stack.call("GET", url), stack.call("GET", url, headers={"HX-Request": "true"})]

    for answer in answers:
        assert_safe(answer)


@pytest.mark.parametrize("route", FORMS, ids=route_id)
def test_every_answer_to_a_form_says_what_it_may_do_and_is_kept_nowhere(presser: Owner, route: Route) -> None:
    (url, *_) = presser.addresses(route)
    token = presser.token(route)

    taken, forged = (presser.person.post(url, [("token", one)]) for one in (token, "forged"))
    nobodys = presser.stack.call("POST", url, raw=b"\xff")

    assert (forged.status, nobodys.status) == (403, 400)
    for answer in (taken, forged, nobodys):
        assert_safe(answer)


def test_the_way_in_by_a_link_is_as_safe(stack: Stack) -> None:
    token = stack.session("by-a-link")["Cookie"].partition("=")[2]

    answer = stack.call("GET", f"/portal?session={token}")

    assert answer.status == 302
    assert_safe(answer)


@pytest.mark.parametrize(
    "url", [*sorted(PUBLIC - {"/portal/assets/{digest}/{name}"}), asset_path("portal.js"), asset_path("pico.min.css")]
)
def test_only_styles_and_scripts_are_kept_by_browsers(stack: Stack, url: str) -> None:
    answer = stack.call("GET", url)

    assert answer.status == 200
    assert answer.headers["Cache-Control"][0].startswith("public, max-age=")
    assert_safe(Answer(200, "", {**answer.headers, "Cache-Control": ["no-store"]}))


@pytest.mark.parametrize("name", ["lost.js", "..%2Fportal.js", "%2e%2e%2f__init__.py", "__init__.py", "README.md"])
def test_nothing_else_is_served_as_a_file(stack: Stack, name: str) -> None:
    answer = stack.call("GET", f"/portal/assets/0/{name}")

    assert answer.status == 404
    assert_safe(answer)


# Markup of others


class Elements(HTMLParser):
    """The elements of a page, as a browser finds them."""

    def __init__(self, page: Answer) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs] or [(tag, "", "")]


ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
SCRIPTS = ("htmx.min.js", "portal.js")


@pytest.mark.parametrize("route", PAGES, ids=route_id)
def test_nothing_that_others_wrote_becomes_an_element_an_attribute_or_an_address(owner: Owner, route: Route) -> None:
    pages = [page for page in pages_of(owner, route) if page.headers["Content-Type"][0].startswith("text/html")]

    assert any("<img src=x" in words(page) for page in pages) == bool(pages)
    for page in pages:
        for tag, name, value in Elements(page).attributes:
            assert tag != "img"
            assert not name.startswith(("on", "hx-on", "data-hx-", "style"))
            assert tag != "script" or name != "src" or value.endswith(SCRIPTS)
            assert (
                name not in ADDRESSES
                or value.startswith(("https://api.ledgerlink.test/dev/", "#", "data:,"))
                or is_quickbooks(value)
            )


def is_quickbooks(address: str) -> bool:
    return address.startswith("http://127.0.0.1:") and "/app/" in address
