"""Storing what a poll or a backfill brings, in any order and as often as it comes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.changes import Tombstone
from ledgerlink.domain.organic import Where
from ledgerlink.domain.record_changes import ChangeKind
from ledgerlink.domain.records import HostDocument, Record, RecordKey, State
from ledgerlink.errors import StorageUnavailable
from ledgerlink.usecases.sync import store_changes as module
from tests.unit.inbound.books import MORNING, Books, at, changes, gone, item, key, line, order
from tests.unit.orders import NOW, REALM, TENANT


def kinds(stored: Any) -> list[tuple[str, str]]:
    return [(change.record.key.entity, change.kind.value) for change in stored]


def test_a_new_order_is_created_with_what_its_item_says():
    books = Books()

    stored = books.take(changes(PurchaseOrder=[order()], Item=[item()]))

    assert sorted(kinds(stored)) == [("Item", "created"), ("PurchaseOrder", "created")]
    assert books.record().normalised["lines"][0]["sku"] == "APL-1"
    assert '"TotalAmt":13.50' in books.record().body


def test_the_same_change_again_is_unchanged_and_told_once():
    books = Books()
    first = changes(PurchaseOrder=[order()])
    books.take(first)

    again = books.take(first, seen_minutes=105)

    assert kinds(again) == [("PurchaseOrder", "unchanged")]
    assert len(books.events.named("record.changed")) == 1


def test_the_same_copy_again_writes_nothing():
    books = Books()
    first = changes(PurchaseOrder=[order(Line=[line(Description="organic")])], Item=[item()])
    books.take(first)
    writes, before = books.records.writes, books.record()

    books.take(first, seen_minutes=105)

    assert books.records.writes == writes
    assert books.record() == before


def test_another_balance_within_the_same_second_is_kept():
    books = Books()
    books.take(changes(Item=[item()]))

    books.take(changes(Item=[item(QtyOnHand=Decimal(3))]), seen_minutes=105)

    assert '"QtyOnHand":3' in books.record("Item", "5").body


def test_a_document_of_ours_that_is_known_later_comes_again_in_the_feed_and_is_not_told():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    before, told = books.record().changed_at, len(books.events.published)
    books.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "0")

    stored = books.take(changes(PurchaseOrder=[order()]), seen_minutes=105)

    assert kinds(stored) == [("PurchaseOrder", "unchanged")]
    assert books.record().document == HostDocument("purchase-orders", "po-7", "0")
    moved = books.record().changed_at
    assert before is not None
    assert moved is not None
    assert moved > before
    assert len(books.events.published) == told


def test_a_balance_moves_without_news():
    books = Books()
    books.take(changes(Item=[item()]))
    before = books.record("Item", "5")

    stored = books.take(changes(Item=[item(minutes=5, QtyOnHand=Decimal(3))]))

    after = books.record("Item", "5")
    assert kinds(stored) == [("Item", "unchanged")]
    assert after.changed_at == before.changed_at
    assert '"QtyOnHand":3' in after.body


def test_a_change_moves_to_the_end_of_the_feed():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    before = books.record().changed_at

    stored = books.take(changes(PurchaseOrder=[order(token=1, minutes=5, DocNumber="1002")]))

    after = books.record().changed_at
    assert kinds(stored) == [("PurchaseOrder", "changed")]
    assert before is not None
    assert after is not None
    assert after > before


def test_an_older_copy_changes_nothing():
    books = Books()
    books.take(changes(PurchaseOrder=[order(token=1, minutes=5, DocNumber="new")]))

    stored = books.take(changes(PurchaseOrder=[order(DocNumber="old")]))

    assert kinds(stored) == [("PurchaseOrder", "unchanged")]
    assert books.record().normalised["number"] == "new"


def test_a_later_answer_wins_within_one_second():
    books = Books()
    books.take(changes(PurchaseOrder=[order(VendorRef={"value": "9", "name": "Merged into"})]), seen_minutes=95)

    books.take(changes(PurchaseOrder=[order()]), seen_minutes=90)

    assert books.record().normalised["vendor"]["id"] == "9"


def test_what_is_deleted_keeps_what_was_known_of_it():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))

    stored = books.take(changes(gone()))

    assert kinds(stored) == [("PurchaseOrder", "deleted")]
    assert books.record().state is State.DELETED
    assert books.record().normalised["number"] == "1001"
    assert books.events.named("record.changed")[-1]["records"] == [
        {"id": "12", "change": "deleted", "state": "deleted", "organic": False}
    ]


def test_what_was_deleted_before_it_was_seen_is_no_news_even_if_a_page_still_has_it():
    books = Books()
    books.take(changes(gone()))

    stored = books.take(changes(PurchaseOrder=[order()]))

    assert kinds(stored) == [("PurchaseOrder", "unchanged")]
    assert books.record().state is State.DELETED
    assert books.record().changed_at is None
    assert books.events.published == []


def test_a_copy_that_is_newer_than_the_deletion_is_there_again():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    books.take(changes(gone(minutes=5)))

    stored = books.take(changes(PurchaseOrder=[order(token=1, minutes=6)]))

    assert kinds(stored) == [("PurchaseOrder", "changed")]
    assert books.record().state is State.ACTIVE


def test_a_vendor_that_is_gone_was_merged():
    books = Books()
    vendor = {"Id": "3", "SyncToken": "0", "MetaData": {"LastUpdatedTime": at(0)}, "DisplayName": "Alder"}
    books.take(changes(Vendor=[vendor]))

    books.take(changes(gone("Vendor", "3")))

    assert books.record("Vendor", "3").state is State.MERGED


def test_voided_and_inactive_are_changes_of_their_own():
    books = Books()
    invoice = order() | {"PrivateNote": "", "CustomerRef": {"value": "8", "name": "Cafe"}}
    books.take(changes(Invoice=[invoice], Item=[item()]))

    voided = order(token=1, minutes=9) | {"PrivateNote": "Voided", "TotalAmt": Decimal(0)}
    stored = books.take(changes(Invoice=[voided], Item=[item(token=1, minutes=9, Active=False)]))

    assert sorted(kinds(stored)) == [("Invoice", "changed"), ("Item", "changed")]
    assert books.record("Invoice").state is State.VOIDED
    assert books.record("Item", "5").state is State.INACTIVE


def test_an_echo_of_our_own_write_is_stored_and_not_told():
    books = Books()
    books.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "0")

    stored = books.take(changes(PurchaseOrder=[order()]))

    assert kinds(stored) == [("PurchaseOrder", "unchanged")]
    assert books.record().document == HostDocument("purchase-orders", "po-7", "0")
    assert books.record().changed_at is not None
    assert books.events.published == []


def test_what_is_in_the_feed_when_its_company_is_copied_is_told_no_more_than_our_own_document_is():
    books = Books()
    polled, ours = order(), order("13", DocNumber="1002")
    books.take(changes(PurchaseOrder=[polled], Item=[item()]))
    place, told = books.record().changed_at, len(books.events.published)
    books.own_writes.rows[key(entity_id="13")] = HostDocument("purchase-orders", "po-8", "0")

    copied = books.take(changes(PurchaseOrder=[polled, ours], Item=[item()]), seen_minutes=105)

    assert {kind for _, kind in kinds(copied)} == {"unchanged"}
    assert books.record().changed_at == place
    assert len(books.events.published) == told


def test_a_document_in_the_feed_that_we_take_over_is_not_told_as_changed():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    told = len(books.events.published)
    books.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "1")

    stored = books.take(changes(PurchaseOrder=[order(token=1, minutes=5, DocNumber="1002")]))

    assert kinds(stored) == [("PurchaseOrder", "unchanged")]
    assert books.record().document == HostDocument("purchase-orders", "po-7", "1")
    assert len(books.events.published) == told


def test_what_somebody_else_makes_of_our_document_is_told():
    books = Books()
    books.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "0")
    books.take(changes(PurchaseOrder=[order()]))

    merged = books.take(changes(PurchaseOrder=[order(minutes=5, VendorRef={"value": "9", "name": "Other"})]))
    edited = books.take(changes(PurchaseOrder=[order(token=1, minutes=9, DocNumber="x")]))

    assert kinds(merged) == kinds(edited) == [("PurchaseOrder", "changed")]


def test_a_row_that_cannot_be_kept_does_not_hold_up_the_others():
    books = Books()
    poison = [{}, {"Id": "1"}, order("13", MetaData={"LastUpdatedTime": "2026-11-21"}), order("14", X=Decimal("NaN"))]

    stored = books.take(changes(PurchaseOrder=[*poison, order()]))

    assert [change.record.key for change in stored] == [key()]


def test_half_a_character_at_the_end_of_a_text_that_was_cut_can_be_read_and_written():
    books = Books()
    cut = order(DocNumber="1001 \ud83d", ShipAddr={"Line1": "Farm \ud83d"}, Line=[line(Description="organic \ud83d")])

    books.take(changes(PurchaseOrder=[cut]))

    form = books.record().normalised
    assert (form["number"], form["ship_to"], form["lines"][0]["description"]) == (
        "1001 ?",
        {"line1": "Farm ?"},
        "organic ?",
    )


def test_entities_that_nobody_polls_are_left_alone():
    books = Books()

    assert books.take(changes(Tombstone("Account", "1", None), Account=[order()])) == []


def test_a_changed_item_judges_the_documents_that_name_it():
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))

    stored = books.take(changes(Item=[item(token=1, minutes=5, Description="Organic", Sku="APL-2")]))

    assert sorted(kinds(stored)) == [("Item", "changed"), ("PurchaseOrder", "changed")]
    assert books.record().normalised["lines"][0]["sku"] == "APL-2"
    assert [match.where for match in books.record().organic] == [Where.ITEM_DESCRIPTION]
    assert books.events.named("certification.required")


def test_an_item_that_comes_after_its_documents_completes_them():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))

    books.take(changes(Item=[item()]))

    assert books.record().normalised["lines"][0]["sku"] == "APL-1"
    assert not books.record("Item", "5").unsettled


def test_a_worker_that_stops_before_the_documents_are_judged_is_made_up_for():
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))
    renamed = changes(Item=[item(token=1, minutes=5, Sku="APL-2")])
    naming, books.records.naming = books.records.naming, _stops  # type: ignore[method-assign]
    with pytest.raises(StorageUnavailable):
        books.take(renamed)
    books.records.naming = naming  # type: ignore[method-assign]

    books.take(renamed)

    assert books.record().normalised["lines"][0]["sku"] == "APL-2"


def test_a_new_balance_of_the_item_does_not_make_up_for_it_too_soon():
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))
    naming, books.records.naming = books.records.naming, _stops  # type: ignore[method-assign]
    with pytest.raises(StorageUnavailable):
        books.take(changes(Item=[item(token=1, minutes=5, Sku="APL-2")]))
    books.records.naming = naming  # type: ignore[method-assign]

    books.take(changes(Item=[item(token=1, minutes=6, Sku="APL-2", QtyOnHand=Decimal(1))]))

    assert books.record().normalised["lines"][0]["sku"] == "APL-2"


def _stops(*given: Any, **named: Any) -> Any:
    raise StorageUnavailable("The database is busy.")


def test_an_item_of_very_many_documents_is_left_to_the_state_machine(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    books = Books()
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(3)], Item=[item()]))

    books.take(changes(Item=[item(token=1, minutes=5, Sku="APL-2")]))

    assert [name for name, _ in books.judgements.started] == [f"{REALM}.Item.5"]


def test_items_that_documents_name_and_nobody_copied_are_known():
    books = Books()
    books.take(changes(Item=[item("5")]))
    named = [line(item_id="5"), line("2", "6"), line("3", "7"), line("4", "SHIPPING_ID")]

    unknown = books.store.unknown_items(TENANT, REALM, changes(PurchaseOrder=[order(Line=named)], Item=[item("6")]))

    assert unknown == ["7"]


def test_another_workers_write_in_between_is_not_lost():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    newer = changes(PurchaseOrder=[order(token=2, minutes=9, DocNumber="newest")])
    books.records.before_put = lambda: books.take(newer)

    books.take(changes(PurchaseOrder=[order(token=1, minutes=5, DocNumber="newer")]))

    assert books.record().normalised["number"] == "newest"


def test_keywords_that_change_while_records_are_written_still_hold_for_them():
    books = Books()
    changed = replace(books.settings.read(TENANT), keywords=("apples",), revision=1)
    books.records.before_put = lambda: books.settings.rows.update({TENANT: changed})

    books.take(changes(PurchaseOrder=[order()]))

    assert [match.keyword for match in books.record().organic] == ["apples"]


def test_an_item_that_changes_while_its_document_is_written_still_holds_for_it():
    books = Books()
    books.take(changes(Item=[item()]))
    renamed = changes(Item=[item(token=1, minutes=5, Sku="APL-2")])
    books.records.before_put = lambda: books.take(renamed)

    books.take(changes(PurchaseOrder=[order()]))

    assert books.record().normalised["lines"][0]["sku"] == "APL-2"


def test_one_event_names_many_records_of_one_kind():
    books = Books()

    books.take(changes(PurchaseOrder=[order(str(n), Line=[]) for n in range(150)], Bill=[order("500", Line=[])]))

    told = books.events.named("record.changed")
    assert [(detail["entity"], len(detail["records"])) for detail in told] == [  # type: ignore[arg-type]
        ("Bill", 1),
        ("PurchaseOrder", 100),
        ("PurchaseOrder", 50),
    ]


def test_another_tenants_record_of_the_same_id_is_another():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))

    books.store.store("globex", REALM, changes(PurchaseOrder=[order(DocNumber="theirs")]), MORNING, NOW)

    assert books.record().normalised["number"] == "1001"
    assert books.records.rows[RecordKey("globex", REALM, "PurchaseOrder", "12")].normalised["number"] == "theirs"


type Arrival = tuple[Any, float]

COPIES: list[Arrival] = [
    (changes(PurchaseOrder=[order()]), 90),
    (changes(PurchaseOrder=[order(VendorRef={"value": "9", "name": "Merged"})]), 91),
    (changes(PurchaseOrder=[order(minutes=3)]), 92),
    (changes(PurchaseOrder=[order(token=1, minutes=5, DocNumber="1002", Line=[line(Description="organic")])]), 93),
    (changes(PurchaseOrder=[order(token=10, minutes=7, Line=[line(item_id="6")])]), 94),
    (changes(PurchaseOrder=[order(token=9, minutes=7, Line=[])]), 95),
    (changes(Item=[item()]), 90),
    (changes(Item=[item(minutes=4, QtyOnHand=Decimal(1))]), 92),
    (changes(Item=[item(token=1, minutes=6, Description="Certified organic")]), 94),
    (changes(Item=[item("6", Sku="PEAR", Name="Organic pears", FullyQualifiedName="Organic pears")]), 94),
    (changes(Item=[item("6", token=1, minutes=8, Sku="PEAR-2", Name="Pears", FullyQualifiedName="Pears")]), 96),
]
DELETED: Arrival = (changes(gone(minutes=6)), 94)
DELETED_LAST: Arrival = (changes(gone(minutes=60)), 97)


def _state(books: Books) -> dict[RecordKey, Record]:
    """Everything but when and how often we wrote."""
    return {
        key: replace(record, changed_at=None, revision=0, unsettled=False) for key, record in books.records.rows.items()
    }


@given(st.data(), st.sampled_from([(), (DELETED,), (DELETED_LAST,), (DELETED, DELETED_LAST)]))
def test_any_order_and_any_repetition_of_changes_ends_in_the_same_state(data, deletions):
    arrivals = [*COPIES, *deletions]
    in_order, shuffled = Books(), Books()
    for arrived, seen in arrivals:
        in_order.take(arrived, seen)
    repeated = data.draw(st.lists(st.sampled_from(arrivals), max_size=6))

    for arrived, seen in data.draw(st.permutations(arrivals + repeated)):
        shuffled.take(arrived, seen)

    assert _state(shuffled) == _state(in_order)
    assert [c.state for c in shuffled.certifications.rows.values() if c.awaiting_lines] == [
        c.state for c in in_order.certifications.rows.values() if c.awaiting_lines
    ]


def test_a_replayed_answer_a_day_later_has_no_effect():
    books = Books()
    arrived = changes(PurchaseOrder=[order(Line=[line(Description="organic")])], Item=[item()])
    books.take(arrived)
    published = list(books.events.published)

    books.time.sleep(timedelta(days=1).total_seconds())
    stored = books.take(arrived)

    assert {change.kind for change in stored} == {ChangeKind.UNCHANGED}
    assert books.events.published == published
