"""The two forms of a webhook's body: CloudEvents, and the notifications of before 2026."""

import base64
import hashlib
import uuid
from datetime import UTC
from typing import Any

from local.quickbooks.companies import Change

# Whose changes Intuit notifies of, as far as the simulator has them.
NOTIFIED = (
    "Account",
    "Bill",
    "Class",
    "Customer",
    "Department",
    "Employee",
    "Estimate",
    "Invoice",
    "Item",
    "JournalEntry",
    "Preferences",
    "PurchaseOrder",
    "SalesReceipt",
    "Term",
    "Vendor",
)
OPERATIONS = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Merge": "merged",
    "Emailed": "emailed",
}
FORMATS = ("cloudevents", "legacy")


def body_of(client_id: str, changes: list[Change], kind: str, content_type: str) -> tuple[str, Any]:
    """Return content type and content of a post; ``content_type`` is that of CloudEvents."""
    if kind == "legacy":
        return "application/json", _notifications(changes)
    source = "intuit." + base64.b64encode(hashlib.sha256(client_id.encode()).digest()).decode()
    return content_type, [_event(source, change) for change in changes]


def _event(source: str, change: Change) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": source,
        "type": f"qbo.{change.entity.lower()}.{OPERATIONS[change.operation]}.v1",
        "datacontenttype": "application/json",
        # Nine digits of a second, as Intuit writes them.
        "time": change.when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
        "intuitentityid": change.entity_id,
        "intuitaccountid": change.realm_id,
        "data": {},
    }


def _notifications(changes: list[Change]) -> dict[str, Any]:
    by_realm: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        milliseconds = change.when.microsecond // 1000
        entity = {
            "name": change.entity,
            "id": change.entity_id,
            "operation": change.operation,
            "lastUpdated": f"{change.when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z",
        }
        if change.merged_id is not None:
            entity["deletedId"] = change.merged_id
        by_realm.setdefault(change.realm_id, []).append(entity)
    return {
        "eventNotifications": [
            {"realmId": realm_id, "dataChangeEvent": {"entities": entities}} for realm_id, entities in by_realm.items()
        ]
    }
