"""What translations of name lists have in common: Vendor, Customer, Item.

Their names are unique, so the name is what finds an entry; entries are never deleted, only made inactive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from ledgerlink.domain.names import same_name
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.translation import Context, Entity, Lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTranslation:
    """An entry of a name list is found by its name, and adopted by it: names are unique."""

    kind: str
    entity: str
    prop: str
    """``DisplayName`` of parties, ``Name`` of items."""
    number: str
    context: Context
    other_names: tuple[str, ...] = ()
    """To be tried in this order when something else has the name."""
    active: bool = True
    notes: tuple[str, ...] = ()
    is_unique: bool = True

    @property
    def lookups(self) -> Sequence[Lookup]:
        return (Lookup(self.prop, self.number),)

    def wanted(self) -> Wanted:
        return Wanted()

    def alternatives(self) -> Sequence[Self]:
        return [replace(self, number=name, other_names=()) for name in self.other_names if name != self.number]

    def create_body(self, refs: References) -> Mapping[str, Any]:
        body = {self.prop: self.number, **self.fields(refs), **self.fields_of_new(refs)}
        return body if self.active else {**body, "Active": False}

    def update_body(
        self,
        refs: References,
        *,
        entity_id: str,
        sync_token: str,
        line_ids: Mapping[str, str],  # noqa: ARG002 (of the protocol)
    ) -> Mapping[str, Any]:
        return {
            "Id": entity_id,
            "SyncToken": sync_token,
            "sparse": True,
            # QuickBooks renames what becomes inactive to "… (deleted)", so the name is sent again as well.
            self.prop: self.number,
            "Active": self.active,
            **self.fields(refs),
        }

    def line_ids_of(self, entity: Entity) -> dict[str, str]:  # noqa: ARG002 (of the protocol)
        """It has no lines."""
        return {}

    def is_ours(self, entity: Entity) -> bool:  # noqa: ARG002 (of the protocol)
        """Nobody can tell: a name list has no place for our marker."""
        return False

    @property
    def is_active(self) -> bool:
        return self.active

    def is_voided(self, entity: Entity) -> bool:  # noqa: ARG002 (none ever is)
        """Entries of lists are made inactive instead."""
        return False

    def was_begun_as(self, number: str, entity: Entity) -> bool:
        """Names are unique, so what has the name is what we made, or what would have been taken over for it."""
        return same_name(str(entity.get(self.prop) or ""), number)

    def may_be_adopted(self, entity: Entity, refs: References) -> bool:  # noqa: ARG002 (of the protocol)
        return same_name(str(entity.get(self.prop) or ""), self.number)

    # what each entity has of its own

    def fields(self, refs: References) -> Mapping[str, Any]:
        """What creates and updates send beside the name."""
        raise NotImplementedError

    def fields_of_new(self, refs: References) -> Mapping[str, Any]:  # noqa: ARG002 (for those that have some)
        """What only a create may send: a party's currency, an item's opening stock."""
        return {}
