"""Documents, and where they stand."""

from typing import Any, TypedDict

from pydantic import ConfigDict, with_config

from ledgerlink.api.answers.errors import ErrorDetail


class EntityOfDocument(TypedDict):
    """What a document became; ``url`` opens it in QuickBooks."""

    entity: str
    id: str
    doc_number: str
    sync_token: str
    url: str | None


@with_config(ConfigDict(extra="allow"))
class DocumentState(TypedDict):
    """Where a document stands; and as text what lists show of its kind, such as number, supplier or name."""

    id: str
    kind: str
    revision: int
    status: str
    attempt: int
    execution: str | None
    updated_at: str
    synced_at: str | None
    last_error: ErrorDetail | None
    quickbooks: EntityOfDocument | None


@with_config(ConfigDict(extra="allow"))
class WholeDocument(DocumentState):
    """The state, and the content as the host sent it."""

    document: dict[str, Any]
