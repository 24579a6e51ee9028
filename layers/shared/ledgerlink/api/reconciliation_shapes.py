"""How the comparison of a month looks in the API's JSON. Amounts are text, so that they stay exact."""

from collections.abc import Callable
from typing import Any

from ledgerlink.api.shapes import LinkTo
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.domain.money import round_to_cents
from ledgerlink.domain.reconciliation import (
    Compared,
    ComparedKind,
    InQuickBooks,
    NotFromUs,
    OurDocument,
    Side,
    Totals,
)
from ledgerlink.usecases.sync.reconcile_month import Reconciliation

type LinkOf = Callable[[InQuickBooks], str | None]


def reconciliation_shape(reconciliation: Reconciliation, link_to: LinkTo) -> dict[str, Any]:
    """The month kind by kind, and what QuickBooks has from others."""
    realm_id = reconciliation.connection.realm_id

    def link_of(found: InQuickBooks) -> str | None:
        return link_to(EntityInQuickBooks(found.entity, found.entity_id, found.number, "", realm_id))

    return {
        "connection": reconciliation.connection.connection_id,
        "month": str(reconciliation.month),
        "kinds": [_kind(kind, link_of) for kind in reconciliation.comparison.kinds],
        "not_from_us": [_not_from_us(other) for other in reconciliation.comparison.others],
    }


def _kind(compared: ComparedKind, link_of: LinkOf) -> dict[str, Any]:
    return {
        "kind": compared.kind,
        "totals": [_totals(totals) for totals in compared.totals],
        "differences": [_difference(one, link_of) for one in compared.differences],
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "currency": totals.currency,
        "ours": _side(totals.ours),
        "quickbooks": _side(totals.theirs),
        "difference": str(round_to_cents(totals.difference)),
    }


def _difference(one: Compared, link_of: LinkOf) -> dict[str, Any]:
    return {
        "reason": one.reason,
        "currency": one.currency,
        "difference": str(round_to_cents(one.difference)),
        "document": _document(one.document),
        "quickbooks": _transaction(one.found, link_of) if one.found else None,
    }


def _document(document: OurDocument) -> dict[str, Any]:
    return {
        "id": document.key.document_id,
        "number": document.number,
        "status": document.status.value,
        "date": document.day.isoformat() if document.day else None,
        "currency": document.currency,
        "total": str(round_to_cents(document.total)),
    }


def _transaction(found: InQuickBooks, link_of: LinkOf) -> dict[str, Any]:
    return {
        "entity": found.entity,
        "id": found.entity_id,
        "doc_number": found.number,
        "date": found.day.isoformat() if found.day else None,
        "currency": found.currency,
        "total": str(round_to_cents(found.total)),
        "voided": found.is_voided,
        "url": link_of(found),
    }


def _not_from_us(other: NotFromUs) -> dict[str, Any]:
    return {"entity": other.entity, "currency": other.currency, **_side(other.side)}


def _side(side: Side) -> dict[str, Any]:
    return {"count": side.count, "total": str(round_to_cents(side.total))}
