"""Tokens from Intuit: the consent page, the exchange, the refresh, the revocation.

Intuit's own library (``intuitlib``) speaks the protocol. It is wrapped because it fetches the
discovery document on every construction, waits for ever, keeps tokens as attributes and
puts answers into the texts of its exceptions. It is slow to import: import this module only
where tokens are exchanged.

https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
"""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from ledgerlink.domain.tokens import CodeRejected, TokenRejected, Tokens
from ledgerlink.errors import MissingConfiguration, QuickBooksUnavailable, RateLimited
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.faults import read_intuit_tid

TIMEOUT = (3.05, 20.0)

# What Intuit documents, for an answer that does not say.
_REFRESH_TOKEN_SECONDS = 100 * 24 * 3600
_ENDPOINTS = frozenset(
    ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "jwks_uri")
)

_log = logging.getLogger(__name__)
_discovered: dict[str, requests.Response] = {}


class IntuitOAuth:
    """OAuth 2.0 for one Intuit app.

    The methods raise QuickBooksUnavailable for a time-out, a broken connection, 5xx or an answer that
    cannot be read, RateLimited for 429, and MissingConfiguration (code
    ``intuit_credentials_rejected``) when Intuit does not know the client id or secret. None
    of these says anything about the connection: it stays as it is.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        discovery_url: str,
        redirect_uri: str,
        now: Callable[[], datetime],
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._discovery_url = discovery_url
        self._redirect_uri = redirect_uri
        self._now = now
        self._timeout = timeout

    def authorization_url(self, state: str) -> str:
        """Return the address of Intuit's consent page; it calls nobody once the discovery document is known."""
        client = self._ask("authorize", lambda _: None)
        return str(client.get_authorization_url([Scopes.ACCOUNTING], state))

    def exchange(self, code: str, realm_id: str) -> Tokens:
        """Turn the code of the callback into tokens. Never call it twice for one code.

        Raises CodeRejected when Intuit does not take the code: used, expired, or another redirect URI.
        """
        asked_at = self._now()
        client = self._ask("exchange", lambda client: client.get_bearer_token(code, realm_id=realm_id), CodeRejected)
        return _tokens(client, asked_at)

    def refresh(self, refresh_token: str) -> Tokens:
        """Return a new set of tokens. The refresh token in it may be another one, so store it.

        Raises TokenRejected when Intuit does not know the token (any more). Never refresh one
        connection twice at once: Intuit may take it for theft.
        """
        asked_at = self._now()
        client = self._ask("refresh", lambda client: client.refresh(refresh_token=refresh_token), TokenRejected)
        return _tokens(client, asked_at, refresh_token)

    def revoke(self, token: str) -> None:
        """Give up a grant, by either of its tokens. One that is already revoked is fine."""

        def give_up(client: "_Client") -> None:
            try:
                client.revoke(token=token)
            except ValueError:
                # The library reads the body as JSON even where nobody needs it.
                if client.answer.status != 200:
                    raise

        with contextlib.suppress(TokenRejected):
            self._ask("revoke", give_up, TokenRejected)

    def _ask(
        self,
        operation: str,
        question: Callable[["_Client"], object],
        refused: type[TokenRejected | CodeRejected] | None = None,
    ) -> "_Client":
        """Return a client that was made for this one question, with the answer on it."""
        answer = _Answer()
        failure: Exception
        started = time.perf_counter()
        try:
            client = _Client(self, answer)
            with client:
                question(client)
        except AuthClientError as error:
            failure = _refusal(error, operation, answer.intuit_tid, refused)
        except (ValueError, TypeError, LookupError, AttributeError):
            # The library takes an answer with status 200 for what it should be, unread.
            failure = _unreadable(answer.intuit_tid)
        except requests.RequestException as error:
            failure = _no_answer(error)
        else:
            if answer.status is not None:
                _log_call(operation, started, answer)
            return client
        _log_call(operation, started, answer)
        # Raised out here so that the library's error is not chained to ours: it quotes the answer.
        raise failure


@dataclass(slots=True)
class _Answer:
    """What may be told about the last answer: a client holds tokens, so it is not passed around for this."""

    status: int | None = None
    intuit_tid: str | None = None


