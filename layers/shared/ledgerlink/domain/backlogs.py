"""Backlogs: many documents that are sent in one go, in chunks, by one execution."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import batched
from typing import Any

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.times import to_text

CHUNK_SIZE = 120
"""Documents in one invocation: four of Intuit's batches."""
MOST_DOCUMENTS = 10_000
"""Documents in one execution, whose history may have 25,000 events (Step Functions quotas)."""

LONGEST_ID = 48
"""An id of ours has 64 characters; the parts of a long backlog add to it."""
_PART = re.compile(r"\.part(\d+)\Z")
_PLACE = re.compile(r"([0-9TZ:.\-]{27})#[a-z-]{1,40}#[A-Za-z0-9._-]{1,64}")

HELD = frozenset(Status) - {Status.SYNCED, Status.SYNCING}
"""Where documents stand that may be waiting for a backlog."""


class BacklogStatus(StrEnum):
    """How far a backlog has come."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    """Every document was looked at. Those that failed are tried again one by one."""
    FAILED = "failed"
    """It stopped in between; a redrive goes on where it stopped."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents by where they stand; None is any."""

    status: Status
    before: datetime
    """Standing so at that moment already: what fails while a backlog runs is not sent a second time by it."""
    category: str | None = None
    """Of the error that holds them."""
    kind: str | None = None
    connection_id: str | None = None
    """The company that they go to."""
    after: str | None = None
    """The place that an earlier backlog of the same selection has come to."""

    def has_place(self, place: str) -> bool:
        """Whether one of them may stand at this place: DynamoDB goes on after no other."""
        found = _PLACE.fullmatch(place)
        return found is not None and found[1] <= to_text(self.before)


@dataclass(frozen=True, slots=True)
class Backlog:
    """One request to send many documents."""

    tenant_id: str
    backlog_id: str
    trigger: Trigger
    created_at: datetime
    asked_for: str
    """A digest of what was asked for: the same id with another one is another request."""
    standing: Standing | None = None
    """Which documents, where they were not named one by one."""
    status: BacklogStatus = BacklogStatus.QUEUED
    chunks: int | None = None
    """How many; None until the documents are known."""
    total: int | None = None
    rest_after: str | None = None
    """Where the next backlog goes on, if there were too many documents for this one."""
    next_id: str | None = None
    """The backlog with the rest."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.status in (BacklogStatus.COMPLETED, BacklogStatus.FAILED)

    @property
    def execution_name(self) -> str:
        """At most 80 characters of ``[A-Za-z0-9_-]``, the same for the same backlog."""
        known_by = (self.tenant_id, self.backlog_id, self.created_at.isoformat())
        digest = hashlib.sha256("\n".join(known_by).encode()).hexdigest()[:10]
        return f"{self.tenant_id[:18]}-{self.backlog_id[:48]}-{digest}".replace(".", "_")


class Outcome(StrEnum):
    """What became of a document in its chunk."""

    SYNCED = "synced"
    HANDED_ON = "handed_on"
    """It failed, and goes on in an execution of its own."""
    SKIPPED = "skipped"
    """There was nothing to send."""


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What became of one document."""

    outcome: Outcome
    detail: str
    """How it was synced (``created``, ``updated``, ``unchanged``), the error's code, or why it was skipped."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some documents of a backlog, and what became of those that are done."""

    tenant_id: str
    backlog_id: str
    number: int
    left: tuple[DocumentKey, ...]
    synced: Mapping[str, int] = field(default_factory=dict)
    """How many, by how."""
    handed_on: Mapping[DocumentKey, str] = field(default_factory=dict)
    """The errors' codes."""
    skipped: Mapping[DocumentKey, str] = field(default_factory=dict)
    """The reasons."""
    lost_calls: int = 0
    """How often a whole call had no answer: the next one takes fewer documents."""
    version: int = 0
    """Counts its writes, so that two workers do not count the same document twice."""

    def with_results(self, results: Mapping[DocumentKey, DocumentResult]) -> "Chunk":
        """The chunk when these documents are done too; what is not left in it is not counted again."""
        done = {key: results[key] for key in self.left if key in results}
        synced = dict(self.synced)
        for result in done.values():
            if result.outcome is Outcome.SYNCED:
                synced[result.detail] = synced.get(result.detail, 0) + 1
        return replace(
            self,
            left=tuple(key for key in self.left if key not in done),
            synced=synced,
            handed_on={**self.handed_on, **_details(done, Outcome.HANDED_ON)},
            skipped={**self.skipped, **_details(done, Outcome.SKIPPED)},
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backlog has come, document by document."""

    backlog: Backlog
    synced: int = 0
    unchanged: int = 0
    """Of those synced: QuickBooks had them as they are."""
    failing: int = 0
    """Tried one by one, and given up."""
    waiting: int = 0
    """Not looked at yet, or being tried one by one."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Nothing to send, by reason."""
    errors: Mapping[str, int] = field(default_factory=dict)
    """The codes of the errors that made documents go on one by one, whatever became of them since."""
    uncertain: int = 0
    """Being tried one by one, beyond the number that one answer looks at."""


def chunks_of(backlog: Backlog, keys: Sequence[DocumentKey]) -> Iterator[Chunk]:
    """The documents in chunks, numbered from 0."""
    for number, part in enumerate(batched(keys, CHUNK_SIZE, strict=False)):
        yield Chunk(backlog.tenant_id, backlog.backlog_id, number, part)


def digest_of(*parts: str) -> str:
    """The same text for the same request."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def rest_of(backlog: Backlog) -> Backlog | None:
    """The backlog that goes on where this one had to end; None where it has all documents."""
    if not backlog.next_id or not backlog.standing:
        return None
    return Backlog(
        tenant_id=backlog.tenant_id,
        backlog_id=backlog.next_id,
        trigger=backlog.trigger,
        # The same every time, for it is part of the execution's name.
        created_at=backlog.created_at,
        asked_for=backlog.asked_for,
        standing=replace(backlog.standing, after=backlog.rest_after),
    )


def next_id(backlog_id: str) -> str:
    """``resend``, ``resend.part2``, ``resend.part3``."""
    part = _PART.search(backlog_id)
    return f"{backlog_id[: part.start()]}.part{int(part[1]) + 1}" if part else f"{backlog_id}.part2"


def is_part(backlog_id: str) -> bool:
    """Whether it is the id of a backlog that goes on with another one's rest."""
    return _PART.search(backlog_id) is not None


def progress_of(backlog: Backlog, chunks: Sequence[Chunk], now_standing: Mapping[DocumentKey, Status]) -> Progress:
    """The sum over the chunks; ``now_standing`` says where some of the documents that were handed on stand."""
    handed_on = {key: code for chunk in chunks for key, code in chunk.handed_on.items()}
    later = [now_standing[key] for key in handed_on if key in now_standing]
    synced_later = later.count(Status.SYNCED)
    syncing = later.count(Status.SYNCING)
    return Progress(
        backlog,
        synced=sum(count for chunk in chunks for count in chunk.synced.values()) + synced_later,
        unchanged=sum(chunk.synced.get("unchanged", 0) for chunk in chunks),
        failing=len(later) - synced_later - syncing,
        waiting=sum(len(chunk.left) for chunk in chunks) + syncing,
        skipped=_counted(reason for chunk in chunks for reason in chunk.skipped.values()),
        errors=_counted(handed_on.values()),
        uncertain=len(handed_on) - len(later),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words))


def _details(results: Mapping[DocumentKey, DocumentResult], outcome: Outcome) -> dict[DocumentKey, str]:
    return {key: result.detail for key, result in results.items() if result.outcome is outcome}
