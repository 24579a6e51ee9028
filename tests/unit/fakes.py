"""In-memory stand-ins, one for each port, that keep the promises of the real adapters."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from ledgerlink.domain.accounts import found_key
from ledgerlink.domain.activity import Activity, ActivityFilter
from ledgerlink.domain.asks import Ask, Create, Find, Read, Sought, Update
from ledgerlink.domain.attempts import Attempt, Ended, NeverStarted, Trigger
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus, SealedTokens
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status
from ledgerlink.domain.expiry import end_of
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.pickers import CachedList, ListName, ListPart
from ledgerlink.domain.roles import Role
from ledgerlink.domain.tenants import Tenant, TenantFacts
from ledgerlink.domain.tokens import Tokens
from ledgerlink.errors import (
    DocumentBusy,
    DuplicateDocument,
    NotFound,
    OutOfSync,
    QuickBooksUnavailable,
    RealmTaken,
    StaleSyncToken,
    StorageUnavailable,
    SyncError,
)
from tests.unit.orders import NOW

type Entity = Mapping[str, Any]


class Killed(BaseException):
    """Lambda stops the worker: no ``except Exception`` of its code runs any more."""


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self, start: datetime = NOW) -> None:
        self.time = start
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class Script:
    """What happens at which call of which port: the nth call of the run, or the next call of a name.

    The default way to fail is the expensive one: the call is carried out, then its answer is lost.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._at: dict[tuple[str, int], Callable[[], object]] = {}
        self._next: dict[tuple[str, str], list[Callable[[], object]]] = {}

    def at(self, when: str, number: int, happens: Callable[[], object]) -> None:
        """``before`` or ``after`` the call with this number, counted from 0."""
        self._at[when, number] = happens

    def next(self, when: str, name: str, happens: Callable[[], object], times: int = 1) -> None:
        """``before`` or ``after`` the next calls of ``links.begin`` and the like."""
        self._next.setdefault((when, name), []).extend([happens] * times)

    def lose_answer(self, name: str, error: BaseException | None = None, times: int = 1) -> None:
        """The call is carried out, and its answer lost."""
        self.next("after", name, raising(error or QuickBooksUnavailable("No answer.")), times)

    def fail(self, name: str, error: BaseException, times: int = 1) -> None:
        """The call fails without having done anything."""
        self.next("before", name, raising(error), times)

    def forget(self) -> None:
        """Nothing happens any more."""
        self._at.clear()
        self._next.clear()

    def begin(self, name: str) -> int:
        number = len(self.calls)
        self.calls.append(name)
        self._run("before", number, name)
        return number

    def end(self, number: int, name: str) -> None:
        self._run("after", number, name)

    def _run(self, when: str, number: int, name: str) -> None:
        if not (self._at or self._next):
            return
        if happens := self._at.pop((when, number), None):
            happens()
        if waiting := self._next.get((when, name)):
            waiting.pop(0)()


def raising(error: BaseException) -> Callable[[], None]:
    """Something that happens by raising this."""

    def happens() -> None:
        raise error

    return happens


class Port:
    """A fake with a script: its calls are counted and may be interrupted."""

    def __init__(self, name: str, fake: Any, script: Script) -> None:
        self._name, self._fake, self._script = name, fake, script

    def __getattr__(self, method: str) -> Any:
        target = getattr(self._fake, method)
        if not callable(target):
            return target

        def call(*args: Any, **kwargs: Any) -> Any:
            name = f"{self._name}.{method}"
            number = self._script.begin(name)
            try:
                answer = target(*args, **kwargs)
            except SyncError:
                self._script.end(number, name)
                raise
            self._script.end(number, name)
            return answer

        self.__dict__[method] = call
        return call


CHART: Sequence[dict[str, Any]] = (
    {"Id": "33", "Name": "Accounts Payable (A/P)", "AccountType": "Accounts Payable"},
    {"Id": "79", "Name": "Sales of Product Income", "AccountType": "Income", "AccountSubType": "SalesOfProductIncome"},
    {"Id": "80", "Name": "Cost of Goods Sold", "AccountType": "Cost of Goods Sold", "AcctNum": "5000"},
    {"Id": "81", "Name": "Inventory Asset", "AccountType": "Other Current Asset", "AccountSubType": "Inventory"},
)


