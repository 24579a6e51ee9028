"""A company's lists, and where a tenant's choices are kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.pickers import CachedList, ListName, trimmed
from ledgerlink.domain.rows import Row
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import Permanent
from tests.unit.orders import NOW

_NAMES = {
    "Account": ListName.ACCOUNTS,
    "Customer": ListName.CUSTOMERS,
    "Vendor": ListName.VENDORS,
    "Item": ListName.ITEMS,
}


def account(account_id: str, account_type: str, **more: Any) -> dict[str, Any]:
    return {"Id": account_id, "Name": f"Account {account_id}", "AccountType": account_type, "Active": True, **more}


class FakeCompany:
    """A company with what it has now, and what was read of it hours ago."""

    def __init__(self, **now: Sequence[Row]) -> None:
        self.now: dict[ListName, list[Row]] = {_NAMES[entity]: list(rows) for entity, rows in now.items()}
        self.cached = {name: list(rows) for name, rows in self.now.items()}
        self.created: list[dict[str, Any]] = []
        self.read_afresh = 0
        self.refusal: Permanent | None = None

    @property
    def lists(self) -> "FakeCompany":
        return self

    @property
    def books(self) -> "FakeCompany":
        return self

    def set(self, entity: str, *rows: Row) -> None:
        """Somebody changes the list in QuickBooks."""
        self.now[_NAMES[entity]] = list(rows)

    def read(self, name: ListName, *, fresh: bool = False) -> CachedList:
        return CachedList(self.rows(name, fresh=fresh), NOW)

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]:
        if fresh or name not in self.cached:
            self.read_afresh += 1
            self.cached[name] = list(self.now.get(name, []))
        return trimmed(name, self.cached[name])

    def forget(self, name: ListName) -> None:
        self.cached.pop(name, None)

    def find(self, entity: str, prop: str, value: str) -> Sequence[Row]:
        return [row for row in self.now[_NAMES[entity]] if str(row[prop]).casefold() == value.casefold()]

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Row:
        assert request_id
        if self.refusal:
            raise self.refusal
        made = {"Id": str(900 + len(self.created)), "Active": True, **body}
        self.created.append(made)
        self.now.setdefault(_NAMES[entity], []).append(made)
        return made


class FakeChoices:
    """Settings and instances with their history."""

    def __init__(self) -> None:
        self.stored: dict[ConnectionKey, tuple[Settings, int]] = {}
        self.instances: dict[str, Instance] = {}
        self.entries: list[HistoryEntry] = []
        self.before_writing: Callable[[], None] = lambda: None
        """What somebody else does just before a write."""

    def settings(self, key: ConnectionKey) -> tuple[Settings, int]:
        return self.stored.get(key, (Settings(), 0))

    def change_settings(
        self, key: ConnectionKey, settings: Settings, replaced_version: int, entry: HistoryEntry
    ) -> bool:
        self.before_writing()
        if self.settings(key)[1] != replaced_version:
            return False
        self.stored[key] = (settings, replaced_version + 1)
        self.entries.append(entry)
        return True

    def change_instance(self, instance: Instance, replaced: Instance | None, entry: HistoryEntry) -> bool:
        if self.instances.get(instance.instance_id) != replaced:
            return False
        self.instances[instance.instance_id] = instance
        self.entries.append(entry)
        return True

    def remove_instance(self, instance: Instance, entry: HistoryEntry) -> bool:
        if self.instances.get(instance.instance_id) != instance:
            return False
        del self.instances[instance.instance_id]
        self.entries.append(entry)
        return True
