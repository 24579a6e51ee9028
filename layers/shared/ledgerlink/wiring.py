"""Builds the adapters once per cold start, each when it is first asked for.

Imports stand inside, so that a function pays only for what it uses: intuitlib and
requests are slow to import, and most functions never speak to Intuit.
"""

import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config as ClientConfig

from ledgerlink.config import Config
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.storage.activity import DynamoActivity
from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.documents import DynamoDocuments
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.oauth_states import DynamoOAuthStates
from ledgerlink.storage.table import Table

if TYPE_CHECKING:
    import requests

    from ledgerlink.api.callers import SessionTokens
    from ledgerlink.api.visitors import Visitors
    from ledgerlink.domain.links import Lease
    from ledgerlink.domain.sync_settings import SyncSettings
    from ledgerlink.domain.translation import Context
    from ledgerlink.messaging.events import EventBus
    from ledgerlink.messaging.executions import BacklogExecutions, PushExecutions
    from ledgerlink.messaging.judgements import JudgementExecutions
    from ledgerlink.messaging.mail import SesMail
    from ledgerlink.messaging.poll_queue import PollQueue
    from ledgerlink.pages.portal import Portal
    from ledgerlink.quickbooks.books import CompanyBooks
    from ledgerlink.quickbooks.client import Company, TokenSource
    from ledgerlink.quickbooks.history import CompanyHistory
    from ledgerlink.quickbooks.rotation import RotatingOAuth
    from ledgerlink.quickbooks.settings import Hosts
    from ledgerlink.storage.backfills import DynamoBackfills
    from ledgerlink.storage.backlogs import DynamoBacklogs
    from ledgerlink.storage.certifications import DynamoCertifications
    from ledgerlink.storage.choices import DynamoChoices
    from ledgerlink.storage.flows import DynamoFlows
    from ledgerlink.storage.lists import DynamoLists
    from ledgerlink.storage.mappings import DynamoMappings
    from ledgerlink.storage.organic_settings import DynamoOrganicSettings
    from ledgerlink.storage.realms import DynamoRealms
    from ledgerlink.storage.record_finder import DynamoRecordFinder
    from ledgerlink.storage.records import DynamoRecords
    from ledgerlink.storage.sealing import KmsSealer
    from ledgerlink.storage.secrets import Secret
    from ledgerlink.storage.sync_state import DynamoSyncStates
    from ledgerlink.storage.throttle import DynamoThrottle
    from ledgerlink.storage.unmatched import DynamoUnmatched
    from ledgerlink.storage.watched_tokens import DynamoWatchedTokens
    from ledgerlink.storage.webhook_events import DynamoWebhookEvents
    from ledgerlink.usecases.account_mapping import AccountMapping
    from ledgerlink.usecases.announce_changes import ChangeAnnouncer
    from ledgerlink.usecases.backfill_page import PageCopier
    from ledgerlink.usecases.copy_to_bill import CopyToBill
    from ledgerlink.usecases.find_unmatched import UnmatchedFinder
    from ledgerlink.usecases.judge_stored_records import RecordJudge
    from ledgerlink.usecases.keep_connected import ConnectionTokens
    from ledgerlink.usecases.mail_certifications import CertificationMailer
    from ledgerlink.usecases.plan_backfill import BackfillPlanner
    from ledgerlink.usecases.poll_connection import Poller
    from ledgerlink.usecases.preview_document import DocumentPreviewer
    from ledgerlink.usecases.push_chunk import ChunkOfDocuments
    from ledgerlink.usecases.push_document import DocumentPusher
    from ledgerlink.usecases.read_lists import CompanyLists
    from ledgerlink.usecases.record_push import PushRecorder
    from ledgerlink.usecases.resolve_references import ReferenceResolver
    from ledgerlink.usecases.sku_guard import SkuGuard
    from ledgerlink.usecases.start_backfill import BackfillStarter
    from ledgerlink.usecases.store_changes import RecordStore

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

STORAGE_WORKERS = 8
"""Documents of one chunk whose reads and writes of DynamoDB are under way at the same time."""

