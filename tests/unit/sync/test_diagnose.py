"""The first thing that is wrong, and what to do about it."""

from dataclasses import replace

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.errors import NotFound, PermissionLost
from ledgerlink.usecases.sync.diagnose import diagnose
from ledgerlink.usecases.sync.settle_backfill import settle_backfill
from tests.unit.orders import connection
from tests.unit.sync.fakes import SyncWorld


class Kept:
    """What was copied."""

    def __init__(self, found=True, organic=True):
        self.found, self.organic = found, organic

    def has_any(self, key, direction, *, organic):
        return self.organic if organic else self.found


def look(world, records=None, key=None):
    return diagnose(
        world.connections,
        world.flows,
        world.sync,
        world.backfills,
        records or Kept(),
        lambda _: world.settings,
        key or world.key,
        world.clock(),
    )


def working():
    world = SyncWorld()
    world.flow()
    world.run_backfill()
    world.poll()
    return world


def disconnected(status):
    def make():
        world = working()
        world.connections.have(replace(world.company, status=status))
        return world

    return make


def switched_off():
    world = working()
    settings = connection().settings.model_copy(update={"enabled": False})
    world.connections.have(replace(world.company, settings=settings))
    return world


def flow_off():
    world = working()
    world.flow(enabled=False)
    return world


def never_polled():
    world = SyncWorld()
    world.flow()
    return world


def failing():
    world = working()
    world.script.fail("quickbooks.changes", PermissionLost("No longer an administrator."))
    world.pass_time(minutes=15)
    world.poll()
    return world


def late():
    world = working()
    world.pass_time(hours=3)
    return world


def copying():
    world = SyncWorld()
    world.flow()
    world.poll()
    return world


def copying_failed():
    world = copying()
    settle_backfill(world.backfills, world.events, world.key, 1, "QuickBooksUnavailable", world.clock())
    return world


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (disconnected(ConnectionStatus.NEEDS_RECONNECT), "connected", "connect QuickBooks again"),
        (disconnected(ConnectionStatus.DISCONNECTED), "connected", "connect QuickBooks;"),
        (switched_off, "switched_on", "settings"),
        (SyncWorld, "flow", "Make a flow"),
        (flow_off, "flow_enabled", "Switch the flow on"),
        (never_polled, "last_poll", "quarter of an hour"),
        (failing, "last_poll", "administrator"),
        (late, "polled_lately", "support"),
        (copying, "backfill", "Wait"),
        (copying_failed, "backfill", "redrive"),
    ],
)
def test_the_first_thing_that_is_wrong_is_named_with_what_to_do(make, name, says):
    problem = look(make()).problem

    assert problem.name == name
    assert says in problem.hint


def test_nothing_in_the_company_and_nothing_organic_are_different_answers():
    world = working()

    assert look(world, Kept(found=False)).problem.name == "purchases_found"
    assert look(world, Kept(organic=False)).problem.name == "purchases_organic"
    assert look(world).problem is None


def test_an_idle_company_that_is_polled_once_a_day_is_not_late():
    world = working()
    world.sync.told(world.key, world.clock())
    world.poll()
    world.pass_time(hours=20)

    assert look(world).problem is None


def test_nothing_is_asked_of_quickbooks():
    world = working()
    before = list(world.script.calls)

    look(world)

    assert world.script.calls == before


def test_another_tenants_connection_is_not_found():
    with pytest.raises(NotFound):
        look(working(), key=replace(SyncWorld().key, connection_id="1"))
