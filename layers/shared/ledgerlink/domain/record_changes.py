"""What storing a change did."""

from dataclasses import dataclass
from enum import StrEnum

from ledgerlink.domain.certifications import Certification
from ledgerlink.domain.records import Record


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
