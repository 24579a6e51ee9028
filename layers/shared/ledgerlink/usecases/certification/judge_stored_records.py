"""Judge a tenant's stored records by new keywords, or the documents of a changed item, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.records import DOCUMENTS, RecordKey
from ledgerlink.usecases.certification import follow_certifications as following
from ledgerlink.usecases.certification import judge_records as judging
from ledgerlink.usecases.certification.follow_certifications import follow_certifications
from ledgerlink.usecases.certification.judge_records import Judge
from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer

AT_ONCE = 100
"""Records that are judged together."""
_JUDGED = DOCUMENTS | {"Item"}


class Records(judging.Records, Protocol):
    """Where records are kept."""

    def keys(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        """Of all records in a stable order, and where to go on."""

    def naming(self, item: RecordKey, *, limit: int, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        """Documents that name the item, and where to go on."""


class Settings(judging.Settings, Protocol):
    """What tenants call organic."""

    def mark_evaluated(self, tenant_id: str, revision: int) -> None:
        """All records have been judged by this revision, or by a later one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is left to judge: the documents of one item, or else all records of the tenant."""

    tenant_id: str
    revision: int
    item: RecordKey | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RecordJudge:
    """Judges page after page; any page may be judged again."""

    records: Records
    settings: Settings
    certifications: following.Certifications
    announcer: ChangeAnnouncer
    clock: Callable[[], datetime]

    def judge(self, judgement: Judgement, has_time: Callable[[], bool]) -> Judgement | None:
        """What is left when time runs out; None at the end. Raises StorageUnavailable."""
        after = judgement.after
        while True:
            found, after = self._page(judgement, after)
            if keys := [key for key in found if key.entity in _JUDGED]:
                changes = Judge(self.records, self.settings).judge_again(judgement.tenant_id, keys)
                self.announcer.announce(follow_certifications(self.certifications, changes, self.clock()))
            if after is None:
                break
            if not has_time():
                return replace(judgement, after=after)
        if not judgement.item:
            self.settings.mark_evaluated(judgement.tenant_id, judgement.revision)
        return None

    def _page(self, judgement: Judgement, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        if judgement.item:
            return self.records.naming(judgement.item, limit=AT_ONCE, after=after)
        return self.records.keys(judgement.tenant_id, limit=AT_ONCE, after=after)
