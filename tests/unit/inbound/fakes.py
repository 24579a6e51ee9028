"""In-memory stand-ins that behave like the adapters around records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ledgerlink.domain.certification_mail import Letter, MailUnavailable, OwedMail
from ledgerlink.domain.certifications import Certification, CertificationState
from ledgerlink.domain.normalise import ItemTexts, item_texts
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import HostDocument, Record, RecordKey
from ledgerlink.domain.times import to_text


def _nothing() -> None:
    return None


@dataclass
class FakeRecords:
    """Records by key. ``before_put`` is where another worker does something at the worst moment, once."""

    clock: Callable[[], datetime]
    before_put: Callable[[], object] = _nothing
    rows: dict[RecordKey, Record] = field(default_factory=dict)
    named: dict[RecordKey, set[RecordKey]] = field(default_factory=dict)
    writes: int = 0

    def get_many(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, Record]:
        return {key: self.rows[key] for key in wanted if key in self.rows}

    def item_texts(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, ItemTexts]:
        return {key: item_texts(record.normalised) for key, record in self.get_many(wanted).items()}

    def put(self, record: Record, replaced: Record | None, *, news: bool) -> Record | None:
        meanwhile, self.before_put = self.before_put, _nothing
        meanwhile()
        stored = self.rows.get(record.key)
        if (stored and stored.revision) != (replaced and replaced.revision):
            return None
        fresh = replace(
            record,
            revision=(replaced.revision if replaced else 0) + 1,
            changed_at=self.clock() if news else record.changed_at,
        )
        self.rows[record.key] = fresh
        self.writes += 1
        return fresh

    def keys(self, tenant_id: str, *, limit: int, after: str | None) -> tuple[list[RecordKey], str | None]:
        return _page([key for key in self.rows if key.tenant_id == tenant_id], limit, after)

    def name_items(self, key: RecordKey, item_ids: Iterable[str]) -> None:
        for item_id in item_ids:
            self.named.setdefault(replace(key, entity="Item", entity_id=item_id), set()).add(key)

    def naming(self, item: RecordKey, *, limit: int, after: str | None) -> tuple[list[RecordKey], str | None]:
        return _page(self.named.get(item, set()), limit, after)

    def settle(self, item: Record) -> None:
        if self.rows[item.key].revision == item.revision:
            self.rows[item.key] = replace(item, unsettled=False)

    def feed(
        self, tenant_id: str, entity: str, *, organic: bool, after: str, until: datetime, limit: int
    ) -> Sequence[tuple[str, RecordKey]]:
        places = sorted(
            (f"{to_text(record.changed_at)}#{_name(key)}", key)
            for key, record in self.rows.items()
            if record.changed_at
            and (key.tenant_id, key.entity) == (tenant_id, entity)
            and (record.organic or not organic)
        )
        return [(place, key) for place, key in places if after < place < to_text(until)][:limit]


@dataclass
class FakeOwedMails:
    """E-mails that have yet to be sent, and whose turn it is to do that."""

    rows: dict[OwedMail, None] = field(default_factory=dict)
    turns: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def of_tenant(self, tenant_id: str) -> list[OwedMail]:
        return [owed for owed in self.rows if owed.key.tenant_id == tenant_id]

    def settle(self, owed: Sequence[OwedMail]) -> None:
        for one in owed:
            self.rows.pop(one, None)

    def begin(self, tenant_id: str, worker: str, until: datetime, now: datetime) -> bool:
        if tenant_id in self.turns and self.turns[tenant_id][1] > now:
            return False
        self.turns[tenant_id] = (worker, until)
        return True

    def end(self, tenant_id: str, worker: str) -> None:
        if self.turns.get(tenant_id, ("",))[0] == worker:
            del self.turns[tenant_id]


@dataclass
class FakeCertifications:
    """Certifications by order."""

    rows: dict[RecordKey, Certification] = field(default_factory=dict)
    owed: FakeOwedMails = field(default_factory=FakeOwedMails)

    def get_many(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]:
        return {key: self.rows[key] for key in wanted if key in self.rows}

    def put(
        self, certification: Certification, replaced: Certification | None, owed: Sequence[OwedMail] = ()
    ) -> Certification | None:
        stored = self.rows.get(certification.key)
        if (stored and stored.revision) != (replaced and replaced.revision):
            return None
        fresh = replace(certification, revision=(replaced.revision if replaced else 0) + 1)
        self.rows[certification.key] = fresh
        self.owed.rows |= dict.fromkeys(owed)
        return fresh

    def page(
        self, tenant_id: str, state: CertificationState, *, limit: int, after: str | None, newest_first: bool = False
    ) -> tuple[list[RecordKey], str | None]:
        places = {
            f"{to_text(found.since)}#{_name(key)}": key
            for key, found in self.rows.items()
            if key.tenant_id == tenant_id and found.state is state
        }
        some = [place for place in sorted(places) if place > (after or "")]
        if newest_first:
            some = [place for place in sorted(places, reverse=True) if place < (after or "~")]
        return [places[place] for place in some[:limit]], some[limit - 1] if len(some) > limit else None


@dataclass
class FakeOrganicSettings:
    """Each tenant's choice."""

    rows: dict[str, OrganicSettings] = field(default_factory=dict)

    def read(self, tenant_id: str) -> OrganicSettings:
        return self.rows.get(tenant_id, OrganicSettings(tenant_id))

    def put(self, settings: OrganicSettings, replaced: OrganicSettings) -> bool:
        current = self.read(settings.tenant_id)
        if current.updated_at != replaced.updated_at:
            return False
        attempt = settings.attempt if settings.revision != replaced.revision else current.attempt
        self.rows[settings.tenant_id] = replace(settings, attempt=attempt)
        return True

    def begin_attempt(self, settings: OrganicSettings) -> bool:
        current = self.read(settings.tenant_id)
        if current.revision != settings.revision or current.attempt >= settings.attempt:
            return False
        self.rows[settings.tenant_id] = replace(current, attempt=settings.attempt)
        return True

    def mark_evaluated(self, tenant_id: str, revision: int) -> None:
        current = self.read(tenant_id)
        self.rows[tenant_id] = replace(current, evaluated_revision=max(revision, current.evaluated_revision))


