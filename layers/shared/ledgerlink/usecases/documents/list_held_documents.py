"""Show a tenant's documents that wait for something or have failed, without looking at all the others."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.backlogs import Standing
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import DocumentState
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.paging import not_our_token

MOST_LOOKS = 10
"""Pages of documents of all kinds that are looked through for one answer."""


class Documents(Protocol):
    """Where documents are kept."""

    def with_standing(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[Sequence[DocumentKey], str | None]:
        """Those of the next ``limit`` of the status that fit, and the place to go on after."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]: ...


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


def list_held_documents(
    documents: Documents,
    tenants: Tenants,
    tenant_id: str,
    wanted: Standing,
    *,
    limit: int,
    after: str | None,
) -> tuple[Sequence[DocumentState], str | None]:
    """Those that have stood so the longest first, and the token to go on after: even a short page can have one.

    A page may have up to twice as many as ``limit``. Raises NotFound, InvalidRequest.
    """
    tenants.of_tenant(tenant_id)
    if after and not wanted.has_place(after):
        raise not_our_token()
    keys: list[DocumentKey] = []
    for _ in range(MOST_LOOKS):
        found, after = documents.with_standing(tenant_id, wanted, limit=limit, after=after)
        keys += found
        if after is None or len(keys) >= limit:
            break
    states = documents.states(keys)
    # Their list is a moment behind: one that was sent since is not shown as failed, nor one twice that failed again.
    return [states[key] for key in dict.fromkeys(keys) if key in states and states[key].status is wanted.status], after