class _Client(AuthClient):  # type: ignore[misc]
    """The library's client with time-outs and one discovery document for the whole process."""

    def __init__(self, app: IntuitOAuth, answer: _Answer) -> None:
        # Before the library's constructor, which already sends a request.
        self.answer = answer
        self._timeout = app._timeout
        super().__init__(app._client_id, app._client_secret, app._redirect_uri, app._discovery_url)
        self.include_refresh_token_hard_expires_in = True

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send a request the way the rest of the library expects of ``requests.Session``."""
        if url == self.environment:
            return self._discover(method, url)
        response = self._send(method, url, **options)
        self.answer.status = response.status_code
        self.answer.intuit_tid = read_intuit_tid(response.headers)
        return response

    def _discover(self, method: str, url: str) -> requests.Response:
        if url not in _discovered:
            response = self._send(method, url)
            if response.status_code != 200 or not _has_endpoints(response):
                raise requests.RequestException("no usable discovery document")
            _discovered[url] = response
        return _discovered[url]

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        # An auth object, even one that does nothing, keeps a netrc file from replacing the header.
        options.update(auth=lambda request: request, timeout=self._timeout, allow_redirects=False)
        response: requests.Response = super().request(method, url, **options)
        return response


def _has_endpoints(response: requests.Response) -> bool:
    try:
        document = json_numbers.loads(response.content)
    except ValueError:
        return False
    return isinstance(document, dict) and document.keys() >= _ENDPOINTS


def _tokens(client: _Client, asked_at: datetime, refresh_token: str | None = None) -> Tokens:
    """Read the answer. Lifetimes count from before the question, so that ours end first."""
    access, refresh = client.access_token, client.refresh_token or refresh_token
    hard = client.x_refresh_token_hard_expires_in
    if access and refresh and isinstance(access, str) and isinstance(refresh, str):
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            return Tokens(
                access_token=access,
                refresh_token=refresh,
                access_expires_at=asked_at + _seconds(client.expires_in),
                refresh_expires_at=asked_at + _seconds(client.x_refresh_token_expires_in or _REFRESH_TOKEN_SECONDS),
                hard_expires_at=None if hard is None else asked_at + _seconds(hard),
            )
    raise _unreadable(client.answer.intuit_tid)


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=int(value))


def _refusal(
    error: AuthClientError, operation: str, tid: str | None, refused: type[TokenRejected | CodeRejected] | None
) -> Exception:
    """Say what an answer other than 200 means; only its OAuth error code is read, nothing is quoted."""
    status, reason = error.status_code, _oauth_error(error.content)
    if status == 429:
        return RateLimited("Intuit accepts no more requests for the moment.", intuit_tid=tid)
    if status >= 500:
        return QuickBooksUnavailable("Intuit is not available.", intuit_tid=tid)
    if reason == "invalid_client" or status == 401:
        return MissingConfiguration(
            "Intuit does not accept the client id and secret of this stack.",
            code="intuit_credentials_rejected",
            hint="Put the keys of the Intuit app, for the right environment, into the stack's Intuit secret.",
            intuit_tid=tid,
        )
    # For a token that is already revoked the revocation answers 400, with changing reasons.
    if refused and (reason == "invalid_grant" or (operation == "revoke" and status == 400)):
        return refused(tid)
    if reason:
        return MissingConfiguration(
            "Intuit refuses what this stack asks for.",
            code="intuit_oauth_refused",
            hint="Compare the redirect URI and the scope with the settings of the Intuit app.",
            intuit_tid=tid,
        )
    return _unreadable(tid)


def _oauth_error(content: bytes) -> str:
    try:
        answer = json_numbers.loads(content)
    except ValueError:
        return ""
    reason = answer.get("error") if isinstance(answer, dict) else None
    return reason if isinstance(reason, str) else ""


def _no_answer(error: requests.RequestException) -> QuickBooksUnavailable:
    if isinstance(error, requests.Timeout):
        return QuickBooksUnavailable("Intuit did not answer in time.")
    return QuickBooksUnavailable("The connection to Intuit broke.")


def _unreadable(tid: str | None) -> QuickBooksUnavailable:
    return QuickBooksUnavailable("Intuit gave an answer that cannot be read.", intuit_tid=tid)


def _log_call(operation: str, started: float, answer: _Answer) -> None:
    _log.info(
        "called Intuit",
        extra={
            "operation": operation,
            "status": answer.status,
            "intuit_tid": answer.intuit_tid,
            "milliseconds": round((time.perf_counter() - started) * 1000),
        },
    )
