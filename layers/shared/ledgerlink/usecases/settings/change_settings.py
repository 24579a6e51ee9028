"""Change the settings of a connection: what a PATCH names, checked against QuickBooks before anything is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import ROLES_OF_STOCK
from ledgerlink.domain.connections import Connection, ConnectionKey, choose_connection
from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.history import Actor, HistoryEntry, changes_between
from ledgerlink.domain.merge_patch import merge
from ledgerlink.domain.pickers import ListName, label
from ledgerlink.domain.roles import Role
from ledgerlink.domain.rows import Row
from ledgerlink.domain.settings import NewCustomer, Settings
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import Conflict, InvalidRequest
from ledgerlink.usecases.references.default_customer import Customers, find_or_create_customer
from ledgerlink.usecases.settings.check_choices import Problem, wrong_accounts, wrong_customer

TRIES = 5
CUSTOMER = "default_customer"


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Choices(Protocol):
    """Where settings are kept, with the history of their changes."""

    def settings(self, key: ConnectionKey) -> tuple[Settings, int]: ...
    def change_settings(
        self, key: ConnectionKey, settings: Settings, replaced_version: int, entry: HistoryEntry
    ) -> bool:
        """False when somebody else changed them since that version was read."""


class Lists(Protocol):
    """The lists of the company, as they were up to some hours ago."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]: ...
    def forget(self, name: ListName) -> None: ...


class Company(Protocol):
    """The QuickBooks company of a connection."""

    @property
    def lists(self) -> Lists: ...
    @property
    def books(self) -> Customers: ...


def change_settings(
    tenants: Tenants,
    choices: Choices,
    company: Callable[[Connection], Company],
    tenant_id: str,
    connection_id: str,
    patch: object,
    by: Actor,
    now: datetime,
    new_request_id: Callable[[], str],
) -> Connection:
    """The connection with its new settings; the patch is a JSON merge patch, in which null restores a default.

    QuickBooks is asked only where the patch names accounts or a customer, or where new items are to have stock.
    Raises NotFound, InvalidRequest naming all that is wrong, Conflict; and where QuickBooks has to be asked
    NotConnected, ConnectionRevoked or what it answers.
    """
    connection = tenants.tenant(tenant_id).connection(connection_id)
    wanted = _read(patch)
    stored, version = choices.settings(connection.key)
    problems = _problems(Settings, _merged(stored, wanted.patch)) + wanted.problems
    planned = stored if problems else Settings.model_validate(_merged(stored, wanted.patch))
    problems += _start_in_future(planned, now)
    stock = keeps_stock(connection, planned)
    if stock and not keeps_stock(connection, stored):
        wanted = replace(wanted, accounts=wanted.accounts | _for_stock(planned))
    if wanted.needs_quickbooks:
        choose_connection([connection])
        opened = company(connection)
        problems += wrong_accounts(opened.lists, wanted.accounts, stock=stock)
        customer = _chosen_customer(opened.books, wanted.customer_id)
        problems += wrong_customer(customer) if wanted.customer_id else []
        _raise(problems)
        if wanted.new_customer:
            customer = find_or_create_customer(
                opened.lists, opened.books, connection, wanted.new_customer, now, new_request_id
            )
        if customer:
            wanted.patch[CUSTOMER] = {"quickbooks_id": rows.text(customer, "Id"), "name": label(customer)}
    _raise(problems)
    for _ in range(TRIES):
        settings = Settings.model_validate(_merged(stored, wanted.patch))
        changes = changes_between(stored.model_dump(mode="json"), settings.model_dump(mode="json"))
        if not changes or choices.change_settings(connection.key, settings, version, HistoryEntry(now, by, changes)):
            return replace(connection, settings=settings)
        stored, version = choices.settings(connection.key)
    raise Conflict("The settings were changed by others at the same moment.")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a patch asks for."""

    patch: dict[str, Any]
    """Without a customer that is only described."""
    accounts: dict[Role, str]
    """Those that have to fit."""
    customer_id: str | None = None
    new_customer: NewCustomer | None = None
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with the described customer."""

    @property
    def needs_quickbooks(self) -> bool:
        return bool(self.accounts or self.customer_id or self.new_customer)


def _read(patch: object) -> _Wanted:
    if not isinstance(patch, Mapping):
        raise InvalidRequest("The settings must be a JSON object with what is to change.", code="malformed_settings")
    rest, accounts = dict(patch), _accounts(patch.get("accounts"))
    customer = rest.get(CUSTOMER)
    if not isinstance(customer, Mapping):
        return _Wanted(rest, accounts)
    if "quickbooks_id" in customer:
        # Its name is QuickBooks' to say; an id of another type is found by the model.
        customer_id = customer["quickbooks_id"]
        return _Wanted(rest, accounts, customer_id=customer_id if _is_id(customer_id) else None)
    del rest[CUSTOMER]
    problems = _problems(NewCustomer, customer, f"{CUSTOMER}.")
    described = None if problems else NewCustomer.model_validate(customer)
    return _Wanted(rest, accounts, new_customer=described, problems=problems)


def _accounts(named: Any) -> dict[Role, str]:
    """Those that can be looked up; whatever else stands there is found by the model."""
    given = named if isinstance(named, Mapping) else {}
    return {role: given[role.value] for role in Role if _is_id(given.get(role.value))}


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal()


def _start_in_future(settings: Settings, now: datetime) -> list[Problem]:
    """QuickBooks refuses an item in what is dated before its start (fault 6270), and nobody can date it back by API."""
    start = settings.kinds.products.start_date
    if start is None or start <= now.astimezone(ZoneInfo(settings.time_zone)).date():
        return []
    return [{"field": "kinds.products.start_date", "problem": "must not be in the future"}]


def keeps_stock(connection: Connection, settings: Settings) -> bool:
    """Whether items are made with stock, for which QuickBooks takes fewer accounts."""
    return connection.features.has_inventory and settings.kinds.products.type == "Inventory"


def _for_stock(settings: Settings) -> dict[Role, str]:
    """The accounts chosen earlier that items with stock would get from now on."""
    return {role: chosen for role, chosen in settings.accounts.items() if role in ROLES_OF_STOCK}


def _chosen_customer(books: Customers, customer_id: str | None) -> Row | None:
    return next(iter(books.find("Customer", "Id", customer_id)), None) if customer_id else None


def _merged(stored: Settings, patch: Mapping[str, Any]) -> Any:
    """What the tenant has set, changed by the patch: what neither says keeps following the defaults."""
    return merge(stored.model_dump(mode="json", exclude_unset=True), patch)


def _problems(model: type[BaseModel], content: Any, prefix: str = "") -> list[Problem]:
    try:
        model.model_validate(content)
    except ValidationError as error:
        return [found | {"field": prefix + found["field"]} for found in invalid_request(error).fields]
    return []


def _raise(problems: list[Problem]) -> None:
    if problems:
        first = problems[0]
        raise InvalidRequest(f"'{first['field']}': {first['problem']}.", fields=problems)
