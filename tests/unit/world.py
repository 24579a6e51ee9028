"""A stack in memory: the push use case with a fake behind each of its ports."""

import itertools
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import Lease
from ledgerlink.domain.translation import Context
from ledgerlink.usecases.documents.send_document import send_document
from ledgerlink.usecases.documents.store_document import Stored, store_document
from ledgerlink.usecases.push.copy_to_bill import CopyToBill
from ledgerlink.usecases.push.push_document import DocumentPusher, Pushed, PushTask
from ledgerlink.usecases.push.record_push import PushRecorder
from ledgerlink.usecases.references.account_mapping import AccountMapping
from ledgerlink.usecases.references.resolve_references import ReferenceResolver
from ledgerlink.usecases.references.sku_guard import SkuGuard
from ledgerlink.usecases.settings.read_lists import CompanyLists
from tests.unit.fakes import (
    Clock,
    FakeActivity,
    FakeBooks,
    FakeConnections,
    FakeDocuments,
    FakeEvents,
    FakeExecutions,
    FakeLinks,
    FakeListCache,
    FakeNewCompany,
    Port,
    Script,
)
from tests.unit.fakes_unmatched import FakeUnmatched
from tests.unit.orders import KEY, connection, order_json

LEASE = timedelta(seconds=130)


@dataclass(frozen=True)
class OpenedCompany:
    books: Any
    references: ReferenceResolver
    guard: SkuGuard


class World:
    """Every call of a port during a push goes through ``script``."""

    def __init__(self, *, honours_request_ids: bool = True, connected: Connection | None = None) -> None:
        self.clock = Clock()
        self.script = Script()
        self.books = FakeBooks(honours_request_ids=honours_request_ids)
        self.company = FakeNewCompany()
        self.links = FakeLinks()
        self.unmatched = FakeUnmatched(self.clock)
        self.documents = FakeDocuments()
        self.connections = FakeConnections()
        self.activity = FakeActivity()
        self.events = FakeEvents()
        self.executions = FakeExecutions()
        self.lists = FakeListCache()
        self.connections.have(connected or connection())
        self._workers = itertools.count(1)
        self._request_ids = itertools.count(1)

    def store(self, content: dict[str, Any] | None = None, key: DocumentKey = KEY) -> Stored:
        """The host sends a document."""
        parsed = json.loads(json.dumps(content or order_json()))
        return store_document(self.documents, self.connections, self.executions, key, parsed, self.clock())

    def send(self, key: DocumentKey = KEY) -> Document:
        """A person presses Send."""
        return send_document(self.documents, self.connections, self.executions, key, self.clock())

    def push(
        self,
        key: DocumentKey = KEY,
        *,
        attempt: int | None = None,
        revision: int | None = None,
        trigger: Trigger = Trigger.AUTOMATIC,
        try_number: int = 1,
        redrive_count: int = 0,
    ) -> Pushed:
        """One invocation of the push function, by default for the attempt that was started last."""
        document = self.documents.documents[key]
        started = Attempt(key, revision or document.revision, attempt or document.attempt)
        task = PushTask(
            started, trigger, started.execution_name, redrive_count, try_number, f"worker {next(self._workers)}"
        )
        return self.pusher().push(task, LEASE)

    def push_until_done(self, key: DocumentKey = KEY) -> Pushed:
        """The state machine tries again, each time after the lease has ended."""
        self.clock.time += 2 * LEASE
        return self.push(key, try_number=2)

    def port(self, name: str, fake: Any) -> Any:
        """The fake, with its calls in the script."""
        return Port(name, fake, self.script)

    def ports(self) -> tuple[Any, Any, Any, Any, PushRecorder, CopyToBill, Clock]:
        """What those that push are made of, in their order."""
        documents, connections = self.port("documents", self.documents), self.port("connections", self.connections)
        recorder = PushRecorder(
            documents, self.port("activity", self.activity), self.port("events", self.events), self.clock
        )
        followers = CopyToBill(documents, connections, self.port("executions", self.executions), self.clock)
        return documents, connections, self.port("links", self.links), self, recorder, followers, self.clock

    def pusher(self) -> DocumentPusher:
        return DocumentPusher(*self.ports())

    def open(self, context: Context, lease: Lease) -> OpenedCompany:
        """The port ``Companies``."""
        books, links = self.port("books", self.books_of(context.connection)), self.port("links", self.links)
        connections = self.port("connections", self.connections)
        key = context.connection.key
        lists = CompanyLists(self.lists, lambda: books, key, self.clock)
        guard = SkuGuard(links, key, lease, self.clock)
        resolver = ReferenceResolver(
            books=books,
            lists=lists,
            links=links,
            unmatched=self.port("unmatched", self.unmatched),
            accounts=AccountMapping(lists, connections, books, context.connection, self.new_request_id),
            documents=self.port("documents", self.documents),
            guard=guard,
            context=context,
            new_request_id=self.new_request_id,
        )
        return OpenedCompany(books, resolver, guard)

    def books_of(self, connection: Connection) -> FakeBooks:
        """What the company has."""
        return self.books

    def new_request_id(self) -> str:
        return f"request {next(self._request_ids)}"

    def facts(self, connection: Connection) -> Any:
        """The port ``Companies``, for a company that could not be described yet."""
        return Port("company", self.company, self.script)

    def document(self, key: DocumentKey = KEY) -> Document:
        return self.documents.documents[key]

    def status(self, key: DocumentKey = KEY) -> Status:
        return self.document(key).status

    def orders(self) -> list[dict[str, Any]]:
        """The purchase orders in QuickBooks."""
        return self.books.all("PurchaseOrder")

    def names(self, entity: str) -> list[str]:
        """What is called how in QuickBooks, in alphabetical order."""
        return sorted(str(e.get("DisplayName") or e.get("Name")) for e in self.books.all(entity))