NUMBERED = ("PurchaseOrder", "Invoice", "SalesReceipt")
"""Of these QuickBooks takes no second one with a number; of bills only where the company wants so."""
_LISTED = {"Vendor": ("Vendor", "Customer", "Employee"), "Customer": ("Vendor", "Customer", "Employee")}
_REFERENCES = {"VendorRef": "Vendor", "CustomerRef": "Customer", "ItemRef": "Item"}


class FakeBooks:
    """A QuickBooks company. Numbers may only repeat if somebody made them in QuickBooks."""

    def __init__(self, *, honours_request_ids: bool = True) -> None:
        self.entities: dict[str, dict[str, dict[str, Any]]] = {}
        self.calls = 0
        self.numbered = set(NUMBERED)
        self.last_intuit_tid: str | None = "1-tid"
        self.request_ids: list[str] = []
        self.honours_request_ids = honours_request_ids
        self.breaks_batch_after: int | None = None
        """So many items of the next batch are carried out, then the connection breaks."""
        self.lets_time_out: set[str] = set()
        """Every batch with a document of such a number breaks off before anything is carried out."""
        self.turns_batch_away: SyncError | None = None
        """Nothing of the next batch is carried out."""
        self.refuses: dict[str, SyncError] = {}
        """What writes of documents with these numbers end with."""
        self._answers: dict[str, Entity | SyncError] = {}
        """By request id, refusals too: nobody knows whether Intuit remembers those."""
        self._batches: dict[tuple[Any, ...], list[Any]] = {}
        self._last_id = 100
        for account in CHART:
            self.have("Account", **account)

    def have(self, entity: str, **properties: Any) -> dict[str, Any]:
        """Somebody made it in QuickBooks."""
        made = {"Id": self._new_id(), "SyncToken": "0", "Active": True, **properties}
        self.entities.setdefault(entity, {})[made["Id"]] = made
        return made

    def all(self, entity: str) -> list[dict[str, Any]]:
        return list(self.entities.get(entity, {}).values())

    def remove(self, entity: str, entity_id: str) -> None:
        """Somebody deleted it, or merged it into another one."""
        del self.entities[entity][entity_id]

    def change(self, entity: str, entity_id: str, **properties: Any) -> None:
        """Somebody edited it in QuickBooks."""
        there = self.entities[entity][entity_id]
        there.update(properties, SyncToken=str(int(there["SyncToken"]) + 1))

    def find(self, entity: str, prop: str, value: str) -> Sequence[Entity]:
        self.calls += 1
        return self._having(entity, prop, value)

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Entity]]:
        self.calls += bool(questions)
        return [[e for value in q.values for e in self._having(q.entity, q.prop, value)] for q in questions]

    def _having(self, entity: str, prop: str, value: str) -> list[Entity]:
        folded = value.casefold() if prop in ("DisplayName", "Name") else None
        return [
            dict(e)
            for e in self.all(entity)
            if (str(e.get(prop)).casefold() == folded if folded is not None else e.get(prop) == value)
        ]

    def parts(self, entity: str, *, read_to: int = 0, ids: Collection[str] = ()) -> Generator[ListPart]:
        self.calls += 1
        yield ListPart([dict(e) for e in self.all(entity)], 1, is_last=True)

    def answer_all(self, asks: Sequence[Ask]) -> Sequence[Any]:
        """A batch is one call for thirty of them; each is judged alone, and the request id is that of the batch."""
        return [answer for part in batched(asks, 30, strict=False) for answer in self._answer_batch(part)]

    def _answer_batch(self, asks: Sequence[Ask]) -> Sequence[Any]:
        before = self.calls
        if self.turns_batch_away is not None:
            refusal, self.turns_batch_away = self.turns_batch_away, None
            return [refusal] * len(asks)
        numbers = {ask.body.get("DocNumber") for ask in asks if isinstance(ask, Create)}
        if numbers & self.lets_time_out:
            self.calls += 1
            return [QuickBooksUnavailable("No answer.")] * len(asks)
        known_as = tuple(ask.request_id if isinstance(ask, Create | Update) else ask for ask in asks)
        answers = self._batches.get(known_as) if self.honours_request_ids else None
        if answers is None:
            answers = [self._answer(ask) for ask in asks[: self.breaks_batch_after]]
        self.calls = before + 1
        if self.breaks_batch_after is not None:
            self.breaks_batch_after = None
            return [QuickBooksUnavailable("The connection broke.")] * len(asks)
        if any(isinstance(ask, Create | Update) for ask in asks):
            self._batches[known_as] = answers
        return answers

    def _answer(self, ask: Ask) -> Any:
        try:
            match ask:
                case Find():
                    return self.find(ask.entity, ask.prop, ask.value)
                case Read():
                    return self.read(ask.entity, ask.entity_id)
                case Create():
                    self.request_ids.append(ask.request_id)
                    return self._create(ask.entity, ask.body)
                case Update():
                    self.request_ids.append(ask.request_id)
                    return self._update(ask.entity, ask.body)
        except SyncError as error:
            return error

    def read(self, entity: str, entity_id: str) -> Entity:
        self.calls += 1
        return dict(self._existing(entity, entity_id))

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        return self._once(request_id, lambda: self._create(entity, body))

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        return self._once(request_id, lambda: self._update(entity, body))

    def _once(self, request_id: str, work: Callable[[], Entity]) -> Entity:
        self.calls += 1
        self.request_ids.append(request_id)
        if not self.honours_request_ids or request_id not in self._answers:
            try:
                self._answers[request_id] = work()
            except SyncError as refusal:
                self._answers[request_id] = refusal
        answer = self._answers[request_id]
        if isinstance(answer, SyncError):
            raise answer
        return answer

    def _create(self, entity: str, body: Mapping[str, Any]) -> Entity:
        self._check_references(body)
        number = body.get("DocNumber")
        if number and entity in self.numbered and self._having(entity, "DocNumber", number):
            raise DuplicateDocument("The number is used already.", code="quickbooks_6140")
        self._check_name(entity, body)
        return dict(self.have(entity, **{**body, **self._with_lines(body)}))

    def _update(self, entity: str, body: Mapping[str, Any]) -> Entity:
        there = self._existing(entity, body["Id"])
        if there["SyncToken"] != body["SyncToken"]:
            raise StaleSyncToken("You and somebody else were working on this at the same time.")
        self._check_references(body)
        self._check_name(entity, body)
        there.update({k: v for k, v in body.items() if k != "sparse"} | self._with_lines(body))
        there["SyncToken"] = str(int(there["SyncToken"]) + 1)
        return dict(there)

    def _check_references(self, body: Mapping[str, Any]) -> None:
        if refusal := self.refuses.get(body.get("DocNumber", "")):
            raise refusal
        lines = [line.get(line.get("DetailType"), {}) for line in body.get("Line", ())]
        for part in (body, *lines):
            for prop, entity in _REFERENCES.items():
                entity_id = (part.get(prop) or {}).get("value")
                if entity_id and not self.entities.get(entity, {}).get(entity_id, {}).get("Active"):
                    raise OutOfSync("Something it refers to is gone or inactive.", code="quickbooks_610")

    def _check_name(self, entity: str, body: Mapping[str, Any]) -> None:
        others = [e for kind in _LISTED.get(entity, (entity,)) for e in self.all(kind) if e["Id"] != body.get("Id")]
        taken = {str(_name_of(other)).casefold() for other in others if _name_of(other)}
        if str(_name_of(body)).casefold() in taken:
            raise DuplicateDocument("The name supplied already exists.", code="quickbooks_6240")

    def _with_lines(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if "Line" not in body:
            return {}
        return {"Line": [{**line, "Id": line.get("Id") or self._new_id()} for line in body["Line"]]}

    def _existing(self, entity: str, entity_id: str) -> dict[str, Any]:
        found = self.entities.get(entity, {}).get(entity_id)
        if found is None:
            raise OutOfSync("Object not found.", code="quickbooks_610")
        return found

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)


