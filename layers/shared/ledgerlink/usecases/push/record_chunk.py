"""Keep what became of the documents of a chunk: each is judged alone, unless its company is what is wrong."""

from datetime import datetime

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.backlogs import DocumentResult, Outcome
from ledgerlink.domain.documents import Document
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink
from ledgerlink.errors import DocumentBusy, SyncError, Transient
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkResult, ChunkTask
from ledgerlink.usecases.push.answer_asks import unexpected
from ledgerlink.usecases.push.chunk_ports import ChunkPorts
from ledgerlink.usecases.push.prepare_push import Routed
from ledgerlink.usecases.push.record_push import Try
from ledgerlink.usecases.push.stop_chunk import NO_ACCESS, OF_THE_COMPANY, ChunkStops


class ChunkRecorder:
    """What became of the documents of one chunk so far."""

    def __init__(self, ports: ChunkPorts, task: ChunkTask, trigger: Trigger, stops: ChunkStops) -> None:
        self._ports = ports
        self._task = task
        self._trigger = trigger
        self._stops = stops
        self._results: dict[DocumentKey, DocumentResult] = {}
        self._company_of: dict[DocumentKey, str] = {}

    def became(self, key: DocumentKey) -> DocumentResult | None:
        """Nothing for one that has not been got to."""
        return self._results.get(key)

    def result(self) -> ChunkResult:
        """What became of them in the end. Those of a company that was lost stay as they stand, for another backlog."""
        for key, company in self._company_of.items():
            if company in self._stops.gone:
                self._results.setdefault(key, _left_out(self._stops.gone[company]))
        return ChunkResult(self._results, self._stops.stopped_by)

    def skipped(self, key: DocumentKey, result: DocumentResult) -> None:
        """It is not to be sent."""
        self._results[key] = result

    def routed(self, routed: Routed) -> None:
        """It is known which company it goes to."""
        self._company_of[routed.document.key] = routed.connection.connection_id

    def not_routed(self, document: Document, error: SyncError) -> None:
        """It goes to no company."""
        if isinstance(error, NO_ACCESS) and self._stops.has_other():
            self._results[document.key] = _left_out(error)
        elif isinstance(error, OF_THE_COMPANY):
            self._stops.stop(error)
        else:
            self.hand_on(document, error)

    def not_to_be_had(self, routed: Routed, error: SyncError) -> None:
        """What a document needs before it is written: who does not answer now has no answer for the others either."""
        if isinstance(error, Transient) and not isinstance(error, DocumentBusy):
            self._stops.stop(error, routed.connection.connection_id)
        else:
            self.failed(routed, error)

    def failed(self, routed: Routed, error: SyncError) -> None:
        """It was not written."""
        if isinstance(error, OF_THE_COMPANY):
            self._stops.stop(error, routed.connection.connection_id)
        else:
            self.hand_on(routed.document, error)

    def hand_on(self, document: Document, error: SyncError) -> None:
        """It is tried again by itself, in an execution of its own."""
        self._ports.recorder.failed(self.tried(document, self._ports.clock()), document, error)
        self._results[document.key] = DocumentResult(Outcome.HANDED_ON, error.code)

    def keep(self, one: Try, routed: Routed, link: EntityLink, how: str, notes: list[str]) -> SyncError | None:
        """What kept its success from being kept, if anything did; for several documents at a time."""
        try:
            self._ports.followers.follow(routed)
            self._ports.recorder.succeeded(one, routed.document, routed.connection, link, how, notes)
        except SyncError as error:
            return error
        except Exception as failure:
            return unexpected(failure)
        return None

    def synced(self, routed: Routed, how: str, unkept: SyncError | None) -> None:
        """QuickBooks has it. What could not be kept of that is repeated, and finds it there."""
        if unkept:
            self.not_to_be_had(routed, unkept)
        else:
            self._results[routed.document.key] = DocumentResult(Outcome.SYNCED, how)

    def tried(self, document: Document, began: datetime, calls: int = 0, intuit_tid: str | None = None) -> Try:
        """The try of the document that this chunk is."""
        task, key = self._task, document.key
        return Try(
            attempt=Attempt(key, document.revision, document.attempt),
            trigger=Trigger.REDRIVE if task.redrive_count else self._trigger,
            execution=task.execution,
            entry_id=f"{task.execution}:{task.redrive_count}:{task.try_number}:{key.kind}/{key.document_id}",
            try_number=task.try_number,
            began=began,
            calls=calls,
            intuit_tid=intuit_tid,
        )


def _left_out(error: SyncError) -> DocumentResult:
    return DocumentResult(Outcome.SKIPPED, error.code)
