"""Which QuickBooks entity one of our documents became, and who is working on it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_NAMESPACE = uuid.UUID("6f1c1d34-5f7e-4a53-9a35-6b1f6d5a2c10")


@dataclass(frozen=True, slots=True)
class LinkKey:
    """Names one document, supplier, product or account code of one connection; never built without the tenant."""

    tenant_id: str
    connection_id: str
    kind: str
    host_id: str

    def create_request_id(self, revision: int, refusals: int, name: int = 0) -> str:
        """The `requestid` of a create: the same for every attempt whose outcome is unknown.

        QuickBooks answers a repeated `requestid` with its first answer and does no
        work (Intuit, "REST API features"). Whether it remembers refusals as well is
        not published, so each refusal makes the next attempt a new request. ``name`` says which of
        several names is tried, each of which is a request of its own.
        """
        return self._request_id("create", revision, refusals, name)

    def update_request_id(self, body: Mapping[str, Any], refusals: int) -> str:
        """The `requestid` of an update: another one as soon as the entity has moved on, or the change is another.

        Settings and matches may have changed since an update whose answer was lost.
        """
        return self._request_id("update", json.dumps(body, sort_keys=True, default=str), refusals)

    def _request_id(self, *parts: object) -> str:
        whole = (self.tenant_id, self.connection_id, self.kind, self.host_id, *parts)
        return str(uuid.uuid5(_NAMESPACE, "\n".join(str(part) for part in whole)))


@dataclass(frozen=True, slots=True)
class EntityLink:
    """One link. Without ``entity_id`` it is a *begun* mark: QuickBooks may or may not have the entity."""

    key: LinkKey
    entity: str
    entity_id: str | None = None
    doc_number: str = ""
    sync_token: str = ""
    content_hash: str = ""
    """Of the content that QuickBooks has, so that the same is not sent twice."""
    line_ids: Mapping[str, str] = field(default_factory=dict)
    """Our line → QuickBooks' Line.Id: an update keeps the lines' identity with them."""
    refusals: int = 0
    """How often QuickBooks answered our write with a definite no."""
    deleted: bool = False
    """QuickBooks no longer has the entity."""
    begun_numbers: frozenset[str] = frozenset()
    """The numbers under which earlier writes were begun whose outcome may be unknown, also after a later one's is."""
    begun_at: datetime | None = None
    """When the last of those was begun."""
    manual: bool = False
    """A person matched it: never found again, replaced or forgotten by itself."""
    name: str = ""
    """What the host calls it, for people; documents have their number instead."""
    sku: str = ""
    """Of a product; once it was sent, the one that its item has."""
    fields: frozenset[str] = frozenset()
    """The fields of the entity that were sent last: one that is not sent any more stays as it was."""

    @property
    def was_written(self) -> bool:
        """QuickBooks has, or may have, what we wrote; what was only found by its name or matched is not ours."""
        return bool(self.begun_numbers or (self.sync_token and not self.deleted))

    @property
    def became(self) -> str:
        """The entity that a write made or may have made of it; empty where there is none any more."""
        return self.entity if self.begun_numbers or (self.entity_id and not self.deleted) else ""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one document until a moment."""

    owner: str
    until: datetime
