"""What is sent to QuickBooks."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ledgerlink.wiring.aws import clock, new_id
from ledgerlink.wiring.quickbooks import QuickBooks

if TYPE_CHECKING:
    from ledgerlink.domain.links import Lease
    from ledgerlink.domain.translation import Context
    from ledgerlink.quickbooks.books import CompanyBooks
    from ledgerlink.usecases.mappings.find_unmatched import UnmatchedFinder
    from ledgerlink.usecases.push.copy_to_bill import CopyToBill
    from ledgerlink.usecases.push.preview_document import DocumentPreviewer
    from ledgerlink.usecases.push.push_chunk import ChunkOfDocuments
    from ledgerlink.usecases.push.push_document import DocumentPusher
    from ledgerlink.usecases.push.record_push import PushRecorder
    from ledgerlink.usecases.references.account_mapping import AccountMapping
    from ledgerlink.usecases.references.resolve_references import ReferenceResolver
    from ledgerlink.usecases.references.sku_guard import SkuGuard
    from ledgerlink.usecases.settings.read_lists import CompanyLists


STORAGE_WORKERS = 8
"""Documents of one chunk whose reads and writes of DynamoDB are under way at the same time."""


@dataclass(frozen=True, slots=True)
class OpenCompany:
    """A connected company, ready to be pushed to."""

    books: "CompanyBooks"
    references: "ReferenceResolver"
    guard: "SkuGuard"


@dataclass(frozen=True, slots=True)
class CompanyInView:
    """A connected company that is only looked at."""

    books: "CompanyBooks"
    lists: "CompanyLists"
    references: "ReferenceResolver"
    accounts: "AccountMapping"


class Outbound(QuickBooks):
    """Pushes, previews and what they look up."""

    def open(self, context: "Context", lease: "Lease") -> OpenCompany:
        """A connected company, ready to be pushed to."""
        from ledgerlink.usecases.references.sku_guard import SkuGuard

        guard = SkuGuard(self.links, context.connection.key, lease, clock)
        company = self._company(context, guard)
        return OpenCompany(company.books, company.references, guard)

    def look_into(self, context: "Context") -> CompanyInView:
        """A connected company that is only looked at: its guard is never taken."""
        from ledgerlink.domain.links import Lease
        from ledgerlink.usecases.references.sku_guard import SkuGuard

        return self._company(context, SkuGuard(self.links, context.connection.key, Lease("", clock()), clock))

    def _company(self, context: "Context", guard: "SkuGuard") -> CompanyInView:
        from ledgerlink.usecases.references.account_mapping import AccountMapping
        from ledgerlink.usecases.references.resolve_references import ReferenceResolver

        books = self.books_of(context.connection)
        lists = self.lists_of(context.connection, books)
        accounts = AccountMapping(lists, self.connections, books, context.connection, new_id)
        resolver = ReferenceResolver(
            books=books,
            lists=lists,
            links=self.links,
            unmatched=self.unmatched,
            accounts=accounts,
            documents=self.documents,
            guard=guard,
            context=context,
            new_request_id=new_id,
        )
        return CompanyInView(books, lists, resolver, accounts)

    @cached_property
    def pusher(self) -> "DocumentPusher":
        from ledgerlink.usecases.push.push_document import DocumentPusher

        return DocumentPusher(
            self.documents, self.connections, self.links, self, self._push_recorder, self._followers, clock
        )

    @cached_property
    def chunk_pusher(self) -> "ChunkOfDocuments":
        from concurrent.futures import ThreadPoolExecutor

        from ledgerlink.usecases.push.chunk_ports import ChunkPorts
        from ledgerlink.usecases.push.push_chunk import ChunkOfDocuments

        crew = ThreadPoolExecutor(STORAGE_WORKERS)
        return ChunkOfDocuments(
            ChunkPorts(
                documents=self.documents,
                tenants=self.connections,
                links=self.links,
                companies=self,
                recorder=self._push_recorder,
                followers=self._followers,
                clock=clock,
                each=crew.map,
            )
        )

    @cached_property
    def previewer(self) -> "DocumentPreviewer":
        from ledgerlink.usecases.push.preview_document import DocumentPreviewer

        return DocumentPreviewer(self.documents, self.connections, self.links, self, clock)

    @cached_property
    def unmatched_finder(self) -> "UnmatchedFinder":
        from ledgerlink.usecases.mappings.find_unmatched import UnmatchedFinder

        return UnmatchedFinder(self.unmatched, self.documents, self.links, clock)

    @cached_property
    def _push_recorder(self) -> "PushRecorder":
        from ledgerlink.usecases.push.record_push import PushRecorder

        return PushRecorder(self.documents, self.activity, self.events, clock)

    @cached_property
    def _followers(self) -> "CopyToBill":
        from ledgerlink.usecases.push.copy_to_bill import CopyToBill

        return CopyToBill(self.documents, self.connections, self.executions, clock)
