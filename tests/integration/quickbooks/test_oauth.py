"""OAuth over HTTP: what we ask Intuit, and what each of its answers means."""

import base64
import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ledgerlink.domain.tokens import CodeRejected, TokenRejected, Tokens
from ledgerlink.errors import MissingConfiguration, QuickBooksUnavailable, RateLimited
from ledgerlink.quickbooks.oauth import IntuitOAuth
from tests.integration.quickbooks.fake_intuit import TID, Answer, FakeIntuit

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
# By name, so that the values do not stand in the source lines of a traceback.
REFRESH_TOKEN, SECRET = "refresh-canary", "secret-canary"
TOKENS = {
    "token_type": "bearer",
    "access_token": "access-canary",
    "expires_in": 3600,
    "refresh_token": "refresh-canary",
    "x_refresh_token_expires_in": 8726400,
    "x_refresh_token_hard_expires_in": 157494248,
}


@pytest.fixture
def intuit() -> Iterator[FakeIntuit]:
    with FakeIntuit() as intuit:
        yield intuit


def app(intuit: FakeIntuit, timeout: tuple[float, float] = (3.05, 5.0)) -> IntuitOAuth:
    return IntuitOAuth(
        client_id="client-id",
        client_secret=SECRET,
        discovery_url=intuit.discovery_url,
        redirect_uri="https://books.example.com/oauth/callback",
        now=lambda: NOON,
        timeout=timeout,
    )


def everything_told_by(error: BaseException) -> str:
    """The error as a log would show it, with all that is chained to it."""
    chain, seen = [error], [repr(error), str(error)]
    while chain:
        one = chain.pop()
        seen += ["".join(traceback.format_exception(one)), repr(vars(one))]
        chain += [other for other in (one.__cause__, one.__context__) if other is not None]
    return " ".join(seen)


def test_the_consent_page_is_asked_for_accounting_with_our_state(intuit):
    url = app(intuit).authorization_url("state-1")

    address, _, query = url.partition("?")
    assert address == f"{intuit.url}/authorization"
    assert {key: values[0] for key, values in parse_qs(query).items()} == {
        "client_id": "client-id",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": "https://books.example.com/oauth/callback",
        "state": "state-1",
    }


def test_the_discovery_document_is_fetched_once_in_a_process(intuit):
    intuit.script = [Answer(body=TOKENS)]

    app(intuit).authorization_url("state-1")
    app(intuit).authorization_url("state-2")
    app(intuit).refresh("refresh-1")

    assert intuit.paths() == ["/.well-known/openid_configuration/", "/token"]


@pytest.mark.parametrize("bad", [Answer(500), Answer(404, b"{}"), Answer(200, b"<html>"), Answer(200, {"issuer": "x"})])
def test_a_discovery_document_that_is_none_is_not_kept(intuit, bad):
    intuit.discovery = [bad]

    with pytest.raises(QuickBooksUnavailable):
        app(intuit).authorization_url("state-1")

    assert app(intuit).authorization_url("state-1").startswith(f"{intuit.url}/authorization?")


def test_an_exchange_sends_the_code_and_returns_the_tokens(intuit):
    intuit.script = [Answer(body=TOKENS)]

    tokens = app(intuit).exchange("code-1", "9341454273912345")

    assert tokens == Tokens(
        access_token="access-canary",
        refresh_token="refresh-canary",
        access_expires_at=NOON + timedelta(hours=1),
        refresh_expires_at=NOON + timedelta(days=101),
        hard_expires_at=NOON + timedelta(seconds=157494248),
    )
    sent = intuit.requests[-1]
    assert {key: values[0] for key, values in parse_qs(sent.body).items()} == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "https://books.example.com/oauth/callback",
    }
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(b"client-id:secret-canary").decode()
    assert sent.headers["x-include-refresh-token-hard-expires-in"] == "true"


