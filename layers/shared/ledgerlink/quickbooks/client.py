"""One company's accounting API over HTTP: read, query, write, batch, changes.

Nothing is retried here, except a call that the gateway turned away for its token:
such a call has not happened. Retries belong to the state machine.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from ledgerlink.domain.changes import Changes
from ledgerlink.domain.throttle import CallKind
from ledgerlink.errors import QuickBooksUnavailable, SyncError
from ledgerlink.quickbooks import batch as batches
from ledgerlink.quickbooks import changes as captured
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.check_body import Operation, check_body
from ledgerlink.quickbooks.faults import read_answer, read_intuit_tid, read_wait, refuses_token
from ledgerlink.quickbooks.fields import ENTITIES
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


class BatchSizes(NamedTuple):
    """Items a call: time-outs are common with 30 writes, so those are fewer."""

    reads: int = batches.MOST_ITEMS
    writes: int = 10


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
    and for a refusal the one that Intuit's code means. Numbers come and go as Decimal. Bodies are
    checked before anything is sent (DocumentRejected), and every call waits for its turn (WaitingForTurn).

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
        turnstile: Turnstile | None = None,
        batch_sizes: BatchSizes = BatchSizes(),  # noqa: B008 (immutable)
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
        self._turnstile = turnstile or OpenTurnstile()
        self._batch_sizes = batch_sizes

    def query(self, statement: str | Select) -> list[dict[str, Any]]:
        """Return one page of rows; without a page in the statement QuickBooks gives the first 100."""
        return batches.rows_of(self._query(str(statement)))

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
        return self._write(Operation.CREATE, entity, body, request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Change an entity: ``body`` holds its Id, SyncToken and ``sparse: true``, so that it keeps what is left out.

        Lines are replaced as a whole even then. Raises StaleSyncToken when somebody was faster.
        """
        if not body.get("Id") or body.get("SyncToken") is None:
            raise ValueError("an update needs Id and SyncToken")
        return self._write(Operation.UPDATE, entity, body, request_id)

    def delete(self, entity: str, entity_id: str, sync_token: str, request_id: str) -> None:
        """Delete a transaction for good. Entries of name lists are made inactive by an update instead.

        Raises OutOfSync when it is gone already, StaleSyncToken when somebody was faster.
        """
        body = {"Id": entity_id, "SyncToken": sync_token}
        self._write(Operation.DELETE, entity, body, request_id, {"operation": "delete"})

    def void(self, entity: str, entity_id: str, sync_token: str, request_id: str) -> dict[str, Any]:
        """Set a transaction's amounts to nothing and keep it; return it as it is then."""
        body = {"Id": entity_id, "SyncToken": sync_token, "sparse": True}
        check_body(entity, body, Operation.VOID)
        return self._write(Operation.VOID, entity, body, request_id, ENTITIES[entity].void_parameters)

    def batch(self, items: Sequence[batches.Item]) -> list[batches.Outcome]:
        """Do several things in few calls; return what became of each item, in their order. Raises nothing for them.

        An item that QuickBooks would not take is not sent. When a call has no usable answer, all of
        its items are QuickBooksUnavailable (a write may have happened), and what has not been sent by then stays
        unsent, with the same error.
        """
        outcomes = batches.refusals(items)
        waiting = [position for position in range(len(items)) if position not in outcomes]
        failure: SyncError | None = None
        for positions in batches.split(waiting, items, self._batch_sizes.reads, self._batch_sizes.writes):
            part = [items[position] for position in positions]
            if failure is not None:
                found = batches.all_failed(part, failure, sent=False)
            else:
                try:
                    found = self._call_batch(part)
                except SyncError as error:
                    failure = error
                    found = batches.all_failed(part, error, sent=isinstance(error, QuickBooksUnavailable))
            outcomes.update(zip(positions, found, strict=True))
        return [outcomes[position] for position in range(len(items))]

    def changes(self, entities: Sequence[str], since: datetime, now: datetime) -> Changes:
        """Return what changed since a moment (in UTC or with its zone), deleted entities apart.

        The caller chooses the overlap: QuickBooks' times have whole seconds and appear late. Raises ChangesTooOld
        for a window of 30 days or more, which takes a backfill.
        """
        answer = self.call("GET", "cdc", operation="changes", params=captured.parameters(entities, since, now))
        return captured.read_changes(list(dict.fromkeys(entities)), answer, self.last_intuit_tid)

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
        kind: CallKind | None = None,
        metered: int | None = None,
    ) -> dict[str, Any]:
        """Call any endpoint of the company and return the JSON answer whole.

        ``operation`` names the call in the log, so it must hold nothing of a document. Intuit meters what
        it hands out and not what it takes in: a GET counts as one read unless ``metered`` says otherwise.
        """
        kind = kind or (CallKind.READ if method == "GET" else CallKind.WRITE)
        metered = int(kind is CallKind.READ) if metered is None else metered
        # %20 and not +, which an older parser of Intuit's took for a plus sign.
        query = urlencode({**(params or {}), "minorversion": self._minor_version}, quote_via=quote)
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
        if answer.status_code == 429:
            self._close_tap(read_wait(answer.headers))
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

    def _write(
        self,
        operation: Operation,
        entity: str,
        body: Mapping[str, Any],
        request_id: str,
        parameters: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        if not 1 <= len(request_id) <= _LONGEST_REQUEST_ID:
            raise ValueError("a request id has 1 to 50 characters")
        check_body(entity, body, operation)
        params = {**(parameters or {}), "requestid": request_id}
        answer = self.call("POST", _path(entity), operation=f"{operation} {entity}", params=params, body=body)
        return self._entity(answer, entity)

    def _call_batch(self, items: Sequence[batches.Item]) -> list[batches.Outcome]:
        request_id = batches.request_id(items)
        answer = self.call(
            "POST",
            "batch",
            operation=f"batch of {len(items)}",
            params={"requestid": request_id} if request_id else None,
            body=batches.request_body(items),
            kind=CallKind.BATCH,
            # Whether Intuit meters a batch once or by its items is not published.
            metered=sum(isinstance(item, batches.Read) for item in items),
        )
        return batches.read_outcomes(items, answer, self.last_intuit_tid)

    def _close_tap(self, seconds: int) -> None:
        self.retry_after = seconds
        try:
            self._turnstile.closed_for(seconds)
        except SyncError:  # the caller is told of the 429, which matters more
            _log.warning("tap not closed", exc_info=True)

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


def _path(entity: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{1,40}", entity):
        raise ValueError(f"{entity!r} is no entity")
    return entity.lower()


def _path_id(entity_id: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", entity_id):
        raise ValueError("no id of QuickBooks")
    return entity_id
