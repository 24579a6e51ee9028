"""One company's accounting API over HTTP: read, query, create, update.

Nothing is retried here, except a call that the gateway turned away for its token:
such a call has not happened. Retries belong to the state machine.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

import logging
import re
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from ledgerlink.errors import QuickBooksUnavailable
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.faults import read_answer, read_intuit_tid, read_wait, refuses_token
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select

VERSION = "0.1.0"

# Intuit gives up on a call after 120 s; ours sit in Lambdas that live 30 to 60 s.
TIMEOUT = (3.05, 30.0)

_LONGEST_REQUEST_ID = 50
_READINGS = 3

_log = logging.getLogger(__name__)


class TokenSource(Protocol):
    """Where the access token of one connection comes from."""

    def access_token(self) -> str: ...

    def replace(self, rejected: str) -> str:
        """Return another token than ``rejected``; raises ConnectionRevoked when there is none to be had."""
        ...


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


class Company:
    """The accounting API of one QuickBooks company.

    Every method raises the errors of ``ledgerlink.errors``: QuickBooksUnavailable when there is
    no usable answer (a write may then have happened), RateLimited, ConnectionRevoked,
    and for a refusal the one that Intuit's code means. Numbers come and go as Decimal.

    ``calls`` counts the HTTP calls made, ``last_intuit_tid`` is Intuit's id of the last one, and
    ``retry_after`` the seconds to leave the company alone once a call was answered with 429.
    """

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        realm_id: str,
        tokens: TokenSource,
        minor_version: str = "75",
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.realm_id = realm_id
        self.calls = 0
        self.last_intuit_tid: str | None = None
        self.retry_after: int | None = None
        self._session = session
        self._base = f"{api_url}/v3/company/{quote(realm_id, safe='')}"
        self._tokens = tokens
        self._minor_version = minor_version
        self._timeout = timeout

    def query(self, statement: str | Select) -> list[dict[str, Any]]:
        """Return one page of rows; without a page in the statement QuickBooks gives the first 100."""
        return _rows(self._query(str(statement)))

    def query_all(self, select: Select) -> list[dict[str, Any]]:
        """Return all rows of a query, in order of their Id.

        Raises ValueError when ``select`` already has an order or a page, QuickBooksUnavailable when
        the list changes so fast that it cannot be read consistently.
        """
        if select.order or select.start is not None:
            raise ValueError("query_all orders and pages by itself")
        for _ in range(_READINGS):
            rows = self._read_pages(select.order_by("Id"))
            if rows is not None:
                return rows
        raise QuickBooksUnavailable(
            f"The {select.entity} list changed while it was read.", intuit_tid=self.last_intuit_tid
        )

    def count(self, select: Select) -> int:
        """Return how many rows the query has."""
        total = self._query(select.count()).get("totalCount")
        try:
            return int(total)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise self._unreadable() from None

    def read(self, entity: str, entity_id: str) -> dict[str, Any]:
        """Return an entity. One that is gone raises OutOfSync (code ``quickbooks_610``)."""
        answer = self.call("GET", f"{_path(entity)}/{_path_id(entity_id)}", operation=f"read {entity}")
        return self._entity(answer, entity)

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Create an entity and return it as QuickBooks stored it.

        Intuit answers a repeated ``request_id`` with the first answer; there are reports of the contrary,
        so look before you create again.
        """
        return self._write("create", entity, body, request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Change an entity: ``body`` holds its Id and SyncToken, and ``sparse: true`` to keep what it leaves out.

        Lines are replaced as a whole even then. Raises StaleSyncToken when somebody was faster.
        """
        if not body.get("Id") or body.get("SyncToken") is None:
            raise ValueError("an update needs Id and SyncToken")
        return self._write("update", entity, body, request_id)

    def company_info(self) -> dict[str, Any]:
        """Return CompanyInfo: name, country, plan (``NameValue`` OfferingSku)."""
        answer = self.call("GET", f"companyinfo/{quote(self.realm_id, safe='')}", operation="read CompanyInfo")
        return self._entity(answer, "CompanyInfo")

    def preferences(self) -> dict[str, Any]:
        """Return Preferences: what the company has turned on."""
        return self._entity(self.call("GET", "preferences", operation="read Preferences"), "Preferences")

    def call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Call any endpoint of the company and return the JSON answer whole.

        ``operation`` names the call in the log, so it must hold nothing of a document.
        """
        # %20 and not +, which an older parser of Intuit's took for a plus sign.
        query = urlencode({**(params or {}), "minorversion": self._minor_version}, quote_via=quote)
        url = f"{self._base}/{path}?{query}"
        data = None if body is None else json_numbers.dumps(body)

        token = self._tokens.access_token()
        answer = self._send(method, url, data, token, operation)
        if refuses_token(answer.status_code, answer.content):
            token = self._tokens.replace(token)
            answer = self._send(method, url, data, token, operation)
        if answer.status_code == 429:
            self.retry_after = read_wait(answer.headers)
        return read_answer(answer.status_code, answer.headers, answer.content)

    def _query(self, statement: str) -> dict[str, Any]:
        entity = re.search(r"(?i)\bfrom ([a-z]{1,40})", statement)
        operation = f"query {entity.group(1) if entity else ''}".strip()
        answer = self.call("GET", "query", operation=operation, params={"query": statement}).get("QueryResponse")
        if not isinstance(answer, dict):
            raise self._unreadable()
        return answer

    def _read_pages(self, select: Select) -> list[dict[str, Any]] | None:
        """Read page by page; None when the list moved under us.

        Each page begins with the last row of the one before. Where that row is not found again,
        something before it was deleted or added, and a row may have slipped through.
        """
        rows: dict[Any, dict[str, Any]] = {}
        position, last_id = 1, None
        while True:
            page = self.query(select.page(position, LARGEST_PAGE))
            if last_id is not None and (not page or page[0].get("Id") != last_id):
                return None
            rows.update((row.get("Id"), row) for row in page)
            if len(page) < LARGEST_PAGE:
                return list(rows.values())
            position, last_id = position + len(page) - 1, page[-1].get("Id")

    def _write(self, verb: str, entity: str, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        if not 1 <= len(request_id) <= _LONGEST_REQUEST_ID:
            raise ValueError("a request id has 1 to 50 characters")
        params = {"requestid": request_id}
        answer = self.call("POST", _path(entity), operation=f"{verb} {entity}", params=params, body=body)
        return self._entity(answer, entity)

    def _entity(self, answer: dict[str, Any], entity: str) -> dict[str, Any]:
        found = answer.get(entity)
        if not isinstance(found, dict):
            raise self._unreadable()
        return found

    def _unreadable(self) -> QuickBooksUnavailable:
        message = "QuickBooks gave an answer that cannot be read."
        return QuickBooksUnavailable(message, intuit_tid=self.last_intuit_tid)

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


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a QueryResponse; it is empty where nothing matches."""
    rows = next((value for value in answer.values() if isinstance(value, list)), [])
    return [row for row in rows if isinstance(row, dict)]


def _path(entity: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{1,40}", entity):
        raise ValueError(f"{entity!r} is no entity")
    return entity.lower()


def _path_id(entity_id: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", entity_id):
        raise ValueError("no id of QuickBooks")
    return entity_id
