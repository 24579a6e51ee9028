"""A tenant's browser that is let in."""

from typing import TypedDict


class Session(TypedDict):
    """Where to send a tenant's browser."""

    portal_url: str
    connect_url: str
    expires_at: str
