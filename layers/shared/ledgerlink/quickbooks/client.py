"""One company's accounting API over HTTP: read, query, write, batch, changes.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from ledgerlink.domain.changes import Changes
from ledgerlink.domain.throttle import CallKind
from ledgerlink.errors import QuickBooksUnavailable, RateLimited, SyncError
from ledgerlink.quickbooks import batch as batches
from ledgerlink.quickbooks import changes as captured
from ledgerlink.quickbooks.check_body import Operation, check_body
from ledgerlink.quickbooks.faults import USUAL_WAIT, read_intuit_tid
from ledgerlink.quickbooks.fields import ENTITIES
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select
from ledgerlink.quickbooks.transport import TIMEOUT, OpenTurnstile, TokenSource, Transport, Turnstile, new_session

__all__ = ["BatchSizes", "Company", "TokenSource", "Turnstile", "new_session"]

_LONGEST_REQUEST_ID = 50
_READINGS = 3


class BatchSizes(NamedTuple):
    """Items a call: time-outs are common with 30 writes, so those are fewer."""

    reads: int = batches.MOST_ITEMS
    writes: int = 10


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
        self._transport = Transport(
            session, api_url, realm_id, tokens, turnstile or OpenTurnstile(), minor_version, timeout
        )
        self._batch_sizes = batch_sizes

    @property
    def calls(self) -> int:
        return self._transport.calls

    @property
    def last_intuit_tid(self) -> str | None:
        return self._transport.last_intuit_tid

    @property
    def retry_after(self) -> int | None:
        return self._transport.retry_after

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

    def ask_page(self, select: Select) -> Callable[[], dict[str, Any]]:
        """Ask for a page and return what reads its QueryResponse: until then it takes a quarter of the memory.

        Raises at once what the status says; the rest is raised when the answer is read, by whichever thread.
        """
        answer = self._ask(str(select))
        if answer.status_code >= 300:
            self._transport.read(answer)
        return lambda: self._query_response(answer)

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
        return self._transport.call(method, path, operation, params or {}, body, kind, metered)

    def _query(self, statement: str) -> dict[str, Any]:
        return self._query_response(self._ask(statement))

    def _ask(self, statement: str) -> requests.Response:
        entity = re.search(r"(?i)\bfrom ([a-z]{1,40})", statement)
        operation = f"query {entity.group(1) if entity else ''}".strip()
        return self._transport.ask("GET", "query", operation, {"query": statement}, None, CallKind.READ, 1)

    def _query_response(self, answer: requests.Response) -> dict[str, Any]:
        found = self._transport.read(answer).get("QueryResponse")
        if not isinstance(found, dict):
            raise self._unreadable(read_intuit_tid(answer.headers))
        return found

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
        outcomes = batches.read_outcomes(items, answer, self.last_intuit_tid)
        if any(isinstance(outcome.error, RateLimited) for outcome in outcomes):
            self._transport.close_tap(USUAL_WAIT)
        return outcomes

    def _entity(self, answer: dict[str, Any], entity: str) -> dict[str, Any]:
        found = answer.get(entity)
        if not isinstance(found, dict):
            raise self._unreadable()
        return found

    def _unreadable(self, intuit_tid: str | None = None) -> QuickBooksUnavailable:
        message = "QuickBooks gave an answer that cannot be read."
        return QuickBooksUnavailable(message, intuit_tid=intuit_tid or self.last_intuit_tid)


def _path(entity: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{1,40}", entity):
        raise ValueError(f"{entity!r} is no entity")
    return entity.lower()


def _path_id(entity_id: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", entity_id):
        raise ValueError("no id of QuickBooks")
    return entity_id
