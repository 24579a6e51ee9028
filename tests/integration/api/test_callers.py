"""Who may call what: the host by its key, a browser by its session."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer

from ledgerlink.usecases.connections.start_session import SESSION_LIFETIME
from tests import canaries
from tests.integration.api.stack import HOST, Stack, forget_adapters
from tests.template import Route, api_routes
from tests.unit.orders import KIND, order_json

A, B = "tenant-a", "tenant-b"
REALMS = {A: "1001", B: "2002"}


@pytest.fixture(scope="module", autouse=True)
def two_tenants(stack: Stack) -> None:
    for tenant in (A, B):
        stack.connect(tenant, REALMS[tenant])
        supplier = {"id": f"supplier-of-{tenant}", "name": f"Mills of {tenant}"}
        stack.put(tenant, f"order-of-{tenant}", supplier=supplier, memo=f"memo of {tenant}")


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_host_key_is_accepted_however_the_header_is_spelt(stack: Stack, name: str, scheme: str) -> None:
    answer = stack.call("GET", f"/v1/tenants/{A}/connections", headers={name: f"{scheme} {canaries.HOST_KEY}"})

    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Authorization": canaries.HOST_KEY},
        {"Authorization": f"Basic {canaries.HOST_KEY}"},
        {"Authorization": f"Bearer {canaries.HOST_KEY}x"},
        {"Authorization": "Bearer ü"},
        {"Cookie": "__Host-ledgerlink_session=forged"},
        {"Cookie": "__Host-ledgerlink_session=e30.aaaa.bbbb"},
        {"Cookie": "__Host-ledgerlink_session="},
        {"Cookie": ";;=;"},
    ],
)
def test_nobody_else_gets_in(stack: Stack, headers: Any) -> None:
    assert stack.call("GET", f"/v1/tenants/{A}/connections", headers=headers).status == 401


def test_a_session_is_good_for_its_tenant(stack: Stack) -> None:
    answer = stack.call("GET", f"/v1/tenants/{A}/connections", headers=stack.session(A))

    assert (answer.status, [company["id"] for company in answer.json["items"]]) == (200, [REALMS[A]])


def test_a_session_is_found_among_other_applications_cookies(stack: Stack) -> None:
    ours = stack.session(A)["Cookie"]
    cookies = f'prefs={{"a":1,"b":"c d"}}; odd[key]=1; @; {ours}; last=x'

    assert stack.call("GET", f"/v1/tenants/{A}/connections", headers={"cookie": cookies}).status == 200


@pytest.mark.parametrize(("later", "status"), [(SESSION_LIFETIME, 200), (SESSION_LIFETIME + timedelta(seconds=1), 401)])
def test_a_session_ends_after_half_an_hour(stack: Stack, later: timedelta, status: int) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as clock:
        session = stack.session(A)
        clock.shift(later)

        answer = stack.call("GET", f"/v1/tenants/{A}/connections", headers=session)

    assert answer.status == status


@pytest.mark.parametrize(
    "token",
    [
        URLSafeTimedSerializer("another key", salt="ledgerlink-portal-session").dumps({"tenant": A}),
        URLSafeTimedSerializer(canaries.SESSION_KEY, salt="another purpose").dumps({"tenant": A}),
        URLSafeTimedSerializer(canaries.SESSION_KEY, salt="ledgerlink-portal-session").dumps({"who": A}),
        URLSafeTimedSerializer(canaries.SESSION_KEY, salt="ledgerlink-portal-session").dumps([A]),
        URLSafeTimedSerializer(canaries.SESSION_KEY, salt="ledgerlink-portal-session").dumps({"tenant": "a b"}),
    ],
)
def test_a_forged_session_is_refused(stack: Stack, token: str) -> None:
    answer = stack.call("GET", f"/v1/tenants/{A}/connections", headers={"Cookie": f"__Host-ledgerlink_session={token}"})

    assert answer.status == 401


@pytest.fixture
def new_key(request: pytest.FixtureRequest) -> str:
    """Another one in each test: what one test leaves behind is the previous key of the next."""
    return f"key of {request.node.name}"


@pytest.fixture
def rotated(stack: Stack, cold_start: None, new_key: str) -> Iterator[dict[str, str]]:
    """Ops have changed both keys; a session of the old one is still around."""
    session = stack.session(A)
    stack.call("GET", f"/v1/tenants/{A}/connections", headers=HOST)
    stack.put_secret("HostApiKeySecret", new_key)
    stack.put_secret("SessionSecret", f"session {new_key}")
    yield session
    stack.put_secret("HostApiKeySecret", canaries.HOST_KEY)
    stack.put_secret("SessionSecret", canaries.SESSION_KEY)


@pytest.mark.parametrize("warm", [True, False])
def test_after_a_rotation_the_new_and_the_previous_key_are_accepted(
    stack: Stack, rotated: dict[str, str], new_key: str, monkeypatch: pytest.MonkeyPatch, warm: bool
) -> None:
    url = f"/v1/tenants/{A}/connections"
    if warm:
        monkeypatch.setattr("ledgerlink.storage.secrets.REFETCH_SECONDS", -1.0)  # they have passed
    else:
        forget_adapters()

    callers = ({"Authorization": f"Bearer {new_key}"}, HOST, rotated, stack.session(A) if not warm else rotated)
    answers = [stack.call("GET", url, headers=caller) for caller in callers]

    assert [answer.status for answer in answers] == [200, 200, 200, 200]


def test_a_wrong_key_does_not_make_us_read_the_secret_again_and_again(
    stack: Stack, rotated: dict[str, str], new_key: str
) -> None:
    url = f"/v1/tenants/{A}/connections"

    answer = stack.call("GET", url, headers={"Authorization": f"Bearer {new_key}"})

    assert answer.status == 401  # within ten seconds of the last reading


@pytest.mark.parametrize("route", [("PUT", f"/v1/tenants/{A}/{KIND}/1"), ("POST", f"/v1/tenants/{A}/sessions")])
def test_what_only_the_host_may_do_is_refused_to_a_browser(stack: Stack, route: tuple[str, str]) -> None:
    answer = stack.call(*route, body=order_json(), headers=stack.session(A))

    assert (answer.status, answer.error["category"], answer.error["code"]) == (403, "permission", "not_allowed")


TENANT_ROUTES = [route for route in api_routes() if "{tenant}" in route.path]


def url_of(route: Route, tenant: str, owner: str) -> str:
    """The address under one tenant that names another one's things."""
    url = route.path.replace("{tenant}", tenant).replace("{id}", f"order-of-{owner}")
    return url.replace("{connection}", REALMS[owner])


