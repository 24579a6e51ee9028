"""Which company is polled for what."""

import pytest

from ledgerlink.domain.flows import Direction, connections_of, directions, entities_of, parse_flow
from ledgerlink.errors import InvalidRequest
from ledgerlink.usecases.sync.change_flow import MOST, delete_flow
from ledgerlink.usecases.sync.read_flows import list_flows
from tests.unit.fakes import raising
from tests.unit.orders import REALM, TENANT
from tests.unit.sync.fakes import SIDE, SyncWorld


def parsed(**sides):
    return parse_flow({"input": SIDE, "output": "shop", **sides})


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({}, {Direction.PURCHASES}),
        ({"input": "shop", "output": SIDE}, {Direction.SALES}),
        ({"input": SIDE, "output": SIDE}, {Direction.PURCHASES, Direction.SALES}),
    ],
)
def test_the_input_is_polled_for_purchases_and_the_output_for_sales(sides, expected):
    world = SyncWorld()

    flow = world.flow(**sides)

    assert directions([flow], REALM) == expected


def test_a_flow_that_is_off_and_another_companys_flow_ask_for_nothing():
    world = SyncWorld()

    flows = [world.flow(enabled=False), world.flow("g")]

    assert directions(flows[:1], REALM) == frozenset()
    assert directions(flows, "another") == frozenset()
    assert connections_of(flows) == {REALM}


@pytest.mark.parametrize(
    ("sides", "field"),
    [
        ({"input": "quickbooks"}, "input"),
        ({"input": "quickbooks:"}, "input"),
        ({"output": "quickbooks:a/b"}, "output"),
        ({"output": "my shop"}, "output"),
        ({"output": ""}, "output"),
        ({"input": "erp"}, "input"),
        ({"output": 5}, "output"),
    ],
)
def test_a_side_that_names_nothing_is_refused_and_named(sides, field):
    with pytest.raises(InvalidRequest) as refused:
        parsed(**sides)

    assert field in {entry["field"] for entry in refused.value.fields}


def test_a_flow_names_connections_that_exist():
    world = SyncWorld()

    with pytest.raises(InvalidRequest) as refused:
        world.flow(input="quickbooks:123")

    assert refused.value.code == "unknown_connection"
    assert world.flows.flows == {}


def test_a_tenant_has_so_many_flows_and_changes_those_it_has():
    world = SyncWorld()
    for number in range(MOST):
        world.flow(f"f{number}", enabled=False)

    with pytest.raises(InvalidRequest) as refused:
        world.flow("another")
    world.flow("f1", enabled=True)

    assert refused.value.code == "too_many_flows"
    assert len(world.flows.flows) == MOST


def test_an_entity_of_both_directions_is_asked_for_once():
    both = entities_of(Direction)

    assert len(both) == len(set(both)) == 8
    assert entities_of([Direction.PURCHASES]) == ("PurchaseOrder", "Bill", "Vendor", "Item")


def test_switching_a_direction_on_for_the_first_time_starts_its_backfill_and_a_poll():
    world = SyncWorld()

    world.flow()

    (backfill,) = world.executions.started.values()
    assert backfill.entities == ("PurchaseOrder", "Bill")
    assert (world.clock() - backfill.since).days == 90
    assert world.state.due_at == world.clock()


def test_switching_it_off_and_on_again_starts_no_second_backfill():
    world = SyncWorld()
    world.flow()
    world.run_backfill()

    world.flow(enabled=False)
    world.flow()

    assert len(world.executions.started) == 1


def test_the_second_direction_gets_a_backfill_of_its_own():
    world = SyncWorld()
    world.flow()
    world.run_backfill()

    world.flow("g", input="shop", output=SIDE)

    assert [b.entities for b in world.executions.started.values()][1] == ("Estimate", "Invoice", "SalesReceipt")


def test_the_same_flow_again_changes_nothing():
    world = SyncWorld()
    first = world.flow()
    world.pass_time(hours=1)
    before = world.state

    again = world.flow()

    assert again == first
    assert world.state == before


def test_a_backfill_that_cannot_be_started_does_not_lose_the_flow_and_the_next_poll_starts_it():
    world = SyncWorld()
    from ledgerlink.errors import StorageUnavailable

    world.script.next("before", "executions.start", raising(StorageUnavailable("Down.")))
    world.flow()
    assert world.executions.started == {}

    world.poll()

    assert len(world.executions.started) == 1


def test_deleting_a_flow_ends_its_polls_and_keeps_what_was_copied():
    world = SyncWorld()
    world.flow()
    world.quickbooks.make("Bill")
    world.poll()
    asked = len(world.quickbooks.asked_since)

    delete_flow(world.flows, TENANT, "f", world.clock())
    world.pass_time(minutes=15)
    ended = world.poll()

    assert ended.outcome == "resting"
    assert len(world.quickbooks.asked_since) == asked
    assert world.state.due_at is None
    assert world.records.ids("Bill") == {"1"}
    assert list_flows(world.flows, TENANT) == []
