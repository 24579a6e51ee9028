"""What every function may reach of AWS: tables, keys, queues, buses, state machines, secrets."""

import secrets
import time
import uuid
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config as ClientConfig

from ledgerlink.config import Config
from ledgerlink.storage.activity import DynamoActivity
from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.documents import DynamoDocuments
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.oauth_states import DynamoOAuthStates
from ledgerlink.storage.table import Table

if TYPE_CHECKING:
    from ledgerlink.messaging.events import EventBus
    from ledgerlink.messaging.executions import BacklogExecutions, PushExecutions
    from ledgerlink.messaging.judgements import JudgementExecutions
    from ledgerlink.messaging.mail import SesMail
    from ledgerlink.messaging.poll_queue import PollQueue
    from ledgerlink.storage.backfills import DynamoBackfills
    from ledgerlink.storage.backlogs import DynamoBacklogs
    from ledgerlink.storage.certifications import DynamoCertifications
    from ledgerlink.storage.choices import DynamoChoices
    from ledgerlink.storage.flows import DynamoFlows
    from ledgerlink.storage.lists import DynamoLists
    from ledgerlink.storage.mappings import DynamoMappings
    from ledgerlink.storage.organic_settings import DynamoOrganicSettings
    from ledgerlink.storage.realms import DynamoRealms
    from ledgerlink.storage.records import DynamoRecords
    from ledgerlink.storage.sealing import KmsSealer
    from ledgerlink.storage.secrets import Secret
    from ledgerlink.storage.sync_state import DynamoSyncStates
    from ledgerlink.storage.throttle import DynamoThrottle
    from ledgerlink.storage.unmatched import DynamoUnmatched
    from ledgerlink.storage.watched_tokens import DynamoWatchedTokens
    from ledgerlink.storage.webhook_events import DynamoWebhookEvents

_CLIENT_CONFIG = ClientConfig(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}, tcp_keepalive=True
)
_MAIL_CLIENT_CONFIG = _CLIENT_CONFIG.merge(
    ClientConfig(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def new_secret() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """An id that nobody has used."""
    return str(uuid.uuid4())


class Aws:
    """The adapters of AWS."""

    def __init__(self, config: Config) -> None:
        self.config = config

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

        return KmsSealer(client("kms"), self.config.token_key_id)

    @cached_property
    def events(self) -> "EventBus":
        from ledgerlink.messaging.events import EventBus

        return EventBus(client("events"), self.config.event_bus_name)

    @cached_property
    def executions(self) -> "PushExecutions":
        from ledgerlink.messaging.executions import PushExecutions

        return PushExecutions(client("stepfunctions"), self.config.push_state_machine_arn)

    @cached_property
    def backlog_executions(self) -> "BacklogExecutions":
        from ledgerlink.messaging.executions import BacklogExecutions

        return BacklogExecutions(client("stepfunctions"), self.config.push_backlog_state_machine_arn)

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

        return JudgementExecutions(client("stepfunctions"), self.config.judge_records_state_machine_arn)

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
    def poll_queue(self) -> "PollQueue":
        from ledgerlink.messaging.poll_queue import PollQueue

        return PollQueue(client("sqs"), self.config.poll_queue_url)

    @cached_property
    def _mail(self) -> "SesMail | None":
        from ledgerlink.messaging.mail import SesMail

        sender = self.config.mail_sender
        return SesMail(client("sesv2", _MAIL_CLIENT_CONFIG), sender) if sender else None

    def _secret(self, arn: str) -> "Secret":
        from ledgerlink.storage.secrets import Secret

        return Secret(client("secretsmanager"), arn)

    @staticmethod
    def _table(name: str) -> Table:
        return Table(client("dynamodb"), name)


@cache
def client(service: str, config: ClientConfig = _CLIENT_CONFIG) -> Any:
    return boto3.client(service, config=config)  # type: ignore[call-overload]
