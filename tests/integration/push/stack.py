"""The way of a document from the host to QuickBooks in one process: the real wiring on moto, against the simulator."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import requests

from ledgerlink.domain.activity import Activity, ActivityFilter
from ledgerlink.domain.attempts import Attempt, Ended, Trigger
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.documents import Document
from ledgerlink.domain.history import Actor
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.tokens import Tokens
from ledgerlink.errors import SyncError
from ledgerlink.storage import keys
from ledgerlink.usecases.connections.describe_company import describe_company
from ledgerlink.usecases.connections.keep_connected import seal_tokens
from ledgerlink.usecases.documents.send_document import send_document
from ledgerlink.usecases.documents.settle_push import settle_push
from ledgerlink.usecases.documents.store_document import store_document
from ledgerlink.usecases.mappings.change_mapping import delete_mapping, put_mapping
from ledgerlink.usecases.push.push_document import PushTask
from ledgerlink.usecases.settings.change_instance import put_instance
from ledgerlink.usecases.settings.change_settings import change_settings
from ledgerlink.wiring import Wiring
from tests.template import REGION

LEASE = timedelta(minutes=2)
BY = Actor("host")
FEW = {"vendors": 2, "customers": 2, "items": 2, "employees": 1, "purchase_orders": 0}
"""So much is in a company unless a test wants another number."""

type Entity = dict[str, Any]


@dataclass
class Starts:
    """Stands in for the state machine: keeps what is started until it is run, each attempt once."""

    waiting: list[tuple[Attempt, Trigger]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def start(self, attempt: Attempt, trigger: Trigger) -> None:
        if attempt.execution_name not in self.seen:
            self.seen.add(attempt.execution_name)
            self.waiting.append((attempt, trigger))


class Books:
    """A company in the simulator, as its bookkeeper sees and changes it."""

    def __init__(self, url: str, realm_id: str) -> None:
        self.url = url
        self.realm_id = realm_id

    def control(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(method, f"{self.url}/simulator/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text, parse_float=Decimal)

    def entities(self, kind: str) -> list[Entity]:
        """All of a kind, in the order of their creation."""
        shown = self.control("GET", f"companies/{self.realm_id}/entities/{kind}")[kind]
        rows = [json.loads(row, parse_float=Decimal) if isinstance(row, str) else row for row in shown]
        return sorted(rows, key=lambda row: int(row["Id"]) if row["Id"].isdecimal() else 0)

    def read(self, kind: str, entity_id: str) -> Entity:
        return next(row for row in self.entities(kind) if row["Id"] == entity_id)

    def the(self, kind: str, **having: Any) -> Entity:
        """The only one with these values."""
        (found,) = (row for row in self.entities(kind) if having.items() <= row.items())
        return found

    def create(self, kind: str, **body: Any) -> Entity:
        made = self.control("POST", f"companies/{self.realm_id}/entities/{kind}", **body)
        return json.loads(made, parse_float=Decimal) if isinstance(made, str) else made

    def change(self, kind: str, entity_id: str, **changes: Any) -> None:
        self.control("PATCH", f"companies/{self.realm_id}/entities/{kind}/{entity_id}", **changes)

    def delete(self, kind: str, entity_id: str) -> None:
        self.control("DELETE", f"companies/{self.realm_id}/entities/{kind}/{entity_id}")

    def merge(self, kind: str, gone: str, into: str) -> None:
        self.control("POST", f"companies/{self.realm_id}/merge", entity=kind, **{"from": gone, "into": into})

    def prefer(self, **preferences: Any) -> None:
        self.control("PATCH", f"companies/{self.realm_id}", preferences=preferences)

    def fail(self, then: dict[str, Any], *, times: int | None = 1, **match: str) -> None:
        self.control("POST", "faults", match={"realm_id": self.realm_id, **match}, then=then, times=times)

    def calls(self) -> dict[str, int]:
        """What was called so far, by kind."""
        counted: dict[str, int] = self.control("GET", f"stats?realm_id={self.realm_id}")["by_kind"]
        return counted

    def called_by(self, action: Callable[[], object]) -> dict[str, int]:
        """The calls that an action makes, by kind."""
        before = self.calls()
        action()
        return {kind: new for kind, count in self.calls().items() if (new := count - before.get(kind, 0))}


class Host:
    """A tenant of the host, connected to one company; each push has ended when a call returns."""

    def __init__(self, wired: Wiring, starts: Starts, tenant_id: str, books: Books) -> None:
        self.wired, self.starts = wired, starts
        self.tenant_id, self.books = tenant_id, books
        self.connection = ConnectionKey(tenant_id, books.realm_id)

    def put(self, kind: str, document_id: str, content: dict[str, Any]) -> Document:
        """The host sends a document. Raises InvalidRequest."""
        wired, now = self.wired, datetime.now(UTC)
        received = json.loads(json.dumps(content), parse_float=Decimal)
        store_document(wired.documents, wired.connections, self.starts, self._key(kind, document_id), received, now)
        self._push()
        return self.document(kind, document_id)

    def send(self, kind: str, document_id: str) -> Document:
        """A person presses 'Send to QuickBooks'."""
        wired, now = self.wired, datetime.now(UTC)
        send_document(wired.documents, wired.connections, self.starts, self._key(kind, document_id), now)
        self._push()
        return self.document(kind, document_id)

    def document(self, kind: str, document_id: str) -> Document:
        found = self.wired.documents.get(self._key(kind, document_id))
        assert found is not None
        return found

    def became(self, kind: str, document_id: str) -> Entity:
        """What the document is in QuickBooks now."""
        document = self.document(kind, document_id)
        assert document.quickbooks is not None, document.last_error
        assert document.status == "synced", document.last_error
        return self.books.read(document.quickbooks.entity, document.quickbooks.entity_id)

    def notes(self, kind: str, document_id: str) -> str:
        """What the activity says of the last push that succeeded."""
        return next(entry.summary for entry in self.activity(kind, document_id) if entry.outcome == "succeeded")

    def activity(self, kind: str, document_id: str) -> list[Activity]:
        """Newest first."""
        wanted = ActivityFilter(kind, document_id)
        entries, _ = self.wired.activity.page(self.tenant_id, wanted, limit=50, after=None, now=datetime.now(UTC))
        return entries

    def choose(self, **patch: Any) -> None:
        """The tenant changes its settings."""
        wired = self.wired
        now = datetime.now(UTC)
        change_settings(
            wired.connections,
            wired.choices,
            wired.lists_and_books_of,
            self.tenant_id,
            self.connection.connection_id,
            patch,
            BY,
            now,
            new_request_id=lambda: f"settings-{now.timestamp()}",
        )

    def instance(self, instance_id: str, **choice: Any) -> None:
        """The tenant chooses what an instance does."""
        content = {"connection": self.connection.connection_id, **choice}
        now = datetime.now(UTC)
        put_instance(self.wired.connections, self.wired.choices, self.tenant_id, instance_id, content, BY, now)

    def match(self, kind: str, host_id: str, quickbooks_id: str) -> None:
        """A person matches something of the host with an entry in QuickBooks."""
        wired, key = self.wired, self.connection
        content = {"quickbooks_id": quickbooks_id}
        where = (key.tenant_id, key.connection_id, kind, host_id)
        kept = (wired.connections, wired.mappings, wired.documents, wired.unmatched)
        put_mapping(*kept, wired.books_of, *where, content, BY, datetime.now(UTC))

    def unmatch(self, kind: str, host_id: str) -> None:
        """A person takes a match back, also one that was found by itself."""
        wired, key = self.wired, self.connection
        where = (key.tenant_id, key.connection_id, kind, host_id)
        delete_mapping(wired.connections, wired.mappings, *where, datetime.now(UTC))

    def account(self, name: str) -> str:
        """The id of an account of the chart."""
        return str(self.books.the("Account", Name=name)["Id"])

    def look_again(self) -> None:
        """QuickBooks is asked what the company has turned on, as it is once a day."""
        (connection,) = self.wired.connections.of_tenant(self.tenant_id)
        describe_company(self.wired.connections, connection, self.wired.facts(connection), datetime.now(UTC))

    def age_description(self) -> None:
        """What QuickBooks said of the company is half an hour old."""
        (connection,) = self.wired.connections.of_tenant(self.tenant_id)
        then = datetime.now(UTC) - timedelta(minutes=30)
        self.wired.connections.describe(replace(connection, described_at=then))

    def forget_link(self, kind: str, document_id: str) -> None:
        """Our memory of what the document became is lost, as after a restore of the tables."""
        key = LinkKey(self.tenant_id, self.connection.connection_id, kind, document_id)
        pk, sk = keys.link(key)
        client = boto3.client("dynamodb", region_name=REGION)
        client.delete_item(TableName=self.wired.config.entity_links_table, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def _key(self, kind: str, document_id: str) -> DocumentKey:
        return DocumentKey(self.tenant_id, kind, document_id)

    def _push(self) -> None:
        """Run what was started, and what that starts, as the state machine does with no retries left."""
        while self.starts.waiting:
            attempt, trigger = self.starts.waiting.pop(0)
            name = attempt.execution_name
            try:
                self.wired.pusher.push(PushTask(attempt, trigger, name, 0, 1, f"worker of {name}"), LEASE)
            except SyncError as error:
                now = datetime.now(UTC)
                ended = Ended(attempt, trigger, name, "FAILED", type(error).__name__, now, 0)
                settle_push(self.wired.documents, self.wired.activity, self.wired.events, ended, now)


class Stack:
    """One deployed stack, and tenants that connect companies of their own."""

    def __init__(self, wired: Wiring, url: str) -> None:
        self.wired = wired
        self.url = url
        self.starts = Starts()
        self._numbers = itertools.count(1)
        # The state machine is tested elsewhere; a cached property takes what is put in its place.
        vars(wired)["executions"] = self.starts

    def connect(self, *, counts: dict[str, int] | None = None, **company: Any) -> Host:
        """A tenant with a new company of this plan, country, currency and these preferences."""
        tenant_id = f"tenant-{next(self._numbers)}"
        wishes = {"name": f"Books of {tenant_id}", "plan": "Plus", "counts": FEW | (counts or {}), **company}
        books = Books(self.url, Books(self.url, "").control("POST", "companies", **wishes)["realm_id"])
        host = Host(self.wired, self.starts, tenant_id, books)
        now = datetime.now(UTC)
        self.wired.connections.remember_tenant(tenant_id, now)
        given = books.control("POST", "tokens", realm_id=books.realm_id)
        tokens = Tokens(
            access_token=given["access_token"],
            refresh_token=given["refresh_token"],
            access_expires_at=now + timedelta(seconds=given["expires_in"]),
            refresh_expires_at=now + timedelta(days=100),
            hard_expires_at=None,
        )
        sealed = seal_tokens(self.wired.sealer, host.connection, tokens, 1)
        self.wired.connections.establish(host.connection, sealed, now)
        host.look_again()
        return host
