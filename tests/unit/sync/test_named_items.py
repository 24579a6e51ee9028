"""A poll copies the items that a document names, however long ago they changed."""

from datetime import timedelta

from tests.unit.orders import NOW
from tests.unit.sync.fakes import SyncWorld


def order_line(item_id: str) -> dict[str, object]:
    return {"DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": {"ItemRef": {"value": item_id}}}


def test_an_item_that_was_never_copied_comes_with_the_first_document_that_names_it():
    world = SyncWorld(start=NOW - timedelta(days=200))
    old, other = world.quickbooks.make("Item"), world.quickbooks.make("Item")
    world.clock.time = NOW
    world.flow()
    world.run_backfill()
    world.poll()
    world.pass_time(minutes=15)
    bill = world.quickbooks.make("Bill", Line=[order_line(old)])

    world.poll()

    assert world.records.ids("Bill") == {bill}
    assert world.records.ids("Item") == {old}
    assert other not in world.records.ids("Item")


def test_an_item_that_was_copied_is_not_asked_for_again():
    world = SyncWorld(start=NOW - timedelta(days=200))
    old = world.quickbooks.make("Item")
    world.clock.time = NOW
    world.flow()
    world.run_backfill()
    world.quickbooks.make("Bill", Line=[order_line(old)])
    world.poll()
    before = world.script.calls.count("quickbooks.named")
    world.pass_time(minutes=15)
    world.quickbooks.make("Bill", Line=[order_line(old)])

    world.poll()

    assert before == world.script.calls.count("quickbooks.named") == 1
