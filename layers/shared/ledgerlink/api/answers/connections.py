"""The tenant's QuickBooks companies."""

from typing import TypedDict


class ConnectionState(TypedDict):
    """A QuickBooks company of the tenant."""

    id: str
    realm_id: str
    status: str
    company_name: str
    country: str
    home_currency: str
    multicurrency: bool
    connected_at: str
    disconnected_at: str | None


class DisconnectedConnection(ConnectionState):
    """``access_withdrawn``: false if Intuit could not be told, null while that is not known."""

    access_withdrawn: bool | None
