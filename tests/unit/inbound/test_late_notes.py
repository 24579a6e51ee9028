"""A write of ours that is noted late is still told as ours."""

from dataclasses import replace
from datetime import timedelta

from ledgerlink.domain import known_rows
from ledgerlink.domain.records import HostDocument
from tests.unit.inbound.books import MORNING, Books, changes, key, order


def test_a_write_whose_answer_got_lost_is_ours_once_a_later_try_has_found_it():
    books = Books()
    first = replace(changes(PurchaseOrder=[order("20", minutes=0)]), time=MORNING + timedelta(minutes=6))
    books.take(first)
    known = known_rows.known_after(first, MORNING - timedelta(minutes=5))
    document = HostDocument("purchase-orders", "po-1", "0")

    books.own_writes.rows[key(entity_id="20")] = document
    books.take(known_rows.without(replace(first, time=MORNING + timedelta(minutes=21)), known))

    assert books.record(entity_id="20").document == document
