"""A company's settings and the accounts that they come to."""

from typing import TypedDict

from ledgerlink.domain.settings import Settings


class AccountOfRole(TypedDict):
    """The account that serves a purpose, or why there is none."""

    how: str
    id: str | None
    name: str
    problem: str | None


class SettingsInUse(TypedDict):
    """The settings as they work, the account of each role, and what is missing."""

    connection: str
    settings: Settings
    accounts: dict[str, AccountOfRole]
    missing: list[str]
    accounts_read_at: str | None
