"""Change what a tenant calls organic, and judge what is stored by it without asking QuickBooks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.organic_settings import OrganicSettings, changed, parse_organic_content
from ledgerlink.domain.record_changes import StoredChange
from ledgerlink.domain.records import DOCUMENTS, RecordKey
from ledgerlink.errors import Conflict

AT_ONCE = 100
"""Records that are judged together."""
TRIES = 5
_JUDGED = DOCUMENTS | {"Item"}


class Settings(Protocol):
    """What tenants call organic."""

    def read(self, tenant_id: str) -> OrganicSettings: ...
    def put(self, settings: OrganicSettings, replaced: OrganicSettings) -> bool:
        """False when somebody else changed them since ``replaced`` was read."""

    def mark_evaluated(self, tenant_id: str, revision: int) -> None:
        """All records have been judged by this revision, or by a later one."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


class Judgements(Protocol):
    """The state machine that judges records in pages."""

    def start_for_keywords(self, tenant_id: str, revision: int) -> None:
        """Judge all records of the tenant; the same revision twice does nothing more."""


class Records(Protocol):
    """Where records are kept."""

    def keys(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        """Of all records in a stable order, and where to go on."""

    def naming(self, item: RecordKey, *, limit: int, after: str | None) -> tuple[Sequence[RecordKey], str | None]:
        """Documents that name the item, and where to go on."""


class Store(Protocol):
    """Judges and announces."""

    def judge_again(self, tenant_id: str, keys: Sequence[RecordKey], now: datetime) -> Sequence[StoredChange]: ...
    def announce(self, changes: Sequence[StoredChange]) -> None: ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is left to judge: the documents of one item, or else all records of the tenant."""

    tenant_id: str
    revision: int
    item: RecordKey | None = None
    after: str | None = None


def read_keywords(settings: Settings, tenants: Tenants, tenant_id: str) -> OrganicSettings:
    """What holds now. Raises NotFound."""
    tenants.of_tenant(tenant_id)
    return settings.read(tenant_id)


def change_keywords(
    settings: Settings, tenants: Tenants, judgements: Judgements, tenant_id: str, content: Any, now: datetime
) -> OrganicSettings:
    """Store the choice and have all records judged anew. Raises InvalidRequest, NotFound, Conflict."""
    tenants.of_tenant(tenant_id)
    choice = parse_organic_content(content)
    for _ in range(TRIES):
        before = settings.read(tenant_id)
        after = changed(before, choice, now)
        if after is before or settings.put(after, before):
            break
    else:
        raise Conflict("The keywords were changed by others at the same moment.")
    if after.is_evaluating:
        # Also when nothing is new: an earlier start may have been lost after the keywords were stored.
        judgements.start_for_keywords(tenant_id, after.revision)
    return after


def judge_stored_records(
    records: Records,
    store: Store,
    settings: Settings,
    judgement: Judgement,
    has_time: Callable[[], bool],
    clock: Callable[[], datetime],
) -> Judgement | None:
    """Judge page after page while there is time; what is left, or None at the end. Any page may be done again."""
    after = judgement.after
    while True:
        if judgement.item:
            found, after = records.naming(judgement.item, limit=AT_ONCE, after=after)
        else:
            found, after = records.keys(judgement.tenant_id, limit=AT_ONCE, after=after)
        if keys := [key for key in found if key.entity in _JUDGED]:
            store.announce(store.judge_again(judgement.tenant_id, keys, clock()))
        if after is None:
            break
        if not has_time():
            return replace(judgement, after=after)
    if not judgement.item:
        settings.mark_evaluated(judgement.tenant_id, judgement.revision)
    return None
