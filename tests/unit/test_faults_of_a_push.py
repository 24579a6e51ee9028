"""The faults that a push survives: what QuickBooks ends up with, and what a person is told to do."""

from collections.abc import Callable
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.errors import (
    AmbiguousDocument,
    ConnectionRevoked,
    DocumentBusy,
    DocumentRejected,
    NotConnected,
    OutOfSync,
    QuickBooksUnavailable,
    RateLimited,
    StaleSyncToken,
    SyncError,
)
from ledgerlink.usecases.push.look_before_write import MAY_STILL_ARRIVE
from tests import canaries
from tests.unit.chunk_world import ChunkWorld, became
from tests.unit.fakes import Killed
from tests.unit.orders import CONNECTION_KEY, KEY, REALM, TENANT, connection, order_json
from tests.unit.world import World

with_and_without_request_ids = pytest.mark.parametrize("honoured", [True, False], ids=["honoured", "ignored"])


def pushed_world() -> World:
    world = World()
    world.store()
    world.push()
    return world


def changed_world() -> World:
    """A pushed order of which the host has a new revision."""
    world = pushed_world()
    world.store(order_json(memo="Changed"))
    return world


def refused(world: World, **how: Any) -> SyncError:
    with pytest.raises(SyncError) as refusal:
        world.push(**how)
    return refusal.value


def order_id(world: World) -> str:
    order: str = world.orders()[0]["Id"]
    return order


# 6, 7: crash after create, time-out after commit


@with_and_without_request_ids
def test_fault_6_crash_after_create_before_the_link_is_saved(honoured: bool) -> None:
    world = World(honours_request_ids=honoured)
    world.store()
    world.script.fail("links.complete", Killed())
    with pytest.raises(Killed):
        world.push()

    pushed = world.push_until_done()

    assert (pushed.how, len(world.orders()), world.status()) == ("reattached", 1, Status.SYNCED)


@with_and_without_request_ids
def test_fault_7_time_out_after_commit(honoured: bool) -> None:
    world = World(honours_request_ids=honoured)
    world.store()
    world.script.lose_answer("books.create")

    first = refused(world)
    pushed = world.push(try_number=2)

    assert isinstance(first, QuickBooksUnavailable)
    assert (pushed.how, len(world.orders())) == ("reattached", 1)


@with_and_without_request_ids
def test_fault_7_time_out_of_a_creating_call_that_made_the_vendor_and_one_of_two_items(honoured: bool) -> None:
    world = World(honours_request_ids=honoured)
    world.store()
    world.books.breaks_batch_after = 2

    first = refused(world)
    world.push(try_number=2)

    assert isinstance(first, QuickBooksUnavailable)
    assert (world.names("Vendor"), world.names("Item")) == ([canaries.SUPPLIER], ["Bolt M8", "Nut M8"])
    assert len(world.orders()) == 1


def test_fault_7_time_out_of_an_update_that_arrived() -> None:
    """Our own change makes the SyncToken stale; it is not taken for somebody else's."""
    world = changed_world()
    world.books.honours_request_ids = False
    world.script.lose_answer("books.update")
    refused(world)

    pushed = world.push(try_number=2)

    assert (pushed.how, world.orders()[0]["Memo"]) == ("updated", "Changed")


# 8: two candidates


def test_fault_8_look_up_finds_two_candidates_and_none_is_picked() -> None:
    world = World()
    world.books.numbered.clear()
    world.store()
    world.script.lose_answer("books.create")
    refused(world)
    twin = {k: v for k, v in world.orders()[0].items() if k != "Id"}
    world.books.have("PurchaseOrder", **twin)

    error = refused(world, try_number=2)

    assert isinstance(error, AmbiguousDocument)
    assert "Delete or renumber one of the two" in error.hint
    assert [order["SyncToken"] for order in world.orders()] == ["0", "0"]


def test_fault_8_another_vendors_order_of_the_same_number_makes_it_no_clearer() -> None:
    world = World()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    for vendor_id in (vendor["Id"], "999"):
        world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor_id}, Line=[])
    world.store()

    assert isinstance(refused(world), AmbiguousDocument)


# 9, 10: QuickBooks does not want to, or cannot


@pytest.mark.parametrize(
    "error",
    [RateLimited("429."), QuickBooksUnavailable("503."), QuickBooksUnavailable("Connection reset.")],
    ids=["fault 9: 429", "fault 10: 5xx", "fault 10: connection reset"],
)
@pytest.mark.parametrize("call", ["books.seek", "books.answer_all", "books.create"])
def test_faults_9_and_10_a_storm_is_outlived_by_trying_again(error: SyncError, call: str) -> None:
    world = World()
    world.store()
    if call == "books.answer_all":
        world.books.turns_batch_away = error
    else:
        world.script.fail(call, error)

    raised = refused(world)
    pushed = world.push(try_number=2)

    assert raised is error
    assert (pushed.how, len(world.orders()), len(world.books.all("Vendor"))) == ("created", 1, 1)


