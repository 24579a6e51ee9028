"""Backfills: what they take, and whether anything is lost or doubled."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import measure
from bench.client.books import Books
from bench.inbound.in_memory import InMemory
from bench.inbound.tables import show, times
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.usecases.sync.finish_backfill import finish_backfill
from ledgerlink.wiring import Wiring, clock

MOST_MEGABYTES = 200
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Copied:
    """What copying a company's invoices came to."""

    way: str
    invoices: int
    """That were copied in these seconds."""
    pages: int
    seconds: float
    calls: int
    lost: int
    doubled: int

    @property
    def is_right(self) -> bool:
        return not self.lost and not self.doubled


@dataclass(frozen=True, slots=True)
class PageWorker:
    """What one page took in a process of its own."""

    documents: int
    megabytes_before: float
    """The interpreter with the function and its libraries."""
    megabytes: float

    @property
    def is_right(self) -> bool:
        return self.megabytes < MOST_MEGABYTES


def by_use_case(stack: InMemory, invoices: int) -> tuple[Copied, PageWorker]:
    """Plan, copy one page after the other and finish; the last page is the page worker's."""
    realm_id = stack.books.new_company(invoices=invoices, purchase_orders=0)
    key = stack.connect("backfilled", realm_id, output=f"quickbooks:{realm_id}")
    stack.books.forget()
    started = time.perf_counter()
    wired = stack.wired
    planned = wired.backfill_planner.plan(key, 1)
    *pages, last = range(len(planned.pages))
    documents = sum(wired.page_copier.copy(key, 1, page).documents for page in pages)
    seconds = time.perf_counter() - started
    worker = _page_worker(stack, key, last)
    finish_backfill(wired.backfills, wired.sync, wired.events, key, 1, clock())
    calls = stack.books.stats(realm_id).calls
    stored = _stored(wired, key.tenant_id)
    lost, doubled = compare(_ids(stack.books, realm_id), stored)
    # With a single page everything is the page worker's.
    done = documents or worker.documents
    return Copied("use case alone", done, len(planned.pages), seconds, calls, lost, doubled), worker


def compare(there: Sequence[str], stored: Sequence[str]) -> tuple[int, int]:
    """How many are lost, and how many are too many."""
    surplus = Counter(stored) - Counter(there)
    return len(set(there) - set(stored)), surplus.total()


def show_backfills(runs: Sequence[Copied], worker: PageWorker) -> None:
    """Print what they took."""
    rows = [
        (
            run.way,
            f"{run.invoices:,}",
            str(run.pages),
            f"{run.seconds:.1f}",
            f"{run.invoices / run.seconds:.0f}" if run.seconds else "-",
            str(run.calls),
            str(run.lost),
            str(run.doubled),
            times(run.seconds / run.invoices, runs[0].seconds / runs[0].invoices),
        )
        for run in runs
    ]
    head = ("", "invoices", "pages", "seconds", "a second", "calls", "lost", "doubled", "time each")
    show("Backfill of a company's invoices", head, rows)
    print(
        f"A page worker, {worker.documents} invoices in a process of its own: peak resident memory "
        f"{worker.megabytes:.0f} MB, of which {worker.megabytes_before:.0f} MB before the page "
        f"(promised: under {MOST_MEGABYTES})"
    )


def _page_worker(stack: InMemory, key: ConnectionKey, page: int) -> PageWorker:
    task = {"version": 1, "tenant_id": key.tenant_id, "connection_id": key.connection_id, "backfill": 1, "page": page}
    done = subprocess.run(
        [sys.executable, str(Path(measure.__file__)), sys.executable, "-m", "bench.inbound.page_worker"],
        input=json.dumps(task),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, **stack.page_worker_environment},
    )
    used: dict[str, Any] = json.loads(done.stdout)
    return PageWorker(used["documents"], used["megabytes_before"], used["megabytes"])


def _ids(books: Books, realm_id: str) -> list[str]:
    return [row["Id"] for row in books.entities(realm_id, "Invoice")]


def _stored(wired: Wiring, tenant_id: str) -> list[str]:
    """The invoices in the feed, as often as they stand there."""
    found: list[str] = []
    after = ""
    while True:
        part = wired.records.feed(tenant_id, "Invoice", organic=False, after=after, until=clock(), limit=_AT_ONCE)
        found += [key.entity_id for _, key in part]
        if len(part) < _AT_ONCE:
            return found
        after = part[-1][0]
