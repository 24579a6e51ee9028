"""The functions' own wiring in this process: AWS is moto, QuickBooks the simulator in a process of its own."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from bench.client.books import Books, running
from bench.inbound.front_door import front_door
from bench.inbound.meter import Meter
from ledgerlink.config import Config
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.sync_state import PollRequest
from ledgerlink.domain.tokens import Tokens
from ledgerlink.usecases.connections.keep_connected import seal_tokens
from ledgerlink.usecases.sync.change_flow import change_flow
from ledgerlink.usecases.sync.poll_connection import Polled
from ledgerlink.wiring import Wiring, clock
from tests.integration.api.stack import forget_adapters
from tests.template import REGION, Resources, function_environment, make_resources

LEASE, BUDGET = timedelta(minutes=3), timedelta(minutes=2)
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
}

_INTUIT_APP = {"client_id": "ledgerlink-local", "client_secret": "ledgerlink-local-secret"}


@dataclass(frozen=True, slots=True)
class InMemory:
    """One stack without Lambda, queues' workers and state machines: whoever uses it calls the use cases."""

    wired: Wiring
    books: Books
    meter: Meter
    page_worker_environment: dict[str, str]
    """With which a process of its own works on the same tables."""

    def connect(self, tenant_id: str, realm_id: str, **sides: str) -> ConnectionKey:
        """A tenant that connects the company, with a flow that is switched on."""
        wired, now, key = self.wired, clock(), ConnectionKey(tenant_id, realm_id)
        wired.connections.remember_tenant(tenant_id, now)
        given = self.books.tokens(realm_id)
        tokens = Tokens(
            access_token=given["access_token"],
            refresh_token=given["refresh_token"],
            access_expires_at=now + timedelta(seconds=given["expires_in"]),
            refresh_expires_at=now + timedelta(days=100),
            hard_expires_at=None,
        )
        wired.connections.establish(key, seal_tokens(wired.sealer, key, tokens, 1), now)
        content = {"input": "bench", "output": "bench", **sides}
        change_flow(
            *(wired.connections, wired.flows, wired.sync, wired.backfill_starter, wired.sync_settings),
            *(tenant_id, "bench", content, now),
        )
        return key

    def poll(self, key: ConnectionKey) -> Polled:
        """What the function does with one message."""
        return self.wired.poller.poll(PollRequest(key, clock()), "bench", LEASE, BUDGET)


@contextmanager
def in_memory() -> Iterator[InMemory]:
    """Start it, and end it."""
    with _own_settings(), running(latency_ms=0) as books, mock_aws(), front_door() as endpoint:
        made = make_resources({"IntuitSecret": json.dumps(_INTUIT_APP)})
        parameters = {"IntuitBaseUrl": books.url}
        meter = Meter()
        forget_adapters()
        worker = function_environment("backfill_page", made, parameters)
        environment = {**worker, **_CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}
        try:
            yield InMemory(Wiring(Config.from_environment(_environment(made, parameters))), books, meter, environment)
        finally:
            forget_adapters()


def _environment(made: Resources, parameters: dict[str, str]) -> dict[str, str]:
    """One for the several functions whose work is done here."""
    functions = ("start_polls", "poll_connection", "backfill_page")
    found: dict[str, str] = {}
    for function in functions:
        found |= function_environment(function, made, parameters)
    return found


@contextmanager
def _own_settings() -> Iterator[None]:
    """The developer's own AWS settings do not reach it."""
    kept: dict[str, Any] = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with patch.dict(os.environ, {**kept, **_CREDENTIALS}, clear=True):
        yield
