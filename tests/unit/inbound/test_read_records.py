"""Reading what was polled, page by page, while it goes on changing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.errors import InvalidRequest, NotFound
from ledgerlink.usecases.sync.read_records import BEHIND, MOST_BYTES, Page, read_records
from tests.unit.inbound.books import Books, changes, gone, item, key, line, order
from tests.unit.orders import TENANT


def read(books: Books, feed: str = "purchases", **asked: Any) -> Page:
    given = {"entity": None, "organic": False, "since": None, "limit": 50, "now": books.clock() + BEHIND} | asked
    return read_records(books.records, books.tenants, given.pop("tenant_id", TENANT), feed, **given)


def ids(page: Page) -> list[str]:
    return [record.key.entity_id for record in page.records]


def test_purchases_are_orders_and_bills_in_the_order_of_their_changes():
    books = Books()
    books.take(changes(PurchaseOrder=[order("1")]))
    books.take(changes(Bill=[order("2")], Invoice=[order("3")], Item=[item()]))
    books.take(changes(PurchaseOrder=[order("4")]))

    assert ids(read(books)) == ["1", "2", "4"]
    assert ids(read(books, "sales")) == ["3"]
    assert ids(read(books, entity="Item")) == ids(read(books, "sales", entity="Item")) == ["5"]
    assert ids(read(books, entity="Bill")) == ["2"]


def test_the_cursor_goes_on_where_the_last_page_ended():
    books = Books()
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(5)]))

    first = read(books, limit=3)
    second = read(books, limit=3, since=first.cursor)
    nothing = read(books, since=second.cursor)

    assert (ids(first), first.more) == (["0", "1", "2"], True)
    assert (ids(second), second.more) == (["3", "4"], False)
    assert (ids(nothing), nothing.cursor, nothing.more) == ([], second.cursor, False)


def test_what_changes_comes_again_at_the_end():
    books = Books()
    books.take(changes(PurchaseOrder=[order("1"), order("2")]))
    cursor = read(books).cursor

    books.take(changes(gone(entity_id="1")))

    page = read(books, since=cursor)
    assert ids(page) == ["1"]
    assert page.records[0].is_gone


def test_readers_stay_a_little_behind_now():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    changed_at = books.record().changed_at
    assert changed_at is not None

    assert ids(read(books, now=changed_at + BEHIND)) == []
    assert ids(read(books, now=changed_at + BEHIND + timedelta(microseconds=1))) == ["12"]


def test_only_organic_records_where_that_is_asked_for():
    books = Books()
    books.take(changes(PurchaseOrder=[order("1"), order("2", Line=[line(Description="Organic")])]))

    assert ids(read(books, organic=True)) == ["2"]
    assert ids(read(books, organic=False)) == ["1", "2"]


def test_large_records_make_shorter_pages_and_none_is_left_out():
    books = Books()
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(3)]))
    for n in range(3):
        large = books.record(entity_id=str(n))
        books.records.rows[large.key] = replace(large, body=" " * (MOST_BYTES // 2 + 1))

    pages = [read(books)]
    while pages[-1].more:
        pages.append(read(books, since=pages[-1].cursor))

    assert [ids(page) for page in pages] == [["0"], ["1"], ["2"]]


@given(st.data(), st.integers(1, 4))
def test_a_reader_misses_nothing_that_changes_while_it_reads(data, limit):
    books = Books()
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(6)], Bill=[order(str(n)) for n in range(6, 9)]))
    seen: dict[str, int] = {}
    page = Page([], None, more=True)
    for minutes in range(1, 30):
        if minutes < 15 and data.draw(st.booleans()):
            entity_id = data.draw(st.integers(0, 9))
            changed = order(str(entity_id), token=minutes, minutes=minutes, DocNumber=str(minutes))
            books.take(changes(**{"PurchaseOrder" if entity_id < 6 else "Bill": [changed]}))
        page = read(books, since=page.cursor, limit=limit)
        seen |= {record.key.entity_id: record.revision for record in page.records}

    assert seen == {key.entity_id: record.revision for key, record in books.records.rows.items()}


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "x"},
        {"since": "2026-11-21T09:30:00.000000Z#"},
        {"entity": "Customer"},
        {"entity": "Account"},
    ],
)
def test_what_cannot_be_read_is_refused(wrong):
    with pytest.raises(InvalidRequest) as refused:
        read(Books(), **wrong)

    assert refused.value.fields[0]["field"] in wrong


def test_an_unknown_tenant_is_not_found():
    with pytest.raises(NotFound):
        read(Books(), tenant_id="globex")


def test_the_record_has_a_name_of_its_own():
    assert key().record_id.endswith(".PurchaseOrder.12")
