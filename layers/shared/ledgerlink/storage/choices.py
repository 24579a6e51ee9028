"""What tenants choose, with the history of it: settings of connections, and instances. ConnectionsTable."""

from typing import Any

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.schedules import SCHEDULE, due_after_change
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.times import optional_text
from ledgerlink.storage import keys
from ledgerlink.storage.connections import daily_shard, read_settings
from ledgerlink.storage.history import history_item, history_page
from ledgerlink.storage.table import ConditionFailed, Table

_SETTINGS = "SETTINGS"


class DynamoChoices:
    """Every change is written together with its entry in the history, or not at all."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # settings

    def settings(self, key: ConnectionKey) -> tuple[Settings, int]:
        """The settings as the tenant left them, and their version."""
        item = self._table.get(*keys.connection(key)) or {}
        return read_settings(item), item.get("settings_version", 0)

    def change_settings(
        self, key: ConnectionKey, settings: Settings, replaced_version: int, entry: HistoryEntry
    ) -> bool:
        """False when somebody else changed them since that version was read."""
        unchanged = "#settings_version = :replaced" if replaced_version else "attribute_not_exists(#settings_version)"
        update = "SET #settings = :settings, #settings_version = :version"
        values: dict[str, Any] = {
            "settings": settings.model_dump_json(exclude_unset=True),
            "version": replaced_version + 1,
            "replaced": replaced_version,
        }
        # Only then: otherwise a run that is due at this very moment would be put off to the next day.
        if any(one.path in SCHEDULE for one in entry.changes):
            due = due_after_change(settings, entry.at)
            update += ", #daily_due_at = :due, #daily_shard = :shard" if due else " REMOVE #daily_due_at, #daily_shard"
            values |= {"due": optional_text(due), "shard": daily_shard(key)}
        condition = f"attribute_exists(#pk) AND {unchanged}"
        change = self._table.update_of(*keys.connection(key), update, condition, values)
        return self._write(change, history_item(keys.connection_partition(key), _SETTINGS, entry))

    def settings_history(
        self, key: ConnectionKey, *, limit: int, after: str | None
    ) -> tuple[list[HistoryEntry], str | None]:
        """Newest first, and the token to go on after."""
        return history_page(self._table, keys.connection_partition(key), _SETTINGS, limit=limit, after=after)

    # instances

    def change_instance(self, instance: Instance, replaced: Instance | None, entry: HistoryEntry) -> bool:
        """False when somebody else changed the instance since ``replaced`` was read; None is a new one."""
        pk, sk = keys.instance(instance.tenant_id, instance.instance_id)
        condition, values = _unchanged(replaced)
        change = self._table.put_of({"pk": pk, "sk": sk, **_chosen(instance)}, condition, values)
        return self._write(change, self._instance_entry(instance, entry))

    def remove_instance(self, instance: Instance, entry: HistoryEntry) -> bool:
        """False when somebody else changed or removed it meanwhile."""
        condition, values = _unchanged(instance)
        change = self._table.delete_of(*keys.instance(instance.tenant_id, instance.instance_id), condition, values)
        return self._write(change, self._instance_entry(instance, entry))

    def instance_history(
        self, tenant_id: str, instance_id: str, *, limit: int, after: str | None
    ) -> tuple[list[HistoryEntry], str | None]:
        """Newest first, and the token to go on after; it outlives the instance."""
        return history_page(self._table, keys.instance_history(tenant_id), instance_id, limit=limit, after=after)

    def _instance_entry(self, instance: Instance, entry: HistoryEntry) -> dict[str, Any]:
        return history_item(keys.instance_history(instance.tenant_id), instance.instance_id, entry)

    def _write(self, change: dict[str, Any], entry: dict[str, Any]) -> bool:
        try:
            # Never over another entry of the same moment.
            self._table.transact([change, self._table.put_of(entry, "attribute_not_exists(#pk)")])
        except ConditionFailed:
            return False
        return True


def _chosen(instance: Instance) -> dict[str, Any]:
    return {
        "connection_id": instance.connection_id,
        "enabled": instance.enabled,
        "auto_invoice": instance.auto_invoice,
    }


def _unchanged(replaced: Instance | None) -> tuple[str, dict[str, Any]]:
    """The condition that the item is as it was read."""
    if replaced is None:
        return "attribute_not_exists(#pk)", {}
    values = _chosen(replaced)
    return " AND ".join(f"#{name} = :{name}" for name in values), values
