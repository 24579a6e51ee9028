"""Eight workers with an expired token, the real store and the real seal."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3

from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.sealing import KmsSealer
from ledgerlink.storage.table import Table
from ledgerlink.usecases.connections.keep_connected import ConnectionTokens, seal_tokens
from tests.template import REGION
from tests.unit.fakes import FakeEvents, FakeIntuit
from tests.unit.orders import CONNECTION_KEY, NOW, tokens


def test_eight_workers_refresh_one_connection_at_once_and_intuit_is_asked_once(
    table: Callable[[str], Table], race: Any
) -> None:
    later = NOW + timedelta(hours=2)
    kms = boto3.client("kms", region_name=REGION)
    sealer = KmsSealer(kms, kms.create_key()["KeyMetadata"]["Arn"])
    store, events = DynamoConnections(table("ConnectionsTable")), FakeEvents()
    intuit = FakeIntuit(lambda number: tokens(number, later))
    store.establish(CONNECTION_KEY, seal_tokens(sealer, CONNECTION_KEY, tokens(), 1), NOW)
    stored = threading.Event()

    def until_stored(seconds: float) -> None:
        stored.wait(30)

    def worker(number: int) -> str:
        token = ConnectionTokens(
            key=CONNECTION_KEY,
            store=store,
            sealer=sealer,
            endpoint=lambda: intuit,
            events=events,
            owner=str(number),
            now=lambda: later,
            sleep=until_stored,
        ).access_token()
        stored.set()
        return token

    got = race(worker)

    assert got == [tokens(2).access_token] * 8
    assert intuit.refreshed_with == [tokens(1).refresh_token]
    assert events.published == []
