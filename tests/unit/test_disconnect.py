"""A tenant ends a connection: at once, whatever Intuit says, and nothing else is lost."""

from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus, choose_connection
from ledgerlink.domain.documents import Status
from ledgerlink.errors import (
    ConnectionRevoked,
    MissingConfiguration,
    NotConnected,
    NotFound,
    QuickBooksUnavailable,
    RateLimited,
    RealmTaken,
    StorageUnavailable,
    SyncError,
)
from ledgerlink.usecases.connections.disconnect import PATIENCE, disconnect
from ledgerlink.usecases.connections.keep_connected import ConnectionTokens, seal_tokens
from tests.unit.fakes import Clock, FakeConnections, FakeEvents, FakeIntuit, FakeSealer, Killed, Port, Script
from tests.unit.orders import ACCOUNTS, CONNECTION_KEY, REALM, TENANT, connection, tokens
from tests.unit.world import World


class Stack:
    """One connected company, and whoever disconnects it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.script = Script()
        self.connections = FakeConnections()
        self.sealer = FakeSealer()
        self.intuit = FakeIntuit(lambda number: tokens(number, self.clock()))
        self.events = FakeEvents()
        self.connections.have(connection(), self.sealed(1))

    def sealed(self, number: int) -> Any:
        return seal_tokens(self.sealer, CONNECTION_KEY, tokens(number, self.clock()), 1)

    def disconnect(self, tenant: str = TENANT, connection_id: str = REALM) -> Connection:
        return disconnect(
            Port("connections", self.connections, self.script),
            Port("sealer", self.sealer, self.script),
            lambda: Port("intuit", self.intuit, self.script),
            self.events,
            tenant,
            connection_id,
            self.clock(),
        )

    def worker(self) -> ConnectionTokens:
        return ConnectionTokens(
            key=CONNECTION_KEY,
            store=Port("store", self.connections, self.script),
            sealer=self.sealer,
            endpoint=lambda: Port("intuit", self.intuit, self.script),
            events=self.events,
            owner="worker",
            now=self.clock,
            sleep=self.clock.sleep,
        )

    @property
    def erased(self) -> bool:
        return self.connections.read(CONNECTION_KEY) is None

    @property
    def claimed(self) -> bool:
        return REALM in self.connections.claims


def test_disconnecting_revokes_the_access_erases_the_tokens_and_tells_the_host() -> None:
    stack = Stack()

    ended = stack.disconnect()

    assert (ended.status, ended.disconnected_at) == (ConnectionStatus.DISCONNECTED, stack.clock())
    assert ended.access_withdrawn is True
    assert stack.intuit.revoked == [tokens(1).refresh_token]
    assert (stack.erased, stack.claimed) == (True, False)
    assert stack.events.named("connection.disconnected") == [{"connection_id": REALM, "realm_id": REALM}]


@pytest.mark.parametrize(
    "error",
    [
        QuickBooksUnavailable("Intuit did not answer in time."),
        RateLimited("Intuit accepts no more requests."),
        MissingConfiguration("The credentials are not set up."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_intuit_that_cannot_be_told_does_not_keep_the_tenant_connected(
    error: SyncError, caplog: pytest.LogCaptureFixture
) -> None:
    stack = Stack()
    stack.script.fail("intuit.revoke", error)

    ended = stack.disconnect()

    assert (ended.status, ended.access_withdrawn) == (ConnectionStatus.DISCONNECTED, False)
    assert (stack.erased, stack.claimed) == (True, False)
    assert "access not withdrawn at Intuit" in caplog.text


def test_a_key_that_cannot_be_reached_does_not_keep_the_tenant_connected() -> None:
    stack = Stack()
    stack.script.fail("sealer.open", StorageUnavailable("The key cannot be reached."))

    ended = stack.disconnect()

    assert (ended.status, ended.access_withdrawn) == (ConnectionStatus.DISCONNECTED, False)


def test_disconnecting_twice_tells_intuit_and_the_host_once() -> None:
    stack = Stack()

    first, second = stack.disconnect(), stack.disconnect()

    assert first == second
    assert len(stack.intuit.revoked) == 1
    assert len(stack.events.published) == 1


def test_a_double_click_leaves_the_company_claimed_until_intuit_was_told() -> None:
    """The second one runs inside the first one's revocation."""
    stack = Stack()
    seen: list[tuple[bool | None, bool]] = []
    stack.script.next(
        "before", "intuit.revoke", lambda: seen.append((stack.disconnect().access_withdrawn, stack.claimed))
    )

    ended = stack.disconnect()

    assert seen == [(None, True)]
    assert (ended.access_withdrawn, stack.claimed) == (True, False)
    assert len(stack.events.published) == 1


