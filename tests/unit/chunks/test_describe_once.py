"""Each company is described once for all documents of a chunk."""

from datetime import timedelta

from ledgerlink.errors import QuickBooksUnavailable, RateLimited
from tests.unit.chunk_world import BY_HAND, CREATED, TIME, ChunkWorld, became, order_of
from tests.unit.orders import NOW, connection


def test_an_undescribed_company_is_described_once_for_all() -> None:
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    keys = world.store_orders([1, 2, 3])

    world.push_chunk(keys)

    assert [call for call in world.script.calls if call.startswith("company.")] == [
        "company.company_info",
        "company.preferences",
    ]


def test_a_company_that_cannot_be_described_now_is_asked_once_and_not_for_each_document() -> None:
    """A 429 storm: thirty documents do not make thirty calls."""
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    keys = world.store_orders([1, 2, 3])
    world.script.fail("company.company_info", RateLimited("429."), times=3)

    result = world.push_chunk(keys)

    assert (became(result), type(result.stopped_by)) == ({}, RateLimited)
    assert world.script.calls.count("company.company_info") == 1


def test_a_new_description_that_does_not_come_is_asked_for_once_and_the_old_one_used() -> None:
    """Each of those calls may take half a minute."""
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=NOW - timedelta(days=2)))
    keys = world.store_orders([1, 2, 3])
    world.script.fail("company.company_info", QuickBooksUnavailable("No answer."), times=3)

    result = world.push_chunk(keys)

    assert set(became(result).values()) == {CREATED}
    assert world.script.calls.count("company.company_info") == 1


def test_after_the_deadline_no_company_is_described() -> None:
    world = ChunkWorld(connected=connection(settings=BY_HAND, described_at=None, home_currency=""))
    world.have_second_company(described_at=None, home_currency="")
    keys = [world.store_one("po-1", order_of(1)), world.store_one("po-2", order_of(2, instance="north"))]
    world.script.next("after", "company.preferences", lambda: world.clock.sleep(TIME.total_seconds()))

    result = world.push_chunk(keys)

    assert (became(result), result.stopped_by) == ({}, None)
    assert world.script.calls.count("company.company_info") == 1
