"""What changed in a company: as change data capture tells it, and as a notification announces it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entity that was deleted: nothing is left of it but this."""

    entity: str
    entity_id: str
    last_updated_time: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed since a moment, as it is now."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(repr=False)
    """Entity → its rows; every entity that was asked for is there."""
    deleted: Sequence[Tombstone]
    truncated: frozenset[str]
    """The entities of which some changes may be missing: query the span instead."""
    time: datetime | None
    """When QuickBooks began to answer, by its own clock."""


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """A hint that an entity changed. It may come twice, late, out of order or not at all."""

    event_id: str
    realm_id: str
    entity: str
    entity_id: str
    operation: str
    """``created``, ``updated``, ``deleted``, ``merged``, ``voided``, ``emailed``, or whatever Intuit adds."""
    time: datetime | None
