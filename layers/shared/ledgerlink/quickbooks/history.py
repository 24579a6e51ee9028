"""What happened in a company: the changes since a moment, and the rows of a span of time, page by page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from ledgerlink.domain.backfills import Page, Selection
from ledgerlink.domain.changes import Changes
from ledgerlink.domain.cursors import created, last_updated
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

    def changed_between(self, entity: str, since: datetime, until: datetime) -> Iterator[list[Row]]:
        """The rows that were last changed in this span, both ends included, oldest first; some come twice.

        Each page begins at the time of the last row of the one before, so that nothing that comes or goes
        in between can shift it. Rows of a second that fills a whole page are read by their ids.
        """
        while since <= until:
            span = _all(entity).where(_CHANGED, ">=", since).where(_CHANGED, "<=", until)
            page = self._company.query(span.order_by(_CHANGED).page(1, LARGEST_PAGE))
            if page:
                yield page
            last = last_updated(page[-1]) if page else None
            if len(page) < LARGEST_PAGE or last is None:
                return
            if last <= since:
                yield self._second(entity, since)
                last = since + timedelta(seconds=1)
            since = last

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

    def _second(self, entity: str, moment: datetime) -> list[Row]:
        return self._company.query_all(_all(entity).where(_CHANGED, ">=", moment).where(_CHANGED, "<=", moment))


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
