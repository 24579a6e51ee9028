"""Connected companies, and Intuit's OAuth."""

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.wiring.aws import Aws, clock, new_id

if TYPE_CHECKING:
    import requests

    from ledgerlink.quickbooks.books import CompanyBooks
    from ledgerlink.quickbooks.client import Company, TokenSource
    from ledgerlink.quickbooks.history import CompanyHistory
    from ledgerlink.quickbooks.rotation import RotatingOAuth
    from ledgerlink.quickbooks.settings import Hosts
    from ledgerlink.storage.secrets import Secret
    from ledgerlink.usecases.connections.keep_connected import ConnectionTokens
    from ledgerlink.usecases.settings.read_lists import CompanyLists


CALLBACK_PATH = "/oauth/callback"
CONNECT_SECONDS = 3.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a function waits for QuickBooks: less than it lives."""

    patience: timedelta
    """For its turns in all."""
    read_seconds: float
    """For one answer. Intuit works on a call for up to 120 s, and one that is given up before leaves a doubt."""
    list_patience: timedelta = timedelta(minutes=1)
    """For a long list; what was read by then is kept for the next time."""
    readers: int = 1
    """Pages of a long list that are read at the same time."""


ADMISSION = timedelta(seconds=3)
"""How far off its first turn may be; a longer line is waited for by the state machine, which costs nothing."""


PACES = {
    "": Pace(timedelta(seconds=5), 8, list_patience=timedelta(seconds=10), readers=4),
    "push": Pace(timedelta(seconds=40), 60),
    "batch": Pace(timedelta(seconds=40), 120),
}
"""By the function's environment; where it says nothing a person is waiting."""


@dataclass(frozen=True, slots=True)
class ListsAndBooks:
    """A connected company whose lists are checked and added to."""

    lists: "CompanyLists"
    books: "CompanyBooks"


