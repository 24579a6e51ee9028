"""A host's document as one QuickBooks entity: what every kind's translation can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol, Self

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.references import References, Wanted

type Entity = Mapping[str, Any]


class Lookup(NamedTuple):
    """A question that finds an entity in QuickBooks: a property and its value."""

    prop: str
    """``DocNumber``, ``DisplayName``, ``Name`` or ``Sku``."""
    value: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a translation may look at beside the document."""

    document_id: str
    connection: Connection
    """With the tenant's settings, and what the company has turned on."""
    today: date
    """In the tenant's time zone."""
    became: str = ""
    """The entity that an earlier attempt made or may have made of it."""

    def entity_of(self, chosen: str) -> str:
        """What it is sent as: a document stays what it became, whatever the settings say by now."""
        return self.became or chosen


class Translation(Protocol):
    """One document as QuickBooks wants it. Pure: no I/O, and the same bodies for the same arguments.

    Building one raises what a person has to change first: MissingConfiguration,
    PlanLacksFeature or DocumentRejected, with the way out in the hint.
    """

    @property
    def entity(self) -> str:
        """``PurchaseOrder``, ``Vendor``, …"""

    @property
    def number(self) -> str:
        """The DocNumber, or the name of an entry of a name list: what people know it by in QuickBooks."""

    @property
    def lookups(self) -> Sequence[Lookup]:
        """What finds it: the question for ``number`` first, the surest last."""

    @property
    def is_unique(self) -> bool:
        """QuickBooks itself refuses a second one with the same lookups, so that a first create need not look."""

    @property
    def notes(self) -> Sequence[str]:
        """What the tenant should know of how it was translated: "created without stock, …"."""

    def wanted(self) -> Wanted:
        """All that it names in QuickBooks."""

    def alternatives(self) -> Sequence[Self]:
        """The same under other names, to be tried in this order when the name is taken by something else."""

    def create_body(self, refs: References) -> Mapping[str, Any]:
        """The body of a create."""

    def update_body(
        self, refs: References, *, entity_id: str, sync_token: str, line_ids: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """The body of a sparse update; lines that QuickBooks has already keep their Line.Id."""

    def line_ids_of(self, entity: Entity) -> dict[str, str]:
        """Our line keys → QuickBooks' Line.Id, from the answer to a write."""

    def is_ours(self, entity: Entity) -> bool:
        """Made by us for this very document."""

    @property
    def is_active(self) -> bool:
        """The host has it in use; of transactions there is nothing else."""

    def is_voided(self, entity: Entity) -> bool:
        """Somebody has voided it in QuickBooks."""

    def was_begun_as(self, number: str, entity: Entity) -> bool:
        """Made by an attempt of ours under an earlier number or name, whose answer was lost."""

    def may_be_adopted(self, entity: Entity, refs: References) -> bool:
        """Made by somebody else, but surely the same business record."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A translation with all that it wanted."""

    document: Translation
    refs: References

    @property
    def entity(self) -> str:
        return self.document.entity

    @property
    def number(self) -> str:
        return self.document.number

    def under_other_names(self) -> "Sequence[Resolved]":
        """The same under the names to be tried when its own is taken."""
        return [Resolved(other, self.refs) for other in self.document.alternatives()]

    def create_body(self) -> Mapping[str, Any]:
        """The body of a create."""
        return self.document.create_body(self.refs)

    def update_body(self, entity_id: str, sync_token: str, line_ids: Mapping[str, str]) -> Mapping[str, Any]:
        """The body of a sparse update."""
        return self.document.update_body(self.refs, entity_id=entity_id, sync_token=sync_token, line_ids=line_ids)

    def may_be_ours(self, entity: Entity) -> bool:
        """Made by us for this document, or surely the same business record."""
        return self.document.is_ours(entity) or self.document.may_be_adopted(entity, self.refs)