def test_fault_9_a_429_leaves_no_doubt_whether_anything_was_written() -> None:
    world = World()
    world.store()
    world.script.fail("books.create", RateLimited("429."))

    refused(world)
    world.script.calls.clear()
    world.push(try_number=2)

    assert [call for call in world.script.calls if call.startswith("books.")] == ["books.create"]


# 11: stale SyncToken


def test_fault_11_stale_sync_token_is_read_and_our_change_re_applied_once() -> None:
    world = changed_world()
    world.books.change("PurchaseOrder", order_id(world), Memo="Theirs", ShipMethodRef={"value": "UPS"})
    world.script.calls.clear()

    world.push()

    order = world.orders()[0]
    assert (order["Memo"], order["ShipMethodRef"]) == ("Changed", {"value": "UPS"})
    assert [call for call in world.script.calls if call.startswith("books.")] == [
        "books.update",
        "books.read",
        "books.update",
    ]


def test_fault_11_stale_twice_is_left_to_the_state_machine() -> None:
    world = changed_world()
    world.script.fail("books.update", StaleSyncToken("Stale."), times=2)

    assert isinstance(refused(world), StaleSyncToken)
    assert world.push(try_number=2).how == "updated"


# 16: partial batch failure


def test_fault_16_partial_batch_failure_retries_what_failed_and_nothing_else() -> None:
    world = ChunkWorld()
    keys = world.store_orders([1, 2, 3])
    world.books.refuses["PO-2"] = DocumentRejected("No.", code="quickbooks_6000")

    first = world.push_chunk(keys)
    world.books.refuses.clear()
    sent = len(world.books.request_ids)
    second = world.push(keys[1], try_number=2)

    assert became(first)["po-2"] == "handed_on quickbooks_6000"
    assert (second.how, len(world.books.request_ids) - sent, world.numbers()) == (
        "created",
        1,
        ["PO-1", "PO-2", "PO-3"],
    )


# 35: deleted, voided, closed, merged in QuickBooks


def deleted(world: World) -> None:
    """Merging an order into another one leaves the same behind: nothing of this id."""
    world.books.remove("PurchaseOrder", order_id(world))


def voided(world: World) -> None:
    world.books.change("PurchaseOrder", order_id(world), PrivateNote=f"Voided\n{world.orders()[0]['PrivateNote']}")


def closed(world: World) -> None:
    world.books.change("PurchaseOrder", order_id(world), POStatus="Closed")


ENDED: dict[str, tuple[Callable[[World], None], str]] = {
    "deleted_in_quickbooks": (deleted, "Send it again by hand if it shall be created anew"),
    "voided_in_quickbooks": (voided, "send it again by hand, if it shall count again"),
    "closed_in_quickbooks": (closed, "reopen the order there and send it again by hand"),
}
however_it_ended = pytest.mark.parametrize("code", ENDED)


@however_it_ended
def test_fault_35_what_a_person_ended_in_quickbooks_is_named_with_its_way_out_and_left_alone(code: str) -> None:
    world = changed_world()
    end, way_out = ENDED[code]
    end(world)
    before = [dict(order) for order in world.orders()]

    errors = [refused(world, try_number=number) for number in (1, 2)]

    assert [(type(error), error.code) for error in errors] == [(OutOfSync, code)] * 2
    assert way_out in errors[0].hint
    assert world.orders() == before


@however_it_ended
def test_fault_35_by_hand_it_goes_on_and_there_is_one(code: str) -> None:
    world = changed_world()
    ENDED[code][0](world)
    refused(world)

    pushed = world.push(trigger=Trigger.MANUAL)

    assert pushed.how == ("created" if code == "deleted_in_quickbooks" else "updated")
    assert [order["Memo"] for order in world.orders()] == ["Changed"]
    assert world.push(try_number=2).how == "unchanged"


@pytest.mark.parametrize(
    ("code", "honoured"),
    [
        ("voided_in_quickbooks", True),
        ("voided_in_quickbooks", False),
        ("closed_in_quickbooks", False),
        # Without request ids nobody can tell it from one that never arrived.
        ("deleted_in_quickbooks", True),
    ],
)
def test_fault_35_what_was_ended_while_our_answer_was_lost_is_not_brought_back(code: str, honoured: bool) -> None:
    """An order that never was linked: it is found by its number, or Intuit answers with what it made then."""
    world = World(honours_request_ids=honoured)
    world.store()
    world.script.lose_answer("books.create")
    refused(world)
    ENDED[code][0](world)
    before = [dict(order) for order in world.orders()]

    error = refused(world, try_number=2)

    assert error.code == code
    assert world.orders() == before
    world.push(trigger=Trigger.MANUAL)
    assert len(world.orders()) == 1


