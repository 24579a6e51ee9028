"""Tenants, connections, tokens and OAuth states in their table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus, Features, SealedTokens
from ledgerlink.domain.roles import Role
from ledgerlink.domain.tenants import TenantFacts
from ledgerlink.errors import NotFound, RealmTaken
from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.oauth_states import DynamoOAuthStates
from ledgerlink.storage.table import Table
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT, connection

UNTIL = NOW + timedelta(seconds=60)
KEY = CONNECTION_KEY
FEES = {"fees": "80"}
ENDS_AT = NOW + timedelta(days=100)
"""Of a refresh token that was given out now."""


def sealed(number: int = 1, version: int = 1) -> SealedTokens:
    return SealedTokens(
        status=ConnectionStatus.CONNECTED,
        version=version,
        access=f"access {number}".encode(),
        refresh=f"refresh {number}".encode(),
        access_expires_at=NOW + timedelta(hours=1),
        refresh_expires_at=NOW + timedelta(days=100),
        hard_expires_at=None if number == 1 else NOW + timedelta(days=1800),
    )


@pytest.fixture
def connected(connections: Any) -> Any:
    connections.establish(KEY, sealed(), NOW)
    connections.remember_tenant(TENANT, NOW)
    connections.describe(connection(found_accounts={}))
    return connections


def test_a_tenant_nobody_told_us_of_is_not_found(connections: Any) -> None:
    with pytest.raises(NotFound) as refusal:
        connections.of_tenant(TENANT)

    assert refusal.value.code == "unknown_tenant"


def test_a_tenant_is_known_from_its_first_session_on(connections: Any) -> None:
    connections.remember_tenant(TENANT, NOW)
    connections.remember_tenant(TENANT, NOW + timedelta(days=1))

    assert list(connections.of_tenant(TENANT)) == []


def test_a_connection_and_its_tokens_are_read_back(connected: Any) -> None:
    assert list(connected.of_tenant(TENANT)) == [connection(found_accounts={}, ends_at=ENDS_AT)]
    assert connected.read(KEY) == sealed()


def test_a_connection_that_is_not_there_has_no_tokens_and_no_lease(connections: Any) -> None:
    assert connections.read(KEY) is None
    assert connections.lease(KEY, "a", UNTIL, NOW) is None


def test_callback_for_a_realm_already_bound_to_another_tenant_changes_nothing(connected: Any) -> None:
    connected.remember_tenant("globex", NOW)

    with pytest.raises(RealmTaken):
        connected.establish(ConnectionKey("globex", REALM), sealed(2), NOW)

    assert list(connected.of_tenant("globex")) == []
    assert connected.read(KEY) == sealed()


def test_reconnecting_renews_the_tokens_and_keeps_what_is_known(connected: Any) -> None:
    connected.remember_account(KEY, Role.FEES, None, "80")
    connected.mark_needs_reconnect(KEY, 1)

    connected.establish(KEY, sealed(2), NOW + timedelta(days=1))

    assert list(connected.of_tenant(TENANT)) == [
        connection(
            found_accounts=FEES,
            connected_at=NOW + timedelta(days=1),
            ends_at=ENDS_AT,
            hard_expires_at=NOW + timedelta(days=1800),
        )
    ]
    assert connected.read(KEY) == sealed(2, version=2)


def test_a_lease_is_held_until_it_ends(connected: Any) -> None:
    taken = connected.lease(KEY, "a", UNTIL, NOW)

    assert taken == sealed()
    assert connected.lease(KEY, "b", UNTIL + timedelta(seconds=60), UNTIL - timedelta(microseconds=1)) is None
    assert connected.lease(KEY, "b", UNTIL + timedelta(seconds=60), UNTIL) == sealed()


def test_a_lease_is_given_back_by_its_owner_alone(connected: Any) -> None:
    connected.lease(KEY, "a", UNTIL, NOW)

    connected.release(KEY, "b")
    still_held = connected.lease(KEY, "c", UNTIL, NOW)
    connected.release(KEY, "a")

    assert still_held is None
    assert connected.lease(KEY, "c", UNTIL, NOW) == sealed()


def test_tokens_are_stored_against_the_version_that_was_read(connected: Any) -> None:
    connected.lease(KEY, "a", UNTIL, NOW)

    stored, late = connected.save(KEY, sealed(2, version=2), 1), connected.save(KEY, sealed(3, version=2), 1)

    assert (stored, late) == (True, False)
    assert connected.read(KEY) == sealed(2, version=2)
    assert connected.lease(KEY, "b", UNTIL, NOW) is not None


def test_a_reconnect_makes_the_refresh_of_an_old_grant_fail(connected: Any) -> None:
    connected.lease(KEY, "a", UNTIL, NOW)

    connected.establish(KEY, sealed(2), NOW)

    assert not connected.save(KEY, sealed(3, version=2), 1)
    assert connected.lease(KEY, "b", UNTIL, NOW) == sealed(2, version=2)


def test_needs_reconnect_is_marked_once_and_only_for_the_tokens_that_were_refused(connected: Any) -> None:
    marks = [connected.mark_needs_reconnect(KEY, version) for version in (2, 1, 1)]

    assert marks == [False, True, False]
    assert connected.read(KEY) == replace(sealed(), status=ConnectionStatus.NEEDS_RECONNECT)
    assert [company.status for company in connected.of_tenant(TENANT)] == [ConnectionStatus.NEEDS_RECONNECT]


def test_a_tenant_is_called_by_its_id_until_the_host_says_its_name(connections: Any) -> None:
    names = [connections.name_of_tenant(TENANT)]
    for name in (None, "Juniper Lane", None, "Juniper Lane Coffee"):
        connections.remember_tenant(TENANT, NOW, TenantFacts(tenant_name=name))
        names.append(connections.name_of_tenant(TENANT))

    assert names == [TENANT, TENANT, "Juniper Lane", "Juniper Lane", "Juniper Lane Coffee"]


def test_disconnecting_erases_the_tokens_once_and_hands_them_out(connected: Any) -> None:
    later = NOW + timedelta(days=1)

    first, second = connected.disconnect(KEY, later), connected.disconnect(KEY, later + timedelta(days=1))

    assert (first, second) == (sealed(), None)
    assert connected.read(KEY) is None
    assert list(connected.of_tenant(TENANT)) == [
        connection(found_accounts={}, status=ConnectionStatus.DISCONNECTED, disconnected_at=later)
    ]


def test_nothing_of_the_tokens_is_left_in_the_table(table: Callable[[str], Table]) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connections.establish(KEY, sealed(), NOW)
    connections.disconnect(KEY, NOW)

    (item,) = [i for i in table("ConnectionsTable").query("#pk = :pk", {"pk": f"TENANT#{TENANT}"}) if "realm_id" in i]

    assert not {"access", "refresh", "access_expires_at", "refresh_expires_at", "hard_expires_at"} & item.keys()


def test_a_disconnected_connection_is_neither_leased_nor_saved_nor_lost(connected: Any) -> None:
    connected.lease(KEY, "a", UNTIL, NOW)
    connected.disconnect(KEY, NOW)

    assert connected.lease(KEY, "b", UNTIL, UNTIL) is None
    assert not connected.save(KEY, sealed(2, version=2), 1)
    assert not connected.mark_needs_reconnect(KEY, 2)
    assert connected.read(KEY) is None


def test_a_company_that_was_let_go_may_be_connected_by_another_tenant(connected: Any) -> None:
    theirs = ConnectionKey("globex", REALM)
    connected.disconnect(KEY, NOW)
    with pytest.raises(RealmTaken):
        connected.establish(theirs, sealed(2), NOW)

    connected.let_go(KEY, access_withdrawn=False)
    connected.establish(theirs, sealed(2), NOW)

    assert connected.of_tenant(TENANT)[0].access_withdrawn is False
    assert connected.read(theirs) == sealed(2)
    with pytest.raises(RealmTaken):
        connected.establish(KEY, sealed(3), NOW)


def test_letting_go_late_takes_nothing_from_whoever_has_the_company_now(connected: Any) -> None:
    connected.disconnect(KEY, NOW)
    connected.establish(KEY, sealed(2), NOW)
    connected.let_go(KEY, access_withdrawn=True)
    with pytest.raises(RealmTaken):
        connected.establish(ConnectionKey("globex", REALM), sealed(3), NOW)

    connected.disconnect(KEY, NOW)
    connected.let_go(KEY, access_withdrawn=True)
    connected.establish(ConnectionKey("globex", REALM), sealed(3), NOW)
    connected.let_go(KEY, access_withdrawn=False)

    assert connected.of_tenant(TENANT)[0].access_withdrawn is True
    with pytest.raises(RealmTaken):
        connected.establish(KEY, sealed(4), NOW)


def test_connecting_again_after_a_disconnect_keeps_what_is_known(connected: Any) -> None:
    connected.remember_account(KEY, Role.FEES, None, "80")
    connected.disconnect(KEY, NOW)
    connected.let_go(KEY, access_withdrawn=True)

    connected.establish(KEY, sealed(2), NOW)

    assert list(connected.of_tenant(TENANT)) == [
        connection(found_accounts=FEES, ends_at=ENDS_AT, hard_expires_at=NOW + timedelta(days=1800))
    ]
    assert connected.read(KEY) == sealed(2, version=3)


def test_one_of_eight_who_disconnect_gets_the_tokens_to_revoke(table: Callable[[str], Table], race: Any) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connections.establish(KEY, sealed(), NOW)

    got = race(lambda number: connections.disconnect(KEY, NOW) is not None)

    assert sorted(got) == [False] * 7 + [True]


def test_found_accounts_are_kept_by_role_and_currency_and_forgotten(connected: Any) -> None:
    connected.remember_account(KEY, Role.FEES, None, "80")
    connected.remember_account(KEY, Role.ACCOUNTS_PAYABLE, "EUR", "34")
    found = list(connected.of_tenant(TENANT))
    connected.remember_account(KEY, Role.FEES, None, None)

    assert [company.found_accounts for company in found] == [{"fees": "80", "accounts_payable_eur": "34"}]
    assert [company.found_accounts for company in connected.of_tenant(TENANT)] == [{"accounts_payable_eur": "34"}]


def test_what_quickbooks_says_of_a_company_is_read_back(connected: Any) -> None:
    features = Features("QuickBooks Online Plus", has_inventory=True, books_closed_until=date(2025, 12, 31))
    described = connection(
        found_accounts={},
        features=features,
        described_at=NOW,
        country="US",
        home_currency="EUR",
        multicurrency=True,
        ends_at=ENDS_AT,
    )

    connected.describe(described)

    assert list(connected.of_tenant(TENANT)) == [described]


def test_one_of_eight_workers_gets_the_lease(table: Callable[[str], Table], race: Any) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connections.establish(KEY, sealed(), NOW)

    got = race(lambda number: connections.lease(KEY, str(number), UNTIL, NOW) is not None)

    assert sorted(got) == [False] * 7 + [True]


def test_one_of_eight_workers_marks_the_connection(table: Callable[[str], Table], race: Any) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))
    connections.establish(KEY, sealed(), NOW)

    got = race(lambda number: connections.mark_needs_reconnect(KEY, 1))

    assert sorted(got) == [False] * 7 + [True]


def test_one_of_eight_tenants_gets_a_company(table: Callable[[str], Table], race: Any) -> None:
    connections = DynamoConnections(table("ConnectionsTable"))

    got = race(lambda number: connections.establish(ConnectionKey(f"tenant-{number}", REALM), sealed(), NOW))

    assert sorted(got, key=str) == [None] + ["RealmTaken"] * 7


# OAuth states


def remember(states: Any, expires_at: datetime = NOW + timedelta(minutes=10)) -> None:
    states.remember(TENANT, "state-1", "browser-1", expires_at)


def test_a_state_is_used_once(states: Any) -> None:
    remember(states)

    used = [states.consume(TENANT, "state-1", "browser-1", NOW) for _ in range(2)]

    assert used == [True, False]


@pytest.mark.parametrize(
    ("tenant", "state", "browser", "minutes"),
    [
        ("globex", "state-1", "browser-1", 0),
        (TENANT, "state-2", "browser-1", 0),
        (TENANT, "state-1", "browser-2", 0),
        (TENANT, "state-1", "", 0),
        (TENANT, "state-1", "browser-1", 10),
        (TENANT, "state-1", "browser-1", 11),
    ],
)
def test_forged_and_expired_states_are_refused_and_do_no_harm_to_the_real_one(
    states: Any, tenant: str, state: str, browser: str, minutes: int
) -> None:
    remember(states)

    used = states.consume(tenant, state, browser, NOW + timedelta(minutes=minutes))

    assert not used
    assert states.consume(TENANT, "state-1", "browser-1", NOW)


def test_the_table_holds_digests_of_states_only(table: Callable[[str], Table]) -> None:
    connections = table("ConnectionsTable")
    remember(DynamoOAuthStates(connections))

    items = list(connections.query("#pk = :pk", {"pk": f"TENANT#{TENANT}#OAUTH"}))

    assert len(items) == 1
    assert "state-1" not in str(items)
    assert "browser-1" not in str(items)
    assert items[0]["expires_at"] == int((NOW + timedelta(minutes=10)).timestamp())


def test_of_two_parallel_callbacks_one_exchanges(table: Callable[[str], Table], race: Any) -> None:
    states = DynamoOAuthStates(table("ConnectionsTable"))
    remember(states)

    got = race(lambda number: states.consume(TENANT, "state-1", "browser-1", NOW))

    assert sorted(got) == [False] * 7 + [True]