def _name_of(entity: Entity) -> Any:
    return entity.get("DisplayName") or entity.get("Name")


class FakeLinks:
    """Entity links with leases and claims."""

    def __init__(self) -> None:
        self.links: dict[LinkKey, EntityLink] = {}
        self.leases: dict[LinkKey, Lease] = {}
        self._claims: dict[tuple[str, str, str, str], LinkKey] = {}

    def find(self, key: LinkKey) -> EntityLink | None:
        return self.links.get(key)

    def find_many(self, keys: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]:
        return {key: self.links[key] for key in keys if key in self.links}

    def begin(self, key: LinkKey, entity: str, doc_number: str, lease: Lease, now: datetime) -> EntityLink:
        if key in self.leases and self.leases[key].until > now:
            raise DocumentBusy("The document is being sent by another worker.")
        there = self.links.get(key) or EntityLink(key, entity)
        if there.became not in ("", entity):
            raise DocumentBusy("It became something else meanwhile.")
        self.leases[key] = lease
        before = replace(there, entity=entity, content_hash="")
        self.links[key] = replace(before, begun_numbers=before.begun_numbers | {doc_number}, begun_at=now)
        return before

    def adopt(self, link: EntityLink) -> None:
        begun = self.links[link.key]
        self._bind(replace(link, begun_numbers=begun.begun_numbers, begun_at=begun.begun_at))

    def complete(self, link: EntityLink) -> None:
        self._bind(link if link.begun_numbers else replace(link, begun_at=None))
        self.leases.pop(link.key, None)

    def release(self, key: LinkKey, owner: str, *, refused: bool, before: EntityLink | None) -> None:
        if key in self.leases and self.leases[key].owner == owner:
            del self.leases[key]
            link = self.links[key]
            mark = before or link
            self.links[key] = replace(
                link,
                refusals=link.refusals + refused,
                begun_numbers=mark.begun_numbers,
                begun_at=mark.begun_at if mark.begun_numbers else None,
            )

    def mark_deleted(self, key: LinkKey) -> None:
        link = self.links[key]
        self.links[key] = replace(link, deleted=True, refusals=link.refusals + 1)

    def remember(self, link: EntityLink) -> None:
        there = self.links.get(link.key)
        if there is None or (there.entity_id is None and not there.begun_numbers):
            self.links[link.key] = link

    def forget(self, keys: Sequence[LinkKey]) -> None:
        for key in keys:
            if key in self.links and not (self.links[key].manual or self.links[key].begun_numbers):
                del self.links[key]

    def _bind(self, link: EntityLink) -> None:
        assert link.entity_id is not None
        claim = (link.key.tenant_id, link.key.connection_id, link.entity, link.entity_id)
        if self._claims.setdefault(claim, link.key) != link.key:
            raise DuplicateDocument("It already belongs to another document of yours.", code="entity_taken")
        self.links[link.key] = replace(link, refusals=self.links[link.key].refusals)


