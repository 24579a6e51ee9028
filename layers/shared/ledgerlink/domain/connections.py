"""A tenant's authorised QuickBooks company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ledgerlink.domain.settings import Settings
from ledgerlink.errors import ConnectionRevoked, MissingConfiguration, NotConnected


class ConnectionStatus(StrEnum):
    """Whether we may call QuickBooks."""

    CONNECTED = "connected"
    NEEDS_RECONNECT = "needs_reconnect"
    DISCONNECTED = "disconnected"
    """The tenant ended it; what is known of the company is kept for another time."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the company's plan includes and what it has turned on, as far as a push has to know it."""

    plan: str = ""
    """"QuickBooks Online Plus"."""
    has_inventory: bool = False
    """The plan includes stock, and it is turned on."""
    classes_per_line: bool = False
    classes_per_document: bool = False
    warns_of_duplicate_bill_numbers: bool = False
    books_closed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """One company that a tenant has connected. The id is the company's realm id."""

    tenant_id: str
    connection_id: str
    realm_id: str
    status: ConnectionStatus
    connected_at: datetime
    company_name: str = ""
    country: str = ""
    home_currency: str = ""
    multicurrency: bool = False
    features: Features = Features()
    described_at: datetime | None = None
    """When QuickBooks last said all this."""
    settings: Settings = field(default_factory=Settings)
    found_accounts: Mapping[str, str] = field(default_factory=dict)
    """Accounts that were chosen by their type, by role and currency: what the tenant's settings leave open."""
    disconnected_at: datetime | None = None
    access_withdrawn: bool | None = None
    """Whether Intuit took note of the disconnect; None while that is not known."""
    ends_at: datetime | None = None
    """When the authorisation ends unless it is renewed, as we do every day, or given again; None once it is erased."""
    hard_expires_at: datetime | None = None
    """When it ends however often it is renewed, as far as Intuit told."""

    @property
    def key(self) -> "ConnectionKey":
        return ConnectionKey(self.tenant_id, self.connection_id)


def not_disconnected(connections: Sequence[Connection]) -> list[Connection]:
    """Those that a document may be meant for, the ones that have to be authorised again too."""
    return [connection for connection in connections if connection.status is not ConnectionStatus.DISCONNECTED]


def choose_connection(connections: Sequence[Connection]) -> Connection:
    """The company that a tenant's documents go to; a disconnected one counts as not connected.

    Raises NotConnected, ConnectionRevoked when the only one has to be authorised
    again, MissingConfiguration when there are several: one that has lost its access leaves
    its documents to no other.
    """
    candidates = not_disconnected(connections)
    if len(candidates) > 1:
        raise MissingConfiguration(
            "Several QuickBooks companies are connected, and nothing says which one this document belongs to.",
            code="several_connections",
            hint="Make an instance called 'default' for the company that it goes to, or disconnect the others; "
            "then send it.",
        )
    if candidates and candidates[0].status is ConnectionStatus.NEEDS_RECONNECT:
        name = candidates[0].company_name or "the QuickBooks company"
        raise ConnectionRevoked(f"QuickBooks no longer lets us into {name}.")
    if candidates:
        return candidates[0]
    if connections:
        name = connections[0].company_name or "The QuickBooks company"
        raise NotConnected(f"{name} was disconnected, and no other company is connected.")
    raise NotConnected("No QuickBooks company is connected.")


@dataclass(frozen=True, slots=True)
class ConnectionKey:
    """Names one connection; never built without the tenant."""

    tenant_id: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class SealedTokens:
    """A connection's tokens as they are stored: each sealed apart, with a version for compare-and-set."""

    status: ConnectionStatus
    version: int
    access: bytes = field(repr=False)
    refresh: bytes = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime
    hard_expires_at: datetime | None
