"""A host's document as we keep it: content, revision, and how far its push has come."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.figures import Figures
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import InvalidRequest


class Status(StrEnum):
    """Where a document stands."""

    NOT_CONNECTED = "not_connected"
    """Kept; the tenant has no QuickBooks company connected."""
    NEEDS_RECONNECT = "needs_reconnect"
    """Kept; the tenant has to authorise the company again."""
    SEVERAL_CONNECTIONS = "several_connections"
    """Kept; nothing says which of the connected companies it belongs to."""
    UNKNOWN_INSTANCE = "unknown_instance"
    """Kept; it names an instance that nobody made."""
    INSTANCE_OFF = "instance_off"
    """Kept; its instance is switched off."""
    INTEGRATION_OFF = "integration_off"
    """Kept; the connection is switched off."""
    KIND_OFF = "kind_off"
    """Kept; documents of its kind are switched off."""
    WAITING_FOR_STATUS = "waiting_for_status"
    """Kept; it is not in a status in which documents of its kind are sent."""
    WAITING_FOR_DAILY = "waiting_for_daily"
    """Sent with the next daily run."""
    WAITING_FOR_SEND = "waiting_for_send"
    """Sent when a person says so."""
    SYNCING = "syncing"
    SYNCED = "synced"
    SYNC_FAILED = "sync_failed"


@dataclass(frozen=True, slots=True)
class EntityInQuickBooks:
    """What the document became."""

    entity: str
    entity_id: str
    doc_number: str
    sync_token: str
    realm_id: str


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What lists show of a document. ``revision`` counts changes of content, ``attempt`` counts executions."""

    key: DocumentKey
    revision: int
    content_hash: str
    status: Status
    attempt: int
    updated_at: datetime
    trigger: Trigger = Trigger.AUTOMATIC
    """What the last attempt was started for, so that a lost start is started as what it was."""
    syncing_since: datetime | None = None
    """Since when it is busy, or when the sweep last saw it busy: its place in the sweep's queue."""
    last_error: dict[str, Any] | None = None
    quickbooks: EntityInQuickBooks | None = None
    synced_at: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)
    """What lists show of the content: number, supplier."""
    figures: Figures | None = None
    """What the content adds to the totals of a month."""
    connection_id: str = ""
    """The company that it goes to, as of the last time that it was stored or sent; whose daily run it may wait for."""

    @property
    def current_attempt(self) -> Attempt:
        """The execution that was started last."""
        return Attempt(self.key, self.revision, self.attempt)


@dataclass(frozen=True, slots=True)
class Document(DocumentState):
    """A document whole: its content can have 256 KB, so lists do without it."""

    content: str = field(kw_only=True)


def parse_content(kind: str, content: Any) -> Content:
    """The host's JSON as a checked document. Raises InvalidRequest naming every wrong field."""
    try:
        return COLLECTIONS[kind].model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None


def load_content(kind: str, text: str) -> Content:
    """What ``serialise`` wrote."""
    return COLLECTIONS[kind].model_validate_json(text, context=STORED)


def serialise(document: BaseModel) -> str:
    """One text for the same content, however the host ordered or spaced it."""
    return document.model_dump_json(exclude_defaults=True)


def content_hash(text: str) -> str:
    """A digest of the serialised content, to see whether a document changed."""
    return hashlib.sha256(text.encode()).hexdigest()


def invalid_request(error: ValidationError) -> InvalidRequest:
    """Pydantic's findings in our one error shape, without repeating the values."""
    fields = [
        {"field": _path(problem["loc"]), "problem": _words(problem)}
        for problem in error.errors(include_url=False, include_input=False, include_context=False)[:20]
    ]
    first = fields[0]
    where = f"'{first['field']}'" if first["field"] else "The body"
    return InvalidRequest(f"{where}: {first['problem']}.", fields=fields)


def _words(problem: ErrorDetails) -> str:
    """Pydantic's, but for those that name a class."""
    return "must be a JSON object" if problem["type"] in ("model_type", "dict_type") else problem["msg"]


def _path(location: tuple[int | str, ...]) -> str:
    """``lines[3].quantity`` rather than ``('lines', 3, 'quantity')``."""
    path = ""
    for part in location:
        if part == "[key]":  # pydantic's word for a name that is not one of those that are known
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
