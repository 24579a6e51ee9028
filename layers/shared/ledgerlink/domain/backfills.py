"""A backfill: what a company did before anybody polled it, copied page by page.

A page is a span of creation times. A creation time never changes, so that a row belongs to one page whatever happens
to it or to others meanwhile; what changes while the backfill runs is told by the poll, whose cursor is older.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part
from ledgerlink.domain.flows import DOCUMENTS, Direction
from ledgerlink.domain.sync_settings import Days

PAGE = 400
"""Rows: orders with many lines make larger answers slow, and Intuit cuts what takes two minutes."""
MOST_PAGES = 100
"""Of larger companies the pages are larger, so that the history of the execution stays far below its 25,000 events."""


class BackfillStatus(StrEnum):
    """Where a backfill stands."""

    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    """A redrive of its execution goes on at the page that failed."""
    COMPLETED = "completed"


class BackfillRequest(Part):
    """What the host may say when it asks for one."""

    days: Days | None = None
    """None for the setting."""
    directions: tuple[Direction, ...] = ()
    """None for those that are switched on."""


def parse_request(content: object) -> BackfillRequest:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return BackfillRequest.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of an entity are meant: documents by their date, or whatever changed since a moment."""

    entity: str
    dated_from: date | None = None
    changed_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One span of creation times of a selection; an end that is None is open."""

    selection: Selection
    created_from: datetime | None
    created_before: datetime | None
    rows: int
    """How many there were when it was planned."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """What copying a page came to."""

    documents: int
    names_read: int
    """The vendors, customers and items that they name."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a direction was promised by runs of which none has finished it."""

    since: datetime
    gap: bool
    """Also the changes since then, not only the documents."""
    number: int
    """The run that took it over last: one before it may have read its pages before something of this was missing."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """One run. ``number`` counts the runs of a connection."""

    key: ConnectionKey
    number: int
    directions: frozenset[Direction]
    entities: tuple[str, ...]
    since: datetime
    gap: bool
    """Catches up on changes that change data capture no longer tells, instead of copying documents by date."""
    status: BackfillStatus
    started_at: datetime
    planned_at: datetime | None = None
    completed_at: datetime | None = None
    pages: tuple[Page, ...] = ()
    results: dict[int, PageResult] = field(default_factory=dict)
    last_error: dict[str, Any] | None = None

    @property
    def execution_name(self) -> str:
        """At most 80 characters of ``[A-Za-z0-9_-]``, the same for the same run."""
        key = self.key
        digest = hashlib.sha256(f"{key.tenant_id}\n{key.connection_id}".encode()).hexdigest()[:10]
        readable = "-".join((key.tenant_id[:24], key.connection_id[:24])).replace(".", "_")
        return f"{readable}-b{self.number}-{digest}"

    @property
    def is_live(self) -> bool:
        return self.status in (BackfillStatus.STARTING, BackfillStatus.RUNNING)

    @property
    def promise(self) -> Owed:
        """What each of its directions has once it is finished."""
        return Owed(self.since, self.gap, self.number)

    @property
    def selections(self) -> list[Selection]:
        """What has to be read."""
        if self.gap:
            return [Selection(entity, changed_from=self.since) for entity in self.entities]
        # A day's margin: a date has no zone, and the company's day may have begun before ours.
        day = (self.since - timedelta(days=1)).date()
        return [Selection(entity, dated_from=day) for entity in self.entities]

    @property
    def missing_pages(self) -> list[int]:
        return [number for number in range(len(self.pages)) if number not in self.results]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill is."""

    pages_done: int
    pages_planned: int
    documents: int
    names_read: int
    """By each page for itself: a vendor that ten pages name was read ten times."""
    estimated_end: datetime | None


def progress(backfill: Backfill, now: datetime) -> Progress:
    """The end is estimated by the pages so far; None before the first and after the last."""
    done, planned = len(backfill.results), len(backfill.pages)
    end = None
    if backfill.planned_at and backfill.is_live and 0 < done < planned:
        end = now + (now - backfill.planned_at) / done * (planned - done)
    return Progress(
        pages_done=done,
        pages_planned=planned,
        documents=sum(result.documents for result in backfill.results.values()),
        names_read=sum(result.names_read for result in backfill.results.values()),
        estimated_end=end,
    )


def documents_of(directions: Iterable[Direction]) -> tuple[str, ...]:
    """The entities that a first backfill reads; names follow from what the documents name."""
    wanted = set(directions)
    return tuple(entity for direction in Direction if direction in wanted for entity in DOCUMENTS[direction])


def page_size(total: int) -> int:
    """Rows a page, so that there are not too many pages."""
    return max(PAGE, -(-total // MOST_PAGES))


def split(
    selection: Selection, count: int, size: int, created_at: Callable[[Selection, int], datetime | None]
) -> list[Page]:
    """The pages of a selection: spans that meet without a gap, the first and the last one open.

    ``created_at`` tells when the row at a position (from 0, in order of creation) was made. Rows that were made in
    the same second stay together, whatever that makes of the size.
    """
    if not count:
        return []
    starts = [created_at(selection, position) for position in range(size, count, size)]
    bounds: list[datetime] = sorted({start for start in starts if start})
    ends: Sequence[datetime | None] = [*bounds, None]
    rows_left, pages = count, list[Page]()
    for begin, end in zip([None, *bounds], ends, strict=True):
        expected = min(size, rows_left) if end else rows_left
        pages.append(Page(selection, begin, end, expected))
        rows_left -= expected
    return pages
