"""What the simulator remembers of each company: its settings and its entities, indexed."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from local.quickbooks.clock import parse_moment
from local.quickbooks.currencies import currency_ref
from local.quickbooks.entities import ENTITIES
from local.quickbooks.jsontext import Written, dumps

PLANS: Mapping[str, frozenset[str]] = {
    "Simple Start": frozenset(),
    "Essentials": frozenset(),
    "Plus": frozenset({"purchase orders", "inventory", "classes"}),
    "Advanced": frozenset({"purchase orders", "inventory", "classes"}),
}
REMEMBERED_ANSWERS = 20_000


class Row:
    """One stored entity. Its body is replaced as a whole, never changed in place."""

    __slots__ = ("_text", "body", "created", "number", "updated")

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.number = int(body["Id"])
        self.created = _seconds(body["MetaData"]["CreateTime"])
        self.updated = _seconds(body["MetaData"]["LastUpdatedTime"])
        self._text: Written | None = None

    @property
    def text(self) -> Written:
        """The body as JSON text, written once."""
        if self._text is None:
            self._text = Written(dumps(self.body))
        return self._text

    @property
    def active(self) -> bool:
        """False for a name-list entity that was made inactive."""
        return self.body.get("Active") is not False


class Store:
    """All entities of one kind in one company, found by id or by an indexed field without a scan."""

    def __init__(self, indexed: Iterable[str] = ()) -> None:
        self._rows: dict[str, Row] = {}
        self._indexes: dict[str, dict[str, dict[str, None]]] = {name: {} for name in indexed}
        self.deleted: dict[str, str] = {}  # id -> when, as MetaData writes it

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> Iterable[Row]:
        """Return every row, in the order of creation."""
        return self._rows.values()

    def get(self, entity_id: str) -> Row | None:
        """Return the row with this id."""
        return self._rows.get(entity_id)

    def with_id(self, entity_id: str) -> list[Row]:
        """Return the row with this id as a list of one or none."""
        row = self._rows.get(entity_id)
        return [] if row is None else [row]

    def indexed(self, field: str, value: str) -> list[Row] | None:
        """Return the rows whose field equals the value whatever its case, or None if it has no index."""
        index = self._indexes.get(field)
        if index is None:
            return None
        return [self._rows[entity_id] for entity_id in index.get(value.casefold(), {})]

    def put(self, body: dict[str, Any]) -> Row:
        """Store an entity, in place of an earlier one with the same id."""
        row = Row(body)
        self._unindex(body["Id"])
        self._rows[body["Id"]] = row
        for name, index in self._indexes.items():
            value = body.get(name)
            if value is not None:
                index.setdefault(value.casefold(), {})[body["Id"]] = None
        return row

    def remove(self, entity_id: str, when: str) -> None:
        """Forget an entity but for the time at which it went."""
        self._unindex(entity_id)
        del self._rows[entity_id]
        self.deleted[entity_id] = when

    def copy(self) -> "Store":
        """Return a store with the same rows, which may then differ."""
        twin = Store()
        twin._rows = dict(self._rows)
        twin._indexes = {
            name: {value: dict(members) for value, members in index.items()} for name, index in self._indexes.items()
        }
        twin.deleted = dict(self.deleted)
        return twin

    def _unindex(self, entity_id: str) -> None:
        old = self._rows.get(entity_id)
        if old is None:
            return
        for name, index in self._indexes.items():
            value = old.body.get(name)
            if value is not None:
                members = index[value.casefold()]
                del members[entity_id]
                if not members:
                    del index[value.casefold()]


@dataclass(slots=True)
class Answer:
    """The first answer to a ``requestid``."""

    status: int
    body: str
    fingerprint: str


@dataclass
class Company:
    """One QuickBooks Online company. Hold ``lock`` while reading or writing its entities."""

    realm_id: str
    name: str
    plan: str
    country: str = "US"
    currency: str = "USD"
    owner: str = "Robin Sample"
    preferences: dict[str, Any] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    stores: dict[str, Store] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    revision: int = 0

    def store(self, entity: str) -> Store:
        """Return the store of one kind of entity."""
        found = self.stores.get(entity)
        if found is None:
            found = self.stores[entity] = Store(ENTITIES[entity].indexed if entity in ENTITIES else ())
        return found

    def copy(self) -> "Company":
        """Return a company with the same content, which may then differ."""
        return replace(
            self,
            preferences=deepcopy(self.preferences),
            sequences=dict(self.sequences),
            answers=OrderedDict(self.answers),
            stores={kind: store.copy() for kind, store in self.stores.items()},
            lock=threading.RLock(),
        )

    def next_in(self, sequence: str, first: int = 1) -> int:
        """Count a sequence up: ids of names, of transactions, of items; document numbers."""
        number = self.sequences.get(sequence, first)
        self.sequences[sequence] = number + 1
        return number

    def touched(self) -> None:
        """Note that there is something to save."""
        self.revision += 1

    def has_feature(self, feature: str) -> bool:
        """Say whether the company's plan includes a feature."""
        return feature in PLANS[self.plan]

    def preference(self, group: str, name: str) -> Any:
        """Return one preference, or None."""
        return self.preferences.get(group, {}).get(name)

    def other_preference(self, name: str) -> str | None:
        """Return one of the name-value pairs under OtherPrefs."""
        pairs = self.preferences.get("OtherPrefs", {}).get("NameValue", [])
        return next((pair["Value"] for pair in pairs if pair["Name"] == name), None)

    def home_currency(self) -> dict[str, str]:
        """Return the CurrencyRef of the home currency."""
        return currency_ref(self.currency)

    def remember(self, request_id: str, answer: Answer) -> None:
        """Keep the answer to a request id, forgetting the oldest beyond a limit."""
        self.answers[request_id] = answer
        if len(self.answers) > REMEMBERED_ANSWERS:
            self.answers.popitem(last=False)
        self.touched()


class Companies:
    """All companies, by realm id."""

    def __init__(self) -> None:
        self.changes = 0
        self._by_realm: dict[str, Company] = {}
        self._lock = threading.Lock()

    def add(self, company: Company) -> None:
        """Add a company; raise ValueError if the realm id is taken."""
        with self._lock:
            if company.realm_id in self._by_realm:
                raise ValueError(f"realm id {company.realm_id} is taken")
            self._by_realm[company.realm_id] = company
            self.changes += 1

    def get(self, realm_id: str) -> Company | None:
        """Return the company of a realm id."""
        return self._by_realm.get(realm_id)

    def all(self) -> list[Company]:
        """Return every company in the order of creation."""
        with self._lock:
            return list(self._by_realm.values())

    def clear(self) -> None:
        """Forget every company."""
        with self._lock:
            self._by_realm.clear()
            self.changes += 1


def _seconds(text: str) -> int:
    return int(parse_moment(text).timestamp())