_CLIENT_CONFIG = ClientConfig(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}, tcp_keepalive=True
)
# The next run sends what this one cannot: no poll waits for long, and no other company behind it.
_MAIL_CLIENT_CONFIG = _CLIENT_CONFIG.merge(
    ClientConfig(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def new_secret() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def _new_id() -> str:
    return str(uuid.uuid4())


@cache
def wiring() -> "Wiring":
    """The adapters of this environment."""
    return Wiring(Config.from_environment())


@dataclass(frozen=True, slots=True)
class OpenCompany:
    """A connected company, ready to be pushed to."""

    books: "CompanyBooks"
    references: "ReferenceResolver"
    guard: "SkuGuard"


@dataclass(frozen=True, slots=True)
class CompanyInView:
    """A connected company that is only looked at."""

    books: "CompanyBooks"
    lists: "CompanyLists"
    references: "ReferenceResolver"
    accounts: "AccountMapping"


@dataclass(frozen=True, slots=True)
class ListsAndBooks:
    """A connected company whose lists are checked and added to."""

    lists: "CompanyLists"
    books: "CompanyBooks"


class Wiring:
    """All adapters of one stack."""

    def __init__(self, config: Config) -> None:
        self.config = config

    # AWS

    @cached_property
    def connections(self) -> DynamoConnections:
        return DynamoConnections(self._table(self.config.connections_table))

    @cached_property
    def oauth_states(self) -> DynamoOAuthStates:
        return DynamoOAuthStates(self._table(self.config.connections_table))

    @cached_property
    def links(self) -> DynamoLinks:
        return DynamoLinks(self._table(self.config.entity_links_table))

    @cached_property
    def choices(self) -> "DynamoChoices":
        from ledgerlink.storage.choices import DynamoChoices

        return DynamoChoices(self._table(self.config.connections_table))

    @cached_property
    def list_cache(self) -> "DynamoLists":
        from ledgerlink.storage.lists import DynamoLists

        return DynamoLists(self._table(self.config.connections_table))

    @cached_property
    def mappings(self) -> "DynamoMappings":
        from ledgerlink.storage.mappings import DynamoMappings

        return DynamoMappings(self._table(self.config.entity_links_table))

    @cached_property
    def unmatched(self) -> "DynamoUnmatched":
        from ledgerlink.storage.unmatched import DynamoUnmatched

        return DynamoUnmatched(self._table(self.config.entity_links_table), clock)

    @cached_property
    def unmatched_finder(self) -> "UnmatchedFinder":
        from ledgerlink.usecases.find_unmatched import UnmatchedFinder

        return UnmatchedFinder(self.unmatched, self.documents, self.links, clock)

    @cached_property
    def documents(self) -> DynamoDocuments:
        return DynamoDocuments(self._table(self.config.documents_table))

    @cached_property
    def backlogs(self) -> "DynamoBacklogs":
        from ledgerlink.storage.backlogs import DynamoBacklogs

        return DynamoBacklogs(self._table(self.config.documents_table))

    @cached_property
    def activity(self) -> DynamoActivity:
        return DynamoActivity(self._table(self.config.activity_table))

    @cached_property
    def throttle(self) -> "DynamoThrottle":
        from ledgerlink.domain.throttle import Limits
        from ledgerlink.storage.throttle import DynamoThrottle

        chosen = {
            "per_second": self.config.requests_per_second,
            "per_minute": self.config.requests_per_minute,
            "batches_per_minute": self.config.batches_per_minute,
            "reads_per_month": self.config.metered_reads_per_month,
        }
        limits = Limits(**{name: int(value) for name, value in chosen.items() if value})
        return DynamoThrottle(self._table(self.config.throttle_table), limits, clock, time.sleep)

    @cached_property
    def sealer(self) -> "KmsSealer":
        from ledgerlink.storage.sealing import KmsSealer

        return KmsSealer(_client("kms"), self.config.token_key_id)

    @cached_property
    def events(self) -> "EventBus":
        from ledgerlink.messaging.events import EventBus

        return EventBus(_client("events"), self.config.event_bus_name)

    @cached_property
    def executions(self) -> "PushExecutions":
        from ledgerlink.messaging.executions import PushExecutions

        return PushExecutions(_client("stepfunctions"), self.config.push_state_machine_arn)

    @cached_property
    def backlog_executions(self) -> "BacklogExecutions":
        from ledgerlink.messaging.executions import BacklogExecutions

        return BacklogExecutions(_client("stepfunctions"), self.config.push_backlog_state_machine_arn)

    @cached_property
    def host_api_key(self) -> "Secret":
        return self._secret(self.config.host_api_key_secret_arn)

    @cached_property
    def session_tokens(self) -> "SessionTokens":
        from ledgerlink.api.callers import SessionTokens

        return SessionTokens(self._session_secret)

    @cached_property
    def visitors(self) -> "Visitors":
        from ledgerlink.api.visitors import Visitors

        return Visitors(self._session_secret, self.session_tokens, new_secret)

    @cached_property
    def portal(self) -> "Portal":
        """The way into the pages for tenants."""
        from ledgerlink.pages.portal import Portal

        return Portal(self.visitors, self.connections)

    # QuickBooks

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

    def open(self, context: "Context", lease: "Lease") -> OpenCompany:
        """A connected company, ready to be pushed to."""
        from ledgerlink.usecases.sku_guard import SkuGuard

        guard = SkuGuard(self.links, context.connection.key, lease, clock)
        company = self._company(context, guard)
        return OpenCompany(company.books, company.references, guard)

    def look_into(self, context: "Context") -> CompanyInView:
        """A connected company that is only looked at: its guard is never taken."""
        from ledgerlink.domain.links import Lease
        from ledgerlink.usecases.sku_guard import SkuGuard

        return self._company(context, SkuGuard(self.links, context.connection.key, Lease("", clock()), clock))

    def _company(self, context: "Context", guard: "SkuGuard") -> CompanyInView:
        from ledgerlink.usecases.account_mapping import AccountMapping
        from ledgerlink.usecases.resolve_references import ReferenceResolver

        books = self.books_of(context.connection)
        lists = self.lists_of(context.connection, books)
        accounts = AccountMapping(lists, self.connections, books, context.connection, _new_id)
        resolver = ReferenceResolver(
            books=books,
            lists=lists,
            links=self.links,
            unmatched=self.unmatched,
            accounts=accounts,
            documents=self.documents,
            guard=guard,
            context=context,
            new_request_id=_new_id,
        )
        return CompanyInView(books, lists, resolver, accounts)

    def books_of(self, connection: Connection) -> "CompanyBooks":
        """What is asked of a connected company."""
        from ledgerlink.quickbooks.books import CompanyBooks

        return CompanyBooks(*self._readers_of(connection))

    def lists_of(self, connection: Connection, books: "CompanyBooks | None" = None) -> "CompanyLists":
        """A connected company's lists, as they were up to some hours ago; ``books`` are asked where they are open."""
        from ledgerlink.usecases.read_lists import CompanyLists

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

    @cached_property
    def pusher(self) -> "DocumentPusher":
        from ledgerlink.usecases.push_document import DocumentPusher

        return DocumentPusher(
            self.documents, self.connections, self.links, self, self._push_recorder, self._followers, clock
        )

    @cached_property
    def chunk_pusher(self) -> "ChunkOfDocuments":
        from concurrent.futures import ThreadPoolExecutor

        from ledgerlink.usecases.push_chunk import ChunkOfDocuments

        crew = ThreadPoolExecutor(STORAGE_WORKERS)
        return ChunkOfDocuments(
            self.documents, self.connections, self.links, self, self._push_recorder, self._followers, clock, crew.map
        )

    @cached_property
    def previewer(self) -> "DocumentPreviewer":
        from ledgerlink.usecases.preview_document import DocumentPreviewer

        return DocumentPreviewer(self.documents, self.connections, self.links, self, clock)

    @cached_property
    def _push_recorder(self) -> "PushRecorder":
        from ledgerlink.usecases.record_push import PushRecorder

        return PushRecorder(self.documents, self.activity, self.events, clock)

    @cached_property
    def _followers(self) -> "CopyToBill":
        from ledgerlink.usecases.copy_to_bill import CopyToBill

        return CopyToBill(self.documents, self.connections, self.executions, clock)

    # records

    @cached_property
    def records(self) -> "DynamoRecords":
        from ledgerlink.storage.records import DynamoRecords

        return DynamoRecords(self._table(self.config.records_table), clock)

    @cached_property
    def certifications(self) -> "DynamoCertifications":
        from ledgerlink.storage.certifications import DynamoCertifications

        return DynamoCertifications(self._table(self.config.records_table))

    @cached_property
    def organic_settings(self) -> "DynamoOrganicSettings":
        from ledgerlink.storage.organic_settings import DynamoOrganicSettings

        return DynamoOrganicSettings(self._table(self.config.records_table))

    @cached_property
    def judgements(self) -> "JudgementExecutions":
        from ledgerlink.messaging.judgements import JudgementExecutions

        return JudgementExecutions(_client("stepfunctions"), self.config.judge_records_state_machine_arn)

    @cached_property
    def record_store(self) -> "RecordStore":
        """Keeps what is polled."""
        from ledgerlink.quickbooks.json_numbers import dumps
        from ledgerlink.storage.own_writes import DynamoOwnWrites
        from ledgerlink.usecases.store_changes import RecordStore

        own_writes = DynamoOwnWrites(self._table(self.config.entity_links_table))
        return RecordStore(
            self.records,
            self.organic_settings,
            self.certifications,
            own_writes,
            self.judgements,
            self._change_announcer,
            dumps,
        )

    @cached_property
    def record_judge(self) -> "RecordJudge":
        """Judges what is stored."""
        from ledgerlink.usecases.judge_stored_records import RecordJudge

        return RecordJudge(self.records, self.organic_settings, self.certifications, self._change_announcer, clock)

    @cached_property
    def certification_mailer(self) -> "CertificationMailer":
        """Sends the e-mails that are owed at the end of a run."""
        from ledgerlink.storage.owed_mail import DynamoOwedMail
        from ledgerlink.usecases.mail_certifications import CertificationMailer

        return CertificationMailer(
            owed=DynamoOwedMail(self._table(self.config.records_table)),
            certifications=self.certifications,
            records=self.records,
            settings=self.organic_settings,
            mail=self._mail,
            clock=clock,
            new_worker=_new_id,
        )

    # flows, polls and backfills

    @cached_property
    def flows(self) -> "DynamoFlows":
        from ledgerlink.storage.flows import DynamoFlows

        return DynamoFlows(self._table(self.config.sync_table))

    @cached_property
    def sync(self) -> "DynamoSyncStates":
        from ledgerlink.storage.sync_state import DynamoSyncStates

        return DynamoSyncStates(self._table(self.config.sync_table))

    @cached_property
    def backfills(self) -> "DynamoBackfills":
        from ledgerlink.storage.backfills import DynamoBackfills

        return DynamoBackfills(self._table(self.config.sync_table))

    @cached_property
    def webhook_events(self) -> "DynamoWebhookEvents":
        from ledgerlink.storage.webhook_events import DynamoWebhookEvents

        return DynamoWebhookEvents(self._table(self.config.sync_table))

    @cached_property
    def realms(self) -> "DynamoRealms":
        from ledgerlink.storage.realms import DynamoRealms

        return DynamoRealms(self._table(self.config.connections_table))

    @cached_property
    def watched_tokens(self) -> "DynamoWatchedTokens":
        from ledgerlink.storage.watched_tokens import DynamoWatchedTokens

        return DynamoWatchedTokens(self._table(self.config.connections_table))

    @cached_property
    def record_finder(self) -> "DynamoRecordFinder":
        from ledgerlink.storage.record_finder import DynamoRecordFinder

        return DynamoRecordFinder(self.records, clock)

    @cached_property
    def poll_queue(self) -> "PollQueue":
        from ledgerlink.messaging.poll_queue import PollQueue

        return PollQueue(_client("sqs"), self.config.poll_queue_url)

    @cached_property
    def backfill_starter(self) -> "BackfillStarter":
        from ledgerlink.messaging.backfill_executions import BackfillExecutions
        from ledgerlink.usecases.start_backfill import BackfillStarter

        executions = BackfillExecutions(_client("stepfunctions"), self.config.backfill_state_machine_arn)
        return BackfillStarter(self.flows, self.backfills, executions)

    @cached_property
    def poller(self) -> "Poller":
        from ledgerlink.usecases.poll_connection import Poller

        return Poller(
            connections=self.connections,
            flows=self.flows,
            sync=self.sync,
            companies=self,
            records=self.record_store,
            starter=self.backfill_starter,
            choices=self.sync_settings,
            clock=clock,
        )

    @cached_property
    def backfill_planner(self) -> "BackfillPlanner":
        from ledgerlink.usecases.plan_backfill import BackfillPlanner

        return BackfillPlanner(self.connections, self.flows, self.backfills, self, self.events, clock)

    @cached_property
    def page_copier(self) -> "PageCopier":
        from ledgerlink.usecases.backfill_page import PageCopier

        return PageCopier(self.connections, self.flows, self.backfills, self, self.record_store, self.events, clock)

    def history(self, connection: Connection) -> "CompanyHistory":
        """What happened in a connected company."""
        from ledgerlink.quickbooks.history import CompanyHistory

        return CompanyHistory(self.facts(connection))

    def sync_settings(self, connection: Connection) -> "SyncSettings":
        """What was chosen about taking data out of a company."""
        return connection.settings.sync

    def is_from_intuit(self, body: bytes, signature: str | None) -> bool:
        """Whether Intuit signed it; the secret is read again for a signature that does not fit."""
        from ledgerlink.quickbooks.webhooks import is_genuine
        from ledgerlink.storage.verifier_tokens import verifier_tokens

        secret = self._intuit_secret
        return any(
            is_genuine(body, signature, verifier_tokens(values())) for values in (secret.values, secret.refetched)
        )

    def tokens(self, key: ConnectionKey) -> "ConnectionTokens":
        """A connection's tokens, renewed when that is needed."""
        from ledgerlink.usecases.keep_connected import ConnectionTokens

        return ConnectionTokens(
            key=key,
            store=self.connections,
            sealer=self.sealer,
            # A refresh sends no redirect address.
            endpoint=lambda: self.oauth(""),
            events=self.events,
            owner=_new_id(),
            now=clock,
            sleep=time.sleep,
        )

    def link_to(self, entity: EntityInQuickBooks) -> str | None:
        """The page that opens an entity in QuickBooks."""
        from ledgerlink.quickbooks.links import entity_url

        return entity_url(self.hosts.app_url, entity.entity, entity.entity_id, entity.realm_id)

    def base_url(self, gateway_url: str) -> str:
        """Where tenants reach this stack."""
        return self.config.base_url(gateway_url)

    # parts

    @cached_property
    def _change_announcer(self) -> "ChangeAnnouncer":
        from ledgerlink.usecases.announce_changes import ChangeAnnouncer

        sends_mail = bool(self.config.mail_sender)
        return ChangeAnnouncer(self.certifications, self.organic_settings, self.events, sends_mail, clock)

    @cached_property
    def _mail(self) -> "SesMail | None":
        from ledgerlink.messaging.mail import SesMail

        sender = self.config.mail_sender
        return SesMail(_client("sesv2", _MAIL_CLIENT_CONFIG), sender) if sender else None

    @property
    def _pace(self) -> Pace:
        return PACES[self.config.quickbooks_pace]

    @cached_property
    def _sessions(self) -> "list[requests.Session]":
        """One for each call at the same time: they are not made for several threads."""
        from ledgerlink.quickbooks.client import new_session

        return [new_session() for _ in range(self._pace.readers)]

    @cached_property
    def _session_secret(self) -> "Secret":
        return self._secret(self.config.session_secret_arn)

    @cached_property
    def _intuit_secret(self) -> "Secret":
        return self._secret(self.config.intuit_secret_arn)

    def _secret(self, arn: str) -> "Secret":
        from ledgerlink.storage.secrets import Secret

        return Secret(_client("secretsmanager"), arn)

    @staticmethod
    def _table(name: str) -> Table:
        return Table(_client("dynamodb"), name)


@dataclass(frozen=True, slots=True)
class _JustThis:
    """The token of a company that is being connected: there is no other one yet."""

    token: str

    def access_token(self) -> str:
        return self.token

    def replace(self, rejected: str) -> str:  # noqa: ARG002 (there is no other)
        from ledgerlink.errors import QuickBooksUnavailable

        raise QuickBooksUnavailable("QuickBooks does not accept the new connection's token yet.")


@cache
def _client(service: str, config: ClientConfig = _CLIENT_CONFIG) -> Any:
    return boto3.client(service, config=config)  # type: ignore[call-overload]
