"""Many documents that wait to be sent in one go, and two companies that they may go to."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import Backlog
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.settings import Mode, Settings
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkResult, ChunkTask
from ledgerlink.usecases.push.chunk_ports import ChunkPorts
from ledgerlink.usecases.push.push_batches import LEASE_MARGIN
from ledgerlink.usecases.push.push_chunk import ChunkOfDocuments
from tests.unit.fakes import FakeBooks
from tests.unit.orders import KIND, REALM, TENANT, connection, line_json, order_json
from tests.unit.world import World

TIME = timedelta(seconds=90)
"""Of one invocation."""
BY_HAND = Settings(mode=Mode.MANUAL)
"""Nothing is sent by itself, so that no document counts as being sent when its chunk comes."""
SECOND = "9341450000000002"
CREATED, UPDATED, UNCHANGED = "synced created", "synced updated", "synced unchanged"
BUSY = "handed_on document_busy"
"""What became of a document: see ``became``."""


def key_of(document_id: str, kind: str = KIND) -> DocumentKey:
    return DocumentKey(TENANT, kind, document_id)


def link_key(key: DocumentKey, company: str = REALM) -> LinkKey:
    return LinkKey(TENANT, company, key.kind, key.document_id)


class ChunkWorld(World):
    """A stack whose documents are sent in chunks."""

    def __init__(self, *, honours_request_ids: bool = False, connected: Connection | None = None) -> None:
        super().__init__(honours_request_ids=honours_request_ids, connected=connected or connection(settings=BY_HAND))
        self.second_books = FakeBooks(honours_request_ids=honours_request_ids)
        self.trigger = Trigger.SELECTION

    def books_of(self, connection: Connection) -> FakeBooks:
        return self.second_books if connection.connection_id == SECOND else self.books

    def have_second_company(self, **changes: Any) -> None:
        """Documents of the instance ``north`` go there, all others to the first one."""
        self.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=BY_HAND, **changes))
        self.connections.instances = [Instance(TENANT, "default", REALM), Instance(TENANT, "north", SECOND)]

    def store_orders(self, numbers: Iterable[int], **changes: Any) -> list[DocumentKey]:
        """Orders of one product and one supplier, with these numbers."""
        return [self.store_one(f"po-{n}", order_of(n, **changes)) for n in numbers]

    def store_one(self, document_id: str, content: Mapping[str, Any], kind: str = KIND) -> DocumentKey:
        """One document."""
        key = key_of(document_id, kind)
        self.store(dict(content), key)
        return key

    def push_chunk(
        self, keys: Iterable[DocumentKey], *, try_number: int = 1, redrive_count: int = 0, lost_calls: int = 0
    ) -> ChunkResult:
        """One invocation."""
        backlog = Backlog(TENANT, "b-1", self.trigger, self.clock(), "")
        worker = f"worker {next(self._workers)}"
        deadline = self.clock() + TIME
        task = ChunkTask(TENANT, "b-1", 0, "execution", redrive_count, try_number, worker, deadline, lost_calls)
        return ChunkOfDocuments(ChunkPorts(*self.ports())).push_chunk(task, backlog, list(keys))

    def push_chunk_again(self, keys: Iterable[DocumentKey]) -> ChunkResult:
        """The state machine repeats the chunk, after the leases have ended."""
        self.clock.time += TIME + LEASE_MARGIN
        return self.push_chunk(keys, try_number=2)

    def damage(self, key: DocumentKey) -> None:
        """What is stored of it cannot be read any more."""
        self.documents.documents[key] = replace(self.documents.documents[key], content="{}")

    def numbers(self, entity: str = "PurchaseOrder", books: FakeBooks | None = None) -> list[str]:
        """The numbers in QuickBooks, sorted."""
        return sorted(str(found.get("DocNumber")) for found in (books or self.books).all(entity))

    def statuses(self, keys: Iterable[DocumentKey]) -> list[str]:
        return [str(self.documents.documents[key].status) for key in keys]


def order_of(number: int, **changes: Any) -> dict[str, Any]:
    """A small one."""
    return order_json(**{"number": str(number), "lines": [line_json()], "costs": [], **changes})


def became(result: ChunkResult) -> dict[str, str]:
    """What became of each document, by its id."""
    return {key.document_id: f"{one.outcome} {one.detail}" for key, one in result.results.items()}


def stored(world: ChunkWorld, key: DocumentKey) -> Document:
    return world.documents.documents[key]
