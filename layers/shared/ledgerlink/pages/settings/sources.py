"""Where the pages of the settings have what they show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.pickers import ListName, label
from ledgerlink.domain.rows import Row
from ledgerlink.domain.tenants import Tenant
from ledgerlink.pages.settings.accounts import with_accounts
from ledgerlink.pages.settings.customer import customer_patch
from ledgerlink.pages.settings.fields import FORMS, patch_of
from ledgerlink.pages.settings.forms import Sent
from ledgerlink.pages.settings.pickers import meant
from ledgerlink.usecases.settings.read_lists import CompanyLists, read_list
from ledgerlink.usecases.settings.read_settings import SettingsInUse, read_settings


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Choices(Protocol):
    """The changes of settings and of instances."""

    def settings_history(
        self, key: ConnectionKey, *, limit: int, after: str | None
    ) -> tuple[Sequence[HistoryEntry], str | None]: ...
    def instance_history(
        self, tenant_id: str, instance_id: str, *, limit: int, after: str | None
    ) -> tuple[Sequence[HistoryEntry], str | None]: ...


class Keywords(Protocol):
    """What tenants call organic."""

    def read(self, tenant_id: str) -> OrganicSettings: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the pages have what they show."""

    tenants: Tenants
    choices: Choices
    lists: Callable[[Connection], CompanyLists]
    keywords: Keywords

    def in_use(self, connection: Connection) -> SettingsInUse:
        """The settings with the company's accounts, as far as QuickBooks answers."""
        return read_settings(self.tenants, self.lists, connection.tenant_id, connection.connection_id)

    def customers(self, connection: Connection, text: str) -> Sequence[Row]:
        """Those that a text can mean. Raises NotConnected, ConnectionRevoked, or what QuickBooks answers."""
        found = read_list(
            self.tenants,
            self.lists,
            connection.tenant_id,
            connection.connection_id,
            ListName.CUSTOMERS,
            search=text,
            inactive=False,
            refresh=False,
            limit=1000,
            after=None,
        )
        return meant(found.rows, text, label)

    def patch(self, connection: Connection, sent: Sent) -> dict[str, Any]:
        """What a form of the connection's settings changes. Raises InvalidRequest, and what QuickBooks answers."""
        if sent.form == "customer":
            return customer_patch(sent, lambda text: self.customers(connection, text))
        if sent.form == "accounts":
            sent = with_accounts(sent, lambda: self.in_use(connection))
        return patch_of(FORMS[sent.form], sent.values, sent.shown)
