"""Compare a month's documents with what QuickBooks has now, kind by kind."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ledgerlink.domain.asks import Sought
from ledgerlink.domain.connections import Connection, choose_connection
from ledgerlink.domain.documents import DocumentState, Status
from ledgerlink.domain.months import Month, parse_month
from ledgerlink.domain.reconciliation import (
    COMPARED_KINDS,
    Comparison,
    EntityKey,
    InQuickBooks,
    OurDocument,
    compare,
    is_expected,
    transaction,
)
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import InvalidRequest

MOST_DOCUMENTS = 20_000
"""Of a kind, in all months: they are stored by their ids, so that all are looked through for those of a month."""
MOST_TRANSACTIONS = 5_000
"""Of an entity in a month: five pages of QuickBooks, read four at a time within what API Gateway waits."""
MOST_DIFFERENCES = 8_000
"""Of all kinds: each takes up to 700 bytes of JSON, and a function answers with 6 MB at most (Lambda quotas)."""
_PAGE = 1_000
_ENTITIES = {"bills": "Bill", "invoices": "Invoice"}


class Tenants(Protocol):
    """The tenant's companies."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Documents(Protocol):
    """Where documents are kept."""

    def page(
        self, tenant_id: str, kind: str, *, status: Status | None, limit: int, after: str | None
    ) -> tuple[Sequence[DocumentState], str | None]:
        """Documents in the order of their ids, and the id to go on after."""


class Books(Protocol):
    """The tenant's QuickBooks company."""

    def dated(self, entity: str, first: date, last: date) -> Generator[Mapping[str, Any]]:
        """The transactions of these days."""

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Mapping[str, Any]]]:
        """For each question what may fit it, in as few calls as possible."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A month of a connected company."""

    connection: Connection
    month: Month
    comparison: Comparison


def reconcile_month(
    tenants: Tenants,
    documents: Documents,
    books_of: Callable[[Connection], Books],
    tenant_id: str,
    connection_id: str,
    month: str,
) -> Reconciliation:
    """Raises InvalidRequest (also where there is too much for one comparison), NotFound, NotConnected,
    ConnectionRevoked, or what QuickBooks answers.
    """
    wanted = parse_month(month)
    connection = tenants.tenant(tenant_id).connection(connection_id)
    choose_connection([connection])
    ours = [
        document
        for kind in COMPARED_KINDS
        for state in _stored(documents, tenant_id, kind)
        if (document := _of_company(state, connection))
    ]
    found = _found(books_of(connection), connection, ours, wanted)
    kinds = [kind for kind in COMPARED_KINDS if connection.settings.kinds.of(kind).enabled]
    comparison = compare(wanted, ours, found, kinds)
    if sum(len(kind.differences) for kind in comparison.kinds) > MOST_DIFFERENCES:
        raise _too_many(f"More than {MOST_DIFFERENCES:,} documents differ in {wanted}")
    return Reconciliation(connection, wanted, comparison)


def _stored(documents: Documents, tenant_id: str, kind: str) -> Iterator[DocumentState]:
    looked_through, after = 0, None
    while True:
        page, after = documents.page(tenant_id, kind, status=None, limit=_PAGE, after=after)
        looked_through += len(page)
        if looked_through > MOST_DOCUMENTS:
            raise _too_many(f"There are more than {MOST_DOCUMENTS:,} {kind.replace('-', ' ')}")
        yield from page
        if after is None:
            return


def _of_company(state: DocumentState, connection: Connection) -> OurDocument | None:
    """The document, if it is or is to be in this company."""
    became = state.quickbooks if state.quickbooks and state.quickbooks.realm_id == connection.realm_id else None
    if state.figures is None or not (became or state.connection_id == connection.connection_id):
        return None
    return OurDocument(
        key=state.key,
        number=state.tags.get("number", ""),
        status=state.status,
        day=state.figures.day,
        stored_on=state.updated_at.astimezone(ZoneInfo(connection.settings.time_zone)).date(),
        currency=state.figures.currency or connection.home_currency,
        total=state.figures.total,
        entity=(became.entity, became.entity_id) if became else None,
    )


def _found(
    books: Books, connection: Connection, ours: Sequence[OurDocument], month: Month
) -> Mapping[EntityKey, InQuickBooks]:
    """What QuickBooks has in the month, and what of our documents it has in other months."""
    expected = {document.entity for document in ours if document.entity and is_expected(document, month)}
    entities = _entities(connection.settings) | {document.entity[0] for document in ours if document.entity}
    found: dict[EntityKey, InQuickBooks] = {}
    for entity in sorted(entities):
        with closing(books.dated(entity, month.first, month.last)) as dated:
            rows = list(
                islice((transaction(entity, row, connection.home_currency) for row in dated), MOST_TRANSACTIONS + 1)
            )
        if len(rows) > MOST_TRANSACTIONS:
            raise _too_many(f"QuickBooks has more than {MOST_TRANSACTIONS:,} of {entity} in {month}")
        found |= {one.key: one for one in rows}
    elsewhere = _elsewhere(books, connection, expected - set(found))
    return found | {one.key: one for one in elsewhere}


def _elsewhere(books: Books, connection: Connection, missing: Iterable[EntityKey]) -> Iterator[InQuickBooks]:
    """Those of them that QuickBooks has after all."""
    ids: dict[str, list[str]] = {}
    for entity, entity_id in sorted(missing):
        ids.setdefault(entity, []).append(entity_id)
    questions = [Sought(entity, "Id", tuple(wanted)) for entity, wanted in ids.items()]
    for question, rows in zip(questions, books.seek(questions) if questions else [], strict=True):
        yield from (transaction(question.entity, row, connection.home_currency) for row in rows)


def _entities(settings: Settings) -> set[str]:
    """What documents of the kinds that are switched on become."""
    chosen = _ENTITIES | {
        "purchase-orders": settings.kinds.purchase_orders.entity,
        "shipments": settings.kinds.shipments.entity,
    }
    return {entity for kind, entity in chosen.items() if settings.kinds.of(kind).enabled}


def _too_many(what: str) -> InvalidRequest:
    return InvalidRequest(
        f"{what}: too many to compare here.",
        code="too_many_to_compare",
        hint="Compare them with QuickBooks' own reports, such as Transaction List by Date.",
    )
