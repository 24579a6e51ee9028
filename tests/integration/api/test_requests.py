"""What the host sends, and the one error shape for what cannot be taken."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ledgerlink.errors import StorageUnavailable
from ledgerlink.storage.documents import DynamoDocuments
from tests import canaries
from tests.integration.api.stack import HOST, Answer, Stack
from tests.unit.orders import KIND, line_json, order_json

T = "acme"
LIST = f"/v1/tenants/{T}/{KIND}"
URL = f"{LIST}/po-1"
ACTIVITY = f"/v1/tenants/{T}/activity"


@pytest.fixture(scope="module", autouse=True)
def tenants(stack: Stack) -> None:
    stack.connect(T, "1001")
    stack.call("POST", "/v1/tenants/unconnected/sessions", headers=HOST)


def put(stack: Stack, raw: str | bytes, url: str = URL) -> Answer:
    return stack.call("PUT", url, headers=HOST, raw=raw)


def test_a_document_is_taken_and_its_push_started(stack: Stack) -> None:
    answer = stack.put(T, "new")

    assert (answer.status, answer.json["status"], answer.json["revision"]) == (202, "syncing", 1)
    assert answer.json["execution"] in stack.executions()
    assert answer.headers["Cache-Control"] == ["no-store"]


def test_put_of_the_same_content_is_200_and_pushes_nothing(stack: Stack) -> None:
    stack.put(T, "same")
    started = len(stack.executions())

    answer = stack.call("PUT", f"{LIST}/same", dict(reversed(order_json().items())), HOST)

    assert (answer.status, answer.json["revision"], len(stack.executions())) == (200, 1, started)


def test_a_body_as_base64_is_the_same_body(stack: Stack) -> None:
    answer = put(stack, json.dumps(order_json(memo="Grüße 🚚"), ensure_ascii=False).encode(), f"{LIST}/base64")

    assert answer.status == 202
    assert stack.call("GET", f"{LIST}/base64", headers=HOST).json["document"]["memo"] == "Grüße 🚚"


def test_a_document_without_a_connection_is_kept_and_says_so(stack: Stack) -> None:
    answer = stack.put("unconnected", "po-1")

    assert (answer.status, answer.json["status"]) == (202, "not_connected")
    assert answer.json["last_error"]["category"] == "missing_configuration"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "{'number': 1}",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e99999999999999999999}',
        b"\xff\xfe{}",
        b'{"memo": "\xc3\x28"}',
        "[" * 100_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        "9" * 5_000,
        "\ufeff{}",
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_malformed_deep_and_badly_encoded_json_is_400(stack: Stack, raw: Any) -> None:
    answer = put(stack, raw)

    assert (answer.status, answer.error["category"], answer.error["code"]) == (400, "validation", "malformed_json")


def test_broken_base64_is_400(stack: Stack) -> None:
    from ledgerlink.api.http import Request
    from ledgerlink.errors import InvalidRequest

    for body in ("***", "ü", "a"):
        with pytest.raises(InvalidRequest):
            Request({"body": body, "isBase64Encoded": True}).body()


@pytest.mark.parametrize("raw", ["[]", "7", '"text"', "null", "true", "[" * 900 + "]" * 900])
def test_json_that_is_no_document_is_400(stack: Stack, raw: str) -> None:
    answer = put(stack, raw)

    assert (answer.status, answer.error["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (order_json(colour="red"), "colour"),
        (order_json(lines=[line_json(), line_json(id="l2", quantity="2")]), "lines[1].quantity"),
        (order_json(lines=[line_json(quantity=-1)]), "lines[0].quantity"),
        (order_json(lines=[line_json(quantity=True)]), "lines[0].quantity"),
        (order_json(lines=[line_json(unit_cost=10**40)]), "lines[0].unit_cost"),
        (order_json(**{"\ud800": 1}), ""),
        (order_json(memo="\ud800"), "memo"),
        (order_json(lines=[line_json(id=f"l{n}") for n in range(1001)]), "lines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_field_is_named_by_its_path(stack: Stack, content: Any, path: str) -> None:
    answer = stack.call("PUT", URL, content, HOST)

    assert answer.status == 400
    assert answer.error["fields"][0]["field"] == path
    assert answer.error["hint"] == "Correct the named fields and send the request again."


@pytest.mark.parametrize("number", ["1e400", "1e-400", "9" * 60, "1e999999", "-1e400"])
def test_huge_numbers_are_refused_by_name_and_not_by_accident(stack: Stack, number: str) -> None:
    raw = json.dumps(order_json(lines=[line_json(quantity="@")])).replace('"@"', number)

    answer = put(stack, raw)

    assert (answer.status, answer.error["fields"][0]["field"]) == (400, "lines[0].quantity")


def padded(size: int) -> str:
    text = json.dumps(order_json())
    return text + " " * (size - len(text))


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 202), (256 * 1024 + 1, 413)])
def test_an_oversized_body_is_413(stack: Stack, size: int, status: int, as_bytes: bool) -> None:
    text = padded(size)

    answer = put(stack, text.encode() if as_bytes else text, f"{LIST}/size-{size}-{as_bytes}")

    assert answer.status == status


@pytest.mark.parametrize("document_id", ["a%20b", "%C3%BC", "x" * 65, "x" * 3000, "a%2Fb", "%23", "%00"])
@pytest.mark.parametrize(("method", "suffix"), [("PUT", ""), ("GET", ""), ("POST", "/send")])
def test_an_id_that_no_document_can_have_is_400(stack: Stack, method: str, suffix: str, document_id: str) -> None:
    answer = stack.call(method, f"{LIST}/{document_id}{suffix}", order_json(), HOST)

    assert (answer.status, answer.error["code"]) == (400, "bad_id")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_document_is_404(stack: Stack, method: str) -> None:
    answer = stack.call(method, f"{LIST}/nobody" + ("/send" if method == "POST" else ""), headers=HOST)

    assert (answer.status, answer.error["category"], answer.error["code"]) == (404, "validation", "not_found")


UNKNOWN: dict[str, Callable[[Stack], Answer]] = {
    "put": lambda stack: stack.put("stranger", "1"),
    "read": lambda stack: stack.call("GET", f"/v1/tenants/stranger/{KIND}/1", headers=HOST),
    "list": lambda stack: stack.call("GET", f"/v1/tenants/stranger/{KIND}", headers=HOST),
    "send": lambda stack: stack.call("POST", f"/v1/tenants/stranger/{KIND}/1/send", headers=HOST),
    "activity": lambda stack: stack.call("GET", "/v1/tenants/stranger/activity", headers=HOST),
    "connections": lambda stack: stack.call("GET", "/v1/tenants/stranger/connections", headers=HOST),
}


@pytest.mark.parametrize("call", UNKNOWN)
def test_an_unknown_tenant_is_404_with_the_way_to_make_it_known(stack: Stack, call: str) -> None:
    answer = UNKNOWN[call](stack)

    assert (answer.status, answer.error["code"]) == (404, "unknown_tenant")
    assert "POST /v1/tenants/{tenant}/sessions" in answer.error["hint"]


@pytest.mark.parametrize("url", [LIST, ACTIVITY])
@pytest.mark.parametrize(
    "limit", ["0", "-1", "201", "x", "", "1.5", "1e2", "٣", "9" * 30, "0000000019999999999", " 1", "+1"]
)
def test_a_limit_out_of_range_is_named(stack: Stack, url: str, limit: str) -> None:
    answer = stack.call("GET", f"{url}?limit={limit}", headers=HOST)

    assert (answer.status, answer.error["fields"][0]["field"]) == (400, "limit")


@pytest.mark.parametrize(
    ("url", "field"),
    [
        (f"{LIST}?status=lost", "status"),
        (f"{LIST}?after=a%20b", "after"),
        (f"{LIST}?after={'x' * 2000}", "after"),
        (f"{ACTIVITY}?outcome=lost", "outcome"),
        (f"{ACTIVITY}?after=po-1", "after"),
        (f"{ACTIVITY}?after={'9' * 27}%23{'x' * 1000}", "after"),
    ],
)
def test_a_filter_or_a_token_that_we_did_not_give_out_is_named(stack: Stack, url: str, field: str) -> None:
    answer = stack.call("GET", url, headers=HOST)

    assert (answer.status, answer.error["fields"][0]["field"]) == (400, field)


def test_paging_through_the_api_skips_and_repeats_nothing(stack: Stack) -> None:
    stack.call("POST", "/v1/tenants/pager/sessions", headers=HOST)
    for number in range(5):
        stack.put("pager", f"po-{number}")
    found, after = [], ""

    for _ in range(3):
        page = stack.call("GET", f"/v1/tenants/pager/{KIND}?limit=2{after}", headers=HOST).json
        found += [item["id"] for item in page["items"]]
        after = f"&after={page['next']}"

    assert found == ["po-0", "po-1", "po-2", "po-3", "po-4"]
    assert page["next"] is None


def test_a_storage_that_is_throttled_is_503_with_retry_after(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttle(self: Any, key: Any) -> Any:
        raise StorageUnavailable("The database is busy.")

    monkeypatch.setattr(DynamoDocuments, "get", throttle)

    answer = stack.call("GET", URL, headers=HOST)

    assert (answer.status, answer.error["category"], answer.headers["Retry-After"]) == (503, "unavailable", ["30"])


def test_a_fault_of_ours_is_500_without_a_stack_trace(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(self: Any, key: Any) -> Any:
        raise KeyError("secret detail")

    monkeypatch.setattr(DynamoDocuments, "get", break_down)

    answer = stack.call("GET", URL, headers=HOST)

    assert (answer.status, answer.error["code"]) == (500, "internal_error")
    assert "9b0b3a4e-request" in answer.error["hint"]
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_a_double_click_on_send_sends_once(stack: Stack) -> None:
    stack.put(T, "twice")
    started = len(stack.executions())

    answers = [stack.call("POST", f"{LIST}/twice/send", headers=HOST) for _ in range(2)]

    assert [(answer.status, answer.json["attempt"]) for answer in answers] == [(202, 1), (202, 1)]
    assert len(stack.executions()) == started


def test_a_session_gives_both_addresses_and_its_end(stack: Stack) -> None:
    answer = stack.call("POST", f"/v1/tenants/{T}/sessions", headers=HOST)

    assert answer.status == 201
    assert answer.json["portal_url"].startswith("https://api.ledgerlink.test/dev/portal?session=")
    assert answer.json["connect_url"].startswith("https://api.ledgerlink.test/dev/oauth/connect?session=")
    assert canaries.SESSION_KEY not in answer.text


@pytest.mark.parametrize("connection_id", ["9999", "a%20b", "x" * 3000])
def test_a_connection_that_is_not_there_is_404(stack: Stack, connection_id: str) -> None:
    answer = stack.call("GET", f"/v1/tenants/{T}/connections/{connection_id}", headers=HOST)

    assert answer.status == 404


def test_a_connection_shows_nothing_secret(stack: Stack) -> None:
    answer = stack.call("GET", f"/v1/tenants/{T}/connections/1001", headers=HOST)

    assert answer.json["company_name"] == "acme books"
    assert [secret for secret in ("access", "refresh", "lease") if secret in answer.text] == []
