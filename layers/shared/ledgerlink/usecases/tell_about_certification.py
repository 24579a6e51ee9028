"""Tell the tenant that an order awaits certification: once, however often it is synced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.certifications import Certification
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import DocumentBusy

TURN = timedelta(minutes=2)
"""After that, whoever began to tell has stopped on the way."""


class Certifications(Protocol):
    """Where certifications are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...
    def put(self, certification: Certification, replaced: Certification | None) -> Certification | None:
        """As it is stored now; None when somebody else wrote it since ``replaced`` was read."""


class Settings(Protocol):
    """Who hears of it."""

    def read(self, tenant_id: str) -> OrganicSettings: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


class Mail(Protocol):
    """Sends e-mail, if the stack has an address to send from."""

    def send(self, to: Sequence[str], subject: str, text: str) -> None: ...


def tell_about_certification(
    certifications: Certifications,
    settings: Settings,
    events: Announcer,
    mail: Mail | None,
    key: RecordKey,
    now: datetime,
) -> bool:
    """Publish and send; False when nothing has to be told.

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
    to = settings.read(key.tenant_id).emails
    if mail and to:
        mail.send(to, f"{_order(mine)} awaits certification", _text(mine))
    _mark_told(certifications, mine)
    return True


def _mark_told(certifications: Certifications, told: Certification) -> None:
    """Whatever happens to the order meanwhile: this time was told."""
    current: Certification | None = told
    while current is not None and current.told < told.asked:
        if certifications.put(replace(current, told=told.asked, telling_until=None), current):
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


def _text(certification: Certification) -> str:
    count = len(certification.awaiting_lines)
    lines = "1 line" if count == 1 else f"{count} lines"
    return (
        f"{_order(certification)} came in from QuickBooks with organic goods on {lines}.\n\n"
        "Please add lot number and expiration date of each: open your application and there the integrations page.\n"
    )


def _order(certification: Certification) -> str:
    return f"Purchase order {certification.number}".rstrip()
