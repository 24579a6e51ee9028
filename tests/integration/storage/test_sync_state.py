"""Flows, polls, backfills and notifications in the table; where a fake exists, the same test proves both."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from ledgerlink.domain.backfills import Backfill, BackfillStatus, Owed, Page, PageResult, Selection
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.cursors import Cursor, Place, started
from ledgerlink.domain.expiry import Ending, Warned
from ledgerlink.domain.flows import Direction, Flow
from ledgerlink.domain.known_rows import DIGEST
from ledgerlink.domain.poll_schedule import Notified
from ledgerlink.domain.sync_state import PollRequest
from ledgerlink.domain.times import to_text
from ledgerlink.errors import StorageUnavailable
from ledgerlink.messaging.poll_queue import PollQueue, read_message
from ledgerlink.storage import keys, sync_keys
from ledgerlink.storage.backfills import DynamoBackfills
from ledgerlink.storage.flows import DynamoFlows
from ledgerlink.storage.realms import DynamoRealms
from ledgerlink.storage.sync_state import SHARDS, DynamoSyncStates, shard_of
from ledgerlink.storage.table import Table
from ledgerlink.storage.verifier_tokens import verifier_tokens
from ledgerlink.storage.watched_tokens import DynamoWatchedTokens, token_shard
from ledgerlink.storage.webhook_events import DynamoWebhookEvents
from tests.template import REGION
from tests.unit.orders import NOW
from tests.unit.sync.fakes import FakeBackfills, FakeFlows, FakeSyncStates

KEY = ConnectionKey("acme", "934145")
OTHER = ConnectionKey("globex", "934146")
MINUTE = timedelta(minutes=1)
UNTIL = NOW + 5 * MINUTE


class Adapters:
    """Flows, states and backfills of one table, or of one fake."""

    def __init__(self, flows: Any, sync: Any, backfills: Any) -> None:
        self.flows, self.sync, self.backfills = flows, sync, backfills

    def flow(self, key: ConnectionKey = KEY, *, enabled: bool = True, at=NOW) -> Flow:
        flow = Flow(key.tenant_id, "f", f"quickbooks:{key.connection_id}", "shop", enabled, NOW, at)
        self.flows.put(flow, [key.connection_id], at)
        return flow


@pytest.fixture
def sync_table(table: Callable[[str], Table]) -> Table:
    return table("SyncTable")


@pytest.fixture
def connections_table(table: Callable[[str], Table]) -> Table:
    return table("ConnectionsTable")


@pytest.fixture(params=["table", "fake"])
def kept(request: pytest.FixtureRequest) -> Adapters:
    if request.param == "fake":
        sync = FakeSyncStates()
        return Adapters(FakeFlows(sync), sync, FakeBackfills(sync))
    table = request.getfixturevalue("sync_table")
    return Adapters(DynamoFlows(table), DynamoSyncStates(table), DynamoBackfills(table))


def first_backfill(number=1, **changes: Any) -> Backfill:
    whole = Backfill(
        key=KEY,
        number=number,
        directions=frozenset({Direction.PURCHASES}),
        entities=("PurchaseOrder", "Bill"),
        since=NOW - timedelta(days=90),
        gap=False,
        status=BackfillStatus.STARTING,
        started_at=NOW,
    )
    return replace(whole, **changes)


def polled(state, **changes: Any):
    return replace(state, polled_at=NOW, **changes)


def test_flows_are_the_tenants_own_and_come_back_as_they_were(kept):
    flow = kept.flow()
    kept.flow(OTHER)

    assert list(kept.flows.of_tenant("acme")) == [flow]
    assert list(kept.flows.of_tenant("nobody")) == []


def test_a_flow_makes_its_connection_due_and_counts_its_changes(kept):
    kept.flow()
    kept.flow(enabled=False)

    state = kept.sync.get(KEY)

    assert (state.due_at, state.flow_version) == (NOW, 2)


def test_a_deleted_flow_is_gone_and_its_connection_is_looked_at(kept):
    flow = kept.flow()
    kept.flows.delete(flow, [KEY.connection_id], UNTIL)

    assert list(kept.flows.of_tenant("acme")) == []
    assert kept.sync.get(KEY).due_at == UNTIL


def test_only_what_is_due_is_found_over_all_tenants(kept):
    for number in range(30):
        kept.flow(ConnectionKey(f"t{number}", str(number)), at=NOW + number * MINUTE)

    found = {key.tenant_id for key, _ in kept.sync.due_before(NOW + 10 * MINUTE)}

    assert found == {f"t{number}" for number in range(10)}


def test_what_was_handed_out_is_due_later_unless_it_was_changed(kept):
    kept.flow()
    kept.flow(OTHER)
    kept.sync.wake(OTHER, NOW + MINUTE)

    kept.sync.handed_out(KEY, NOW, UNTIL)
    kept.sync.handed_out(OTHER, NOW, UNTIL)

    assert kept.sync.get(KEY).due_at == UNTIL
    assert kept.sync.get(OTHER).due_at == NOW + MINUTE


def test_one_worker_at_a_time_until_its_lease_ends(kept):
    kept.flow()

    assert kept.sync.begin(KEY, "a", UNTIL, NOW).key == KEY
    assert kept.sync.begin(KEY, "b", UNTIL, NOW + MINUTE) is None
    assert kept.sync.begin(KEY, "b", UNTIL + MINUTE, UNTIL) is not None


def test_a_connection_without_a_state_cannot_be_taken(kept):
    assert kept.sync.begin(KEY, "a", UNTIL, NOW) is None
    assert kept.sync.get(KEY) is None


def test_a_poll_that_ends_keeps_cursors_times_and_its_next_moment(kept):
    kept.flow(at=NOW - MINUTE)
    state = kept.sync.begin(KEY, "a", UNTIL, NOW)
    cursors = {"Bill": Cursor(NOW, NOW - MINUTE, Place(NOW, 1000, "7")), "Item": Cursor(NOW)}
    known = frozenset({b"12345678", b"\x00" * DIGEST})

    kept.sync.finish(
        polled(state, cursors=cursors, changed_at=NOW, notified=Notified(missed_at=NOW), known=known),
        "a",
        NOW + 15 * MINUTE,
    )

    ended = kept.sync.get(KEY)
    assert (ended.cursors, ended.known) == (cursors, known)
    assert (ended.polled_at, ended.changed_at, ended.notified.missed_at) == (NOW, NOW, NOW)
    assert ended.due_at == NOW + 15 * MINUTE
    assert kept.sync.begin(KEY, "b", UNTIL, NOW) is not None


def test_a_poll_that_ends_while_it_was_asked_for_again_stays_due(kept):
    kept.flow(at=NOW - MINUTE)
    state = kept.sync.begin(KEY, "a", UNTIL, NOW)
    assert kept.sync.told(KEY, NOW + MINUTE)

    kept.sync.finish(polled(state), "a", NOW + 15 * MINUTE)

    ended = kept.sync.get(KEY)
    assert (ended.due_at, ended.polled_at) == (NOW + MINUTE, NOW)
    assert ended.notified.told_at == NOW + MINUTE
    assert kept.sync.begin(KEY, "b", UNTIL, NOW) is not None


def test_a_poll_that_fails_while_it_was_asked_for_again_stays_due(kept):
    kept.flow(at=NOW - MINUTE)
    kept.sync.begin(KEY, "a", UNTIL, NOW)
    kept.sync.wake(KEY, NOW + MINUTE)

    kept.sync.failed(KEY, "a", {"code": "down"}, NOW, NOW + timedelta(days=1))

    failed = kept.sync.get(KEY)
    assert (failed.due_at, failed.failures, failed.last_error) == (NOW + MINUTE, 1, {"code": "down"})
    assert kept.sync.begin(KEY, "b", UNTIL, NOW) is not None


def test_a_worker_without_the_lease_writes_nothing(kept):
    kept.flow()
    state = kept.sync.begin(KEY, "a", UNTIL, NOW)
    kept.sync.begin(KEY, "b", UNTIL + 5 * MINUTE, UNTIL)
    before = kept.sync.get(KEY)

    kept.sync.keep_cursors(KEY, "a", {"Bill": Cursor(NOW)})
    kept.sync.finish(polled(state, cursors={"Bill": Cursor(NOW)}), "a", UNTIL)
    kept.sync.failed(KEY, "a", {"code": "x"}, NOW, UNTIL)
    kept.sync.rest(state, "a")
    kept.sync.release(KEY, "a")

    assert kept.sync.get(KEY) == before
    assert kept.sync.begin(KEY, "c", UNTIL, UNTIL) is None


def test_failures_are_counted_and_forgotten_when_a_poll_succeeds(kept):
    kept.flow(at=NOW - MINUTE)
    for worker in ("a", "b"):
        kept.sync.begin(KEY, worker, UNTIL, NOW)
        kept.sync.failed(KEY, worker, {"code": "down"}, NOW, UNTIL)
    failed = kept.sync.get(KEY)
    assert (failed.failures, failed.last_error, failed.due_at) == (2, {"code": "down"}, UNTIL)

    kept.sync.finish(polled(kept.sync.begin(KEY, "c", UNTIL, NOW)), "c", UNTIL)

    assert (kept.sync.get(KEY).failures, kept.sync.get(KEY).last_error) == (0, None)


def test_a_resting_connection_is_in_no_index_and_no_notification_wakes_it(kept):
    kept.flow()
    kept.sync.rest(kept.sync.begin(KEY, "a", UNTIL, NOW), "a")

    assert list(kept.sync.due_before(NOW + timedelta(days=9))) == []
    assert not kept.sync.told(KEY, NOW)
    kept.sync.wake(KEY, NOW)
    assert kept.sync.get(KEY).due_at is None
    kept.flow(at=UNTIL)
    assert kept.sync.get(KEY).due_at == UNTIL


def test_a_flow_that_changes_while_a_worker_lays_the_connection_to_rest_keeps_it_due(kept):
    kept.flow()
    state = kept.sync.begin(KEY, "a", UNTIL, NOW)
    kept.flow(at=NOW + MINUTE)

    kept.sync.rest(state, "a")

    assert kept.sync.get(KEY).due_at == NOW + MINUTE
    assert kept.sync.begin(KEY, "b", UNTIL, NOW) is not None


def test_one_of_those_who_are_told_within_seconds_queues_the_poll(kept):
    kept.flow()

    taken = [kept.sync.may_queue(KEY, NOW, NOW + MINUTE) for _ in range(3)]

    assert taken == [True, False, False]
    assert kept.sync.may_queue(KEY, NOW + MINUTE, UNTIL)


def test_a_backfill_begins_together_with_its_cursors_and_comes_back_as_it_was(kept):
    kept.flow()

    assert kept.backfills.begin(first_backfill(), started(["Bill"], NOW), restart=False)

    state = kept.sync.get(KEY)
    assert kept.backfills.latest(KEY) == first_backfill()
    assert (state.backfill_number, state.backfilled) == (1, {Direction.PURCHASES})
    assert state.cursors == started(["Bill"], NOW)


def test_a_cursor_that_exists_stays_unless_it_is_to_start_anew(kept):
    kept.flow()
    kept.backfills.begin(first_backfill(), started(["Bill"], NOW), restart=False)

    kept.backfills.begin(first_backfill(2), started(["Bill", "Item"], UNTIL), restart=False)
    assert kept.sync.get(KEY).cursors == started(["Bill"], NOW) | started(["Item"], UNTIL)

    kept.backfills.begin(first_backfill(3), started(["Bill"], UNTIL), restart=True)
    assert kept.sync.get(KEY).cursors["Bill"] == started(["Bill"], UNTIL)["Bill"]


def test_a_backfill_that_catches_up_is_no_directions_first(kept):
    kept.flow()

    kept.backfills.begin(first_backfill(gap=True), started(["Bill"], NOW), restart=True)

    state = kept.sync.get(KEY)
    assert (state.backfill_number, state.backfilled) == (1, set())


def test_what_a_backfill_promises_is_owed_until_it_or_a_later_one_is_complete(kept):
    kept.flow()
    further = {"since": NOW - timedelta(days=730), "directions": frozenset(Direction)}
    runs = [first_backfill(), first_backfill(2, **further), first_backfill(3, gap=True, **further)]
    for run in runs:
        kept.backfills.begin(run, {}, restart=run.gap)
    promise = Owed(NOW - timedelta(days=730), gap=True, number=3)
    assert kept.backfills.owed(KEY) == kept.sync.get(KEY).owed == dict.fromkeys(Direction, promise)

    for run in runs[:2]:
        kept.backfills.complete(run, NOW)
        assert kept.backfills.owed(KEY) == dict.fromkeys(Direction, promise)
    kept.backfills.complete(replace(runs[2], directions=frozenset({Direction.SALES})), NOW)
    assert kept.backfills.owed(KEY) == {Direction.PURCHASES: promise}


def test_nothing_is_owed_of_a_company_without_a_state(kept):
    assert kept.backfills.owed(KEY) == {}


def test_the_same_number_begins_once(kept):
    kept.flow()
    kept.backfills.begin(first_backfill(), {}, restart=False)

    assert not kept.backfills.begin(first_backfill(), {}, restart=False)
    assert not kept.backfills.begin(first_backfill(3), {}, restart=False)


def test_starting_a_backfill_does_not_undo_what_a_poll_keeps_at_the_same_time(kept):
    kept.flow(at=NOW - MINUTE)
    state = kept.sync.begin(KEY, "a", UNTIL, NOW)
    kept.backfills.begin(first_backfill(), started(["Bill", "Invoice"], NOW), restart=False)

    kept.sync.finish(polled(state, cursors={"Bill": Cursor(UNTIL, UNTIL)}), "a", UNTIL)

    ended = kept.sync.get(KEY)
    assert ended.cursors == {"Bill": Cursor(UNTIL, UNTIL), **started(["Invoice"], NOW)}
    assert ended.backfill_number == 1


PAGES = [
    Page(Selection("Bill", dated_from=NOW.date()), None, NOW, 7),
    Page(Selection("Vendor", changed_from=NOW), NOW, None, 3),
]


def test_the_first_plan_counts_and_comes_back_as_it_was(kept):
    kept.flow()
    kept.backfills.begin(first_backfill(), {}, restart=False)

    kept.backfills.keep_plan(first_backfill(), PAGES, NOW)
    kept.backfills.keep_plan(first_backfill(), PAGES[:1], UNTIL)

    planned = kept.backfills.get(KEY, 1)
    assert (planned.pages, planned.planned_at, planned.status) == (tuple(PAGES), NOW, BackfillStatus.RUNNING)


def test_results_are_set_and_not_added(kept):
    kept.flow()
    kept.backfills.begin(first_backfill(), {}, restart=False)
    kept.backfills.keep_plan(first_backfill(), PAGES, NOW)

    for _ in range(3):
        kept.backfills.keep_result(first_backfill(), 1, PageResult(5, 2))

    found = kept.backfills.get(KEY, 1)
    assert found.results == {1: PageResult(5, 2)}
    assert found.missing_pages == [0]


def test_a_backfill_fails_runs_again_and_completes_once(kept):
    kept.flow()
    kept.backfills.begin(first_backfill(), {}, restart=False)
    backfill = first_backfill()

    assert [kept.backfills.fail(backfill, {"code": "down"}) for _ in range(2)] == [True, False]
    assert kept.backfills.get(KEY, 1).last_error == {"code": "down"}
    kept.backfills.resume(backfill)
    assert kept.backfills.get(KEY, 1).status is BackfillStatus.RUNNING
    assert [kept.backfills.complete(backfill, NOW) for _ in range(2)] == [True, False]
    kept.backfills.resume(backfill)
    assert not kept.backfills.fail(backfill, {"code": "late"})
    done = kept.backfills.get(KEY, 1)
    assert (done.status, done.completed_at, done.last_error) == (BackfillStatus.COMPLETED, NOW, None)


def test_the_results_of_run_ten_are_not_those_of_run_one(kept):
    kept.flow()
    for number in range(1, 11):
        kept.backfills.begin(first_backfill(number), {}, restart=False)
    kept.backfills.keep_result(first_backfill(10), 0, PageResult(1, 1))

    assert kept.backfills.get(KEY, 1).results == {}
    assert kept.backfills.latest(KEY).number == 10


def test_eight_workers_at_once_one_polls(sync_table, race):
    sync = DynamoSyncStates(sync_table)
    Adapters(DynamoFlows(sync_table), sync, None).flow()

    taken = race(lambda number: sync.begin(KEY, f"worker {number}", UNTIL, NOW))

    assert sum(state is not None for state in taken) == 1


def test_every_key_begins_with_the_tenant():
    made = [
        sync_keys.flow("acme", "f"),
        sync_keys.sync_state(KEY),
        sync_keys.backfill(KEY, 1),
        sync_keys.page_result(KEY, 1, 2),
        sync_keys.webhook_event(KEY, "e"),
    ]

    assert all(pk.startswith("TENANT#acme") for pk, _ in made)
    assert sync_keys.connection_of(*sync_keys.sync_state(KEY)) == KEY


def test_connections_are_spread_over_the_shards():
    shards = [shard_of(ConnectionKey("acme", str(number))) for number in range(800)]

    assert min(shards.count(shard) for shard in range(SHARDS)) > 60


def test_notifications_are_known_after_they_were_taken_and_only_those_of_the_connection(sync_table):
    events = DynamoWebhookEvents(sync_table)
    taken = [f"e{number}" for number in range(150)]

    events.remember(KEY, taken, NOW)
    events.remember(KEY, taken, NOW)

    assert events.unknown(KEY, [*taken, "new", "\ud800"]) == ["new", "\ud800"]
    assert events.unknown(OTHER, ["e1"]) == ["e1"]


def test_a_company_is_known_by_who_has_connected_it(connections_table):
    pk, sk = keys.realm_claim("934145")
    connections_table.put({"pk": pk, "sk": sk, "tenant_id": "acme"})

    assert DynamoRealms(connections_table).connections(["934145", "1"]) == {"934145": KEY}


def have_tokens(table: Table, key: ConnectionKey, *, renewed_at, ends_at) -> None:
    pk, sk = keys.connection(key)
    times = {"access_expires_at": to_text(renewed_at + timedelta(hours=1)), "ends_at": to_text(ends_at)}
    table.put({"pk": pk, "sk": sk, "token_shard": token_shard(key), **times})


def test_connections_that_nobody_renewed_are_found_the_longest_unused_of_a_shard_first(connections_table):
    watched = DynamoWatchedTokens(connections_table)
    for number in range(20):
        at = NOW - timedelta(hours=number)
        have_tokens(connections_table, ConnectionKey("acme", str(number)), renewed_at=at, ends_at=NOW)

    found = [int(key.connection_id) for key in watched.not_renewed_since(NOW - timedelta(hours=9, minutes=1))]

    assert set(found) == set(range(10, 20))


def test_a_connection_that_ends_soon_is_found_with_what_was_said_before(connections_table):
    watched = DynamoWatchedTokens(connections_table)
    have_tokens(connections_table, KEY, renewed_at=NOW, ends_at=NOW + timedelta(days=20))
    have_tokens(connections_table, OTHER, renewed_at=NOW, ends_at=NOW + timedelta(days=90))

    (ending,) = watched.ending_before(NOW + timedelta(days=30))
    assert ending == Ending(KEY, NOW + timedelta(days=20), None)
    assert [watched.warned(ending, 30) for _ in range(2)] == [True, False]

    (again,) = watched.ending_before(NOW + timedelta(days=30))
    assert again.warned == Warned(30, NOW + timedelta(days=20))
    assert [watched.warned(again, 7) for _ in range(2)] == [True, False]


def test_polls_are_queued_with_their_tenant_as_group_and_read_back(aws):
    client = boto3.client("sqs", region_name=REGION)
    url = client.create_queue(QueueName="polls")["QueueUrl"]
    requests = [PollRequest(ConnectionKey(f"t{n}", "1"), NOW, n) for n in range(10)]

    PollQueue(client, url).send([replace(request, delay_seconds=0) for request in requests])

    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"])["Messages"]
    read = [read_message(message["Body"]) for message in found]
    assert {request.key.tenant_id for request in read} == {f"t{n}" for n in range(10)}
    assert {request.asked_at for request in read} == {NOW}


def test_a_queue_that_is_not_there_is_a_passing_error(aws):
    client = boto3.client("sqs", region_name=REGION)

    with pytest.raises(StorageUnavailable):
        PollQueue(client, "https://sqs.eu-central-1.amazonaws.com/1/none").send([PollRequest(KEY, NOW)])


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"version": 2, "tenant_id": "a"}'])
def test_a_message_that_is_no_poll_is_refused(body):
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_message(body)


def test_the_verifier_tokens_are_those_of_the_secret_that_are_there():
    values = ['{"webhook_verifier_token": "new"}', "{}", "no json", '{"webhook_verifier_token": 5}', "[]"]

    assert verifier_tokens(values) == ["new"]