class FakeDocuments:
    """Documents; every write is conditional, as in the table."""

    def __init__(self) -> None:
        self.documents: dict[DocumentKey, Document] = {}

    def get(self, key: DocumentKey) -> Document | None:
        return self.documents.get(key)

    def put(self, document: Document, replaced: Document | None) -> bool:
        there = self.documents.get(document.key)
        unchanged = (there and _state(there)) == (replaced and _state(replaced))
        if unchanged:
            self.documents[document.key] = document
        return unchanged

    def page(
        self, tenant_id: str, kind: str, *, status: Status | None, limit: int, after: str | None
    ) -> tuple[list[Document], str | None]:
        found = sorted(
            (d for k, d in self.documents.items() if (k.tenant_id, k.kind) == (tenant_id, kind)),
            key=lambda document: document.key.document_id,
        )
        wanted = [d for d in found if (not status or d.status is status) and (not after or d.key.document_id > after)]
        return wanted[:limit], wanted[limit - 1].key.document_id if len(wanted) > limit else None

    def mark_syncing(self, document: Document, now: datetime) -> None:
        there = self.documents[document.key]
        if there.attempt == document.attempt:
            self.documents[document.key] = replace(there, status=Status.SYNCING, syncing_since=now, last_error=None)

    def mark_synced(self, document: Document, became: EntityInQuickBooks, now: datetime) -> bool:
        there = self.documents[document.key]
        if there.revision != document.revision:
            return False
        self.documents[document.key] = replace(
            there, status=Status.SYNCED, quickbooks=became, synced_at=now, last_error=None, syncing_since=None
        )
        return True

    def note_error(self, attempt: Attempt, error: Mapping[str, Any]) -> None:
        there = self.documents[attempt.key]
        if (there.attempt, there.revision) == (attempt.number, attempt.revision):
            self.documents[attempt.key] = replace(there, last_error=dict(error))

    def mark_failed(self, attempt: Attempt, error: Mapping[str, Any], now: datetime) -> bool:
        there = self.documents[attempt.key]
        if there.attempt != attempt.number or there.status is not Status.SYNCING:
            return False
        self.documents[attempt.key] = replace(
            there, status=Status.SYNC_FAILED, last_error=dict(error), syncing_since=None
        )
        return True

    def syncing_since_before(self, moment: datetime, limit: int) -> Iterable[DocumentKey]:
        late = [(d.syncing_since, key) for key, d in self.documents.items() if d.syncing_since]
        late.sort(key=lambda found: found[0])
        return [key for since, key in late if since < moment][:limit]

    def seen_busy(self, attempt: Attempt, now: datetime) -> None:
        there = self.documents[attempt.key]
        if there.attempt == attempt.number and there.status is Status.SYNCING:
            self.documents[attempt.key] = replace(there, syncing_since=now)


