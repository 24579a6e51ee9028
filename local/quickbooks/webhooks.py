"""Webhooks: what changed in which company, posted to each app's endpoint.

The body is an array of CloudEvents, or until 2026 an object of notifications; both are signed alike: header
``intuit-signature`` is the base64 of the body's HMAC-SHA256 under the app's verifier token.
https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks
"""

import base64
import hashlib
import hmac
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from local.quickbooks.clock import Clock
from local.quickbooks.companies import Change
from local.quickbooks.jsontext import dumps
from local.quickbooks.oauth import OAuth
from local.quickbooks.posting import post
from local.quickbooks.switches import Switches
from local.quickbooks.webhook_bodies import NOTIFIED, body_of

DEFAULT_VERIFIER = "ledgerlink-local-verifier"
_MOST_EVENTS = 100
_KEPT = 500


@dataclass
class Endpoint:
    """Where one app wants to hear of what."""

    client_id: str
    url: str
    entities: list[str] = field(default_factory=list)  # none: every entity
    verifier_token: str = DEFAULT_VERIFIER

    def wants(self, change: Change) -> bool:
        """Say whether a change is of an entity that was chosen."""
        return change.entity in (self.entities or NOTIFIED)


@dataclass
class Delivery:
    """One post, with what became of it."""

    id: str
    client_id: str
    url: str
    content_type: str
    body: bytes
    signature: str | None
    realm_ids: list[str]
    events: int
    due: float
    attempts: int = 0
    status: int | None = None
    error: str | None = None
    state: str = "pending"  # pending, delivered or given up

    def shown(self) -> dict[str, Any]:
        """Return the delivery as the control API shows it."""
        return {
            "id": self.id,
            "client_id": self.client_id,
            "url": self.url,
            "realm_ids": self.realm_ids,
            "events": self.events,
            "attempts": self.attempts,
            "status": self.status,
            "error": self.error,
            "state": self.state,
            "body": self.body.decode("utf-8", "replace"),
        }


