"""Create the vendors, customers and items that documents name and QuickBooks lacks, never one a second time.

QuickBooks keeps names unique, so whoever comes second is told so and finds what the first one made. It does not
keep SKUs unique: whoever creates the item of one holds its lease meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ledgerlink.domain.asks import Ask, Create
from ledgerlink.domain.references import Wanted
from ledgerlink.domain.resolution import How, Name, Resolution
from ledgerlink.domain.to_quickbooks.item import ItemTranslation
from ledgerlink.domain.to_quickbooks.new_entries import NewEntry, check_may_be_created, name_taken
from ledgerlink.domain.translation import Entity
from ledgerlink.errors import DuplicateDocument, SyncError
from ledgerlink.usecases.references.find_references_in_quickbooks import SearchedBooks, find_references_in_quickbooks
from ledgerlink.usecases.references.find_role_accounts import RoleAccounts, find_role_accounts
from ledgerlink.usecases.references.remember_references import LinkMemory, remember_references
from ledgerlink.usecases.references.sku_guard import SkuGuard


class ReferenceBooks(SearchedBooks, Protocol):
    """The name lists of the tenant's QuickBooks company."""

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...
    def answer_all(self, asks: Sequence[Ask]) -> Sequence[Any]:
        """The answers in the order of the asks; an ask that failed has its SyncError as answer."""


class ReferenceCreator:
    """Creates what documents of one connection name."""

    def __init__(
        self,
        books: ReferenceBooks,
        links: LinkMemory,
        accounts: RoleAccounts,
        guard: SkuGuard,
        new_request_id: Callable[[], str],
    ) -> None:
        self._books = books
        self._links = links
        self._accounts = accounts
        self._guard = guard
        # A new one for each create: what keeps a vendor or an item from being made twice is
        # that QuickBooks wants names to be unique, and a remembered refusal must not outlive its cause.
        self._new_request_id = new_request_id

    def create(self, resolution: Resolution) -> None:
        """Create what is missing, all of one round in one call; a name that is taken gives way to the next one."""
        waiting = {name: [entry, *entry.alternatives()] for name, entry in resolution.missing.items()}
        held = self._take_skus(resolution)
        try:
            while waiting := {name: entries for name, entries in waiting.items() if name in resolution.missing}:
                self._create_round(resolution, waiting)
        finally:
            for sku in held:
                self._guard.give_back(sku)

    def _take_skus(self, resolution: Resolution) -> list[str]:
        held: list[str] = []
        again: list[Name] = []
        for name, entry in list(resolution.missing.items()):
            if not isinstance(entry, ItemTranslation) or not entry.product.sku:
                continue
            try:
                if self._guard.take(entry.product.sku):
                    again.append(name)
                held.append(entry.product.sku)
            except SyncError as error:
                resolution.fail(name, error)
        self._look_again(resolution, again)
        return held

    def _look_again(self, resolution: Resolution, names: Sequence[Name]) -> None:
        """Ask QuickBooks once more for these alone: somebody may have made them meanwhile."""
        find_references_in_quickbooks(self._books, resolution, names)
        remember_references(self._links, resolution, names)

    def _create_round(self, resolution: Resolution, waiting: Mapping[Name, list[NewEntry]]) -> None:
        creates: dict[Name, Create] = {}
        for name, entries in waiting.items():
            try:
                creates[name] = self._new(resolution, entries[0])
            except SyncError as error:
                resolution.fail(name, error)
        taken = []
        for name, answer in self._send(creates).items():
            if isinstance(answer, DuplicateDocument):
                taken.append(name)
            elif isinstance(answer, SyncError):
                resolution.fail(name, answer)
            else:
                resolution.match(name, str(answer["Id"]), How.CREATED)
                resolution.notes[name] = waiting[name][0].notes
                remember_references(self._links, resolution, [name])
        if taken:
            # Another document created it at this moment, or something else has the name.
            self._look_again(resolution, taken)
            for name in taken:
                if name in resolution.missing:
                    _next_name(resolution, name, waiting[name])

    def _new(self, resolution: Resolution, entry: NewEntry) -> Create:
        check_may_be_created(entry)
        wanted = Wanted(roles=entry.wanted().roles)
        find_role_accounts(self._accounts, resolution, wanted.roles, None)
        return Create(entry.entity, entry.create_body(resolution.references(wanted)), self._new_request_id())

    def _send(self, creates: Mapping[Name, Create]) -> dict[Name, Any]:
        asks = list(creates.values())
        if len(asks) > 1:
            return dict(zip(creates, self._books.answer_all(asks), strict=True))
        answers: dict[Name, Any] = {}
        for name, ask in creates.items():
            try:
                answers[name] = self._books.create(ask.entity, ask.body, ask.request_id)
            except SyncError as error:
                answers[name] = error
        return answers


def _next_name(resolution: Resolution, name: Name, entries: list[NewEntry]) -> None:
    if len(entries) > 1:
        entries.pop(0)
    else:
        resolution.fail(name, name_taken(entries[0]))