def _state(document: Document) -> tuple[int, int, Status]:
    return document.revision, document.attempt, document.status


@dataclass
class _StoredConnection:
    connection: Connection
    tokens: SealedTokens
    lease: Lease | None = None

    @property
    def erased(self) -> bool:
        return self.tokens.status is ConnectionStatus.DISCONNECTED


def _authorised(connection: Connection, tokens: SealedTokens) -> Connection:
    ends_at = end_of(tokens.refresh_expires_at, tokens.hard_expires_at)
    return replace(connection, ends_at=ends_at, hard_expires_at=tokens.hard_expires_at)


class FakeConnections:
    """Tenants, their connections and the sealed tokens."""

    def __init__(self) -> None:
        self.tenants: dict[str, str] = {}
        self.stored: dict[ConnectionKey, _StoredConnection] = {}
        self.claims: dict[str, str] = {}
        self.instances: list[Instance] = []

    def have(self, connection: Connection, tokens: SealedTokens | None = None) -> None:
        """It is connected already."""
        self.tenants.setdefault(connection.tenant_id, "")
        self.claims[connection.connection_id] = connection.tenant_id
        nothing = SealedTokens(connection.status, 1, b"", b"", NOW, NOW, None)
        key = ConnectionKey(connection.tenant_id, connection.connection_id)
        self.stored[key] = _StoredConnection(connection, tokens or nothing)

    def remember_tenant(self, tenant_id: str, now: datetime, facts: TenantFacts | None = None) -> None:
        self.tenants[tenant_id] = (facts and facts.tenant_name) or self.tenants.get(tenant_id, "")

    def name_of_tenant(self, tenant_id: str) -> str:
        return self.tenants.get(tenant_id) or tenant_id

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        return self.tenant(tenant_id).connections

    def tenant(self, tenant_id: str) -> Tenant:
        if tenant_id not in self.tenants:
            raise NotFound(f"There is no tenant '{tenant_id}'.", code="unknown_tenant")
        connections = [stored.connection for key, stored in self.stored.items() if key.tenant_id == tenant_id]
        instances = [instance for instance in self.instances if instance.tenant_id == tenant_id]
        return Tenant(tenant_id, self.name_of_tenant(tenant_id), connections=connections, instances=instances)

    def establish(self, key: ConnectionKey, tokens: SealedTokens, now: datetime) -> None:
        if self.claims.get(key.connection_id, key.tenant_id) != key.tenant_id:
            raise RealmTaken("This QuickBooks company is already connected to another account.")
        before = self.stored.get(key)
        version = before.tokens.version + 1 if before else 1
        new = Connection(key.tenant_id, key.connection_id, key.connection_id, tokens.status, now)
        renewed = {"status": tokens.status, "connected_at": now, "disconnected_at": None, "access_withdrawn": None}
        known = replace(before.connection, **renewed) if before else new  # type: ignore[arg-type]
        self.have(_authorised(known, tokens), replace(tokens, version=version))

    def describe(self, connection: Connection) -> None:
        stored = self.stored[ConnectionKey(connection.tenant_id, connection.connection_id)]
        stored.connection = replace(
            stored.connection,
            company_name=connection.company_name,
            country=connection.country,
            home_currency=connection.home_currency,
            multicurrency=connection.multicurrency,
            features=connection.features,
            described_at=connection.described_at,
        )

    def read(self, key: ConnectionKey) -> SealedTokens | None:
        stored = self.stored.get(key)
        return stored.tokens if stored and not stored.erased else None

    def lease(self, key: ConnectionKey, owner: str, until: datetime, now: datetime) -> SealedTokens | None:
        stored = self.stored.get(key)
        if stored is None or stored.erased or (stored.lease and stored.lease.until > now):
            return None
        stored.lease = Lease(owner, until)
        return stored.tokens

    def save(self, key: ConnectionKey, tokens: SealedTokens, replaced_version: int) -> bool:
        stored = self.stored[key]
        if stored.tokens.version != replaced_version:
            return False
        stored.tokens, stored.lease = replace(tokens, status=stored.tokens.status), None
        stored.connection = _authorised(stored.connection, tokens)
        return True

    def release(self, key: ConnectionKey, owner: str) -> None:
        stored = self.stored[key]
        if stored.lease and stored.lease.owner == owner:
            stored.lease = None

    def mark_needs_reconnect(self, key: ConnectionKey, version: int) -> bool:
        stored = self.stored[key]
        if stored.tokens.version != version or stored.tokens.status is not ConnectionStatus.CONNECTED:
            return False
        stored.tokens = replace(stored.tokens, status=ConnectionStatus.NEEDS_RECONNECT)
        stored.connection = replace(stored.connection, status=ConnectionStatus.NEEDS_RECONNECT)
        stored.lease = None
        return True

    def disconnect(self, key: ConnectionKey, now: datetime) -> SealedTokens | None:
        stored = self.stored.get(key)
        if stored is None or stored.erased:
            return None
        before, gone = stored.tokens, ConnectionStatus.DISCONNECTED
        erased = replace(stored.connection, ends_at=None, hard_expires_at=None)
        stored.connection = replace(erased, status=gone, disconnected_at=now)
        stored.tokens = replace(before, status=gone, version=before.version + 1, access=b"", refresh=b"")
        stored.lease = None
        return before

    def let_go(self, key: ConnectionKey, *, access_withdrawn: bool) -> None:
        stored = self.stored[key]
        if stored.erased and stored.connection.access_withdrawn is None:
            stored.connection = replace(stored.connection, access_withdrawn=access_withdrawn)
            del self.claims[key.connection_id]

    def remember_account(self, key: ConnectionKey, role: Role, currency: str | None, account_id: str | None) -> None:
        stored = self.stored[key]
        found = {
            name: known for name, known in stored.connection.found_accounts.items() if name != found_key(role, currency)
        }
        if account_id:
            found[found_key(role, currency)] = account_id
        stored.connection = replace(stored.connection, found_accounts=found)


