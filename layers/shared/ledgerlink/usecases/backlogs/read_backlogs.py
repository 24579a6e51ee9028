"""Show how far backlogs have come."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Protocol

from ledgerlink.domain.backlogs import Backlog, Chunk, Progress, progress_of
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import DocumentState, Status
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.paging import not_our_token
from ledgerlink.errors import NotFound

LOOKED_AT = 200
"""Documents that failed in a chunk and whose present state is looked up for one answer."""
_TOKEN = re.compile(r"[0-9TZ:.\-]{27}#[A-Za-z0-9._-]{1,64}")


class Chunks(Protocol):
    """What became of the documents."""

    def chunks(self, tenant_id: str, backlog_id: str) -> Sequence[Chunk]: ...


class Backlogs(Chunks, Protocol):
    """Where backlogs are kept."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...
    def page(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[Sequence[Backlog], str | None]: ...


class Documents(Protocol):
    """Where documents are kept."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]: ...


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


def read_backlog(
    backlogs: Backlogs, documents: Documents, tenants: Tenants, tenant_id: str, backlog_id: str
) -> Progress:
    """One backlog, and how far it has come. Raises NotFound, InvalidRequest."""
    check_ids({"backlog": backlog_id})
    backlog = backlogs.find(tenant_id, backlog_id)
    if backlog is None:
        tenants.of_tenant(tenant_id)
        raise NotFound(f"There is no backlog '{backlog_id}'.", hint="Backlogs are kept for 30 days.")
    return progress(backlogs, documents, backlog)


def list_backlogs(
    backlogs: Backlogs, tenants: Tenants, tenant_id: str, *, limit: int, after: str | None
) -> tuple[Sequence[Backlog], str | None]:
    """A page, newest first. Raises NotFound, InvalidRequest."""
    tenants.of_tenant(tenant_id)
    if after and not _TOKEN.fullmatch(after):
        raise not_our_token()
    return backlogs.page(tenant_id, limit=limit, after=after)


def list_failing(backlogs: Chunks, documents: Documents, reached: Progress, limit: int) -> Sequence[DocumentState]:
    """Some of its documents that were tried one by one and stand failed, to be read with what is wrong with them."""
    backlog = reached.backlog
    handed_on = [key for chunk in backlogs.chunks(backlog.tenant_id, backlog.backlog_id) for key in chunk.handed_on]
    states = documents.states(handed_on[:LOOKED_AT])
    failing = (states[key] for key in handed_on if key in states and states[key].status is not Status.SYNCED)
    return [state for state in failing if state.status is not Status.SYNCING][:limit]


def progress(backlogs: Chunks, documents: Documents, backlog: Backlog) -> Progress:
    """The sum of what became of the documents, and where some of those stand that failed at first."""
    chunks = backlogs.chunks(backlog.tenant_id, backlog.backlog_id)
    handed_on = (key for chunk in chunks for key in chunk.handed_on)
    states = documents.states(list(islice(handed_on, LOOKED_AT)))
    return progress_of(backlog, chunks, {key: state.status for key, state in states.items()})
