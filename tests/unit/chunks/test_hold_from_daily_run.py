"""What waited for its day, after settings, companies or the document itself have changed."""

from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import NotConnected
from tests.unit.chunk_world import BY_HAND, CREATED, SECOND, ChunkWorld, became, order_of, stored
from tests.unit.orders import REALM, TENANT, connection

ORDERS_OFF = {"kinds": {"purchase-orders": {"enabled": False}}}
BY_HAND_ONLY = {"kinds": {"purchase-orders": {"automatic": False}}}
APPROVED_ONLY = {"kinds": {"purchase-orders": {"push_when": ["approved"]}}}


def daily(**changes: Any) -> Settings:
    return Settings.model_validate({"mode": "daily", **changes})


def waiting_world() -> ChunkWorld:
    world = ChunkWorld(connected=connection(settings=daily()))
    world.trigger = Trigger.DAILY
    return world


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        (daily(**ORDERS_OFF), "kind_off"),
        (daily(**BY_HAND_ONLY), "waiting_for_send"),
        (daily(**APPROVED_ONLY), "waiting_for_status"),
        (daily(enabled=False), "integration_off"),
        (BY_HAND, "waiting_for_send"),
    ],
)
def test_settings_that_changed_while_documents_waited_for_their_day_hold_them_back(
    changed: Settings, status: str
) -> None:
    world = waiting_world()
    keys = world.store_orders([1, 2])
    world.connections.have(connection(settings=changed))

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": f"skipped {status}", "po-2": f"skipped {status}"}
    assert world.statuses(keys) == [status] * 2
    assert (stored(world, keys[0]).last_error or {})["code"] == status
    assert world.numbers() == []


def test_two_companies_without_a_word_which_hold_back_what_waited_for_the_one() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=daily()))

    result = world.push_chunk(keys)

    assert (became(result), world.statuses(keys)) == ({"po-1": "skipped several_connections"}, ["several_connections"])


def test_a_document_that_was_cancelled_after_the_plan_is_not_sent_and_keeps_its_place() -> None:
    world = waiting_world()
    world.connections.have(connection(settings=daily(kinds={"purchase-orders": {"push_when": ["open"]}})))
    keys = world.store_orders([1])
    world.store_orders([1], status="cancelled")
    cancelled = stored(world, keys[0])
    world.clock.time += timedelta(minutes=1)

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": "skipped waiting_for_status"}
    assert stored(world, keys[0]) == cancelled


@pytest.mark.parametrize("mode", ["daily", "realtime"])
def test_what_waited_for_the_day_goes_also_after_a_change_to_realtime(mode: str) -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(settings=Settings.model_validate({"mode": mode})))

    assert became(world.push_chunk(keys)) == {"po-1": CREATED}


@pytest.mark.parametrize("trigger", [Trigger.MANUAL, Trigger.SELECTION])
def test_what_a_person_sends_before_its_day_goes(trigger: Trigger) -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.trigger = trigger
    world.connections.have(connection(settings=daily(**BY_HAND_ONLY)))

    assert became(world.push_chunk(keys)) == {"po-1": CREATED}


def test_a_document_that_changes_while_it_is_held_back_is_left_as_it_is_then() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.have(connection(settings=daily(**BY_HAND_ONLY)))
    world.script.next("before", "documents.put", lambda: world.store_orders([1], memo="Newer"))

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": "skipped changed_meanwhile"}
    assert stored(world, keys[0]).revision == 2


def test_what_waited_for_a_company_that_was_disconnected_goes_to_the_one_that_its_instance_has_now() -> None:
    world = waiting_world()
    world.connections.instances = [Instance(TENANT, "north", REALM), Instance(TENANT, "default", REALM)]
    keys = [world.store_one("po-1", order_of(1, instance="north")), world.store_one("po-2", order_of(2))]
    world.have_second_company()
    world.connections.have(connection(connection_id=SECOND, realm_id=SECOND, settings=daily()))
    world.connections.disconnect(connection().key, world.clock())

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": CREATED, "po-2": "skipped not_connected"}
    assert world.statuses(keys) == ["synced", "not_connected"]
    assert world.numbers(books=world.second_books) == ["PO-1"]


def test_what_waits_for_its_day_stops_with_the_only_company_and_goes_on_with_it() -> None:
    world = waiting_world()
    keys = world.store_orders([1])
    world.connections.disconnect(connection().key, world.clock())

    stopped = world.push_chunk(keys)
    statuses = world.statuses(keys)
    world.connections.have(connection(settings=daily()))
    again = world.push_chunk(keys)

    assert (became(stopped), type(stopped.stopped_by), statuses) == ({}, NotConnected, ["waiting_for_daily"])
    assert became(again) == {"po-1": CREATED}