def test_a_refresh_returns_the_refresh_token_that_took_the_old_ones_place(intuit):
    intuit.script = [Answer(body=TOKENS)]

    tokens = app(intuit).refresh("refresh-1")

    assert tokens.refresh_token == "refresh-canary"
    assert {key: values[0] for key, values in parse_qs(intuit.requests[-1].body).items()} == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
    }
    assert intuit.requests[-1].headers["x-include-refresh-token-hard-expires-in"] == "true"


def test_lifetimes_that_intuit_does_not_tell_are_the_documented_ones(intuit):
    intuit.script = [Answer(body={"access_token": "access-2", "expires_in": 3600})]

    tokens = app(intuit).refresh("refresh-1")

    assert tokens.refresh_token == "refresh-1"
    assert tokens.refresh_expires_at == NOON + timedelta(days=100)
    assert tokens.hard_expires_at is None


def test_one_refresh_leaves_nothing_behind_for_the_next(intuit):
    intuit.script = [Answer(body=TOKENS), Answer(body={"access_token": "access-3", "expires_in": 3600})]
    oauth = app(intuit)

    oauth.refresh("refresh-of-one-company")
    second = oauth.refresh("refresh-of-another")

    assert second.refresh_token == "refresh-of-another"


@pytest.mark.parametrize(
    "body",
    [
        {"error": "invalid_grant"},
        {"error": "invalid_grant", "error_description": "Token invalid"},
        {"error": "invalid_grant", "error_description": "Incorrect or invalid refresh token"},
    ],
)
def test_a_refused_grant_is_told_apart_from_every_outage(intuit, body):
    intuit.script = [Answer(400, body), Answer(400, body)]

    with pytest.raises(TokenRejected) as refused_token:
        app(intuit).refresh("refresh-canary")
    with pytest.raises(CodeRejected) as refused_code:
        app(intuit).exchange("code-canary", "1")

    assert refused_token.value.intuit_tid == refused_code.value.intuit_tid == TID


@pytest.mark.parametrize(
    "answer", [Answer(401, {"error": "invalid_client"}), Answer(400, {"error": "invalid_client"}), Answer(401)]
)
def test_unknown_app_keys_are_a_matter_for_operations(intuit, answer):
    intuit.script = [answer, answer, answer]
    oauth = app(intuit)

    for ask in (lambda: oauth.refresh("r"), lambda: oauth.exchange("c", "1"), lambda: oauth.revoke("r")):
        with pytest.raises(MissingConfiguration) as caught:
            ask()
        assert caught.value.code == "intuit_credentials_rejected"
        assert caught.value.intuit_tid == TID


def test_a_request_that_intuit_does_not_allow_is_a_matter_for_operations(intuit):
    intuit.script = [Answer(400, {"error": "invalid_request"})]

    with pytest.raises(MissingConfiguration) as caught:
        app(intuit).exchange("code-1", "1")

    assert caught.value.code == "intuit_oauth_refused"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(429, b"<html>"), RateLimited),
        (Answer(429, {"error": "invalid_grant"}), RateLimited),
        (Answer(500, b"<html>"), QuickBooksUnavailable),
        (Answer(503, {"error": "invalid_grant"}), QuickBooksUnavailable),
        (Answer(302), QuickBooksUnavailable),
        (Answer(403, b"<html>blocked</html>"), QuickBooksUnavailable),
        (Answer(400, b"<html>"), QuickBooksUnavailable),
        (Answer(200, b""), QuickBooksUnavailable),
        (Answer(200, b"<html>"), QuickBooksUnavailable),
        (Answer(200, b"[1]"), QuickBooksUnavailable),
        (Answer(200, b'"text"'), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "id_token": 7}), QuickBooksUnavailable),
        (Answer(200, b'{"access_token": "acc'), QuickBooksUnavailable),
        (Answer(200, TOKENS, cut=True), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "access_token": ""}), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "access_token": 7}), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "expires_in": "soon"}), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "expires_in": None}), QuickBooksUnavailable),
        (Answer(200, {**TOKENS, "expires_in": 10**30}), QuickBooksUnavailable),
    ],
)
def test_an_answer_without_tokens_never_looks_like_a_refusal(intuit, answer, error):
    intuit.script = [answer]

    with pytest.raises(error):
        app(intuit).refresh("refresh-1")


