"""Connections by the time of their daily run."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus, SealedTokens
from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.settings import Settings
from ledgerlink.storage.choices import DynamoChoices
from ledgerlink.storage.connections import DAILY_SHARDS, DynamoConnections
from ledgerlink.storage.table import Table
from tests.unit.fakes_backlog import FakeDailyConnections
from tests.unit.orders import NOW, REALM, TENANT

TOKENS = SealedTokens(ConnectionStatus.CONNECTED, 1, b"access", b"refresh", NOW, NOW, None)
KEY = ConnectionKey(TENANT, REALM)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(params=["table", "fake"])
def connections(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeDailyConnections()
    return DynamoConnections(request.getfixturevalue("table")("ConnectionsTable"))


def connected(connections: Any, *keys: ConnectionKey) -> None:
    for key in keys:
        connections.establish(key, TOKENS, NOW)


def test_a_connection_is_due_from_its_time_on(connections: Any) -> None:
    connected(connections, KEY)

    set_ = connections.schedule_daily(KEY, NOW)

    assert set_
    assert list(connections.daily_due(NOW - timedelta(microseconds=1), 10)) == []
    assert list(connections.daily_due(NOW, 10)) == [(KEY, NOW)]


def test_a_connection_without_a_daily_run_is_never_due(connections: Any) -> None:
    connected(connections, KEY)

    assert list(connections.daily_due(TOMORROW, 10)) == []


def test_a_run_that_was_started_moves_on(connections: Any) -> None:
    connected(connections, KEY)
    connections.schedule_daily(KEY, NOW)

    moved = connections.schedule_daily(KEY, TOMORROW, replaced=NOW)

    assert moved
    assert list(connections.daily_due(NOW, 10)) == []
    assert list(connections.daily_due(TOMORROW, 10)) == [(KEY, TOMORROW)]


@pytest.mark.parametrize("due", [TOMORROW, None])
def test_a_run_whose_time_was_changed_meanwhile_does_not_move(connections: Any, due: Any) -> None:
    connected(connections, KEY)
    elsewhere = NOW + timedelta(hours=5)
    connections.schedule_daily(KEY, elsewhere)

    moved = connections.schedule_daily(KEY, due, replaced=NOW)

    assert not moved
    assert list(connections.daily_due(TOMORROW, 10)) == [(KEY, elsewhere)]


@pytest.mark.parametrize("replaced", [NOW, None])
def test_a_connection_that_is_no_longer_sent_to_once_a_day_is_not_due(connections: Any, replaced: Any) -> None:
    connected(connections, KEY)
    connections.schedule_daily(KEY, NOW)

    connections.schedule_daily(KEY, None, replaced=replaced)

    assert list(connections.daily_due(TOMORROW, 10)) == []


def test_a_connection_that_is_not_there_is_not_made(connections: Any) -> None:
    assert not connections.schedule_daily(KEY, NOW)
    assert not connections.schedule_daily(KEY, None)
    assert list(connections.daily_due(NOW, 10)) == []


def test_connecting_again_keeps_the_time(connections: Any) -> None:
    connected(connections, KEY)
    connections.schedule_daily(KEY, NOW)

    connected(connections, KEY)

    assert list(connections.daily_due(NOW, 10)) == [(KEY, NOW)]


def test_connections_of_all_tenants_are_found_and_not_more_than_asked_for(connections: Any) -> None:
    keys = [ConnectionKey(f"tenant-{number}", f"93414542739{number:02}") for number in range(3 * DAILY_SHARDS)]
    connected(connections, *keys)
    for key in keys:
        connections.schedule_daily(key, NOW)

    assert {key for key, _ in connections.daily_due(NOW, 100)} == set(keys)
    assert len(list(connections.daily_due(NOW, 5))) == 5


def test_a_shard_with_many_keeps_no_other_waiting(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    # The same digits in another order are in the same shard.
    crowd = [ConnectionKey("a", number) for number in ("1237", "2137", "3127", "7123", "1327", "2317")]
    alone = ConnectionKey("b", "1238")
    connected(connections, *crowd, alone)
    for key in (*crowd, alone):
        connections.schedule_daily(key, NOW)

    assert alone in [key for key, _ in connections.daily_due(NOW, 2)]


# with the settings


DAILY = Settings.model_validate({"mode": "daily", "daily_at": "17:30"})
FROM_REALTIME = Change("mode", "realtime", "daily")


def changed(table: Table, settings: Settings, change: Change, version: int = 0, minutes: int = 0) -> bool:
    entry = HistoryEntry(NOW + timedelta(minutes=minutes), Actor("host"), [change])
    return DynamoChoices(table).change_settings(KEY, settings, version, entry)


def test_settings_and_the_time_of_the_next_run_are_written_together(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connected(connections, KEY)

    changed(table("ConnectionsTable"), DAILY, FROM_REALTIME)

    assert list(connections.daily_due(TOMORROW, 10)) == [(KEY, NOW.replace(hour=17))]


def test_settings_that_somebody_else_changed_leave_the_time_as_it_is(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connected(connections, KEY)
    changed(table("ConnectionsTable"), DAILY, FROM_REALTIME)

    late = changed(table("ConnectionsTable"), Settings(), Change("mode", "daily", "manual"), version=0, minutes=1)

    assert not late
    assert len(list(connections.daily_due(TOMORROW, 10))) == 1


def test_other_settings_do_not_put_off_a_run_that_is_due(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connected(connections, KEY)
    changed(table("ConnectionsTable"), DAILY, FROM_REALTIME)

    stored = changed(
        table("ConnectionsTable"), DAILY, Change("auto_invoice", True, False), version=1, minutes=8 * 60 + 5
    )

    assert stored
    assert list(connections.daily_due(TOMORROW, 10)) == [(KEY, NOW.replace(hour=17))]


def test_a_connection_that_is_switched_off_has_no_run(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connected(connections, KEY)
    changed(table("ConnectionsTable"), DAILY, FROM_REALTIME)

    off = DAILY.model_copy(update={"enabled": False})
    stored = changed(table("ConnectionsTable"), off, Change("enabled", True, False), version=1, minutes=1)

    assert stored
    assert list(connections.daily_due(TOMORROW, 10)) == []


def test_a_connection_that_is_switched_on_again_under_realtime_has_a_last_run(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connected(connections, KEY)
    changed(table("ConnectionsTable"), DAILY, FROM_REALTIME)
    off = Settings.model_validate({"mode": "realtime", "enabled": False})
    changed(table("ConnectionsTable"), off, Change("enabled", True, False), version=1, minutes=1)

    changed(table("ConnectionsTable"), Settings(), Change("enabled", False, True), version=2, minutes=2)

    assert list(connections.daily_due(TOMORROW, 10)) == [(KEY, NOW + timedelta(minutes=2))]
