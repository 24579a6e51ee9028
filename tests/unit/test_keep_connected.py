"""One refresh at a time, whoever asks; a connection is given up only when Intuit says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.tokens import TokenRejected
from ledgerlink.errors import (
    ConnectionRevoked,
    MissingConfiguration,
    QuickBooksUnavailable,
    RateLimited,
    StorageUnavailable,
    SyncError,
    TokenRefreshBusy,
)
from ledgerlink.usecases.connections.keep_connected import EXPIRY_MARGIN, LEASE, ConnectionTokens, seal_tokens
from tests.unit.fakes import Clock, FakeConnections, FakeEvents, FakeIntuit, FakeSealer, Killed, Port, Script
from tests.unit.orders import CONNECTION_KEY, connection, tokens


class Stack:
    """One connection with tokens, and workers that use it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.script = Script()
        self.connections = FakeConnections()
        self.sealer = FakeSealer()
        self.intuit = FakeIntuit(lambda number: tokens(number, self.clock()))
        self.events = FakeEvents()
        self.connections.have(connection(), self.sealed(1, 1))

    def sealed(self, number: int, version: int) -> Any:
        return seal_tokens(self.sealer, CONNECTION_KEY, tokens(number, self.clock()), version)

    def worker(self, owner: str = "a", sleep: Callable[[float], None] | None = None) -> ConnectionTokens:
        return ConnectionTokens(
            key=CONNECTION_KEY,
            store=Port("store", self.connections, self.script),
            sealer=self.sealer,
            endpoint=lambda: Port("intuit", self.intuit, self.script),
            events=self.events,
            owner=owner,
            now=self.clock,
            sleep=sleep or self.clock.sleep,
        )

    def expire(self) -> None:
        self.clock.time += timedelta(hours=1)

    @property
    def version(self) -> int:
        return self.connections.stored[CONNECTION_KEY].tokens.version

    @property
    def leased(self) -> bool:
        lease = self.connections.stored[CONNECTION_KEY].lease
        return lease is not None and lease.until > self.clock()

    @property
    def status(self) -> ConnectionStatus:
        return self.connections.stored[CONNECTION_KEY].tokens.status


def access(number: int) -> str:
    return tokens(number).access_token


def refresh(number: int) -> str:
    return tokens(number).refresh_token


def test_a_token_that_is_good_for_a_while_is_used_as_it_is() -> None:
    stack = Stack()

    token = stack.worker().access_token()

    assert token == access(1)
    assert stack.intuit.refreshed_with == []


@pytest.mark.parametrize(("left", "refreshed"), [(EXPIRY_MARGIN + timedelta(seconds=1), 0), (EXPIRY_MARGIN, 1)])
def test_clock_skew_is_met_by_refreshing_five_minutes_early(left: timedelta, refreshed: int) -> None:
    stack = Stack()
    stack.clock.time += timedelta(hours=1) - left

    stack.worker().access_token()

    assert len(stack.intuit.refreshed_with) == refreshed


def test_a_refresh_stores_both_tokens_and_gives_the_lease_back() -> None:
    stack = Stack()
    stack.expire()

    token = stack.worker().access_token()

    stored = stack.connections.stored[CONNECTION_KEY].tokens
    assert token == access(2)
    assert stack.sealer.open(CONNECTION_KEY, stored.refresh) == refresh(2)
    assert (stack.version, stack.leased) == (2, False)


def test_two_workers_refresh_one_connection_at_once_and_intuit_is_asked_once() -> None:
    """The second worker starts inside the first one's token call and waits for its token."""
    stack = Stack()
    stack.expire()
    got: list[str] = []
    first = stack.worker("first")

    def second_arrives() -> None:
        def first_finishes(seconds: float) -> None:
            stack.connections.save(CONNECTION_KEY, stack.sealed(2, 2), 1)

        got.append(stack.worker("second", first_finishes).access_token())

    stack.script.next("before", "intuit.refresh", second_arrives)

    got.append(first.access_token())

    assert got == [access(2), access(2)]
    assert stack.intuit.refreshed_with == [refresh(1)]


def test_a_worker_that_never_gets_the_lease_gives_up_for_now() -> None:
    stack = Stack()
    stack.expire()
    stack.connections.lease(CONNECTION_KEY, "other", stack.clock() + timedelta(days=1), stack.clock())

    with pytest.raises(TokenRefreshBusy):
        stack.worker().access_token()

    assert stack.intuit.refreshed_with == []
    assert sum(stack.clock.slept) == 15


def test_somebody_refreshed_between_look_and_lease_so_nothing_is_asked() -> None:
    stack = Stack()
    stack.expire()
    stack.script.next("before", "store.lease", lambda: stack.connections.have(connection(), stack.sealed(5, 5)))

    token = stack.worker().access_token()

    assert token == access(5)
    assert (stack.intuit.refreshed_with, stack.leased) == ([], False)


def test_a_worker_that_dies_holding_the_lease_is_replaced_when_it_ends() -> None:
    stack = Stack()
    stack.expire()
    stack.script.lose_answer("intuit.refresh", Killed())
    with pytest.raises(Killed):
        stack.worker("dead").access_token()
    assert stack.leased
    stack.clock.time += LEASE

    token = stack.worker("next").access_token()

    assert token == access(3)
    assert stack.intuit.refreshed_with == [refresh(1), refresh(1)]


