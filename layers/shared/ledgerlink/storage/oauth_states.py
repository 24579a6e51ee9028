"""One-time OAuth states, in ConnectionsTable, gone by themselves."""

import hashlib
from datetime import datetime

from ledgerlink.domain.times import to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table


class DynamoOAuthStates:
    """States are stored as digests, so that a reader of the table cannot use them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def remember(self, tenant_id: str, state: str, browser: str, expires_at: datetime) -> None:
        """The state may be used once, by this tenant in this browser, until then."""
        pk, sk = keys.oauth_state(tenant_id, _digest(state))
        self._table.put(
            {
                "pk": pk,
                "sk": sk,
                "browser": _digest(browser),
                "valid_until": to_text(expires_at),
                "expires_at": int(expires_at.timestamp()),
            }
        )

    def consume(self, tenant_id: str, state: str, browser: str, now: datetime) -> bool:
        """True for exactly one caller. TTL deletes late (AWS: within days), so the time is checked here."""
        try:
            self._table.delete(
                *keys.oauth_state(tenant_id, _digest(state)),
                "#browser = :browser AND #valid_until > :now",
                {"browser": _digest(browser), "now": to_text(now)},
            )
        except ConditionFailed:
            return False
        return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
