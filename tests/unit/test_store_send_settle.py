"""Documents between the host's PUT and the end of their push."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ledgerlink.domain.activity import Activity
from ledgerlink.domain.attempts import Attempt, Ended, Trigger
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.settings import Mode, Settings
from ledgerlink.errors import (
    Conflict,
    ConnectionRevoked,
    InvalidRequest,
    MissingConfiguration,
    NotConnected,
    NotFound,
    StorageUnavailable,
    SyncError,
    Unexpected,
)
from ledgerlink.usecases.documents.read_documents import list_documents, read_document
from ledgerlink.usecases.documents.settle_push import settle_push
from ledgerlink.usecases.documents.store_document import store_document
from ledgerlink.usecases.documents.sweep_documents import PATIENCE, sweep_documents
from tests.unit.fakes import FakeConnections, Killed, Port, raising
from tests.unit.orders import KEY, KIND, REALM, connection, order_json
from tests.unit.world import World


def ended(
    world: World,
    error: str = "QuickBooksUnavailable",
    status: str = "FAILED",
    redrive_count: int = 0,
    key: DocumentKey = KEY,
) -> Ended:
    attempt = world.document(key).current_attempt
    return Ended(attempt, Trigger.AUTOMATIC, attempt.execution_name, status, error, world.clock(), redrive_count)


def settle(world: World, ending: Ended) -> bool:
    return settle_push(world.documents, world.activity, world.events, ending, world.clock())


def sweep(world: World) -> int:
    return sweep_documents(world.documents, world.executions, world.activity, world.events, world.clock())


def failed_world() -> World:
    world = World()
    world.store()
    settle(world, ended(world))
    return world


# what a PUT does


def test_a_new_document_is_stored_and_its_push_started() -> None:
    world = World()

    stored = world.store()

    assert (stored.changed, stored.document.revision, stored.document.status) == (True, 1, Status.SYNCING)
    assert list(world.executions.started.values()) == [(Attempt(KEY, 1, 1), Trigger.AUTOMATIC)]


def test_put_of_the_same_content_pushes_nothing() -> None:
    world = World()
    world.store()
    world.push()

    stored = world.store(dict(reversed(order_json().items())))

    assert (stored.changed, stored.document.revision, stored.document.status) == (False, 1, Status.SYNCED)
    assert len(world.executions.started) == 1


def test_put_of_other_content_is_a_new_revision_and_a_new_attempt() -> None:
    world = World()
    world.store()
    world.push()

    stored = world.store(order_json(memo="Changed"))

    assert (stored.document.revision, stored.document.attempt, stored.document.status) == (2, 2, Status.SYNCING)
    assert stored.document.quickbooks is not None


def test_put_while_syncing_restarts_a_lost_start() -> None:
    world = World()
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.store()

    stored = world.store()

    assert not stored.changed
    assert list(world.executions.started) == [stored.document.current_attempt.execution_name]


def test_put_while_syncing_starts_no_second_execution() -> None:
    world = World()
    world.store()

    world.store()

    assert len(world.executions.started) == 1


def test_put_of_the_same_content_after_a_failure_sends_nothing_by_itself() -> None:
    world = failed_world()

    stored = world.store()

    assert (stored.changed, stored.document.status) == (False, Status.SYNC_FAILED)
    assert len(world.executions.started) == 1


def test_a_document_without_a_connection_is_kept_and_says_why() -> None:
    world = World()
    world.connections.stored.clear()

    stored = world.store()

    assert stored.document.status is Status.NOT_CONNECTED
    assert stored.document.last_error is not None
    assert stored.document.last_error["code"] == "not_connected"
    assert world.executions.started == {}


def test_a_held_document_is_sent_by_the_next_put_of_the_same_content() -> None:
    world = World(connected=connection(status=ConnectionStatus.NEEDS_RECONNECT))
    held = world.store().document
    world.connections.have(connection())

    stored = world.store()

    assert held.status is Status.NEEDS_RECONNECT
    assert (stored.changed, stored.document.revision, stored.document.status) == (False, 1, Status.SYNCING)
    assert len(world.executions.started) == 1


@pytest.mark.parametrize("settings", [{"mode": "daily"}, {"mode": "manual"}, {"enabled": False}])
def test_a_held_document_keeps_its_place_when_the_same_content_comes_again(settings: dict[str, Any]) -> None:
    """A host that sends everything again each night, just before the daily run."""
    world = World(connected=connection(settings=Settings.model_validate(settings)))
    held = world.store().document
    world.clock.time += timedelta(hours=5)

    stored = world.store()

    assert (stored.changed, stored.document) == (False, held)
    assert world.document() == held


def test_a_held_document_says_what_holds_it_now_when_the_same_content_comes_again() -> None:
    world = World(connected=connection(settings=Settings(mode=Mode.DAILY)))
    world.store()
    world.connections.have(connection(settings=Settings(mode=Mode.MANUAL)))

    stored = world.store()

    assert (stored.document.status, stored.changed) == (Status.WAITING_FOR_SEND, False)


def test_with_two_companies_connected_documents_wait_and_the_error_says_what_to_do() -> None:
    world = World()
    second = connection(connection_id="2", realm_id="2")
    world.connections.have(second)

    held = world.store().document
    with pytest.raises(MissingConfiguration) as refusal:
        world.send()

    assert held.status is Status.SEVERAL_CONNECTIONS
    assert held.last_error == refusal.value.to_dict()
    assert (held.last_error["code"], held.last_error["hint"]) == (
        "several_connections",
        "Make an instance called 'default' for the company that it goes to, or disconnect the others; then send it.",
    )
    assert world.executions.started == {}


def test_a_document_that_waited_for_one_of_two_companies_is_sent_after_one_is_disconnected() -> None:
    world = World()
    second = connection(connection_id="2", realm_id="2")
    world.connections.have(second)
    world.store()
    world.connections.disconnect(second.key, world.clock())

    stored = world.store()
    world.push()

    assert (stored.changed, stored.document.revision) == (False, 1)
    assert world.status() is Status.SYNCED


def test_a_document_of_an_unknown_tenant_is_refused() -> None:
    world = World()

    with pytest.raises(NotFound) as refusal:
        world.store(key=DocumentKey("nobody", KIND, "1"))

    assert refusal.value.code == "unknown_tenant"


def test_a_document_with_a_bad_id_is_refused() -> None:
    world = World()

    with pytest.raises(InvalidRequest):
        world.store(key=replace(KEY, document_id="a b"))

    assert world.documents.documents == {}


def test_a_put_that_is_overtaken_looks_again() -> None:
    world = World()
    documents = Port("documents", world.documents, world.script)
    world.script.next("before", "documents.put", lambda: world.store(order_json(memo="Faster")))

    stored = store_document(
        documents, world.connections, world.executions, KEY, order_json(memo="Slower"), world.clock()
    )

    assert (stored.document.revision, stored.document.attempt) == (2, 2)
    assert len(world.executions.started) == 2


def test_a_put_that_is_overtaken_again_and_again_gives_up() -> None:
    world = World()
    world.store()
    documents = Port("documents", world.documents, world.script)
    for number in range(5):
        faster = partial(world.store, order_json(memo=f"Faster {number}"))
        world.script.next("before", "documents.put", faster)

    with pytest.raises(Conflict):
        store_document(documents, world.connections, world.executions, KEY, order_json(memo="S"), world.clock())

    assert world.document().revision == 6


def test_a_document_says_which_company_it_goes_to_whatever_becomes_of_it() -> None:
    world = World()

    stored = world.store().document
    settle(world, ended(world))
    failed = world.document()
    sent = world.send()

    assert [one.connection_id for one in (stored, failed, sent)] == [REALM] * 3


# reading


def test_a_document_is_read_and_an_unknown_one_is_not_found() -> None:
    world = World()
    world.store()

    found = read_document(world.documents, world.connections, KEY)

    assert found == world.document()
    with pytest.raises(NotFound):
        read_document(world.documents, world.connections, replace(KEY, document_id="other"))


@pytest.mark.parametrize("document_id", ["x" * 2000, "a b", ""])
def test_reading_or_sending_an_id_that_no_document_can_have_is_refused(document_id: str) -> None:
    world = World()
    key = replace(KEY, document_id=document_id)

    with pytest.raises(InvalidRequest):
        read_document(world.documents, world.connections, key)
    with pytest.raises(InvalidRequest):
        world.send(key)


@pytest.mark.parametrize("wrong", [{"status": "lost"}, {"after": "a b"}])
def test_a_list_with_a_wrong_filter_is_refused_by_its_name(wrong: dict[str, str]) -> None:
    world = World()
    filters: dict[str, str | None] = {"status": None, "after": None, **wrong}

    with pytest.raises(InvalidRequest) as refusal:
        list_documents(
            world.documents,
            world.connections,
            "acme",
            KIND,
            status=filters["status"],
            limit=10,
            after=filters["after"],
        )

    assert [field["field"] for field in refusal.value.fields] == list(wrong)


# sending by hand


def test_sending_a_failed_document_starts_another_attempt_by_hand() -> None:
    world = failed_world()

    document = world.send()

    assert (document.status, document.attempt, document.last_error) == (Status.SYNCING, 2, None)
    assert list(world.executions.started.values())[-1] == (Attempt(KEY, 1, 2), Trigger.MANUAL)


def test_a_double_click_on_send_sends_once() -> None:
    world = failed_world()

    first, second = world.send(), world.send()

    assert first == second
    assert len(world.executions.started) == 2


def test_two_clicks_on_send_at_the_same_moment_send_once() -> None:
    world = failed_world()
    stale = world.document()
    world.send()

    lost = world.documents.put(replace(stale, status=Status.SYNCING, attempt=2), stale)

    assert not lost
    assert len(world.executions.started) == 2


def test_sending_again_restarts_a_start_that_was_lost() -> None:
    world = failed_world()
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.send()

    world.send()

    assert list(world.executions.started.values())[-1] == (Attempt(KEY, 1, 2), Trigger.MANUAL)


def test_sending_without_a_connection_says_so_and_changes_nothing() -> None:
    world = failed_world()
    before = world.document()
    world.connections.stored.clear()

    with pytest.raises(NotConnected):
        world.send()

    assert world.document() == before


def test_sending_over_a_revoked_connection_is_refused() -> None:
    world = failed_world()
    world.connections.have(connection(status=ConnectionStatus.NEEDS_RECONNECT))

    with pytest.raises(ConnectionRevoked):
        world.send()

    assert world.status() is Status.SYNC_FAILED


def test_sending_an_unknown_document_is_not_found() -> None:
    with pytest.raises(NotFound):
        World().send()


# settling


def test_a_push_that_gave_up_marks_the_document_and_tells_the_host() -> None:
    world = World()
    world.store()
    world.documents.note_error(world.document().current_attempt, {"category": "unavailable", "code": "x"})

    marked = settle(world, ended(world))

    assert (marked, world.status()) == (True, Status.SYNC_FAILED)
    assert [(e.outcome, e.error) for e in world.activity.entries] == [
        ("gave_up", {"category": "unavailable", "code": "x"})
    ]
    assert len(world.events.named("document.sync_failed")) == 1


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        ("ABORTED", "", "push_aborted"),
        ("TIMED_OUT", "States.Timeout", "push_interrupted"),
        ("FAILED", "Sandbox.Timedout", "push_interrupted"),
        ("FAILED", "KeyError", "push_interrupted"),
    ],
)
def test_a_push_that_could_note_nothing_is_explained(status: str, error: str, code: str) -> None:
    world = World()
    world.store()

    settle(world, ended(world, error, status))

    assert world.document().last_error is not None
    assert world.document().last_error["code"] == code  # type: ignore[index]


def everything(world: World) -> tuple[Document, list[Activity], list[Any]]:
    return world.document(), world.activity.entries, list(world.events.published)


def test_a_repeated_failed_event_changes_nothing() -> None:
    """Duplicate EventBridge delivery, the second one a day later."""
    world = failed_world()
    before = everything(world)
    world.clock.time += timedelta(days=1)

    marked = settle(world, ended(world))

    assert (marked, everything(world)) == (False, before)


def test_a_late_failed_event_after_a_success_changes_nothing() -> None:
    world = World()
    world.store()
    late = ended(world)
    world.push()
    before = everything(world)

    marked = settle(world, late)

    assert (marked, everything(world)) == (False, before)


def test_a_late_failed_event_of_an_earlier_attempt_changes_nothing() -> None:
    world = failed_world()
    late = ended(world)
    world.send()
    before = everything(world)

    marked = settle(world, late)

    assert (marked, everything(world)) == (False, before)


def test_an_event_for_a_document_that_is_not_there_changes_nothing() -> None:
    world = World()
    world.store()
    ending = ended(world)
    world.documents.documents.clear()

    assert not settle(world, ending)


def test_a_settling_that_is_stopped_halfway_is_finished_by_the_next_event() -> None:
    world = World()
    world.store()
    script = world.script
    script.next("before", "documents.mark_failed", raising(Killed()))
    with pytest.raises(Killed):
        settle_push(
            Port("documents", world.documents, script), world.activity, world.events, ended(world), world.clock()
        )

    marked = settle(world, ended(world))

    assert (marked, world.status(), len(world.activity.entries)) == (True, Status.SYNC_FAILED, 1)
    assert len(world.events.named("document.sync_failed")) == 1


# the sweep


def test_the_sweep_leaves_documents_alone_that_are_not_late() -> None:
    world = World()
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.store()
    world.clock.time += PATIENCE

    assert sweep(world) == 0


def test_the_sweep_starts_what_was_never_started() -> None:
    world = World()
    world.executions.lost_starts = 1
    with pytest.raises(StorageUnavailable):
        world.store()
    world.clock.time += PATIENCE * 2

    settled = sweep(world)

    assert (settled, len(world.executions.started), world.status()) == (1, 1, Status.SYNCING)


def test_the_sweep_settles_what_ended_without_an_event() -> None:
    world = World()
    world.store()
    ending = ended(world)
    world.executions.endings[ending.execution] = ending
    world.clock.time += PATIENCE * 2

    settled = sweep(world)

    assert (settled, world.status()) == (1, Status.SYNC_FAILED)


def test_the_sweep_leaves_running_executions_alone_and_runs_twice_without_harm() -> None:
    world = World()
    world.store()
    world.clock.time += PATIENCE * 2
    before, entries, events = everything(world)

    settled = sweep(world) + sweep(world)

    assert settled == 0
    assert everything(world) == (replace(before, syncing_since=world.clock()), entries, events)


def test_what_still_runs_makes_way_for_what_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledgerlink.usecases.documents.sweep_documents.AT_ONCE", 2)
    world = World()
    for number in range(4):
        world.store(key=replace(KEY, document_id=f"po-{number}"))
    last = ended(world, key=replace(KEY, document_id="po-3"))
    world.executions.endings[last.execution] = last
    world.clock.time += PATIENCE * 2

    settled = [sweep(world), sweep(world)]

    assert settled == [0, 1]


def test_a_tenant_with_many_late_documents_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledgerlink.usecases.documents.sweep_documents.AT_ONCE", 3)
    world = World()
    world.connections.have(connection(tenant_id="globex", connection_id="2", realm_id="2"))
    keys = [replace(KEY, document_id=f"po-{number}") for number in range(4)]
    keys.append(replace(KEY, tenant_id="globex"))
    for key in keys:
        world.store(key=key)
        ending = ended(world, key=key)
        world.executions.endings[ending.execution] = ending
        world.clock.time += timedelta(seconds=1)
    world.clock.time += PATIENCE * 2

    sweep(world)

    settled = [key for key in keys if world.status(key) is Status.SYNC_FAILED]
    assert settled == [keys[0], keys[1], keys[4]]


def test_a_document_that_cannot_be_swept_neither_stops_the_others_nor_stays_unseen() -> None:
    world = World()
    keys = [replace(KEY, document_id=f"po-{number}") for number in range(3)]
    for key in keys:
        world.store(key=key)
        ending = ended(world, key=key)
        world.executions.endings[ending.execution] = ending
    world.clock.time += PATIENCE * 2
    # An execution that somebody started by hand with another input.
    world.script.fail("executions.ended", KeyError("tenant_id"))
    executions = Port("executions", world.executions, world.script)

    with pytest.raises(Unexpected, match="1 documents could not be looked after, 2 were"):
        sweep_documents(world.documents, executions, world.activity, world.events, world.clock())

    assert [world.status(key) for key in keys] == [Status.SYNCING, Status.SYNC_FAILED, Status.SYNC_FAILED]
    assert len(world.executions.started) == 3


def test_a_document_that_was_settled_while_the_sweep_ran_is_left_alone() -> None:
    world = World()
    world.store()
    world.clock.time += PATIENCE * 2
    documents = Port("documents", world.documents, world.script)
    world.script.next("before", "documents.get", lambda: settle(world, ended(world)))

    settled = sweep_documents(documents, world.executions, world.activity, world.events, world.clock())

    assert (settled, world.status()) == (0, Status.SYNC_FAILED)


def test_the_event_after_the_sweep_changes_nothing() -> None:
    world = World()
    world.store()
    ending = ended(world)
    world.executions.endings[ending.execution] = ending
    world.clock.time += PATIENCE * 2
    sweep(world)
    before = everything(world)

    assert not settle(world, ending)
    assert everything(world) == before


def test_a_redrive_of_an_old_attempt_that_fails_leaves_the_last_ones_result() -> None:
    """The document was sent again meanwhile: an old execution must not leave it busy for ever."""
    world = failed_world()
    old = ended(world)
    world.send()
    world.push(trigger=Trigger.MANUAL)
    assert world.status() is Status.SYNCED
    world.script.fail("books.update", StorageUnavailable("No answer."))

    with pytest.raises(SyncError):
        world.push(attempt=old.attempt.number, trigger=Trigger.REDRIVE, redrive_count=1)
    settle(world, replace(old, redrive_count=1))

    assert (world.status(), world.document().last_error) == (Status.SYNCED, None)


def test_tenants_are_told_apart() -> None:
    world = World()
    world.connections.have(connection(tenant_id="globex", connection_id="2", realm_id="2"))
    other = DocumentKey("globex", KIND, KEY.document_id)
    world.store()
    world.store(order_json(memo="Theirs"), key=other)

    world.send(other)

    assert world.document().content != world.document(other).content
    assert isinstance(world.connections, FakeConnections)
    assert len(world.executions.started) == 2


def test_a_number_that_its_pattern_makes_too_long_is_refused_at_once() -> None:
    world = World()

    with pytest.raises(InvalidRequest) as refusal:
        world.store(order_json(number="1" * 19))

    assert [field["field"] for field in refusal.value.fields] == ["number"]
    assert world.documents.documents == {}
