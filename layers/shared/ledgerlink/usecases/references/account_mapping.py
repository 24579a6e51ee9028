"""Find the account of each role: the tenant's choice, else one of the right type, else a new one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import (
    IN_ONE_CURRENCY,
    account_label,
    choose_account,
    found_key,
    in_currency,
    is_active,
    new_account,
)
from ledgerlink.domain.bodies.names import AccountBody
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.pickers import ListName, by_id
from ledgerlink.domain.roles import Role, role_words
from ledgerlink.domain.rows import Row
from ledgerlink.errors import (
    AccountCreationFailed,
    DocumentRejected,
    DuplicateDocument,
    MissingConfiguration,
    OutOfSync,
    Permanent,
    PlanLacksFeature,
)


class Lists(Protocol):
    """The lists of the company, as they were up to some hours ago."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]:
        """Inactive entries too; ``fresh`` as they are now."""

    def forget(self, name: ListName) -> None: ...


class FoundAccounts(Protocol):
    """Where the accounts that were found or created are kept."""

    def remember_account(self, key: ConnectionKey, role: Role, currency: str | None, account_id: str | None) -> None:
        """None forgets it."""


class Creator(Protocol):
    """Creates entries of the company's lists."""

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Row: ...


class HowAccount(StrEnum):
    """How the account of a role comes to be the one."""

    CHOSEN = "chosen"
    REMEMBERED = "remembered"
    FOUND = "found"
    WOULD_BE_CREATED = "would_be_created"


@dataclass(frozen=True, slots=True)
class AccountInView:
    """The account that a role would have; without an id one that has to be created by ``body``."""

    how: HowAccount
    account_id: str | None
    label: str
    body: AccountBody | None = None