class FakeListCache:
    """The lists of companies as they were."""

    def __init__(self) -> None:
        self.kept: dict[tuple[ConnectionKey, ListName], CachedList] = {}

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        return self.kept.get((key, name))

    def read_begun(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        return None

    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None:
        self.kept[key, name] = found

    def forget(self, key: ConnectionKey, name: ListName) -> None:
        self.kept.pop((key, name), None)


class FakeSealer:
    """What one connection sealed does not open with another's key."""

    def seal(self, key: ConnectionKey, text: str) -> bytes:
        return f"{key.tenant_id}/{key.connection_id}/{text[::-1]}".encode()

    def open(self, key: ConnectionKey, sealed: bytes) -> str:
        owner = f"{key.tenant_id}/{key.connection_id}/"
        assert sealed.startswith(owner.encode()), "sealed for another connection"
        return sealed.decode().removeprefix(owner)[::-1]


class FakeIntuit:
    """Intuit's authorization server for one grant: each refresh hands out a new access and refresh token."""

    def __init__(self, tokens: Callable[[int], Tokens]) -> None:
        self._tokens = tokens
        self.refreshed_with: list[str] = []
        self.exchanged: list[tuple[str, str]] = []
        self.revoked: list[str] = []

    def refresh(self, refresh_token: str) -> Tokens:
        self.refreshed_with.append(refresh_token)
        return self._tokens(len(self.refreshed_with) + 1)

    def exchange(self, code: str, realm_id: str) -> Tokens:
        self.exchanged.append((code, realm_id))
        return self._tokens(1)

    def revoke(self, token: str) -> None:
        self.revoked.append(token)

    def authorization_url(self, state: str) -> str:
        return f"https://intuit.test/connect?state={state}"


class FakeOAuthStates:
    """One-time states, each for one tenant in one browser."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], tuple[str, datetime]] = {}

    def remember(self, tenant_id: str, state: str, browser: str, expires_at: datetime) -> None:
        self.states[tenant_id, state] = browser, expires_at

    def consume(self, tenant_id: str, state: str, browser: str, now: datetime) -> bool:
        if (found := self.states.get((tenant_id, state))) and found[0] == browser and found[1] > now:
            del self.states[tenant_id, state]
            return True
        return False


class FakeNewCompany:
    """A company that was just connected."""

    def __init__(self, info: dict[str, Any] | None = None, preferences: dict[str, Any] | None = None) -> None:
        self._info = info or {"CompanyName": "Acme Books", "Country": "US"}
        self._preferences = preferences or {
            "CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": False}
        }

    def company_info(self) -> Mapping[str, Any]:
        return self._info

    def preferences(self) -> Mapping[str, Any]:
        return self._preferences


class FakeActivity:
    """The activity log: an entry with the same time and id is the same entry."""

    def __init__(self) -> None:
        self.by_id: dict[tuple[datetime, str], Activity] = {}

    @property
    def entries(self) -> list[Activity]:
        return list(self.by_id.values())

    def write(self, entry: Activity) -> None:
        self.by_id[entry.at, entry.entry_id] = entry

    def page(
        self, tenant_id: str, wanted: ActivityFilter, *, limit: int, after: str | None, now: datetime
    ) -> tuple[list[Activity], str | None]:
        return self.entries[:limit], None


@dataclass
class FakeEvents:
    """Events as the host gets them."""

    published: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None:
        self.published.append((event, tenant_id, detail))

    def named(self, event: str) -> list[dict[str, object]]:
        return [detail for name, _, detail in self.published if name == event]


class FakeExecutions:
    """Step Functions: one execution per name, for ever; a start may get lost on its way."""

    def __init__(self) -> None:
        self.started: dict[str, tuple[Attempt, Trigger]] = {}
        self.endings: dict[str, Ended] = {}
        self.lost_starts = 0

    def start(self, attempt: Attempt, trigger: Trigger) -> None:
        if self.lost_starts:
            self.lost_starts -= 1
            raise StorageUnavailable("Sending could not be started.", code="start_failed")
        self.started.setdefault(attempt.execution_name, (attempt, trigger))

    def ended(self, attempt: Attempt) -> Ended | None:
        if attempt.execution_name not in self.started:
            raise NeverStarted(attempt.execution_name)
        return self.endings.get(attempt.execution_name)
