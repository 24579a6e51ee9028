"""Several operations in one call: what is sent, and which answer belongs to which item.

QuickBooks answers HTTP 200 with a Fault for each item that it refuses, in any order; an item cannot use
what another one made. https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/batch
"""

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ledgerlink.errors import QuickBooksUnavailable, SyncError
from ledgerlink.quickbooks.check_body import Operation, check_body
from ledgerlink.quickbooks.fault_shapes import fault_in
from ledgerlink.quickbooks.faults import to_error
from ledgerlink.quickbooks.queries import Select

MOST_ITEMS = 30
"""Intuit's limit (fault 1040)."""
MOST_ROWS = 1000
"""All the rows of one answer together; an answer with as many may be cut."""

_NAMESPACE = uuid.UUID("0b4e3f0e-8d0c-4b0a-9f0e-3f5d1c7a6e21")
_log = logging.getLogger(__name__)
_UNREADABLE = "QuickBooks gave an answer that cannot be read."


@dataclass(frozen=True, slots=True)
class Write:
    """One create, update or delete. ``request_id`` names it across attempts: same content, same id."""

    operation: Operation
    entity: str
    body: Mapping[str, Any] = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class Read:
    """One query."""

    select: Select | str


type Item = Write | Read


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: an entity, rows, or one of our errors.

    With QuickBooksUnavailable a write may have happened, unless ``sent`` is False.
    """

    entity: Mapping[str, Any] | None = field(default=None, repr=False)
    rows: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)
    error: SyncError | None = None
    sent: bool = True
    intuit_tid: str | None = None
    cut: bool = False
    """The answer held so many rows that some of this query's may be missing."""

    def result(self) -> Mapping[str, Any]:
        """The entity; raises the error instead."""
        if self.error is not None:
            raise self.error
        assert self.entity is not None
        return self.entity

    def found(self) -> Sequence[Mapping[str, Any]]:
        """The rows; raises the error instead."""
        if self.error is not None:
            raise self.error
        return self.rows or []


def refusals(items: Sequence[Item]) -> dict[int, Outcome]:
    """Position → outcome of the items that need not be sent, for QuickBooks would not take them."""
    refused = {}
    for position, item in enumerate(items):
        if isinstance(item, Write):
            try:
                if item.operation is Operation.VOID:
                    raise ValueError("a batch cannot void")
                check_body(item.entity, item.body, item.operation)
            except SyncError as error:
                refused[position] = Outcome(error=error, sent=False)
    return refused


def split(positions: Sequence[int], items: Sequence[Item], reads: int, writes: int) -> Iterator[list[int]]:
    """Cut into calls: at most ``writes`` items where one of them writes, else at most ``reads``."""
    call: list[int] = []
    writing = False
    for position in positions:
        is_write = isinstance(items[position], Write)
        if call and len(call) >= (writes if writing or is_write else reads):
            yield call
            call, writing = [], False
        call.append(position)
        writing = writing or is_write
    if call:
        yield call


def request_body(items: Sequence[Item]) -> dict[str, Any]:
    """The body of one call; an item's ``bId`` (at most 10 characters) is its position."""
    return {"BatchItemRequest": [{"bId": str(position), **_request(item)} for position, item in enumerate(items)]}


def request_id(items: Sequence[Item]) -> str | None:
    """The ``requestid`` of one call (36 characters): the same for the same items, None where nothing is written."""
    if not any(isinstance(item, Write) for item in items):
        return None
    parts = [
        f"{item.operation} {item.entity} {item.request_id}" if isinstance(item, Write) else str(item.select)
        for item in items
    ]
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))


def read_outcomes(items: Sequence[Item], answer: Mapping[str, Any], intuit_tid: str | None) -> list[Outcome]:
    """Each item's outcome; one that QuickBooks says nothing of may have happened or not."""
    responses = answer.get("BatchItemResponse")
    by_id: dict[str, Mapping[str, Any]] = {}
    for response in responses if isinstance(responses, list) else ():
        if isinstance(response, Mapping):
            by_id.setdefault(str(response.get("bId")), response)
    outcomes = [_outcome(item, by_id.get(str(position)), intuit_tid) for position, item in enumerate(items)]
    if sum(len(outcome.rows or ()) for outcome in outcomes) >= MOST_ROWS:
        return [replace(outcome, cut=True) if outcome.rows is not None else outcome for outcome in outcomes]
    return outcomes


def all_failed(items: Sequence[Item], error: SyncError, *, sent: bool) -> list[Outcome]:
    """Every item's outcome where the call as a whole had none."""
    return [Outcome(error=error, sent=sent, intuit_tid=error.intuit_tid) for _ in items]


def _request(item: Item) -> dict[str, Any]:
    if isinstance(item, Read):
        return {"Query": str(item.select)}
    return {"operation": item.operation.value, item.entity: item.body}


def _outcome(item: Item, response: Mapping[str, Any] | None, intuit_tid: str | None) -> Outcome:
    if response is None:
        return _unknown(intuit_tid)
    if fault := fault_in(response):
        error = to_error(400, fault, intuit_tid)
        _log.info("batch item refused", extra={"operation": _name(item), "code": error.code, "intuit_tid": intuit_tid})
        return Outcome(error=error, intuit_tid=intuit_tid)
    if isinstance(item, Read):
        answer = response.get("QueryResponse")
        if not isinstance(answer, dict):
            return _unknown(intuit_tid)
        return Outcome(rows=rows_of(answer), intuit_tid=intuit_tid)
    entity = response.get(item.entity)
    if not isinstance(entity, dict):
        return _unknown(intuit_tid)
    return Outcome(entity=entity, intuit_tid=intuit_tid)


def _name(item: Item) -> str:
    """What it is, without anything of the document."""
    return "query" if isinstance(item, Read) else f"{item.operation} {item.entity}"


def _unknown(intuit_tid: str | None) -> Outcome:
    return Outcome(error=QuickBooksUnavailable(_UNREADABLE, intuit_tid=intuit_tid), intuit_tid=intuit_tid)


def rows_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a QueryResponse; it is empty where nothing matches."""
    rows = next((value for value in answer.values() if isinstance(value, list)), [])
    return [row for row in rows if isinstance(row, dict)]