class AccountMapping:
    """The accounts of one connection, by what they are used for."""

    def __init__(
        self,
        lists: Lists,
        store: FoundAccounts,
        creator: Creator,
        connection: Connection,
        new_request_id: Callable[[], str],
    ) -> None:
        self._lists = lists
        self._store = store
        self._creator = creator
        self._connection = connection
        self._new_request_id = new_request_id
        self._found = dict(connection.found_accounts)

    def accounts_for(self, roles: Collection[Role], currency: str | None = None) -> dict[Role, str]:
        """The account's id for each role; payable and receivable are left out where none is in a foreign currency.

        Raises OutOfSync when a chosen account is gone or inactive, MissingConfiguration when there is none
        and none may be created, AccountCreationFailed when QuickBooks refuses to create it.
        """
        found = {role: self._account(role, self._currency_of(role, currency)) for role in sorted(roles)}
        return {role: account_id for role, account_id in found.items() if account_id}

    def look(self, role: Role, currency: str | None = None) -> AccountInView | None:
        """As ``accounts_for`` for one role, but nothing is created or remembered. Raises the same."""
        wanted = self._currency_of(role, currency)
        if chosen := self._chosen(role, wanted):
            return self._in_view(HowAccount.CHOSEN, chosen)
        if known := self._found.get(found_key(role, wanted)):
            if self._usable(known) or self._usable(known, fresh=True):
                return self._in_view(HowAccount.REMEMBERED, known)
            called = _called(by_id(self._lists.rows(ListName.ACCOUNTS)).get(known), known)
            raise OutOfSync(f"The account {called}, used for {role_words(role)}, is gone from QuickBooks or inactive.")
        if found := self._in_chart(role, wanted):
            return self._in_view(HowAccount.FOUND, rows.text(found, "Id"))
        body = self._new(role, wanted)
        return AccountInView(HowAccount.WOULD_BE_CREATED, None, body["Name"], body) if body else None

    def what_is_gone(self, accounts: Mapping[Role, str], currency: str | None = None) -> list[str]:
        """What is wrong with these accounts now, in words; those that were found are found anew next time."""
        if not accounts:
            return []
        chart = by_id(self._lists.rows(ListName.ACCOUNTS, fresh=True))
        wrong = []
        for role, account_id in sorted(accounts.items()):
            if problem := _problem(chart.get(account_id)):
                called = _called(chart.get(account_id), account_id)
                wrong.append(f"the account {called}, used for {role_words(role)}, {problem}")
                if self._connection.settings.accounts.get(role) != account_id:
                    self._keep(role, self._currency_of(role, currency), None)
        return wrong

    def _account(self, role: Role, currency: str | None) -> str | None:
        return self._chosen(role, currency) or self._known(role, currency) or self._created(role, currency)

    def _chosen(self, role: Role, currency: str | None) -> str | None:
        """What the tenant chose, unless the document needs one in another currency."""
        account_id = self._connection.settings.accounts.get(role)
        if account_id is None:
            return None
        account = self._usable(account_id) or self._usable(account_id, fresh=True)
        if account is None:
            raise self._out_of_sync(role, account_id)
        return account_id if in_currency(account, currency) else None

    def _usable(self, account_id: str, *, fresh: bool = False) -> Row | None:
        account = by_id(self._lists.rows(ListName.ACCOUNTS, fresh=fresh)).get(account_id)
        return account if account and is_active(account) else None

    def _out_of_sync(self, role: Role, account_id: str) -> OutOfSync:
        account = by_id(self._lists.rows(ListName.ACCOUNTS)).get(account_id)
        called = _called(account, account_id)
        return OutOfSync(
            f"The account {called}, chosen for {role_words(role)}, {_problem(account)} in QuickBooks.",
            code="account_inactive" if account else "account_missing",
            hint="Make it active again in QuickBooks, or choose another one under 'Accounts' in the settings; "
            "then send it again.",
        )

    def _known(self, role: Role, currency: str | None) -> str | None:
        """What was found before, else what the chart has: asked again before anything is created."""
        if known := self._found.get(found_key(role, currency)):
            return known
        account = self._in_chart(role, currency)
        return self._keep(role, currency, rows.text(account, "Id")) if account else None

    def _in_chart(self, role: Role, currency: str | None) -> Row | None:
        return choose_account(role, self._lists.rows(ListName.ACCOUNTS), currency) or choose_account(
            role, self._lists.rows(ListName.ACCOUNTS, fresh=True), currency
        )

    def _in_view(self, how: HowAccount, account_id: str) -> AccountInView:
        account = by_id(self._lists.rows(ListName.ACCOUNTS)).get(account_id)
        return AccountInView(how, account_id, account_label(account) if account else "")

    def _new(self, role: Role, currency: str | None) -> AccountBody | None:
        """What would create it; None where QuickBooks does that. Raises MissingConfiguration."""
        if currency and currency != self._connection.home_currency:
            # QuickBooks makes payable and receivable accounts of other currencies by itself.
            return None
        body = new_account(role)
        if not self._connection.settings.create_accounts:
            raise MissingConfiguration(
                f"No account is chosen for {role_words(role)}, and QuickBooks has none of the type "
                f"{body['AccountType']}.",
                code="account_not_chosen",
                hint="Choose one under 'Accounts' in the settings, or switch on 'Create accounts'; then send it again.",
            )
        return body

    def _created(self, role: Role, currency: str | None) -> str | None:
        body = self._new(role, currency)
        if body is None:
            return None
        try:
            account = self._creator.create("Account", body, self._new_request_id())
        except (DocumentRejected, DuplicateDocument, PlanLacksFeature) as error:
            # Somebody else may have created it at this moment.
            found = choose_account(role, self._lists.rows(ListName.ACCOUNTS, fresh=True), currency)
            if found is None:
                raise _refused(role, body["Name"], body["AccountType"], error) from error
            return self._keep(role, currency, rows.text(found, "Id"))
        self._lists.forget(ListName.ACCOUNTS)
        return self._keep(role, currency, rows.text(account, "Id"))

    def _keep(self, role: Role, currency: str | None, account_id: str | None) -> str | None:
        self._store.remember_account(self._connection.key, role, currency, account_id)
        self._found.pop(found_key(role, currency), None)
        if account_id:
            self._found[found_key(role, currency)] = account_id
        return account_id

    def _currency_of(self, role: Role, currency: str | None) -> str | None:
        """In which currency the account has to be; None where that does not matter."""
        if role not in IN_ONE_CURRENCY or not self._connection.multicurrency:
            return None
        return currency or self._connection.home_currency or None


def _problem(account: Row | None) -> str:
    """What is wrong with it, if anything is."""
    if account is None:
        return "is gone"
    return "" if is_active(account) else "is inactive"


def _called(account: Row | None, account_id: str) -> str:
    return f"'{account_label(account)}'" if account else f"with the id {account_id}"


def _refused(role: Role, name: str, account_type: str, error: Permanent) -> AccountCreationFailed:
    taken = isinstance(error, DuplicateDocument)
    why = "another account has this name, perhaps an inactive one." if taken else error.message
    return AccountCreationFailed(
        f"There is no account for {role_words(role)}, and QuickBooks refused to create '{name}': {why}",
        hint=f"Create an account of the type {account_type} in QuickBooks or make one active, or choose one under "
        "'Accounts' in the settings; then send it again.",
        intuit_tid=error.intuit_tid,
    )
