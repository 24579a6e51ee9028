"""Tell the host that an order awaits certification, once however often it is synced, and note who gets an e-mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.certification_mail import OwedMail, digest
from ledgerlink.domain.certifications import Certification
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import DocumentBusy

TURN = timedelta(minutes=2)
"""After that, whoever began to tell has stopped on the way."""


class Certifications(Protocol):
    """Where certifications are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...
    def put(
        self, certification: Certification, replaced: Certification | None, owed: Sequence[OwedMail] = ()
    ) -> Certification | None:
        """As it is stored now, all or nothing with the e-mails that are owed from now on.

        None when somebody else wrote it since ``replaced`` was read.
        """


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


def tell_about_certification(
    certifications: Certifications, events: Announcer, key: RecordKey, emails: Sequence[str], now: datetime
) -> bool:
    """Publish, and owe each of these addresses an e-mail; False when nothing has to be told.

    Raises DocumentBusy when another worker is at it: that one may have stopped on the way, so come again.
    """
    known = certifications.get_many([key]).get(key)
    if known is None or not known.is_untold:
        return False
    is_taken = known.telling_until is not None and known.telling_until > now
    mine = None if is_taken else certifications.put(replace(known, telling_until=now + TURN), known)
    if mine is None:
        raise DocumentBusy("Another worker is telling of the same order.", code="certification_busy")
    events.publish("certification.required", key.tenant_id, _detail(mine))
    _mark_told(certifications, mine, [OwedMail(digest(address), key, mine.asked) for address in emails])
    return True


def _mark_told(certifications: Certifications, told: Certification, owed: Sequence[OwedMail]) -> None:
    """Whatever happens to the order meanwhile: this time was told."""
    current: Certification | None = told
    while current is not None and current.told < told.asked:
        if certifications.put(replace(current, told=told.asked, telling_until=None), current, owed):
            return
        current = certifications.get_many([told.key]).get(told.key)


def _detail(certification: Certification) -> dict[str, object]:
    key = certification.key
    return {
        "record": key.record_id,
        "connection_id": key.connection_id,
        "entity": key.entity,
        "id": key.entity_id,
        "number": certification.number,
        "lines": [line.line_id for line in certification.awaiting_lines],
    }
