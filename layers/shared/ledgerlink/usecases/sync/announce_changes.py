"""Tell the host what changed, and the tenant what awaits certification."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, groupby
from typing import Protocol

from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.record_changes import ChangeKind, StoredChange
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import DocumentBusy
from ledgerlink.usecases.certification.tell_about_certification import (
    Announcer,
    Certifications,
    tell_about_certification,
)

TOLD_AT_ONCE = 100
"""Records that one event names."""


class Settings(Protocol):
    """Who hears of orders that await certification."""

    def read(self, tenant_id: str) -> OrganicSettings: ...


@dataclass(frozen=True, slots=True)
class ChangeAnnouncer:
    """Publishes. What is lost on the way is still in the feed and in the list of certifications."""

    certifications: Certifications
    settings: Settings
    events: Announcer
    sends_mail: bool
    clock: Callable[[], datetime]

    def announce(self, changes: Sequence[StoredChange]) -> None:
        """Events for what is news, and for every order that awaits certification unknown to anybody.

        Raises DocumentBusy when another worker is telling of one of those orders; of the others it has told then.
        """
        news = [change for change in changes if change.kind is not ChangeKind.UNCHANGED]
        for (tenant_id, connection_id, entity), some in groupby(sorted(news, key=_group), _group):
            for several in batched(some, TOLD_AT_ONCE, strict=False):
                told = [_told(change) for change in several]
                detail: dict[str, object] = {"connection_id": connection_id, "entity": entity, "records": told}
                self.events.publish("record.changed", tenant_id, detail)
        busy: DocumentBusy | None = None
        for change in changes:
            if change.certification:
                try:
                    self._tell(change.record.key)
                except DocumentBusy as error:
                    busy = error
        if busy:
            raise busy

    def _tell(self, key: RecordKey) -> None:
        emails = self.settings.read(key.tenant_id).emails if self.sends_mail else ()
        tell_about_certification(self.certifications, self.events, key, emails, self.clock())


def _group(change: StoredChange) -> tuple[str, str, str]:
    key = change.record.key
    return key.tenant_id, key.connection_id, key.entity


def _told(change: StoredChange) -> dict[str, object]:
    record = change.record
    return {
        "id": record.key.entity_id,
        "change": change.kind.value,
        "state": record.state.value,
        "organic": bool(record.organic),
    }
