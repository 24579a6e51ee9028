"""Find or create all that documents name in QuickBooks: vendors, customers, items, accounts, entries of lists.

What has a link or stands in a list is found first, then one call asks for everything else, then what QuickBooks
lacks is created. What was found or created is remembered, so that the next document needs no look-up. One
thing that cannot be had fails the documents that name it, and no other.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.resolution import Resolution
from ledgerlink.domain.translation import Context
from ledgerlink.errors import OutOfSync
from ledgerlink.usecases.references.create_references import ReferenceBooks, ReferenceCreator
from ledgerlink.usecases.references.explain_references import CheckedAccounts, ReferenceExplainer
from ledgerlink.usecases.references.find_references import Documents, KnownLinks, ReferenceFinder
from ledgerlink.usecases.references.find_references_in_lists import CompanyLists
from ledgerlink.usecases.references.find_role_accounts import RoleAccounts, find_role_accounts
from ledgerlink.usecases.references.note_unmatched import UnmatchedThings, note_unmatched
from ledgerlink.usecases.references.remember_references import LinkMemory, forget_what_is_gone, remember_references
from ledgerlink.usecases.references.sku_guard import SkuGuard


class Links(KnownLinks, LinkMemory, Protocol):
    """What suppliers, products, codes and documents became."""


class Accounts(RoleAccounts, CheckedAccounts, Protocol):
    """The account mapping."""


class ReferenceResolver:
    """Resolves what documents of one connection name."""

    def __init__(
        self,
        *,
        books: ReferenceBooks,
        lists: CompanyLists,
        links: Links,
        unmatched: UnmatchedThings,
        accounts: Accounts,
        documents: Documents,
        guard: SkuGuard,
        context: Context,
        new_request_id: Callable[[], str],
    ) -> None:
        self._links = links
        self._unmatched = unmatched
        self._accounts = accounts
        self._finder = ReferenceFinder(books, lists, links, documents, context)
        self._creator = ReferenceCreator(books, links, accounts, guard, new_request_id)
        self._explainer = ReferenceExplainer(books, lists, links, unmatched, accounts, context.connection)

    def resolve(self, wanted: Sequence[Wanted]) -> Resolution:
        """Everything found or created; what could not be had is in its errors."""
        resolution = self._finder.find(wanted)
        forget_what_is_gone(self._links, resolution)
        remember_references(self._links, resolution, resolution.matches)
        self._creator.create(resolution)
        for one in wanted:
            find_role_accounts(self._accounts, resolution, one.roles, one.currency)
        note_unmatched(self._unmatched, resolution)
        return resolution

    def look(self, wanted: Sequence[Wanted]) -> Resolution:
        """What is there and what would have to be created. Writes nothing."""
        return self._finder.find(wanted)

    def explain(self, wanted: Wanted, refs: References, error: OutOfSync) -> OutOfSync:
        """Name what QuickBooks meant by 'something is gone or inactive'."""
        return self._explainer.explain(wanted, refs, error)
