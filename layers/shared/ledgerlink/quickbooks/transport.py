"""One HTTP call to a company: its token, its turn, its time-outs and its line in the log.

Nothing is retried here, except a call that the gateway turned away for its token:
such a call has not happened. Retries belong to the state machine.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from ledgerlink.domain.throttle import CallKind
from ledgerlink.errors import QuickBooksUnavailable, RateLimited, SyncError
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.faults import read_answer, read_intuit_tid, read_wait, refuses_token

VERSION = "0.1.0"

TIMEOUT = (3.05, 30.0)
"""Seconds to connect and to wait for an answer. Intuit itself gives up on a call after 120 s."""

_log = logging.getLogger(__name__)


class TokenSource(Protocol):
    """Where the access token of one connection comes from."""

    def access_token(self) -> str: ...

    def replace(self, rejected: str) -> str:
        """Return another token than ``rejected``; raises ConnectionRevoked when there is none to be had."""
        ...


class Turnstile(Protocol):
    """What keeps all callers of one company together within Intuit's limits."""

    def enter(self, kind: CallKind, metered: int) -> None:
        """Wait for a turn, and count the reads that Intuit meters. Raises WaitingForTurn where it takes too long."""

    def closed_for(self, seconds: int) -> None:
        """Let nobody through for so long: Intuit answered 429."""


class OpenTurnstile:
    """Lets everybody through: for a company that nobody else calls yet."""

    def enter(self, kind: CallKind, metered: int) -> None:
        """At once."""

    def closed_for(self, seconds: int) -> None:
        """Nobody else to tell."""


def new_session() -> requests.Session:
    """Return a session that keeps connections open and repeats nothing by itself."""
    session = requests.Session()
    adapter = HTTPAdapter(max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers["User-Agent"] = f"Ledgerlink/{VERSION}"
    # At DEBUG it logs whole addresses, and ours hold queries with people's names.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    return session


class Transport:
    """Calls to one company; see ``Company`` for what is raised and counted."""

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        realm_id: str,
        tokens: TokenSource,
        turnstile: Turnstile,
        minor_version: str,
        timeout: tuple[float, float],
    ) -> None:
        self.realm_id = realm_id
        self.calls = 0
        self.last_intuit_tid: str | None = None
        self.retry_after: int | None = None
        self._session = session
        self._base = f"{api_url}/v3/company/{quote(realm_id, safe='')}"
        self._tokens = tokens
        self._turnstile = turnstile
        self._minor_version = minor_version
        self._timeout = timeout

    def call(
        self,
        method: str,
        path: str,
        operation: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        kind: CallKind,
        metered: int,
    ) -> dict[str, Any]:
        """Return the JSON answer; ``metered`` is how many reads Intuit counts for it."""
        return self.read(self.ask(method, path, operation, params, body, kind, metered))

    def ask(
        self,
        method: str,
        path: str,
        operation: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        kind: CallKind,
        metered: int,
    ) -> requests.Response:
        """Make a call and return the answer as it came, for ``read``."""
        # %20 and not +, which an older parser of Intuit's took for a plus sign.
        query = urlencode({**params, "minorversion": self._minor_version}, quote_via=quote)
        url = f"{self._base}/{path}?{query}"
        data = None if body is None else json_numbers.dumps(body)

        # The token first: between the turn and the call there should be no time.
        token = self._tokens.access_token()
        self._turnstile.enter(kind, metered)
        answer = self._send(method, url, data, token, operation)
        if refuses_token(answer.status_code, answer.content):
            token = self._tokens.replace(token)
            self._turnstile.enter(kind, 0)
            answer = self._send(method, url, data, token, operation)
        return answer

    def read(self, answer: requests.Response) -> dict[str, Any]:
        """Return the JSON of an answer, or raise the error that it means."""
        try:
            return read_answer(answer.status_code, answer.headers, answer.content)
        except RateLimited:
            self.close_tap(read_wait(answer.headers))
            raise

    def close_tap(self, seconds: int) -> None:
        """Keep all callers of the company away for so long."""
        self.retry_after = seconds
        try:
            self._turnstile.closed_for(seconds)
        except SyncError as failure:  # the caller is told of the 429, which matters more
            _log.warning("tap not closed", extra={"error_code": failure.code, "realm_id": self.realm_id})

    def _send(self, method: str, url: str, data: bytes | None, token: str, operation: str) -> requests.Response:
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        self.calls += 1
        self.last_intuit_tid = None
        failure: requests.RequestException
        started = time.perf_counter()
        try:
            answer = self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                auth=_Bearer(token),
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            failure = error
        else:
            self.last_intuit_tid = read_intuit_tid(answer.headers)
            self._log_call(method, operation, started, status=answer.status_code)
            return answer
        self._log_call(method, operation, started, failure=type(failure).__name__)
        # Raised out here so that the library's error is not chained to ours: its text holds the
        # whole address, and with it the query.
        raise _no_answer(failure)

    def _log_call(
        self, method: str, operation: str, started: float, *, status: int | None = None, failure: str | None = None
    ) -> None:
        _log.info(
            "called QuickBooks",
            extra={
                "method": method,
                "operation": operation,
                "status": status,
                "failure": failure,
                "intuit_tid": self.last_intuit_tid,
                "milliseconds": round((time.perf_counter() - started) * 1000),
                "realm_id": self.realm_id,
            },
        )


class _Bearer(AuthBase):
    """As an auth object, for requests would let a netrc file replace a plain header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _no_answer(failure: requests.RequestException) -> QuickBooksUnavailable:
    if isinstance(failure, requests.ConnectTimeout):
        return QuickBooksUnavailable("QuickBooks cannot be reached.")
    if isinstance(failure, requests.Timeout):
        return QuickBooksUnavailable("QuickBooks did not answer in time.")
    return QuickBooksUnavailable("The connection to QuickBooks broke.")
