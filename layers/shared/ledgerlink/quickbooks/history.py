"""What happened in a company: the changes since a moment, and the rows of a span of time, page by page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from ledgerlink.domain.backfills import Page, Selection
from ledgerlink.domain.changes import Changes
from ledgerlink.domain.cursors import ChangedRows, Place, created, last_updated
from ledgerlink.domain.records import NAMES
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select

type Row = dict[str, Any]

_CREATED = "MetaData.CreateTime"
_CHANGED = "MetaData.LastUpdatedTime"
_IDS_PER_QUERY = 200
"""Ids of ten digits, so that the address stays well under the 8 KB that proxies allow."""


class CompanyHistory:
    """One company's past. Raises the errors of ``Company``; inactive vendors, customers and items are always there."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def changes(self, entities: Sequence[str], since: datetime, now: datetime) -> Changes:
        """What changed since; at most 30 days back (ChangesTooOld)."""
        return self._company.changes(entities, since, now)

    def changed_between(self, entity: str, place: Place, until: datetime) -> Iterator[ChangedRows]:
        """The rows that were last changed from that place on until then, oldest first; some come twice.

        Each page begins at the time of the last row of the one before, so that nothing that comes or goes
        in between can shift it. A second that fills a whole page is read in the order of the ids.
        """
        while place.moment <= until:
            found = self._second(entity, place) if place.rows else self._span(entity, place.moment, until)
            is_end = not place.rows and len(found.rows) < LARGEST_PAGE
            if not is_end and found.place.moment <= place.moment and not place.rows:
                # All of the page is of one second.
                found = self._second(entity, place)
            yield found
            if is_end:
                return
            place = found.place

    def count(self, selection: Selection) -> int:
        """How many rows there are."""
        return self._company.count(_select(selection))

    def created_at(self, selection: Selection, position: int) -> datetime | None:
        """When the row at this position was made, the first one being 0; None when there is no such row any more."""
        found = self._company.query(_select(selection).order_by(_CREATED).page(position + 1, 1))
        return created(found[0]) if found else None

    def rows(self, page: Page) -> list[Row]:
        """All rows of a page."""
        select = _select(page.selection)
        if page.created_from:
            select = select.where(_CREATED, ">=", page.created_from)
        if page.created_before:
            select = select.where(_CREATED, "<", page.created_before)
        return self._company.query_all(select)

    def named(self, entity: str, ids: Sequence[str]) -> list[Row]:
        """The rows with these ids that exist."""
        return [
            row
            for part in batched(ids, _IDS_PER_QUERY, strict=False)
            for row in self._company.query(_all(entity).where_in("Id", part).page(1, LARGEST_PAGE))
        ]

    def _span(self, entity: str, since: datetime, until: datetime) -> ChangedRows:
        """The first page of a span."""
        span = _all(entity).where(_CHANGED, ">=", since).where(_CHANGED, "<=", until)
        page = self._company.query(span.order_by(_CHANGED).page(1, LARGEST_PAGE))
        return ChangedRows(page, Place((last_updated(page[-1]) if page else None) or since))

    def _second(self, entity: str, place: Place) -> ChangedRows:
        """A page of the rows of one second, beginning with the last row of the page before."""
        second = _all(entity).where(_CHANGED, ">=", place.moment).where(_CHANGED, "<=", place.moment)
        first = max(place.rows, 1)
        page = self._company.query(second.order_by("Id").page(first, LARGEST_PAGE))
        if place.rows and not (page and page[0].get("Id") == place.last_id):
            # Rows of this second changed again and left it, and those behind them moved up.
            return self._second(entity, Place(place.moment))
        if len(page) < LARGEST_PAGE:
            return ChangedRows(page, Place(place.moment + timedelta(seconds=1)))
        return ChangedRows(page, Place(place.moment, first - 1 + len(page), str(page[-1].get("Id"))))


def _all(entity: str) -> Select:
    select = Select(entity)
    return select.include_inactive() if entity in NAMES else select


def _select(selection: Selection) -> Select:
    select = _all(selection.entity)
    if selection.dated_from:
        select = select.where("TxnDate", ">=", selection.dated_from)
    if selection.changed_from:
        select = select.where(_CHANGED, ">=", selection.changed_from)
    return select
