"""Notifications: hints that may come twice, late, or for companies that are not ours."""

import pytest

from ledgerlink.domain.changes import ChangeNotice
from ledgerlink.errors import StorageUnavailable
from ledgerlink.usecases.sync.poll_connection import Outcome
from ledgerlink.usecases.sync.receive_webhook import COLLECTED_FOR, receive_webhook
from tests.unit.orders import CONNECTION_KEY, REALM
from tests.unit.sync.fakes import FakePollQueue, FakeRealms, FakeWebhookEvents, SyncWorld


def notice(event_id="e1", *, realm_id=REALM, entity="Bill"):
    return ChangeNotice(event_id, realm_id, entity, "7", "updated", None)


class Receiver:
    def __init__(self, world):
        self.world = world
        self.queue = FakePollQueue()
        self.events = FakeWebhookEvents()
        self.realms = FakeRealms({REALM: CONNECTION_KEY})

    def take(self, *notices):
        return receive_webhook(self.realms, self.events, self.world.sync, self.queue, notices, self.world.clock())


@pytest.fixture
def world():
    world = SyncWorld()
    world.flow()
    world.poll()
    world.pass_time(minutes=2)
    return world


@pytest.fixture
def receiver(world):
    return Receiver(world)


def test_a_notification_queues_one_poll_of_its_company_and_makes_it_due(world, receiver):
    receiver.take(notice("e1"), notice("e2"), notice("e3", entity="Vendor"))

    (queued,) = receiver.queue.sent
    assert queued.key == CONNECTION_KEY
    assert world.state.due_at == world.clock()
    assert world.state.notified.told_at == world.clock()


def test_the_poll_that_was_queued_finds_the_change(world, receiver):
    world.quickbooks.make("Bill")
    receiver.take(notice())
    world.clock.time += COLLECTED_FOR

    polled = world.poll(asked_at=receiver.queue.sent[0].asked_at)

    assert (polled.outcome, polled.changed) == (Outcome.POLLED, 1)


def test_fault_13_and_23_a_notification_that_comes_again_has_no_effect(world, receiver):
    receiver.take(notice())
    world.pass_time(days=1)
    before = world.state

    polled = receiver.take(notice())

    assert polled == 0
    assert len(receiver.queue.sent) == 1
    assert world.state == before


def test_what_comes_within_seconds_is_read_by_one_poll(world, receiver):
    for number in range(50):
        receiver.take(notice(f"e{number}"))
        world.pass_time(milliseconds=100)

    assert len(receiver.queue.sent) == 1
    world.pass_time(seconds=10)
    receiver.take(notice("later"))
    assert len(receiver.queue.sent) == 2


def test_a_company_that_is_not_ours_is_no_error(receiver):
    assert receiver.take(notice(realm_id="999"), notice()) == 1


def test_an_entity_that_nobody_polls_changes_nothing(world, receiver):
    before = world.state

    receiver.take(notice(entity="Payment"))

    assert receiver.queue.sent == []
    assert world.state == before


def test_a_company_of_which_nothing_is_polled_is_not_polled_for_a_notification(world, receiver):
    world.flow(enabled=False)
    world.poll()

    receiver.take(notice())

    assert receiver.queue.sent == []


def test_fault_24_a_poll_that_cannot_be_queued_is_an_error_so_that_intuit_tells_it_again(world, receiver):
    receiver.queue.is_down = True
    with pytest.raises(StorageUnavailable):
        receiver.take(notice())
    receiver.queue.is_down = False
    world.clock.time += COLLECTED_FOR

    receiver.take(notice())

    assert len(receiver.queue.sent) == 1
    assert world.state.due_at <= world.clock()


def test_a_notification_that_cannot_be_remembered_is_taken_all_the_same(world, receiver):
    def busy(*_):
        raise StorageUnavailable("Busy.")

    receiver.events.remember = busy

    assert receiver.take(notice()) == 1
    assert len(receiver.queue.sent) == 1