@dataclass
class FakeOwnWrites:
    """The entities that we wrote."""

    rows: dict[RecordKey, HostDocument] = field(default_factory=dict)

    def find(self, wanted: Sequence[RecordKey]) -> Mapping[RecordKey, HostDocument]:
        return {key: self.rows[key] for key in wanted if key in self.rows}


@dataclass
class FakeJudgements:
    """Executions that were started, each once, and those of them that have failed."""

    started: set[tuple[str | int, ...]] = field(default_factory=set)
    failed: set[tuple[str | int, ...]] = field(default_factory=set)

    def start_for_keywords(self, settings: OrganicSettings) -> None:
        self.started.add((settings.tenant_id, settings.revision, settings.attempt))

    def has_failed(self, settings: OrganicSettings) -> bool:
        return (settings.tenant_id, settings.revision, settings.attempt) in self.failed

    def start_for_item(self, item: RecordKey, revision: int) -> None:
        self.started.add((item.record_id, revision))


@dataclass
class FakeMail:
    """An outbox; ``unavailable`` addresses cannot be reached for the moment."""

    sent: list[tuple[str, Letter]] = field(default_factory=list)
    unavailable: set[str] = field(default_factory=set)

    def send(self, to: str, letter: Letter) -> None:
        if to in self.unavailable:
            raise MailUnavailable("TooManyRequestsException")
        self.sent.append((to, letter))


@dataclass
class FakeMailer:
    """The tenants of which a run has ended."""

    ended: list[str] = field(default_factory=list)

    def send(self, tenant_id: str) -> None:
        self.ended.append(tenant_id)


def _page(keys: Iterable[RecordKey], limit: int, after: str | None) -> tuple[list[RecordKey], str | None]:
    by_name = {_name(key): key for key in keys}
    some = [name for name in sorted(by_name) if name > (after or "")]
    return [by_name[name] for name in some[:limit]], some[limit - 1] if len(some) > limit else None


def _name(key: RecordKey) -> str:
    return f"{key.connection_id}#{key.entity}#{key.entity_id}"
