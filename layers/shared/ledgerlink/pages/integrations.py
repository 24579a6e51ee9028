"""What the Integrations page says of each QuickBooks company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgerlink.domain.connections import Connection, ConnectionStatus
from ledgerlink.domain.expiry import FIRST, days_left

ENVIRONMENTS = {"sandbox": "Sandbox", "production": "Production"}
"""Intuit's, in its own words."""
_ORDER = (ConnectionStatus.NEEDS_RECONNECT, ConnectionStatus.CONNECTED, ConnectionStatus.DISCONNECTED)


@dataclass(frozen=True, slots=True)
class Company:
    """One company of a tenant, as its card shows it."""

    connection: Connection
    now: datetime

    @property
    def id(self) -> str:
        return self.connection.connection_id

    @property
    def name(self) -> str:
        """Its number while QuickBooks has not told its name."""
        return self.connection.company_name or self.connection.realm_id

    @property
    def is_connected(self) -> bool:
        return self.connection.status is ConnectionStatus.CONNECTED

    @property
    def is_lost(self) -> bool:
        """Intuit no longer lets us in."""
        return self.connection.status is ConnectionStatus.NEEDS_RECONNECT

    @property
    def is_ending(self) -> bool:
        """Its authorisation ends so soon that somebody should give it again."""
        ends_at = self.connection.ends_at
        return self.is_connected and ends_at is not None and ends_at - self.now <= FIRST

    @property
    def days_left(self) -> int | None:
        """Of the authorisation: until it ends for good, or before that if it is not renewed. None while unknown."""
        ends_at = self.connection.ends_at if self.is_ending else self.connection.hard_expires_at
        return days_left(ends_at, self.now) if ends_at and self.is_connected else None

    @property
    def can_be_disconnected(self) -> bool:
        """One that was broken off too: it has to be finished, or no other account could connect the company."""
        return self.connection.status is not ConnectionStatus.DISCONNECTED or self.connection.access_withdrawn is None


def companies(connections: Sequence[Connection], now: datetime) -> list[Company]:
    """Those that need a person first, the disconnected ones last."""
    return [Company(connection, now) for status in _ORDER for connection in connections if connection.status is status]
