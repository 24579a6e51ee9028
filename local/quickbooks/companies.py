"""What the simulator remembers of each company: its settings and its entities, indexed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from local.quickbooks.currencies import currency_ref
from local.quickbooks.store import Store

PLANS: Mapping[str, frozenset[str]] = {
    "Simple Start": frozenset(),
    "Essentials": frozenset(),
    "Plus": frozenset({"purchase orders", "inventory", "classes", "locations"}),
    "Advanced": frozenset({"purchase orders", "inventory", "classes", "locations"}),
}
REMEMBERED_ANSWERS = 20_000


@dataclass(slots=True)
class Answer:
    """The first answer to a ``requestid``."""

    status: int
    body: str
    fingerprint: str
    given_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entity, as a webhook tells of it."""

    realm_id: str
    entity: str
    entity_id: str
    operation: str  # Create, Update, Delete, Void, Merge or Emailed
    when: datetime
    merged_id: str | None = None  # the one that disappeared in a merge


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
    listener: Callable[[Change], None] | None = None

    def store(self, entity: str) -> Store:
        """Return the store of one kind of entity."""
        found = self.stores.get(entity)
        if found is None:
            found = self.stores[entity] = Store()
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
            listener=None,
        )

    def next_in(self, sequence: str, first: int = 1) -> int:
        """Count a sequence up: ids of names, of transactions, of items; document numbers."""
        number = self.sequences.get(sequence, first)
        self.sequences[sequence] = number + 1
        return number

    def touched(self) -> None:
        """Note that there is something to save."""
        self.revision += 1

    def changed(
        self, entity: str, entity_id: str, operation: str, when: datetime, merged_id: str | None = None
    ) -> None:
        """Tell the listener of a change."""
        if self.listener is not None:
            self.listener(Change(self.realm_id, entity, entity_id, operation, when, merged_id))

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
        self.listener: Callable[[Change], None] | None = None
        self._by_realm: dict[str, Company] = {}
        self._lock = threading.Lock()

    def add(self, company: Company) -> None:
        """Add a company; raise ValueError if the realm id is taken."""
        with self._lock:
            if company.realm_id in self._by_realm:
                raise ValueError(f"realm id {company.realm_id} is taken")
            self._by_realm[company.realm_id] = company
            company.listener = self.listener
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
