"""Find out which documents a backlog sends, and cut them into chunks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.backlogs import MOST_DOCUMENTS, Backlog, Chunk, Standing, chunks_of, next_id
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import NotFound

PAGE = 1000
MOST_PAGES = 100
"""Looked at by one backlog, so that a filter that fits few documents does not outlast the function."""


class Documents(Protocol):
    """Documents that can be asked where they stand."""

    def with_standing(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[Sequence[DocumentKey], str | None]:
        """Those of the next ``limit`` that fit, and the place to go on after while there may be more."""


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...
    def plan(self, backlog: Backlog, chunks: Sequence[Chunk]) -> None: ...
    def mark_running(self, backlog: Backlog, now: datetime) -> None: ...


def plan_backlog(backlogs: Backlogs, documents: Documents, tenant_id: str, backlog_id: str, now: datetime) -> int:
    """How many chunks there are to be sent. A plan that was made stays as it is. Raises NotFound."""
    backlog = backlogs.find(tenant_id, backlog_id)
    if backlog is None:
        raise NotFound("The backlog to be planned is not stored here.")
    if backlog.chunks is None:
        backlog = _planned(backlogs, documents, backlog)
    backlogs.mark_running(backlog, now)
    return backlog.chunks or 0


def _planned(backlogs: Backlogs, documents: Documents, backlog: Backlog) -> Backlog:
    assert backlog.standing is not None
    keys, rest_after = _found(documents, backlog.tenant_id, backlog.standing)
    chunks = list(chunks_of(backlog, keys))
    planned = replace(
        backlog,
        chunks=len(chunks),
        total=len(keys),
        rest_after=rest_after,
        next_id=next_id(backlog.backlog_id) if rest_after else None,
    )
    backlogs.plan(planned, chunks)
    return planned


def _found(documents: Documents, tenant_id: str, standing: Standing) -> tuple[list[DocumentKey], str | None]:
    """As many as one backlog sends, and the place where the next one goes on."""
    keys: list[DocumentKey] = []
    after = standing.after
    for _ in range(MOST_PAGES):
        limit = min(PAGE, MOST_DOCUMENTS - len(keys))
        found, after = documents.with_standing(tenant_id, standing, limit=limit, after=after)
        keys += found
        if after is None or len(keys) == MOST_DOCUMENTS:
            break
    return keys, after
