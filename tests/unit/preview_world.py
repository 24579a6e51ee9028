"""A stack in memory whose documents are previewed; its company remembers every body that it was sent."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import Lease
from ledgerlink.domain.translation import Context
from ledgerlink.quickbooks.check_body import check_body
from ledgerlink.usecases.push.preview_document import DocumentPreviewer, Preview
from ledgerlink.usecases.references.account_mapping import AccountMapping
from ledgerlink.usecases.settings.read_lists import CompanyLists
from tests.unit.fakes import Entity, FakeBooks
from tests.unit.orders import KEY
from tests.unit.world import World

WRITES = (
    *("books.create", "books.update", "books.answer_all", "connections.remember_account", "connections.describe"),
    *("links.begin", "links.adopt", "links.complete", "links.release", "links.remember", "links.forget"),
    *("links.mark_deleted", "documents.put", "documents.mark_syncing"),
)


@dataclass(frozen=True)
class CompanyInView:
    books: Any
    lists: Any
    references: Any
    accounts: Any


class RecordingBooks(FakeBooks):
    """A company that checks bodies as the real adapter does, and remembers those that it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def check(self, entity: str, body: Mapping[str, Any], operation: str) -> None:
        check_body(entity, body, operation)

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        self.sent.append((entity, deepcopy(body)))
        return super().create(entity, body, request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        self.sent.append((entity, deepcopy(body)))
        return super().update(entity, body, request_id)


class PreviewWorld(World):
    """Every call of a port during a preview goes through ``script``, as during a push."""

    def __init__(self, connected: Connection | None = None) -> None:
        super().__init__(connected=connected)
        self.books: RecordingBooks = RecordingBooks()

    def preview(self, content: Any = None, *, key: DocumentKey = KEY, by_hand: bool = False) -> Preview:
        previewer = DocumentPreviewer(
            self.port("documents", self.documents),
            self.port("connections", self.connections),
            self.port("links", self.links),
            self,
            self.clock,
        )
        return previewer.preview(key, content, by_hand=by_hand)

    def look_into(self, context: Context) -> CompanyInView:
        """The port ``Companies``."""
        opened = self.open(context, Lease("", self.clock()))
        connection = context.connection
        lists = CompanyLists(self.lists, lambda: opened.books, connection.key, self.clock)
        store = self.port("connections", self.connections)
        accounts = AccountMapping(lists, store, opened.books, connection, self.new_request_id)
        return CompanyInView(opened.books, lists, opened.references, accounts)

    def written(self) -> list[str]:
        """The writing calls of all ports so far."""
        return [call for call in self.script.calls if call in WRITES]
