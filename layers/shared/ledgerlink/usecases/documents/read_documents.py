"""Show a tenant's documents and where they stand."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.documents import Document, DocumentState, Status
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.errors import InvalidRequest, NotFound


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...
    def page(
        self, tenant_id: str, kind: str, *, status: Status | None, limit: int, after: str | None
    ) -> tuple[Sequence[DocumentState], str | None]:
        """The documents, and the id to go on after while there may be more: even a short or empty page can have one."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


def read_document(documents: Documents, tenants: Tenants, key: DocumentKey) -> Document:
    """Raises NotFound, InvalidRequest."""
    check_ids({"id": key.document_id})
    document = documents.get(key)
    if document is None:
        tenants.of_tenant(key.tenant_id)
        raise NotFound(f"There is no document '{key.document_id}'.")
    return document


def list_documents(
    documents: Documents,
    tenants: Tenants,
    tenant_id: str,
    kind: str,
    *,
    status: str | None,
    limit: int,
    after: str | None,
) -> tuple[Sequence[DocumentState], str | None]:
    """A page in the order of the ids. Raises NotFound, InvalidRequest."""
    tenants.of_tenant(tenant_id)
    if after:
        check_ids({"after": after})
    return documents.page(tenant_id, kind, status=_status(status), limit=limit, after=after)


def _status(text: str | None) -> Status | None:
    if text is None or text in Status:
        return Status(text) if text else None
    known = ", ".join(Status)
    raise InvalidRequest(
        f"'status' must be one of {known}.", fields=[{"field": "status", "problem": f"must be one of {known}"}]
    )