def traces_of(tenant: str) -> list[str]:
    return [f"Mills of {tenant}", f"memo of {tenant}", f"{tenant} books", f"supplier-of-{tenant}"]


@pytest.mark.parametrize("route", TENANT_ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(("reader", "owner"), [(A, B), (B, A)])
def test_tenant_a_reads_tenant_b_and_learns_nothing(stack: Stack, route: Route, reader: str, owner: str) -> None:
    body = order_json() if route.method == "PUT" else None
    before = stack.document(owner, f"order-of-{owner}")

    answer = stack.call(route.method, url_of(route, owner, owner), body, stack.session(reader))

    hidden = (404, "unknown_tenant") if answer.status != 403 else (403, "not_allowed")
    assert (answer.status, answer.error["code"]) == hidden
    assert [trace for trace in traces_of(owner) if trace in answer.text + str(answer.headers)] == []
    assert stack.document(owner, f"order-of-{owner}") == before


@pytest.mark.parametrize("route", TENANT_ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(("reader", "owner"), [(A, B), (B, A)])
@pytest.mark.parametrize("caller", ["browser", "host"])
def test_tenant_bs_ids_under_tenant_as_address_lead_nowhere(
    stack: Stack, route: Route, reader: str, owner: str, caller: str
) -> None:
    headers = HOST if caller == "host" else stack.session(reader)
    before = stack.document(owner, f"order-of-{owner}")

    answer = stack.call(route.method, url_of(route, reader, owner), order_json(), headers)

    assert [trace for trace in traces_of(owner) if trace in answer.text] == []
    assert answer.status < 500
    assert stack.document(owner, f"order-of-{owner}") == before


@pytest.mark.parametrize(("reader", "owner"), [(A, B), (B, A)])
def test_the_portal_shows_a_tenant_its_own_things_alone(stack: Stack, reader: str, owner: str) -> None:
    page = stack.call("GET", "/portal", headers=stack.session(reader))

    assert page.status == 200
    assert f"{reader} books" in page.text
    assert [trace for trace in [*traces_of(owner), f"order-of-{owner}"] if trace in page.text] == []


def test_an_unknown_tenant_reads_like_another_ones(stack: Stack) -> None:
    session = stack.session(A)

    other, unknown = (
        stack.call("GET", f"/v1/tenants/{tenant}/connections", headers=session) for tenant in (B, "nobody")
    )

    assert other.text.replace(B, "nobody") == unknown.text