def test_a_server_that_does_not_answer_is_an_outage(intuit):
    intuit.script = [Answer(hangs=True)]

    with pytest.raises(QuickBooksUnavailable, match="in time"):
        app(intuit, timeout=(1.0, 0.1)).refresh("refresh-1")


def test_a_server_that_is_not_there_is_an_outage():
    with FakeIntuit() as gone:
        pass

    with pytest.raises(QuickBooksUnavailable, match="connection"):
        app(gone).refresh("refresh-1")


@pytest.mark.parametrize("answer", [Answer(200), Answer(200, {"statuscode": "200"}), Answer(200, b"OK")])
def test_a_revocation_sends_the_token_and_needs_no_particular_answer(intuit, answer):
    intuit.script = [answer]

    app(intuit).revoke("refresh-1")

    assert urlsplit(intuit.requests[-1].path).path == "/revocation"
    assert intuit.requests[-1].body == '{"token": "refresh-1"}'


@pytest.mark.parametrize("body", [b"", {"error": "invalid_grant"}, {"error": "invalid_request"}, {"error": "error"}])
def test_a_token_that_is_already_revoked_is_fine(intuit, body):
    intuit.script = [Answer(400, body)]

    app(intuit).revoke("refresh-1")


@pytest.mark.parametrize("answer", [Answer(500), Answer(503, b"<html>")])
def test_a_revocation_that_did_not_happen_says_so(intuit, answer):
    intuit.script = [answer]

    with pytest.raises(QuickBooksUnavailable):
        app(intuit).revoke("refresh-1")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"error": "invalid_grant", "error_description": "refresh-canary"}),
        Answer(401, {"error": "invalid_client", "error_description": "secret-canary"}),
        Answer(500, b"refresh-canary secret-canary"),
        Answer(200, b'{"access_token": "access-canary"'),
        Answer(200, {**TOKENS, "expires_in": "access-canary"}),
        Answer(200, TOKENS),
    ],
)
def test_nothing_secret_is_logged_or_raised(intuit, answer, caplog):
    intuit.script = [answer]
    told = ""

    with caplog.at_level(logging.DEBUG):
        try:
            told = repr(app(intuit).refresh(REFRESH_TOKEN))
        except Exception as error:
            told = everything_told_by(error)

    told += repr([record.__dict__ for record in caplog.records])
    assert "canary" not in told
    assert base64.b64encode(b"client-id:secret-canary").decode() not in told


def test_each_call_leaves_one_line(intuit, caplog):
    intuit.script = [Answer(body=TOKENS), Answer(400, {"error": "invalid_grant"})]
    oauth = app(intuit)

    with caplog.at_level(logging.INFO):
        oauth.authorization_url("state-1")
        oauth.refresh("refresh-1")
        with pytest.raises(TokenRejected):
            oauth.refresh("refresh-1")

    lines = [record.__dict__ for record in caplog.records]
    assert [(line["operation"], line["status"], line["intuit_tid"]) for line in lines] == [
        ("refresh", 200, TID),
        ("refresh", 400, TID),
    ]


def test_a_netrc_file_does_not_replace_our_credentials(intuit, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    intuit.script = [Answer(body=TOKENS)]

    app(intuit).refresh("refresh-1")

    sent = intuit.requests[-1].headers["Authorization"]
    assert sent == "Basic " + base64.b64encode(b"client-id:secret-canary").decode()


def test_the_rest_of_the_adapter_does_not_load_intuits_library():
    modules = "client, faults, links, queries, settings"
    code = f"import sys; from ledgerlink.quickbooks import {modules}; sys.exit('intuitlib.client' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