def test_a_disconnect_that_was_killed_is_finished_by_the_next_one() -> None:
    stack = Stack()
    stack.script.fail("intuit.revoke", Killed())
    with pytest.raises(Killed):
        stack.disconnect()
    erased_at_once = stack.erased
    stack.clock.time += PATIENCE

    ended = stack.disconnect()

    assert erased_at_once
    assert (ended.access_withdrawn, stack.claimed) == (False, False)


def test_what_another_tenant_has_connected_cannot_be_disconnected() -> None:
    stack = Stack()
    stack.connections.remember_tenant("globex", stack.clock())

    with pytest.raises(NotFound):
        stack.disconnect("globex")

    assert (stack.erased, stack.intuit.revoked) == (False, [])


def test_a_connection_that_was_lost_can_be_disconnected_too() -> None:
    stack = Stack()
    stack.connections.mark_needs_reconnect(CONNECTION_KEY, 1)

    ended = stack.disconnect()

    assert ended.status is ConnectionStatus.DISCONNECTED
    assert not stack.claimed


def test_another_tenant_gets_the_company_after_the_disconnect_and_not_before() -> None:
    stack = Stack()
    theirs = ConnectionKey("globex", REALM)
    with pytest.raises(RealmTaken):
        stack.connections.establish(theirs, stack.sealed(2), stack.clock())
    stack.disconnect()

    stack.connections.establish(theirs, stack.sealed(2), stack.clock())

    assert stack.connections.claims == {REALM: "globex"}
    with pytest.raises(RealmTaken):
        stack.connections.establish(CONNECTION_KEY, stack.sealed(3), stack.clock())


def test_a_refresh_under_way_does_not_bring_the_tokens_back() -> None:
    stack = Stack()
    stack.clock.time += timedelta(hours=1)
    stack.script.next("before", "intuit.refresh", stack.disconnect)

    with pytest.raises(ConnectionRevoked):
        stack.worker().access_token()

    assert stack.erased


def test_a_worker_that_waits_for_a_refresh_ends_with_words() -> None:
    stack = Stack()
    stack.clock.time += timedelta(hours=1)
    stack.connections.lease(CONNECTION_KEY, "other", stack.clock() + timedelta(days=1), stack.clock())
    stack.script.next("after", "store.lease", stack.disconnect)

    with pytest.raises(ConnectionRevoked) as revoked:
        stack.worker().access_token()

    assert "connected again" in str(revoked.value)
    assert len(stack.clock.slept) == 1


def test_disconnect_while_work_is_queued_ends_the_work_with_words_and_asks_quickbooks_nothing() -> None:
    world = World()
    world.store()
    world.connections.disconnect(CONNECTION_KEY, world.clock())

    with pytest.raises(NotConnected) as refusal:
        world.push()

    assert refusal.value.message == "Acme Books was disconnected, and no other company is connected."
    assert world.books.calls == 0


def test_after_a_reconnect_what_was_queued_is_sent_and_links_and_accounts_are_kept() -> None:
    world = World()
    world.store()
    world.push()
    links = dict(world.links.links)
    world.connections.disconnect(CONNECTION_KEY, world.clock())
    world.connections.let_go(CONNECTION_KEY, access_withdrawn=True)
    world.connections.establish(CONNECTION_KEY, seal_tokens(FakeSealer(), CONNECTION_KEY, tokens(2), 1), world.clock())

    world.send()
    world.push()

    assert world.status() is Status.SYNCED
    assert len(world.orders()) == 1
    assert links.keys() <= world.links.links.keys()
    (again,) = world.connections.of_tenant(TENANT)
    assert (again.found_accounts, again.disconnected_at, again.access_withdrawn) == (ACCOUNTS, None, None)


GONE = {"status": ConnectionStatus.DISCONNECTED}
LOST = {"status": ConnectionStatus.NEEDS_RECONNECT}


def test_a_disconnected_company_is_not_chosen() -> None:
    other = connection(connection_id="2", realm_id="2")

    assert choose_connection([connection(**GONE), other]) == other


def test_two_connected_companies_are_one_after_a_disconnect() -> None:
    both = [connection(), connection(connection_id="2", realm_id="2")]
    with pytest.raises(MissingConfiguration) as several:
        choose_connection(both)

    chosen = choose_connection([connection(**GONE), both[1]])

    assert several.value.code == "several_connections"
    assert chosen == both[1]


@pytest.mark.parametrize(
    ("companies", "error", "says"),
    [
        ([], NotConnected, "No QuickBooks company is connected."),
        ([connection(**GONE)], NotConnected, "Acme Books was disconnected"),
        ([connection(**GONE, company_name="")], NotConnected, "The QuickBooks company was disconnected"),
        ([connection(**GONE), connection(**LOST, company_name="Lost Ltd")], ConnectionRevoked, "into Lost Ltd."),
    ],
)
def test_without_a_connected_company_the_error_says_what_became_of_it(
    companies: list[Connection], error: type[SyncError], says: str
) -> None:
    with pytest.raises(error) as refusal:
        choose_connection(companies)

    assert says in refusal.value.message
