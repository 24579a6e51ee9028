"""Intuit's change notifications: whose they are, and what they say. Pure, for any function to call.

https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks

A notification that is signed but says something that we do not understand is still Intuit's: whoever
answers it with an error gets all of it again.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledgerlink.domain.changes import ChangeNotice
from ledgerlink.quickbooks import json_numbers

SIGNATURE_HEADER = "intuit-signature"

_ENTITIES = (
    *("Account", "Bill", "BillPayment", "Budget", "Class", "CreditMemo", "Currency", "Customer", "Department"),
    *("Deposit", "Employee", "Estimate", "InventoryAdjustment", "Invoice", "Item", "JournalCode", "JournalEntry"),
    *("Payment", "PaymentMethod", "Preferences", "Purchase", "PurchaseOrder", "RefundReceipt", "SalesReceipt"),
    *("TaxAgency", "Term", "TimeActivity", "Transfer", "Vendor", "VendorCredit"),
)
_SPELLING = {name.lower(): name for name in _ENTITIES}
_OPERATIONS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "merge": "merged",
    "void": "voided",
    "emailed": "emailed",
}
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """What one delivery announces, possibly for several companies."""

    notices: tuple[ChangeNotice, ...]
    unreadable: int
    """How many parts could not be understood; 1 where the whole was no JSON."""


def is_genuine(body: bytes, signature: str | None, verifier_tokens: Sequence[str]) -> bool:
    """Say whether one of the verifier tokens signed exactly these bytes.

    The current and the previous token count while the token is being changed. Every token is tried
    whatever the others gave, and compared in constant time.
    """
    given = (signature or "").encode("utf-8", "surrogatepass")
    genuine = False
    for token in verifier_tokens:
        if token:  # anybody can sign with an empty key
            genuine |= hmac.compare_digest(sign(body, token), given)
    return genuine


def sign(body: bytes, verifier_token: str) -> bytes:
    """The signature as the header has it."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest())


def read_notification(body: bytes) -> Notification:
    """Read either format: an array of CloudEvents, or the older ``eventNotifications``. Never raises."""
    try:
        content = json_numbers.loads(body)
    except ValueError:
        return Notification((), 1)
    if isinstance(content, list):
        found = [_cloud_event(event) for event in content]
    elif isinstance(content, dict) and "eventNotifications" in content:
        found = list(_legacy(content["eventNotifications"]))
    elif isinstance(content, dict):
        found = [_cloud_event(content)]
    else:
        found = [None]
    return Notification(tuple(notice for notice in found if notice), found.count(None))


def _cloud_event(event: Any) -> ChangeNotice | None:
    """``{"id", "type": "qbo.invoice.deleted.v1", "time", "intuitentityid", "intuitaccountid"}``."""
    if not isinstance(event, Mapping):
        return None
    kind = re.fullmatch(r"qbo\.([A-Za-z0-9_-]{1,60})\.([A-Za-z0-9_-]{1,40})(?:\.v\d{1,4})?", _text(event.get("type")))
    if not kind:
        return None
    return _notice(
        realm_id=_text(event.get("intuitaccountid")),
        entity=kind.group(1),
        entity_id=_text(event.get("intuitentityid")),
        operation=kind.group(2),
        time=_text(event.get("time")),
        event_id=_text(event.get("id")),
    )


def _legacy(notifications: Any) -> Iterator[ChangeNotice | None]:
    """``[{"realmId", "dataChangeEvent": {"entities": [{"name", "id", "operation", "lastUpdated"}]}}]``."""
    for notification in notifications if isinstance(notifications, list) else [None]:
        whole = notification if isinstance(notification, Mapping) else {}
        change = whole.get("dataChangeEvent")
        entities = change.get("entities") if isinstance(change, Mapping) else None
        for entity in entities if isinstance(entities, list) else [None]:
            if not isinstance(entity, Mapping):
                yield None
                continue
            yield _notice(
                realm_id=_text(whole.get("realmId")),
                entity=_text(entity.get("name")),
                entity_id=_text(entity.get("id")),
                operation=_text(entity.get("operation")),
                time=_text(entity.get("lastUpdated")),
                event_id="",
            )


def _notice(
    *, realm_id: str, entity: str, entity_id: str, operation: str, time: str, event_id: str
) -> ChangeNotice | None:
    if not (realm_id and entity and entity_id and operation):
        return None
    if not event_id:
        # The older format has no ids: the same event is the same text.
        whole = "\n".join((realm_id, entity, entity_id, operation, time))
        event_id = f"sha256:{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()}"
    verb = operation.lower()
    return ChangeNotice(
        event_id=event_id,
        realm_id=realm_id,
        entity=_SPELLING.get(entity.lower(), entity),
        entity_id=entity_id,
        operation=_OPERATIONS.get(verb, verb),
        time=_time(time),
    )


def _text(value: Any) -> str:
    """A short text, or nothing."""
    return value if isinstance(value, str) and len(value) <= _LONGEST_ID else ""


def _time(text: str) -> datetime | None:
    """Finer fractions than microseconds are cut; without a zone it is no moment."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
