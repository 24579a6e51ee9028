"""Send one chunk of a backlog, and let what failed go on one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import Backlog, BacklogStatus, Chunk, DocumentResult, Outcome
from ledgerlink.domain.documents import Document, DocumentState, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import DocumentBusy, NotFound, QuickBooksUnavailable, SyncError, Unexpected

TRIES = 3


@dataclass(frozen=True, slots=True)
class ChunkTask:
    """Which try of which chunk this is."""

    tenant_id: str
    backlog_id: str
    number: int
    execution: str
    redrive_count: int
    try_number: int
    worker: str
    """This invocation alone: the owner of leases."""
    deadline: datetime
    """Nothing is begun after it; what is left then has another invocation."""
    lost_calls: int = 0
    """How often a whole call of this chunk had no answer."""


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of the documents that were got to: synced, skipped, or to be handed on with an error's code.

    Documents without a result were not begun. ``stopped_by`` is what stopped the whole chunk before its
    end (a revoked connection, a used-up budget), for the state machine to retry or to fail with.
    """

    results: Mapping[DocumentKey, DocumentResult] = field(default_factory=dict)
    stopped_by: SyncError | None = None


class ChunkPusher(Protocol):
    """Pushes documents in batches, and judges each of them alone."""

    def push_chunk(self, task: ChunkTask, backlog: Backlog, keys: Sequence[DocumentKey]) -> ChunkResult:
        """Push as many of them as there is time for, each exactly once.

        A document that is pushed is marked synced before this returns, so that an invocation that is
        stopped is not repeated for it; none is marked as syncing, for no execution of its own is under way.
        """


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...
    def mark_running(self, backlog: Backlog, now: datetime) -> None: ...
    def chunk(self, tenant_id: str, backlog_id: str, number: int) -> Chunk | None: ...
    def save(self, chunk: Chunk) -> bool:
        """False when another worker wrote it since it was read."""


class Documents(Protocol):
    """Where documents are kept."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]: ...
    def get(self, key: DocumentKey) -> Document | None: ...
    def put(self, document: Document, replaced: Document | None) -> bool: ...


class Executions(Protocol):
    """The state machine that pushes one document."""

    def start(self, attempt: Attempt, trigger: Trigger) -> None: ...


def push_backlog_chunk(
    backlogs: Backlogs,
    documents: Documents,
    pusher: ChunkPusher,
    executions: Executions,
    task: ChunkTask,
    now: datetime,
) -> bool:
    """True while documents of the chunk are left. Raises any SyncError; what was done until then is kept."""
    backlog = backlogs.find(task.tenant_id, task.backlog_id)
    chunk = backlogs.chunk(task.tenant_id, task.backlog_id, task.number)
    if backlog is None or chunk is None:
        raise NotFound("The documents to be sent are not listed here.")
    if backlog.status is BacklogStatus.FAILED:
        backlogs.mark_running(backlog, now)
    settled = _settled(backlog, chunk, documents.states(chunk.left), executions)
    wanted = [key for key in chunk.left if key not in settled]
    task = replace(task, lost_calls=chunk.lost_calls)
    pushed = pusher.push_chunk(task, backlog, wanted) if wanted else ChunkResult()
    results = {key: _handed_on(documents, executions, backlog, key, r, now) for key, r in pushed.results.items()}
    done = chunk.with_results({**settled, **results})
    if isinstance(pushed.stopped_by, QuickBooksUnavailable):
        done = replace(done, lost_calls=done.lost_calls + 1)
    if not backlogs.save(done):
        raise DocumentBusy("Another worker sends the same documents.")
    if pushed.stopped_by:
        raise pushed.stopped_by
    if done.left and len(done.left) == len(chunk.left):
        raise Unexpected("No document of the chunk could be begun in the time of one invocation.", code="no_progress")
    return bool(done.left)


def _settled(
    backlog: Backlog, chunk: Chunk, states: Mapping[DocumentKey, DocumentState], executions: Executions
) -> dict[DocumentKey, DocumentResult]:
    """The documents that need no push any more, for example after an invocation that was stopped half-way."""
    results = {key: _standing(backlog, states.get(key), executions) for key in chunk.left}
    return {key: result for key, result in results.items() if result}


def _standing(backlog: Backlog, state: DocumentState | None, executions: Executions) -> DocumentResult | None:
    if state is None:
        return DocumentResult(Outcome.SKIPPED, "not_found")
    if state.status is Status.SYNCING:
        # The start may have been lost after the attempt was counted.
        executions.start(state.current_attempt, state.trigger)
        return DocumentResult(Outcome.HANDED_ON, "sent_by_itself")
    if state.status is Status.SYNCED and state.synced_at and state.synced_at >= backlog.created_at:
        return DocumentResult(Outcome.SYNCED, "meanwhile")
    return None


def _handed_on(
    documents: Documents,
    executions: Executions,
    backlog: Backlog,
    key: DocumentKey,
    result: DocumentResult,
    now: datetime,
) -> DocumentResult:
    """A document that failed gets an execution of its own, which retries it, and tells of it if it gives up."""
    if result.outcome is not Outcome.HANDED_ON:
        return result
    for _ in range(TRIES):
        document = documents.get(key)
        if document is None:
            return DocumentResult(Outcome.SKIPPED, "not_found")
        if document.status is Status.SYNCING:
            executions.start(document.current_attempt, document.trigger)
            return result
        again = replace(
            document,
            status=Status.SYNCING,
            attempt=document.attempt + 1,
            trigger=backlog.trigger,
            updated_at=now,
            syncing_since=now,
            last_error=None,
        )
        if documents.put(again, document):
            executions.start(again.current_attempt, again.trigger)
            return result
    return DocumentResult(Outcome.SKIPPED, "changed_meanwhile")
