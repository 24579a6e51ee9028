"""Several calls of one company at the same time. A ``Company`` serves one thread, so a crew has several of them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.transport import TokenSource


class Crew:
    """Companies of one realm, each with a session of its own, that share out the work. Leave it to end the threads."""

    def __init__(self, companies: Sequence[Company]) -> None:
        if len({company.realm_id for company in companies}) != 1:
            raise ValueError("a crew works for one company")
        self.size = len(companies)
        self._companies = tuple(companies)
        self._idle: SimpleQueue[Company] = SimpleQueue()
        for company in companies:
            self._idle.put(company)
        self._pool = ThreadPoolExecutor(self.size, thread_name_prefix="quickbooks")

    @property
    def calls(self) -> int:
        """How many HTTP calls they made together."""
        return sum(company.calls for company in self._companies)

    def submit[T](self, job: Callable[[Company], T]) -> Future[T]:
        """Have the next idle one do the job."""
        return self._pool.submit(self._do, job)

    def _do[T](self, job: Callable[[Company], T]) -> T:
        company = self._idle.get()
        try:
            return job(company)
        finally:
            self._idle.put(company)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


class SharedTokens:
    """The tokens of a crew: however many of them are turned away at once, the token is replaced once."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()

    def access_token(self) -> str:
        """The token of the moment."""
        with self._lock:
            return self._tokens.access_token()

    def replace(self, rejected: str) -> str:
        """Another token than ``rejected``; who comes second gets the one that the first has fetched."""
        with self._lock:
            current = self._tokens.access_token()
            return self._tokens.replace(rejected) if current == rejected else current
