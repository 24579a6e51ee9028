"""Send the e-mails that a tenant's people are owed: at the end of a run, one to each address."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from ledgerlink.domain.certification_mail import (
    LISTED,
    Letter,
    MailUnavailable,
    OwedMail,
    digest,
    is_answered,
    letter,
)
from ledgerlink.domain.certifications import Certification, CertificationState
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import Record, RecordKey
from ledgerlink.errors import StorageUnavailable

TURN = timedelta(minutes=3)
"""After that, whoever began to send has stopped on the way."""

logger = logging.getLogger(__name__)


class OwedMails(Protocol):
    """Who has yet to hear of what."""

    def of_tenant(self, tenant_id: str) -> Sequence[OwedMail]: ...
    def settle(self, owed: Sequence[OwedMail]) -> None:
        """They are owed no more."""

    def begin(self, tenant_id: str, worker: str, until: datetime, now: datetime) -> bool:
        """Take the tenant's turn; False while another worker has it."""

    def end(self, tenant_id: str, worker: str) -> None:
        """Let go."""


class Certifications(Protocol):
    """Where certifications are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...


class Records(Protocol):
    """The orders."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Record]: ...


class Settings(Protocol):
    """Who hears of it."""

    def read(self, tenant_id: str) -> OrganicSettings: ...


class Mail(Protocol):
    """Sends e-mail."""

    def send(self, to: str, letter: Letter) -> None:
        """Send it, or log that the address is refused for good. Raises MailUnavailable."""


@dataclass(frozen=True, slots=True)
class CertificationMailer:
    """Sends what is owed when it is called; what cannot be sent stays owed until the next call."""

    owed: OwedMails
    certifications: Certifications
    records: Records
    settings: Settings
    mail: Mail | None
    clock: Callable[[], datetime]
    new_worker: Callable[[], str]

    def send(self, tenant_id: str) -> None:
        """One e-mail to each address about all that it is owed. Never fails the run that it ends."""
        if self.mail is None:
            return
        try:
            self._send(self.mail, tenant_id)
        except MailUnavailable as error:
            logger.warning("e-mails put off", extra={"tenant_id": tenant_id, "error_code": str(error)})
        except StorageUnavailable as error:
            logger.warning("e-mails put off", extra={"tenant_id": tenant_id, "error_code": error.code})
        except Exception as error:
            # What it says may quote the e-mail.
            logger.error("e-mails failed", extra={"tenant_id": tenant_id, "error_code": type(error).__name__})

    def _send(self, mail: Mail, tenant_id: str) -> None:
        seen = set[OwedMail]()
        # Again after each turn: whoever came meanwhile left it to us.
        while set(self.owed.of_tenant(tenant_id)) - seen:
            worker, now = self.new_worker(), self.clock()
            if not self.owed.begin(tenant_id, worker, now + TURN, now):
                return
            try:
                seen |= self._send_all(mail, tenant_id)
            finally:
                self.owed.end(tenant_id, worker)

    def _send_all(self, mail: Mail, tenant_id: str) -> set[OwedMail]:
        owed = self.owed.of_tenant(tenant_id)
        known = self.certifications.get_many({one.key for one in owed})
        addresses = {digest(address): address for address in self.settings.read(tenant_id).emails}
        gone = self._gone(known)
        idle = [
            one
            for one in owed
            if one.address_digest not in addresses or one.key in gone or is_answered(one, known.get(one.key))
        ]
        self.owed.settle(idle)
        # An order that was withdrawn and is still there may become organic again, and is owed then.
        due = [one for one in set(owed) - set(idle) if known[one.key].state is CertificationState.AWAITING]
        for address, some in groupby(sorted(due, key=_address), _address):
            several = list(some)
            mail.send(addresses[address], self._letter([known[one.key] for one in several]))
            self.owed.settle(several)
        return set(owed)

    def _gone(self, known: Mapping[RecordKey, Certification]) -> set[RecordKey]:
        """The orders that were deleted."""
        withdrawn = [key for key, one in known.items() if one.state is CertificationState.WITHDRAWN]
        return {key for key, order in self.records.get_many(withdrawn).items() if order.is_gone}

    def _letter(self, awaiting: Sequence[Certification]) -> Letter:
        ordered = sorted(awaiting, key=lambda one: (one.since, one.key.record_id))
        return letter(ordered, self.records.get_many([one.key for one in ordered[:LISTED]]))


def _address(owed: OwedMail) -> str:
    return owed.address_digest
