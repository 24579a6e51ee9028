"""What storing a change did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledgerlink.domain.certifications import Certification
from ledgerlink.domain.records import Record, RecordKey


class ChangeKind(StrEnum):
    """What a change was, for those who read records."""

    CREATED = "created"
    CHANGED = "changed"
    """Also voided, made inactive, or judged anew."""
    DELETED = "deleted"
    """Also merged into another."""
    UNCHANGED = "unchanged"
    """Nothing but balances, an old copy, or what we wrote ourselves."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A record as it is stored now, and what that was for its readers."""

    record: Record
    kind: ChangeKind
    certification: Certification | None = None
    """Of an order with organic lines, if nobody has been told yet that it awaits certification."""

    @property
    def has_organic_lines(self) -> bool:
        """Whether it is a document with organic goods in it."""
        return self.record.has_organic_lines


def one_each(changes: Iterable[StoredChange]) -> Sequence[StoredChange]:
    """One change per record: the record as it is at the end, and the most that became of it."""
    last: dict[RecordKey, StoredChange] = {}
    for change in changes:
        earlier = last.get(change.record.key)
        is_more = earlier is None or earlier.kind is ChangeKind.UNCHANGED or change.kind is ChangeKind.DELETED
        kind = change.kind if earlier is None or is_more else earlier.kind
        last[change.record.key] = replace(change, kind=kind)
    return list(last.values())