class Webhooks:
    """Collects changes and posts them from a thread of its own, which starts with the first endpoint."""

    def __init__(self, clock: Clock, switches: Switches, oauth: OAuth, closing: threading.Event) -> None:
        self._clock = clock
        self._switches = switches
        self._oauth = oauth
        self._closing = closing
        self._changed = threading.Condition()
        self._endpoints: dict[str, Endpoint] = {}
        self._waiting: list[tuple[float, str, Change]] = []
        self._pending: list[Delivery] = []
        self._deliveries: deque[Delivery] = deque(maxlen=_KEPT)
        self._thread: threading.Thread | None = None
        self._count = 0
        self._posting = 0
        self.changes = 0

    def configure(self, endpoint: Endpoint) -> None:
        """Set an app's endpoint, in place of the one it had."""
        with self._changed:
            self._endpoints[endpoint.client_id] = endpoint
            self.changes += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="quickbooks-webhooks", daemon=True)
                self._thread.start()

    def endpoint(self, client_id: str) -> Endpoint | None:
        """Return an app's endpoint."""
        return self._endpoints.get(client_id)

    def endpoints(self) -> list[Endpoint]:
        """Return every endpoint."""
        with self._changed:
            return list(self._endpoints.values())

    def clear(self, client_id: str | None = None) -> None:
        """Forget one app's endpoint, or every endpoint with all that is under way."""
        with self._changed:
            self.changes += 1
            if client_id is not None:
                self._endpoints.pop(client_id, None)
                return
            self._endpoints.clear()
            self._waiting.clear()
            self._pending.clear()
            self._deliveries.clear()

    def note(self, change: Change) -> None:
        """Take note of a change; it is posted with others of the next milliseconds."""
        if not self._endpoints or self._switches.webhooks_lost or change.entity not in NOTIFIED:
            return
        with self._changed:
            now = time.monotonic()
            self._waiting += [
                (now, endpoint.client_id, change) for endpoint in self._endpoints.values() if endpoint.wants(change)
            ]
            self._changed.notify_all()

    def deliveries(self, last: int) -> dict[str, Any]:
        """Return the last deliveries, newest last, and how much is still to come."""
        with self._changed:
            shown = list(self._deliveries)[-last:] if last > 0 else []
            return {
                "waiting": len(self._waiting),
                "pending": len(self._pending),
                "deliveries": [delivery.shown() for delivery in shown],
            }

    def flush(self, seconds: float) -> bool:
        """Wait until everything was posted at least once, and say whether that was in time."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._waiting or self._posting or any(not delivery.attempts for delivery in self._pending):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.02))
            return True

    def resend(self, ids: Iterable[str] | None, last: int) -> list[str]:
        """Post deliveries again as they were, and return their ids."""
        with self._changed:
            known = list(self._deliveries)
            wanted = known[-last:] if ids is None else [delivery for delivery in known if delivery.id in set(ids)]
            for delivery in wanted:
                self._enqueue(delivery.client_id, delivery.url, delivery, delivery.realm_ids, delivery.events)
            self._changed.notify_all()
            return [delivery.id for delivery in wanted]

    def send_now(
        self, endpoint: Endpoint, changes: list[Change], kind: str, body: Any, signature: str | None
    ) -> dict[str, Any]:
        """Post something made up, once; ``signature`` None is the right one, "" leaves the header out."""
        content_type, made = self._body(endpoint, changes, kind)
        payload = made if body is None else (body if isinstance(body, str) else dumps(body)).encode()
        right = sign(endpoint.verifier_token, payload)
        status, error = post(
            endpoint.url, payload, self._headers(content_type, right if signature is None else signature), self._timeout
        )
        return {"status": status, "error": error, "body": payload.decode("utf-8", "replace")}

    def dump(self) -> list[dict[str, Any]]:
        """Return the endpoints for the state file."""
        return [vars(endpoint) for endpoint in self.endpoints()]

    @property
    def _timeout(self) -> float:
        return self._switches.webhook_timeout_ms / 1000

    def _run(self) -> None:
        while not self._closing.is_set():
            with self._changed:
                self._collect()
                delivery = self._next_due()
                if delivery is None:
                    self._changed.wait(0.02 if self._waiting or self._pending else 0.2)
                    continue
                self._pending.remove(delivery)
                self._posting += 1
            self._post(delivery)
            with self._changed:
                self._posting -= 1
                self._changed.notify_all()

    def _collect(self) -> None:
        """Put changes that have waited long enough into posts, one app at a time and several companies in one."""
        if self._switches.webhooks_paused or not self._waiting:
            return
        if time.monotonic() - self._waiting[0][0] < self._switches.webhook_batch_ms / 1000:
            return
        waiting, self._waiting = self._waiting, []
        connected = {(grant["client_id"], grant["realm_id"]) for grant in self._oauth.grants() if not grant["revoked"]}
        for client_id, endpoint in self._endpoints.items():
            changes = [
                change for _, name, change in waiting if name == client_id and (name, change.realm_id) in connected
            ]
            if self._switches.webhooks_out_of_order:
                changes.reverse()
            for first in range(0, len(changes), _MOST_EVENTS):
                part = changes[first : first + _MOST_EVENTS]
                content_type, body = self._body(endpoint, part, self._switches.webhook_format)
                made = Delivery("", client_id, "", content_type, body, sign(endpoint.verifier_token, body), [], 0, 0.0)
                realm_ids = list(dict.fromkeys(change.realm_id for change in part))
                for _ in range(2 if self._switches.webhooks_twice else 1):
                    self._enqueue(client_id, endpoint.url, made, realm_ids, len(part))

    def _enqueue(self, client_id: str, url: str, made: Delivery, realm_ids: list[str], events: int) -> None:
        self._count += 1
        delivery = Delivery(
            f"w{self._count}", client_id, url, made.content_type, made.body, made.signature, realm_ids, events, 0.0
        )
        self._pending.append(delivery)
        self._deliveries.append(delivery)

    def _next_due(self) -> Delivery | None:
        now = time.monotonic()
        return next((delivery for delivery in self._pending if delivery.due <= now), None)

    def _post(self, delivery: Delivery) -> None:
        status, error = post(
            delivery.url, delivery.body, self._headers(delivery.content_type, delivery.signature), self._timeout
        )
        with self._changed:
            delivery.attempts += 1
            delivery.status, delivery.error = status, error
            if status is not None and 200 <= status < 300:
                delivery.state = "delivered"
            elif delivery.attempts >= self._switches.webhook_attempts or delivery.client_id not in self._endpoints:
                delivery.state = "given up"
            else:
                # Twice as long after each failure.
                pause = self._switches.webhook_retry_ms * 2 ** (delivery.attempts - 1)
                delivery.due = time.monotonic() + pause / 1000
                self._pending.append(delivery)

    def _body(self, endpoint: Endpoint, changes: list[Change], kind: str) -> tuple[str, bytes]:
        content_type, content = body_of(endpoint.client_id, changes, kind, self._switches.webhook_content_type)
        return content_type, dumps(content).encode()

    def _headers(self, content_type: str, signature: str | None) -> dict[str, str]:
        headers = {
            "Content-Type": content_type,
            "User-Agent": "intuit_notification_server/1.0",
            "intuit-created-time": self._clock.now().isoformat(),
            "intuit-t-id": str(uuid.uuid4()),
        }
        return {**headers, "intuit-signature": signature} if signature else headers


def sign(verifier_token: str, body: bytes) -> str:
    """Return the signature of a body."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()
