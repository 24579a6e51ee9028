"""Prepare the documents of a chunk, each by itself: which company it goes to, and what it is there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import DocumentResult, Outcome
from ledgerlink.domain.documents import Document
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink
from ledgerlink.domain.references import Wanted
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.errors import SyncError
from ledgerlink.usecases.push.answer_asks import unexpected
from ledgerlink.usecases.push.chunk_ports import ChunkPorts
from ledgerlink.usecases.push.describe_once import DescribedOnce
from ledgerlink.usecases.push.hold_from_daily_run import hold_back, what_holds_from_daily_run
from ledgerlink.usecases.push.prepare_push import Routed, route_document, translate_document
from ledgerlink.usecases.push.record_chunk import ChunkRecorder
from ledgerlink.usecases.push.stop_chunk import ChunkStops


@dataclass(frozen=True, slots=True)
class Ready:
    """A document whose translation is known."""

    routed: Routed
    translation: Translation
    context: Context
    wanted: Wanted

    @property
    def document(self) -> Document:
        return self.routed.document

    @property
    def company(self) -> str:
        return self.routed.connection.connection_id

    def named_of(self, chunk: Collection[DocumentKey]) -> set[DocumentKey]:
        """The other documents of the chunk that it names: what a bill is for."""
        key = self.document.key
        named = {DocumentKey(key.tenant_id, *name) for name in self.wanted.documents}
        return {other for other in named if other in chunk and other != key}

    @property
    def lines(self) -> int:
        """How much of a call it takes."""
        return len(getattr(self.routed.content, "lines", ())) + 1


@dataclass(frozen=True, slots=True)
class _NotRouted:
    """A document that goes to no company, and why."""

    document: Document
    error: SyncError


class ChunkPreparation:
    """Prepares the documents of one chunk."""

    def __init__(
        self, ports: ChunkPorts, tenant: Tenant, trigger: Trigger, recorder: ChunkRecorder, stops: ChunkStops
    ) -> None:
        self._ports = ports
        self._tenant = tenant
        self._trigger = trigger
        self._recorder = recorder
        self._stops = stops
        self._described = DescribedOnce(ports.tenants, ports.companies)

    def ready(self, keys: Sequence[DocumentKey]) -> Iterator[Ready]:
        """Those that are to be written, in their order; what became of the others is recorded."""
        for key, routed in zip(keys, self._ports.each(self._route, keys), strict=True):
            match routed:
                case DocumentResult():
                    self._recorder.skipped(key, routed)
                case _NotRouted(document, error):
                    self._recorder.not_routed(document, error)
                case Routed():
                    self._recorder.routed(routed)
                    if routed.link and routed.is_unchanged and not self._by_hand:
                        self._keep_unchanged(routed, routed.link)
                    elif ready := self._translated(routed):
                        yield ready

    def _route(self, key: DocumentKey) -> Routed | _NotRouted | DocumentResult:
        """Its way; the result of one that is not to be sent."""
        document = self._ports.documents.get(key)
        if document is None:
            return DocumentResult(Outcome.SKIPPED, "not_found")
        held = None
        try:
            if self._trigger is Trigger.DAILY:
                has_company = self._stops.has_other()
                held = what_holds_from_daily_run(document, self._tenant, has_company=has_company)
            if held is None:
                return route_document(document, self._tenant, self._ports.links, by_hand=self._by_hand)
        except SyncError as error:
            return _NotRouted(document, error)
        except Exception as failure:
            return _NotRouted(document, unexpected(failure))
        return hold_back(self._ports.documents, document, held, self._ports.clock())

    def _keep_unchanged(self, routed: Routed, link: EntityLink) -> None:
        one = self._recorder.tried(routed.document, self._ports.clock())
        unkept = self._recorder.keep(one, routed, link, "unchanged", [])
        self._recorder.synced(routed, "unchanged", unkept)

    def _translated(self, routed: Routed) -> Ready | None:
        if self._stops.is_over(routed.connection.connection_id):
            return None
        routed, described = self._described.known(routed), self._described
        try:
            translation, context = translate_document(routed, described, described.facts, self._ports.clock())
            return Ready(routed, translation, context, translation.wanted())
        except SyncError as error:
            self._recorder.not_to_be_had(routed, error)
        except Exception as failure:
            self._recorder.failed(routed, unexpected(failure))
        return None

    @property
    def _by_hand(self) -> bool:
        return self._trigger is Trigger.MANUAL
