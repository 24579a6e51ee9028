"""Sessions and buttons against those who can set cookies, make links, or send forms from elsewhere."""

from itertools import count
from urllib.parse import urlencode

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.wiring import wiring
from tests.integration.api.portal import Person
from tests.integration.api.portal_world import FORMS, token_for
from tests.integration.api.stack import Stack

_numbers = count(1)
SWITCH = next(route for route in FORMS if route.path == "/portal/session")


@pytest.fixture
def person(stack: Stack) -> Person:
    person = Person(stack, f"visitor-{next(_numbers)}")
    stack.connect(person.tenant, person.realm_id)
    return person


def cookies(person: Person) -> str:
    return "; ".join(f"{name}={value}" for name, value in person.jar.items())


@pytest.mark.parametrize("more", ["=", "; ", "=\r\nX-Injected: 1", "=; Domain=localhost", "ü"])
def test_a_session_with_anything_behind_it_is_none(stack: Stack, more: str) -> None:
    """Its signature is base64, whose readers skip what is none: nothing of that may get into a header."""
    token = stack.session("followed")["Cookie"].partition("=")[2]

    answer = stack.call("GET", f"/portal?{urlencode({'session': token + more})}")

    assert answer.status == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("sent_from", "status"), [("same-origin", 303), ("none", 303), ("same-site", 403), ("cross-site", 403)]
)
def test_a_button_of_another_site_does_nothing_even_with_our_token(person: Person, sent_from: str, status: int) -> None:
    form = urlencode({"token": token_for(person, SWITCH), "then": "portal"})
    headers = {"Cookie": cookies(person), "Sec-Fetch-Site": sent_from}

    answer = person.stack.call("POST", SWITCH.path, headers=headers, raw=form)

    assert answer.status == status


@pytest.mark.parametrize(
    ("sent_from", "status"), [("same-origin", 200), ("none", 200), ("same-site", 401), ("cross-site", 401)]
)
def test_another_site_changes_nothing_through_the_api_with_our_cookie(
    person: Person, sent_from: str, status: int
) -> None:
    url = f"/v1/tenants/{person.tenant}/connections/{person.realm_id}/disconnect"
    headers = {"Cookie": cookies(person), "Sec-Fetch-Site": sent_from}

    answer = person.stack.call("POST", url, headers=headers)

    assert answer.status == status
    is_connected = wiring().connections.read(ConnectionKey(person.tenant, person.realm_id)) is not None
    assert is_connected == (status == 401)


def test_a_link_from_another_site_still_leads_to_the_pages(person: Person) -> None:
    headers = {"Cookie": cookies(person), "Sec-Fetch-Site": "cross-site"}

    assert person.stack.call("GET", "/portal", headers=headers).status == 200


def test_no_cookie_that_a_neighbouring_domain_could_set_counts(stack: Stack, person: Person) -> None:
    """On https only names that begin with __Host- are ours: browsers let nobody else set those."""
    tossed = cookies(person).replace("__Host-", "")

    page, called = (
        stack.call("GET", url, headers={"Cookie": tossed})
        for url in ("/portal", f"/v1/tenants/{person.tenant}/connections")
    )

    assert (page.status, called.status) == (401, 401)
    assert stack.call("GET", "/portal", headers={"Cookie": cookies(person)}).status == 200


def test_our_cookies_are_for_this_host_alone_and_no_script(stack: Stack, person: Person) -> None:
    token = next(value for name, value in person.jar.items() if name.endswith("session"))

    signed_in = stack.call("GET", f"/portal?session={token}")

    assert len(signed_in.headers["Set-Cookie"]) == 2
    for given in signed_in.headers["Set-Cookie"]:
        assert given.startswith("__Host-ledgerlink_")
        assert given.endswith("; Max-Age=1800; Path=/; HttpOnly; SameSite=Lax; Secure")