@however_it_ended
def test_fault_35_a_chunk_names_it_to_the_one_document_and_sends_the_others(code: str) -> None:
    world = ChunkWorld()
    keys = world.store_orders([1, 2])
    world.push_chunk(keys)
    ENDED[code][0](world)
    world.store_orders([1, 2], memo="Changed")

    result = world.push_chunk(keys)

    assert became(result) == {"po-1": f"handed_on {code}", "po-2": "synced updated"}


def test_fault_35_a_vendor_that_was_merged_into_another_one_is_named_until_a_person_matches_the_other_one() -> None:
    world = changed_world()
    (vendor,) = world.books.all("Vendor")
    world.books.remove("Vendor", vendor["Id"])
    heir = world.books.have("Vendor", DisplayName="Their new name")

    errors = [refused(world, try_number=number) for number in (1, 2)]
    key = LinkKey(TENANT, REALM, "suppliers", "s-1")
    world.links.links[key] = EntityLink(key, "Vendor", heir["Id"], manual=True)
    pushed = world.push(try_number=3)

    assert {type(error) for error in errors} == {OutOfSync}
    assert "the vendor 's-1' is gone" in errors[1].message
    assert "match it to another one under Mappings" in errors[1].hint
    assert (pushed.how, world.orders()[0]["VendorRef"]) == ("updated", {"value": heir["Id"]})
    assert world.names("Vendor") == ["Their new name"]


# 36: disconnect while work is queued


@pytest.mark.parametrize("moment", ["before the push", "books.seek", "books.create"])
def test_fault_36_disconnect_while_work_is_queued_ends_by_name_and_a_reconnect_resumes(moment: str) -> None:
    world = World()
    world.store()
    lost = ConnectionRevoked("QuickBooks no longer lets us in.")
    if moment == "before the push":
        world.connections.disconnect(CONNECTION_KEY, world.clock())
    else:
        world.script.fail(moment, lost)

    error = refused(world)
    world.connections.have(connection())
    pushed = world.push(try_number=2)

    assert type(error) is (NotConnected if moment == "before the push" else ConnectionRevoked)
    assert (pushed.how, len(world.orders())) == ("created", 1)


# 38: redrive twice, two executions


def test_fault_38_a_redrive_of_what_succeeded_meanwhile_writes_the_same_order_again_and_makes_none() -> None:
    world = pushed_world()

    pushed = [world.push(trigger=Trigger.REDRIVE, redrive_count=count).how for count in (1, 2)]

    assert (pushed, len(world.orders())) == (["updated", "updated"], 1)


def test_fault_38_the_second_of_two_executions_is_busy_until_the_first_is_done_or_dead() -> None:
    world = World()
    world.store()
    ends: list[SyncError] = []
    world.script.next("before", "books.create", lambda: ends.append(refused(world)))

    pushed = world.push()

    assert [type(end) for end in ends] == [DocumentBusy]
    assert (pushed.how, world.push(try_number=2).how, len(world.orders())) == ("created", "unchanged", 1)


def test_fault_38_an_old_execution_that_is_redriven_sends_what_the_document_says_now() -> None:
    world = changed_world()
    world.push()

    world.push(attempt=1, trigger=Trigger.REDRIVE, redrive_count=1)

    assert [order["Memo"] for order in world.orders()] == ["Changed"]
    assert world.document(KEY).status is Status.SYNCED


def test_a_write_that_may_still_arrive_is_waited_for_as_long_as_intuit_may_work_on_it() -> None:
    world = World()
    world.store()
    world.script.fail("books.create", QuickBooksUnavailable("No answer."))
    refused(world)
    world.store(order_json(number="8"))

    early = refused(world)
    world.clock.time += MAY_STILL_ARRIVE
    pushed = world.push(try_number=2)

    assert (early.code, pushed.how) == ("earlier_try", "created")
    assert [order["DocNumber"] for order in world.orders()] == ["PO-8"]


def test_a_write_under_a_number_that_something_else_has_by_now_is_refused_at_once() -> None:
    """Waiting would not help: whatever still arrives, the number stays taken."""
    world = World()
    world.store()
    world.script.fail("books.create", QuickBooksUnavailable("No answer."))
    refused(world)
    world.books.have("PurchaseOrder", DocNumber="PO-8", VendorRef={"value": "999"}, Line=[])
    world.store(order_json(number="8"))

    assert refused(world).code == "number_taken"


def test_a_lost_create_under_a_second_name_is_repeated_at_once() -> None:
    """The first name is surely refused, so that nothing can arrive under it."""
    world = World()
    world.books.have("Customer", DisplayName=canaries.SUPPLIER)
    key = DocumentKey(TENANT, "suppliers", "s-1")
    world.store({"name": canaries.SUPPLIER}, key)
    world.script.next("before", "books.create", lambda: None)
    world.script.fail("books.create", QuickBooksUnavailable("No answer."))
    refused(world, key=key)

    pushed = world.push(key, try_number=2)

    assert (pushed.how, world.names("Vendor")) == ("created", [f"{canaries.SUPPLIER} (V)"])
