"""Copy one page of a backfill, with the vendors, customers and items that its documents name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain import rows
from ledgerlink.domain.backfills import Backfill, Page, PageResult
from ledgerlink.domain.changes import Changes
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.normalise import items_named
from ledgerlink.domain.records import NAMES
from ledgerlink.errors import NotFound
from ledgerlink.usecases.sync import plan_backfill
from ledgerlink.usecases.sync.plan_backfill import (
    Announcer,
    Connections,
    Flows,
    check_wanted,
    find_backfill,
    resume_backfill,
    tell_progress,
)
from ledgerlink.usecases.sync.poll_connection import RecordStore


class Backfills(plan_backfill.Backfills, Protocol):
    """Where backfills are kept."""

    def keep_result(self, backfill: Backfill, number: int, result: PageResult) -> None:
        """Keeping it again changes nothing."""


class Company(Protocol):
    """The past of one company."""

    def rows(self, page: Page) -> Sequence[Mapping[str, Any]]: ...
    def named(self, entity: str, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]: ...


class Companies(Protocol):
    """The way to a connection's company."""

    def history(self, connection: Connection) -> Company: ...


@dataclass(frozen=True, slots=True)
class PageCopier:
    """Everything that copying a page needs."""

    connections: Connections
    flows: Flows
    backfills: Backfills
    companies: Companies
    records: RecordStore
    events: Announcer
    clock: Callable[[], datetime]

    def copy(self, key: ConnectionKey, backfill_number: int, number: int) -> PageResult:
        """What it came to; a page that was copied before is not read again.

        Raises ConnectionRevoked, NotConnected, MissingConfiguration, NotFound, and the errors of the company.
        """
        backfill = resume_backfill(self.backfills, key, backfill_number)
        if done := backfill.results.get(number):
            return done
        if not 0 <= number < len(backfill.pages):
            raise NotFound(f"The backfill has no page {number}.")
        page = backfill.pages[number]
        connection = check_wanted(self.connections, self.flows, backfill, [page.selection.entity])
        company = self.companies.history(connection)
        seen_at = self.clock()
        found = company.rows(page)
        named = {entity: company.named(entity, sorted(ids)) for entity, ids in names_in(found).items()}
        # Names first: whether a document is organic may be read in its items.
        self._store(backfill, named, seen_at)
        self._store(backfill, {page.selection.entity: found}, seen_at)
        result = PageResult(documents=len(found), names_read=sum(map(len, named.values())))
        if page.selection.entity in NAMES:
            result = PageResult(documents=0, names_read=len(found))
        self.backfills.keep_result(backfill, number, result)
        tell_progress(self.events, find_backfill(self.backfills, key, backfill_number), self.clock())
        return result

    def _store(self, backfill: Backfill, found: Mapping[str, Sequence[Mapping[str, Any]]], seen_at: datetime) -> None:
        key, changes = backfill.key, Changes(found, [], frozenset(), None)
        stored = self.records.store(key.tenant_id, key.connection_id, changes, seen_at, self.clock())
        self.records.announce(stored)


def names_in(documents: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The vendors, customers and items that the documents name, by entity."""
    found: dict[str, set[str]] = {"Vendor": set(), "Customer": set(), "Item": set()}
    for document in documents:
        found["Vendor"].add(rows.reference(document, "VendorRef"))
        found["Customer"].add(rows.reference(document, "CustomerRef"))
        found["Item"] |= items_named(document)
    return {entity: ids - {""} for entity, ids in found.items() if ids - {""}}