def test_a_worker_that_outlives_its_lease_drops_what_it_got() -> None:
    stack = Stack()
    stack.expire()

    def another_is_faster() -> None:
        stack.clock.time += LEASE
        assert stack.worker("faster").access_token() == access(3)

    stack.script.next("after", "intuit.refresh", another_is_faster)

    token = stack.worker("slow").access_token()

    assert token == access(3)
    assert stack.version == 2


def test_a_late_worker_does_not_give_back_anothers_lease() -> None:
    stack = Stack()
    stack.expire()

    def another_takes_over() -> None:
        stack.clock.time += LEASE
        stack.connections.lease(CONNECTION_KEY, "other", stack.clock() + LEASE, stack.clock())

    stack.script.next("before", "intuit.refresh", another_takes_over)
    stack.script.lose_answer("intuit.refresh", QuickBooksUnavailable("No answer."))

    with pytest.raises(QuickBooksUnavailable):
        stack.worker().access_token()

    assert stack.leased


def test_refresh_answered_but_answer_lost_is_repeated_with_the_same_token() -> None:
    stack = Stack()
    stack.expire()
    stack.script.lose_answer("intuit.refresh", QuickBooksUnavailable("Intuit did not answer in time."))
    with pytest.raises(QuickBooksUnavailable):
        stack.worker().access_token()

    token = stack.worker().access_token()

    assert token == access(3)
    assert stack.intuit.refreshed_with == [refresh(1), refresh(1)]
    assert stack.status is ConnectionStatus.CONNECTED


@pytest.mark.parametrize(
    "error",
    [
        QuickBooksUnavailable("Intuit is not available."),
        RateLimited("Intuit accepts no more requests."),
        StorageUnavailable("The key cannot be reached."),
        MissingConfiguration("Intuit does not accept the client id and secret of this stack."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_token_endpoint_5xx_and_429_leave_the_connection_connected(error: SyncError) -> None:
    stack = Stack()
    stack.expire()
    stack.script.fail("intuit.refresh", error)

    with pytest.raises(type(error)):
        stack.worker().access_token()

    assert (stack.status, stack.leased) == (ConnectionStatus.CONNECTED, False)
    assert stack.events.published == []


def test_invalid_grant_marks_the_connection_once_and_tells_the_tenant_once_over_ten_polls() -> None:
    stack = Stack()
    stack.expire()
    stack.script.fail("intuit.refresh", TokenRejected("1-tid"), times=10)
    raised: list[ConnectionRevoked] = []

    for _ in range(10):
        with pytest.raises(ConnectionRevoked) as refusal:
            stack.worker().access_token()
        raised.append(refusal.value)

    assert stack.status is ConnectionStatus.NEEDS_RECONNECT
    assert raised[0].intuit_tid == "1-tid"
    assert stack.script.calls.count("intuit.refresh") == 1
    assert stack.events.named("connection.needs_reconnect") == [{"connection_id": CONNECTION_KEY.connection_id}]


def test_invalid_grant_after_a_sibling_stored_newer_tokens_uses_those() -> None:
    stack = Stack()
    stack.expire()
    stack.script.next("before", "intuit.refresh", lambda: stack.connections.have(connection(), stack.sealed(7, 2)))
    stack.script.lose_answer("intuit.refresh", TokenRejected())

    token = stack.worker().access_token()

    assert token == access(7)
    assert stack.status is ConnectionStatus.CONNECTED


def test_a_tenant_that_reconnects_while_the_rejection_is_noted_stays_connected() -> None:
    stack = Stack()
    stack.expire()
    stack.script.fail("intuit.refresh", TokenRejected())
    stack.script.next(
        "before", "store.mark_needs_reconnect", lambda: stack.connections.have(connection(), stack.sealed(7, 2))
    )

    token = stack.worker().access_token()

    assert token == access(7)
    assert stack.events.published == []


def test_a_token_that_quickbooks_refused_is_replaced_even_if_it_should_be_good() -> None:
    stack = Stack()
    worker = stack.worker()
    rejected = worker.access_token()

    token = worker.replace(rejected)

    assert token == access(2)
    assert worker.access_token() == access(2)


def test_a_refused_token_that_a_sibling_replaced_already_costs_no_refresh() -> None:
    stack = Stack()
    worker = stack.worker()
    rejected = worker.access_token()
    stack.connections.have(connection(), stack.sealed(4, 2))

    token = worker.replace(rejected)

    assert token == access(4)
    assert stack.intuit.refreshed_with == []


def test_a_connection_that_is_gone_or_revoked_has_no_token() -> None:
    stack = Stack()
    stored = stack.connections.stored[CONNECTION_KEY]
    stored.tokens = replace(stored.tokens, status=ConnectionStatus.NEEDS_RECONNECT)

    with pytest.raises(ConnectionRevoked):
        stack.worker().access_token()
    stack.connections.stored.clear()
    with pytest.raises(ConnectionRevoked):
        stack.worker().access_token()


def test_a_connection_revoked_while_the_lease_is_taken_is_left_alone() -> None:
    stack = Stack()
    stack.expire()
    stack.script.next("before", "store.lease", lambda: stack.connections.mark_needs_reconnect(CONNECTION_KEY, 1))

    with pytest.raises(ConnectionRevoked):
        stack.worker().access_token()

    assert (stack.intuit.refreshed_with, stack.leased) == ([], False)


def test_tokens_stay_out_of_texts() -> None:
    told = f"{tokens()!r} {Stack().sealed(1, 1)!r}"

    assert access(1) not in told
    assert refresh(1) not in told
