"""A stack in memory: the use cases that send many documents, with a fake behind each of their ports."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledgerlink.domain.backlogs import Backlog, Chunk, Progress
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.backlogs.finish_backlog import finish_backlog
from ledgerlink.usecases.backlogs.plan_backlog import plan_backlog
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkTask, push_backlog_chunk
from ledgerlink.usecases.backlogs.read_backlogs import read_backlog
from ledgerlink.usecases.backlogs.send_documents import send_documents
from ledgerlink.usecases.backlogs.settle_backlog import StoppedBacklog, settle_backlog
from ledgerlink.usecases.backlogs.start_daily_pushes import start_daily_pushes
from ledgerlink.usecases.backlogs.sweep_backlogs import sweep_backlogs
from tests.unit.fakes import Clock, FakeEvents, FakeExecutions
from tests.unit.fakes_backlog import (
    FakeBacklogExecutions,
    FakeBacklogs,
    FakeChunkPusher,
    FakeDailyConnections,
    FakeHeldDocuments,
)
from tests.unit.orders import KIND, REALM, TENANT, connection

BECAME = EntityInQuickBooks("PurchaseOrder", "125", "PO-7", "0", REALM)


class BacklogWorld:
    """Documents of a connected tenant."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.documents = FakeHeldDocuments()
        self.connections = FakeDailyConnections()
        self.backlogs = FakeBacklogs()
        self.executions = FakeBacklogExecutions()
        self.pushes = FakeExecutions()
        """Executions of documents that go on one by one."""
        self.events = FakeEvents()
        self.pusher = FakeChunkPusher(sent=self.becomes_synced)
        self.connections.have(connection())

    # documents

    def key(self, document_id: str, tenant_id: str = TENANT) -> DocumentKey:
        return DocumentKey(tenant_id, KIND, document_id)

    def have(self, *ids: str, tenant_id: str = TENANT, **facts: Any) -> None:
        """The host sent these documents before."""
        for document_id in ids:
            key = self.key(document_id, tenant_id)
            known: dict[str, Any] = {
                "revision": 1,
                "content": "{}",
                "content_hash": "abc",
                "status": Status.SYNC_FAILED,
                "attempt": 1,
                "updated_at": self.clock() - timedelta(hours=1),
            }
            self.documents.documents[key] = Document(key, **(known | facts))

    def document(self, document_id: str) -> Document:
        return self.documents.documents[self.key(document_id)]

    def status(self, document_id: str) -> Status:
        return self.document(document_id).status

    def becomes_synced(self, key: DocumentKey) -> None:
        """QuickBooks has it now."""
        self.documents.mark_synced(self.documents.documents[key], BECAME, self.clock())

    def change(self, document_id: str, **changes: Any) -> None:
        self.documents.documents[self.key(document_id)] = replace(self.document(document_id), **changes)

    # the use cases

    def send(self, content: Any, tenant_id: str = TENANT) -> Backlog:
        """A person asks for documents to be sent."""
        return send_documents(
            self.connections, self.documents, self.backlogs, self.executions, tenant_id, content, self.clock()
        )

    def send_failed(self) -> Backlog:
        """A person asks for all documents to be sent that failed."""
        return self.send({"where": {"status": "sync_failed"}})

    def plan(self, backlog: Backlog) -> int:
        return plan_backlog(self.backlogs, self.documents, backlog.tenant_id, backlog.backlog_id, self.clock())

    def push(self, backlog: Backlog, number: int = 0, **changes: Any) -> bool:
        """One invocation for a chunk."""
        task = ChunkTask(
            tenant_id=backlog.tenant_id,
            backlog_id=backlog.backlog_id,
            number=number,
            execution=backlog.execution_name,
            redrive_count=0,
            try_number=1,
            worker="worker",
            deadline=self.clock() + timedelta(minutes=3),
        )
        return push_backlog_chunk(
            self.backlogs, self.documents, self.pusher, self.pushes, replace(task, **changes), self.clock()
        )

    def finish(self, backlog: Backlog) -> Progress:
        return finish_backlog(
            self.backlogs,
            self.documents,
            self.executions,
            self.events,
            backlog.tenant_id,
            backlog.backlog_id,
            self.clock(),
        )

    def run(self, backlog: Backlog) -> Progress:
        """What the state machine does."""
        for number in range(self.plan(backlog)):
            while self.push(backlog, number):
                pass
        return self.finish(backlog)

    def settle(self, backlog: Backlog, error: str) -> bool:
        """The execution ended without success."""
        stopped = StoppedBacklog(backlog.tenant_id, backlog.backlog_id, error)
        return settle_backlog(self.backlogs, self.events, stopped, self.clock())

    def start_daily(self) -> int:
        return start_daily_pushes(self.connections, self.documents, self.backlogs, self.executions, self.clock())

    def sweep(self) -> int:
        return sweep_backlogs(self.backlogs, self.executions, self.events, self.clock())

    # what came of it

    def stored(self, backlog: Backlog) -> Backlog:
        found = self.backlogs.find(backlog.tenant_id, backlog.backlog_id)
        assert found
        return found

    def chunk(self, backlog: Backlog, number: int = 0) -> Chunk:
        found = self.backlogs.chunk(backlog.tenant_id, backlog.backlog_id, number)
        assert found
        return found

    def progress(self, backlog: Backlog) -> Progress:
        return read_backlog(self.backlogs, self.documents, self.connections, backlog.tenant_id, backlog.backlog_id)
