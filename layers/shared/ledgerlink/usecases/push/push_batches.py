"""Push documents of one company in batches: what they name is looked up in one call, and each call writes many."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.links import Lease
from ledgerlink.domain.references import References
from ledgerlink.domain.resolution import Resolution
from ledgerlink.domain.translation import Resolved
from ledgerlink.errors import OutOfSync, SyncError, Transient
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkTask
from ledgerlink.usecases.push.answer_asks import answer_in_batches, unexpected
from ledgerlink.usecases.push.chunk_ports import ChunkPorts
from ledgerlink.usecases.push.prepare_chunk import Ready
from ledgerlink.usecases.push.push_document import ENDED_BY_A_PERSON, Company, notes_of, sku_of, writing_of
from ledgerlink.usecases.push.record_chunk import ChunkRecorder
from ledgerlink.usecases.push.size_batches import BatchSize, WithReferences
from ledgerlink.usecases.push.stop_chunk import ChunkStops
from ledgerlink.usecases.push.write_once import Writing, Written, write_once

LEASE_MARGIN = timedelta(seconds=150)
"""A call that is begun just before the deadline may take as long, and until then its documents are ours."""


class BatchPusher:
    """Pushes the documents of one chunk, those of one company at a time."""

    def __init__(
        self, ports: ChunkPorts, task: ChunkTask, trigger: Trigger, recorder: ChunkRecorder, stops: ChunkStops
    ) -> None:
        self._ports = ports
        self._recorder = recorder
        self._stops = stops
        self._lease = Lease(task.worker, task.deadline + LEASE_MARGIN)
        self._by_hand = trigger is Trigger.MANUAL
        self._size = BatchSize(task.lost_calls)

    def push(self, documents: Sequence[Ready]) -> None:
        """Write them for as long as the company takes any; what became of each is recorded."""
        if not documents or self._stops.is_over(documents[0].company):
            return
        try:
            company = self._ports.companies.open(documents[0].context, self._lease)
            resolution = company.references.resolve([ready.wanted for ready in documents])
        except Transient as error:
            self._stops.stop(error, documents[0].company)
            return
        except Exception as failure:
            refusal = failure if isinstance(failure, SyncError) else unexpected(failure)
            for ready in documents:
                self._recorder.failed(ready.routed, refusal)
            return
        for batch in self._size.batches(self._with_references(documents, resolution)):
            if self._stops.is_over(documents[0].company):
                return
            self._push_batch(company, batch, resolution)

    def _with_references(self, documents: Sequence[Ready], resolution: Resolution) -> list[WithReferences]:
        found: list[WithReferences] = []
        for ready in documents:
            try:
                found.append((ready, resolution.references(ready.wanted)))
            except SyncError as error:
                self._recorder.not_to_be_had(ready.routed, error)
        return found

    def _push_batch(self, company: Company, batch: Sequence[WithReferences], resolution: Resolution) -> None:
        now, before = self._ports.clock(), company.books.calls
        skus = self._take_skus(company, [ready for ready, _ in batch])
        try:
            batch = [(ready, refs) for ready, refs in batch if not self._recorder.became(ready.document.key)]
            writings = [write_once(self._writing(ready, refs, now)) for ready, refs in batch]
            outcomes = answer_in_batches(company.books, writings, self._ports.each)
        finally:
            for sku in skus:
                company.guard.give_back(sku)
        if lost := self._size.lost(outcomes):
            self._stops.stop(lost, batch[0][0].company)
            return
        calls, intuit_tid = company.books.calls - before, company.books.last_intuit_tid
        written = [(ready, outcome) for (ready, _), outcome in zip(batch, outcomes, strict=True)]

        def keep(one: tuple[Ready, Written | SyncError]) -> SyncError | None:
            ready, outcome = one
            if isinstance(outcome, SyncError):
                return None
            notes = notes_of(outcome, ready.translation, resolution.notes_for(ready.wanted))
            if len(batch) > 1:
                notes.append(f"Sent together with {len(batch) - 1} others")
            tried = self._recorder.tried(ready.document, now, calls, intuit_tid)
            return self._recorder.keep(tried, ready.routed, outcome.link, outcome.how, notes)

        for (ready, refs), outcome, unkept in zip(batch, outcomes, self._ports.each(keep, written), strict=True):
            if isinstance(outcome, SyncError):
                self._recorder.failed(ready.routed, self._explained(company, ready, refs, outcome))
            else:
                self._recorder.synced(ready.routed, outcome.how.value, unkept)

    def _take_skus(self, company: Company, documents: Sequence[Ready]) -> list[str]:
        taken = []
        for ready in documents:
            if sku := sku_of(ready.translation):
                try:
                    company.guard.take(sku)
                    taken.append(sku)
                except SyncError as error:
                    self._recorder.failed(ready.routed, error)
        return taken

    def _writing(self, ready: Ready, refs: References, now: datetime) -> Writing:
        ports, resolved = self._ports, Resolved(ready.translation, refs)
        return writing_of(ports.documents, ports.links, ready.routed, resolved, self._lease, now, by_hand=self._by_hand)

    def _explained(self, company: Company, ready: Ready, refs: References, error: SyncError) -> SyncError:
        if not isinstance(error, OutOfSync) or error.code in ENDED_BY_A_PERSON:
            return error
        try:
            return company.references.explain(ready.wanted, refs, error)
        except SyncError:
            return error  # what QuickBooks said is known, only not what it meant
