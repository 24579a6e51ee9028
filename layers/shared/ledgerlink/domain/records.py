"""Our copy of an entity that is polled, and how what arrives in any order becomes one state."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ledgerlink.domain.organic import OrganicMatch
from ledgerlink.errors import NotFound

PURCHASES = ("PurchaseOrder", "Bill")
SALES = ("Estimate", "Invoice", "SalesReceipt")
DOCUMENTS = frozenset(PURCHASES + SALES)
NAMES = frozenset({"Vendor", "Customer", "Item"})
ENTITIES = DOCUMENTS | NAMES
_RECORD_ID = re.compile(r"([A-Za-z0-9_-]{1,64})\.([A-Za-z]+)\.([A-Za-z0-9._:-]{1,64})")

type Normalised = Mapping[str, Any]
"""What an entity says, in our words: text, true or false, lists and objects; every number is a decimal as text."""


class State(StrEnum):
    """What has become of the entity."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    """A vendor, customer or item that is no longer used."""
    VOIDED = "voided"
    """The document is there with all its amounts at zero."""
    DELETED = "deleted"
    MERGED = "merged"
    """A vendor, customer or item that became part of another one; documents name that one now."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """Names one entity of one connection; never built without the tenant."""

    tenant_id: str
    connection_id: str
    entity: str
    entity_id: str

    @property
    def record_id(self) -> str:
        """Its name within the tenant, safe in addresses: ``9341454273912345.PurchaseOrder.12``."""
        return f"{self.connection_id}.{self.entity}.{self.entity_id}"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Which of two copies is newer: QuickBooks' time, then the sync token, then the one that was read later.

    Times have whole seconds, and a merge or a balance moves them without the sync token
    (Intuit, "Change data capture" and Vendor reference, MetaData). The hash only makes it the same everywhere.
    """

    last_updated_time: datetime
    sync_token: int
    seen_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class HostDocument:
    """The host's document that became this entity."""

    kind: str
    document_id: str
    sync_token: str = ""
    """The one of our own last write."""


@dataclass(frozen=True, slots=True)
class Record:
    """Our copy of one entity. Without a version only its deletion is known."""

    key: RecordKey
    version: Version | None = None
    state: State = State.ACTIVE
    deleted_at: datetime | None = None
    body: str = field(default="", repr=False)
    """QuickBooks' own JSON, as last seen; empty where it is too large to keep."""
    normalised: Normalised = field(default_factory=dict, repr=False)
    organic: Sequence[OrganicMatch] = ()
    document: HostDocument | None = None
    changed_at: datetime | None = None
    """When its content last became another; readers go by that. None for what was deleted before we saw it."""
    unsettled: bool = False
    """An item whose documents have not been looked at since its texts changed."""
    revision: int = 0
    """Counts our writes, so that none is lost."""

    @property
    def is_gone(self) -> bool:
        """Whether the entity is no longer there."""
        return self.state in (State.DELETED, State.MERGED)

    @property
    def item_ids(self) -> frozenset[str]:
        """The items that its lines name."""
        return frozenset(line["item_id"] for line in self.normalised.get("lines", ()) if line.get("item_id"))

    @property
    def has_organic_lines(self) -> bool:
        """Whether it is a document with organic goods in it."""
        return any(match.line_id is not None for match in self.organic)


@dataclass(frozen=True, slots=True)
class Deletion:
    """An entity is gone since a moment."""

    key: RecordKey
    deleted_at: datetime


def record_key(tenant_id: str, record_id: str) -> RecordKey:
    """The key with this ``record_id``. Raises NotFound for what cannot be one."""
    found = _RECORD_ID.fullmatch(record_id)
    if found is None or found[2] not in ENTITIES:
        raise NotFound(f"There is no record '{record_id}'.", code="no_such_record")
    return RecordKey(tenant_id, found[1], found[2], found[3])


def take(stored: Record | None, arrived: Record | Deletion) -> Record | None:
    """The record with what arrived in it, or None when that says nothing new.

    A record keeps the newest copy and the latest deletion, each for itself, so that any order of
    arrival ends the same: a copy that is older than the deletion fills in what is known of the entity.
    """
    if isinstance(arrived, Deletion):
        known = stored or Record(arrived.key)
        if known.deleted_at is not None and known.deleted_at >= arrived.deleted_at:
            return None
        return _with_state(replace(known, deleted_at=arrived.deleted_at), known.state)
    if stored is None:
        return arrived
    assert arrived.version is not None
    if stored.version is not None and (stored.version >= arrived.version or _is_same_copy(stored, arrived)):
        return None
    fresh = replace(
        arrived,
        deleted_at=stored.deleted_at,
        changed_at=stored.changed_at,
        unsettled=stored.unsettled,
        revision=stored.revision,
    )
    return _with_state(fresh, arrived.state)


def same_content(one: Record | None, other: Record) -> bool:
    """Whether nothing but balances and times differs."""
    return one is not None and (
        (one.version and one.version.content_hash) == (other.version and other.version.content_hash)
        and one.state is other.state
        and one.normalised == other.normalised
        and tuple(one.organic) == tuple(other.organic)
    )


def deletion_time(text: str | None, seen_at: datetime) -> datetime:
    """When QuickBooks says that it was deleted; else when we were told."""
    return instant(text) or seen_at


def instant(text: str | None) -> datetime | None:
    """QuickBooks' time in UTC; it is written with Pacific offsets, which change twice a year."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _is_same_copy(stored: Record, arrived: Record) -> bool:
    """Whether it was read before: polls overlap, so that most rows come twice."""
    assert stored.version is not None
    assert arrived.version is not None
    # Two balances may stand in one second, and only the body tells them apart.
    is_same_body = stored.body in ("", arrived.body)
    return is_same_body and replace(stored.version, seen_at=arrived.version.seen_at) == arrived.version


def _with_state(record: Record, otherwise: State) -> Record:
    if record.deleted_at is None or (record.version and record.version.last_updated_time > record.deleted_at):
        return replace(record, state=otherwise)
    # Intuit: names cannot be deleted, only made inactive; one that is gone was merged into another.
    return replace(record, state=State.MERGED if record.key.entity in NAMES else State.DELETED)
