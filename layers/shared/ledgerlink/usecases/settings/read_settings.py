"""Show the settings of a connection, the accounts that it uses now, and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import IN_ONE_CURRENCY, account_label, choose_account, found_key, new_account
from ledgerlink.domain.connections import Connection, ConnectionKey, choose_connection
from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.paging import not_our_token
from ledgerlink.domain.pickers import CachedList, ListName, by_id, is_active
from ledgerlink.domain.roles import Role, role_words
from ledgerlink.domain.rows import Row
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import SyncError


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class History(Protocol):
    """The changes of settings."""

    def settings_history(
        self, key: ConnectionKey, *, limit: int, after: str | None
    ) -> tuple[Sequence[HistoryEntry], str | None]: ...


class Lists(Protocol):
    """The lists of the company."""

    def read(self, name: ListName) -> CachedList: ...


class How(StrEnum):
    """How the account of a role comes to be used."""

    CHOSEN = "chosen"
    """By hand, in the settings."""
    AUTOMATIC = "automatic"
    """By its type."""
    TO_BE_CREATED = "to_be_created"
    """There is none; it is created when a document first needs it."""
    MISSING = "missing"
    """There is none, and none may be created."""
    UNKNOWN = "unknown"
    """QuickBooks does not answer, and nothing was found before."""


@dataclass(frozen=True, slots=True)
class AccountInUse:
    """The account of a role in the company's own currency."""

    role: Role
    how: How
    account_id: str | None = None
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SettingsInUse:
    """The settings as they work, and what they lead to."""

    connection: Connection
    accounts: Sequence[AccountInUse]
    missing: Sequence[str]
    """What has to be done before everything can be sent, in words."""
    chart_read_at: datetime | None
    """As of when the accounts are; None where QuickBooks could not be asked."""
    chart: Sequence[Row] = ()
    """All accounts of the company."""
    problem: SyncError | None = None
    """Why QuickBooks could not be asked."""


def read_settings(
    tenants: Tenants, lists: Callable[[Connection], Lists], tenant_id: str, connection_id: str
) -> SettingsInUse:
    """Raises NotFound. A company that cannot be asked has its settings all the same."""
    connection = tenants.tenant(tenant_id).connection(connection_id)
    try:
        choose_connection([connection])
        chart = lists(connection).read(ListName.ACCOUNTS)
    except SyncError as problem:
        accounts = [_in_use(connection, role, None) for role in Role]
        return SettingsInUse(connection, accounts, [f"{problem.message} {problem.hint}".strip()], None, problem=problem)
    accounts = [_in_use(connection, role, chart) for role in Role]
    missing = [account.problem for account in accounts if account.problem]
    return SettingsInUse(connection, accounts, missing, chart.fetched_at, chart.rows)


def read_settings_history(
    tenants: Tenants, history: History, tenant_id: str, connection_id: str, *, limit: int, after: str | None
) -> tuple[Sequence[HistoryEntry], str | None]:
    """A page, newest first. Raises NotFound, InvalidRequest."""
    connection = tenants.tenant(tenant_id).connection(connection_id)
    check_history_token(after)
    return history.settings_history(connection.key, limit=limit, after=after)


def check_history_token(after: str | None) -> None:
    """Raises InvalidRequest for what is no token of a history."""
    if after and not (len(after) == len("2026-11-21T09:30:00.000000Z") and after.isascii() and after.isprintable()):
        raise not_our_token()


def _in_use(connection: Connection, role: Role, chart: CachedList | None) -> AccountInUse:
    chosen = connection.settings.accounts.get(role)
    currency = connection.home_currency if role in IN_ONE_CURRENCY and connection.multicurrency else None
    known = chosen or connection.found_accounts.get(found_key(role, currency))
    if chart is None:
        how = How.CHOSEN if chosen else How.AUTOMATIC if known else How.UNKNOWN
        return AccountInUse(role, how, known)
    if chosen:
        return _chosen(role, chosen, by_id(chart.rows))
    account = _usable(by_id(chart.rows), known) or choose_account(role, chart.rows, currency)
    if account:
        return AccountInUse(role, How.AUTOMATIC, rows.text(account, "Id"), account_label(account))
    return _none(connection, role)


def _usable(chart: Mapping[str, Row], account_id: str | None) -> Row | None:
    account = chart.get(account_id or "")
    return account if account and is_active(account) else None


def _chosen(role: Role, account_id: str, chart: Mapping[str, Row]) -> AccountInUse:
    account = chart.get(account_id)
    if account is None:
        problem = f"The account with the id {account_id}, chosen for {role_words(role)}, is gone from QuickBooks."
        return AccountInUse(role, How.CHOSEN, account_id, problem=problem)
    name = account_label(account)
    problem = "" if is_active(account) else f"The account '{name}', chosen for {role_words(role)}, is inactive."
    return AccountInUse(role, How.CHOSEN, account_id, name, problem)


def _none(connection: Connection, role: Role) -> AccountInUse:
    body: Mapping[str, Any] = new_account(role)
    if connection.settings.create_accounts:
        return AccountInUse(role, How.TO_BE_CREATED, name=body["Name"])
    problem = f"There is no account for {role_words(role)}: choose one, or let accounts be created."
    return AccountInUse(role, How.MISSING, problem=problem)
