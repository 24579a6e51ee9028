"""Push many documents together: what they name is looked up in one call, and each call writes up to thirty of them.

Each is written exactly once by the same steps as a document that is pushed alone, and each is judged alone.
``prepare_chunk`` routes and translates them one by one, ``push_batches`` writes those of one company,
``record_chunk`` keeps what became of each, and ``stop_chunk`` knows what goes on after trouble.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from ledgerlink.domain.backlogs import Backlog, Outcome
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkResult, ChunkTask
from ledgerlink.usecases.push.chunk_ports import ChunkPorts
from ledgerlink.usecases.push.prepare_chunk import ChunkPreparation, Ready
from ledgerlink.usecases.push.push_batches import BatchPusher
from ledgerlink.usecases.push.record_chunk import ChunkRecorder
from ledgerlink.usecases.push.stop_chunk import ChunkStops
from ledgerlink.usecases.references.find_references import sent_first


class ChunkOfDocuments:
    """Pushes documents of one stack, many at a time."""

    def __init__(self, ports: ChunkPorts) -> None:
        self._ports = ports

    def push_chunk(self, task: ChunkTask, backlog: Backlog, keys: Sequence[DocumentKey]) -> ChunkResult:
        """Push as many as there is time for. Documents without a result were not begun."""
        ports, trigger = self._ports, backlog.trigger
        tenant = ports.tenants.tenant(task.tenant_id)
        stops = ChunkStops(tenant, task.deadline, ports.clock)
        recorder = ChunkRecorder(ports, task, trigger, stops)
        pusher = BatchPusher(ports, task, trigger, recorder, stops)
        by_company: dict[str, list[Ready]] = defaultdict(list)
        for ready in ChunkPreparation(ports, tenant, trigger, recorder, stops).ready(keys):
            by_company[ready.company].append(ready)
        for documents in by_company.values():
            chunk = {ready.document.key for ready in documents}
            pusher.push([ready for ready in documents if not ready.named_of(chunk)])
            pusher.push([ready for ready in documents if _may_follow(ready, ready.named_of(chunk), recorder)])
        return recorder.result()


def _may_follow(ready: Ready, named: Collection[DocumentKey], recorder: ChunkRecorder) -> bool:
    """Whether it names others of the chunk, and all of them are in QuickBooks by now."""
    became = [recorder.became(key) for key in named]
    if any(result and result.outcome is Outcome.HANDED_ON for result in became):
        # They are tried again by themselves, so it is as well.
        recorder.hand_on(ready.document, sent_first())
        return False
    return bool(became) and all(became)
