"""Find all that documents name in QuickBooks, and tell what would have to be created. Nothing is written.

Links first (those made by hand and those found before), then the company's lists, then one call for every
vendor, customer and item that has no link.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.references import Wanted
from ledgerlink.domain.resolution import DocumentName, How, Match, Name, Resolution, host_thing, link_key, names_of
from ledgerlink.domain.to_quickbooks.new_entries import new_entry
from ledgerlink.domain.translation import Context
from ledgerlink.errors import SyncError, WaitingForDocument
from ledgerlink.usecases.references.find_references_in_lists import CompanyLists, ListSearch
from ledgerlink.usecases.references.find_references_in_quickbooks import SearchedBooks, find_references_in_quickbooks


class KnownLinks(Protocol):
    """What suppliers, products, codes and documents became."""

    def find_many(self, keys: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]: ...


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...


class ReferenceFinder:
    """Finds what documents of one connection name."""

    def __init__(
        self, books: SearchedBooks, lists: CompanyLists, links: KnownLinks, documents: Documents, context: Context
    ) -> None:
        self._books = books
        self._in_lists = ListSearch(lists, context.connection)
        self._links = links
        self._documents = documents
        self._context = context
        self._connection = context.connection

    def find(self, wanted: Sequence[Wanted]) -> Resolution:
        """What is there, what would have to be created, and what cannot be had."""
        resolution = Resolution()
        names = {name: (facts, one.currency) for one in wanted for name, facts in names_of(one).items()}
        others = sorted({name for one in wanted for name in one.documents})
        earliest = min((one.day for one in wanted if one.day), default=None)
        linked = self._links.find_many([link_key(self._connection, name) for name in [*names, *others]])
        for name, (facts, currency) in names.items():
            thing = host_thing(self._connection, name, facts)
            resolution.things[name] = thing
            if match := _match_of(linked.get(thing.key)):
                resolution.matches[name] = match
            elif facts is not None:
                resolution.missing[name] = new_entry(name[0], facts, self._context, currency, earliest)
        for name, (facts, _) in names.items():
            if facts is None:
                self._look_in_list(resolution, name)
        find_references_in_quickbooks(self._books, resolution, list(resolution.missing))
        for other in others:
            self._look_at_document(resolution, other, linked.get(link_key(self._connection, other)))
        return resolution

    def _look_in_list(self, resolution: Resolution, name: Name) -> None:
        try:
            resolution.matches[name] = self._in_lists.find(name, resolution.matches.get(name))
        except SyncError as error:
            resolution.fail(name, error)

    def _look_at_document(self, resolution: Resolution, name: DocumentName, link: EntityLink | None) -> None:
        if link and _match_of(link):
            resolution.documents[name] = link
            return
        document = self._documents.get(DocumentKey(self._connection.tenant_id, *name))
        if document and document.status is Status.SYNCING:
            resolution.errors[name] = sent_first()
        else:
            resolution.notes[name] = [f"It stands alone: {name[0]} {name[1]} is not in QuickBooks"]


def _match_of(link: EntityLink | None) -> Match | None:
    if link is None or not link.entity_id or link.deleted:
        return None
    return Match(link.entity_id, How.MATCHED_BY_HAND if link.manual else How.LINKED)


def sent_first() -> WaitingForDocument:
    """The error of a document that names another one which is on its way."""
    return WaitingForDocument("What it belongs to is being sent first.")
