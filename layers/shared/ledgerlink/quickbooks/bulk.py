"""Many writes: batches that are under way at the same time, each item judged alone."""

import threading
from collections.abc import Sequence
from functools import partial

from ledgerlink.errors import ConnectionRevoked, QuickBooksUnavailable, RateLimited, SyncError, WaitingForTurn
from ledgerlink.quickbooks import batch as batches
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.crew import Crew

_OF_A_CALL = (QuickBooksUnavailable, RateLimited, WaitingForTurn, ConnectionRevoked)


def write_all(crew: Crew, items: Sequence[batches.Item], size: int = batches.MOST_ITEMS) -> list[batches.Outcome]:
    """Do all items in calls of ``size``, and return what became of each, in their order. Raises nothing for them.

    The same items again are the same calls with the same request ids. Calls are made at the same time, so no
    item may need another one. Once a call has no usable answer, those that have not begun stay unsent, with its error.
    """
    if not 1 <= size <= batches.MOST_ITEMS:
        raise ValueError("a batch has 1 to 30 items")
    writing = _Writing()
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    asked = [crew.submit(partial(writing.call, part)) for part in parts]
    return [outcome for call in asked for outcome in call.result()]


class _Writing:
    """What the calls of one ``write_all`` know of each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failure: SyncError | None = None

    def call(self, part: Sequence[batches.Item], company: Company) -> list[batches.Outcome]:
        with self._lock:
            failure = self._failure
        if failure is not None:
            return batches.all_failed(part, failure, sent=False)
        outcomes = company.batch(part)
        with self._lock:
            self._failure = self._failure or _failure_of_the_call(outcomes)
        return outcomes


def _failure_of_the_call(outcomes: Sequence[batches.Outcome]) -> SyncError | None:
    """The error that all items share, where it is none of an item's own."""
    error = outcomes[0].error
    shared = isinstance(error, _OF_A_CALL) and all(outcome.error is error for outcome in outcomes)
    return error if shared else None