class QuickBooks(Aws):
    """The companies at Intuit."""

    @cached_property
    def hosts(self) -> "Hosts":
        from ledgerlink.quickbooks.settings import hosts

        return hosts(self.config.intuit_environment, self.config.intuit_base_url or None)  # type: ignore[arg-type]

    def oauth(self, base_url: str, timeout: tuple[float, float] | None = None) -> "RotatingOAuth":
        """Intuit's OAuth for a stack that tenants reach at ``base_url``."""
        from ledgerlink.quickbooks.oauth import TIMEOUT, IntuitOAuth
        from ledgerlink.quickbooks.rotation import OAuth, RotatingOAuth
        from ledgerlink.storage.secrets import intuit_apps

        def made_of(values: list[str]) -> list[OAuth]:
            callback = base_url + CALLBACK_PATH
            return [
                IntuitOAuth(
                    app.client_id, app.client_secret, self.hosts.discovery_url, callback, clock, timeout or TIMEOUT
                )
                for app in intuit_apps(values)
            ]

        secret = self._intuit_secret
        known = secret.values()
        return RotatingOAuth(
            lambda: made_of(known), lambda: made_of([value for value in secret.refetched() if value not in known])
        )

    def new_company(self, realm_id: str, access_token: str) -> "Company":
        """A company whose tokens are not stored yet."""
        from ledgerlink.quickbooks.client import Company

        # A person is waiting, and the connection is stored already.
        timeout = (CONNECT_SECONDS, 5.0)
        return Company(self._sessions[0], self.hosts.api_url, realm_id, _JustThis(access_token), timeout=timeout)

    def revocation(self) -> "RotatingOAuth":
        """Intuit's revocation endpoint. A person is waiting, and the tokens are erased already."""
        return self.oauth("", timeout=(CONNECT_SECONDS, 5.0))

    def books_of(self, connection: Connection) -> "CompanyBooks":
        """What is asked of a connected company."""
        from ledgerlink.quickbooks.books import CompanyBooks

        return CompanyBooks(*self._readers_of(connection))

    def lists_of(self, connection: Connection, books: "CompanyBooks | None" = None) -> "CompanyLists":
        """A connected company's lists, as they were up to some hours ago; ``books`` are asked where they are open."""
        from ledgerlink.usecases.settings.read_lists import CompanyLists

        return CompanyLists(
            self.list_cache,
            lambda: books or self.books_of(connection),
            connection.key,
            clock,
            self._pace.list_patience,
        )

    def lists_and_books_of(self, connection: Connection) -> "ListsAndBooks":
        """A connected company whose lists are checked and added to."""
        books = self.books_of(connection)
        return ListsAndBooks(self.lists_of(connection, books), books)

    def facts(self, connection: Connection) -> "Company":
        """A connected company; its access token is renewed when that is needed."""
        return self._company_of(connection, self._sessions[0], self.tokens(connection.key))

    def history(self, connection: Connection) -> "CompanyHistory":
        """What happened in a connected company."""
        from ledgerlink.quickbooks.history import CompanyHistory

        return CompanyHistory(self.facts(connection))

    def _readers_of(self, connection: Connection) -> "list[Company]":
        from ledgerlink.quickbooks.crew import SharedTokens

        tokens = SharedTokens(self.tokens(connection.key))
        return [self._company_of(connection, session, tokens) for session in self._sessions]

    def _company_of(self, connection: Connection, session: "requests.Session", tokens: "TokenSource") -> "Company":
        from ledgerlink.quickbooks.batch import MOST_ITEMS
        from ledgerlink.quickbooks.client import BatchSizes, Company

        return Company(
            session,
            self.hosts.api_url,
            connection.realm_id,
            tokens,
            timeout=(CONNECT_SECONDS, self._pace.read_seconds),
            turnstile=self.throttle.turnstile(connection.key, self._pace.patience, ADMISSION),
            batch_sizes=BatchSizes(writes=MOST_ITEMS),
        )

    def tokens(self, key: ConnectionKey) -> "ConnectionTokens":
        """A connection's tokens, renewed when that is needed."""
        from ledgerlink.usecases.connections.keep_connected import ConnectionTokens

        return ConnectionTokens(
            key=key,
            store=self.connections,
            sealer=self.sealer,
            # A refresh sends no redirect address.
            endpoint=lambda: self.oauth(""),
            events=self.events,
            owner=new_id(),
            now=clock,
            sleep=time.sleep,
        )

    def is_from_intuit(self, body: bytes, signature: str | None) -> bool:
        """Whether Intuit signed it; the secret is read again for a signature that does not fit."""
        from ledgerlink.quickbooks.webhooks import is_genuine
        from ledgerlink.storage.verifier_tokens import verifier_tokens

        secret = self._intuit_secret
        return any(
            is_genuine(body, signature, verifier_tokens(values())) for values in (secret.values, secret.refetched)
        )

    def link_to(self, entity: EntityInQuickBooks) -> str | None:
        """The page that opens an entity in QuickBooks."""
        from ledgerlink.quickbooks.links import entity_url

        return entity_url(self.hosts.app_url, entity.entity, entity.entity_id, entity.realm_id)

    @property
    def _pace(self) -> Pace:
        return PACES[self.config.quickbooks_pace]

    @cached_property
    def _sessions(self) -> "list[requests.Session]":
        """One for each call at the same time: they are not made for several threads."""
        from ledgerlink.quickbooks.client import new_session

        return [new_session() for _ in range(self._pace.readers)]

    @cached_property
    def _intuit_secret(self) -> "Secret":
        return self._secret(self.config.intuit_secret_arn)


@dataclass(frozen=True, slots=True)
class _JustThis:
    """The token of a company that is being connected: there is no other one yet."""

    token: str

    def access_token(self) -> str:
        return self.token

    def replace(self, rejected: str) -> str:  # noqa: ARG002 (there is no other)
        from ledgerlink.errors import QuickBooksUnavailable

        raise QuickBooksUnavailable("QuickBooks does not accept the new connection's token yet.")
