"""Keep certifications in step with the orders that they are about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.certifications import CERTIFIED_ENTITIES, Certification, follow
from ledgerlink.domain.record_changes import StoredChange
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import StorageUnavailable

TRIES = 5


class Certifications(Protocol):
    """Where certifications are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...
    def put(self, certification: Certification, replaced: Certification | None) -> Certification | None:
        """As it is stored now; None when somebody else wrote it since ``replaced`` was read."""


def follow_certifications(
    certifications: Certifications, changes: Sequence[StoredChange], now: datetime
) -> Sequence[StoredChange]:
    """The same changes; orders that await certification unknown to anybody have theirs. Raises StorageUnavailable.

    Unchanged records are looked at as well: an earlier try may have stopped after it stored the record.
    """
    orders = [change.record.key for change in changes if change.record.key.entity in CERTIFIED_ENTITIES]
    known = dict(certifications.get_many(orders))
    return [_followed(certifications, known, change, now) for change in changes]


def _followed(
    certifications: Certifications, known: dict[RecordKey, Certification], change: StoredChange, now: datetime
) -> StoredChange:
    key = change.record.key
    if key.entity not in CERTIFIED_ENTITIES:
        return change
    for _ in range(TRIES):
        before = known.get(key)
        after = follow(before, change.record, now)
        stored = after if after is before else after and certifications.put(after, before)
        if after is None or stored is not None:
            untold = stored if stored is not None and stored.is_untold else None
            return replace(change, certification=untold)
        known |= certifications.get_many([key])
    raise StorageUnavailable("Others keep writing the same certification.", code="certification_busy")
