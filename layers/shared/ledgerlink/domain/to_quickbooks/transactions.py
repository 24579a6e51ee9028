"""What translations of transactions have in common: number, marker, lines with lasting identity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ledgerlink.domain.references import References
from ledgerlink.domain.to_quickbooks.parts import mark_of, marks_in
from ledgerlink.domain.translation import Context, Entity, Lookup

type KeyedLine = tuple[str, Mapping[str, Any]]
"""A line, with a key that stays the same when the document is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionTranslation:
    """A transaction is found by its DocNumber and recognised by the marker in its PrivateNote."""

    kind: str
    entity: str
    number: str
    context: Context
    notes: tuple[str, ...] = ()
    is_unique: bool = True

    @property
    def lookups(self) -> Sequence[Lookup]:
        return (Lookup("DocNumber", self.number),)

    def alternatives(self) -> Sequence[Self]:
        return ()

    def is_ours(self, entity: Entity) -> bool:
        return mark_of(self.kind, self.context) in marks_in(entity)

    @property
    def is_active(self) -> bool:
        return True

    def is_voided(self, entity: Entity) -> bool:
        """QuickBooks sets the amounts to nothing and says so in the note; a host's own note may begin so too."""
        is_nothing = self.entity not in ("JournalEntry", "InventoryAdjustment") and not entity.get("TotalAmt")
        return is_nothing and str(entity.get("PrivateNote") or "").startswith("Voided")

    def was_begun_as(self, number: str, entity: Entity) -> bool:  # noqa: ARG002 (the marker says more)
        # Under that number there may be another's by now.
        return self.is_ours(entity)

    def may_be_adopted(self, entity: Entity, refs: References) -> bool:
        # Another document's entity stays its own even while that one's link is not stored yet.
        return not marks_in(entity) and self.is_same_party(entity, refs)

    def create_body(self, refs: References) -> Mapping[str, Any]:
        # QuickBooks dates one without a date by its own clock: perhaps yesterday, before its items have stock.
        today = {"TxnDate": self.context.today.isoformat()}
        return {**today, **self.header(refs), "Line": [line for _, line in self.keyed_lines(refs)]}

    def update_body(
        self, refs: References, *, entity_id: str, sync_token: str, line_ids: Mapping[str, str]
    ) -> Mapping[str, Any]:
        lines = [{**line, "Id": line_ids[key]} if key in line_ids else line for key, line in self.keyed_lines(refs)]
        return {"Id": entity_id, "SyncToken": sync_token, "sparse": True, **self.header(refs), "Line": lines}

    def line_ids_of(self, entity: Entity) -> dict[str, str]:
        """Lines come back in our order; a subtotal that QuickBooks adds has no Id."""
        answered = [line["Id"] for line in entity.get("Line", []) if line.get("Id")]
        keys = list(self.line_keys())
        return dict(zip(keys, answered, strict=True)) if len(keys) == len(answered) else {}

    # what each entity has of its own

    def header(self, refs: References) -> Mapping[str, Any]:
        """The body without its lines."""
        raise NotImplementedError

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        """The lines in their order."""
        raise NotImplementedError

    def line_keys(self) -> Iterator[str]:
        """The keys of the lines, in their order."""
        raise NotImplementedError

    def is_same_party(self, entity: Entity, refs: References) -> bool:
        """Whether the entity has the same vendor or customer."""
        raise NotImplementedError


def line_key(line_id: str, position: int) -> str:
    """The host's id of the line, else its position."""
    return f"id {line_id}" if line_id else f"line {position}"
