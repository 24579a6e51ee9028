"""Long lists read page by page while they change: no row that stays is skipped or comes twice."""

import threading
from collections.abc import Callable
from itertools import islice
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.errors import QuickBooksUnavailable, RateLimited
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.crew import Crew
from ledgerlink.quickbooks.pages import read_parts, read_rows
from ledgerlink.quickbooks.queries import Select
from tests.unit.quickbooks.scripted import TID, Answer, company_with

SIZE = 5


class ListOfVendors:
    """A company with one list in order of Id, to which something happens before each answer."""

    realm_id = "1"

    def __init__(self, rows: int, changes: list[tuple[str, int]] | None = None, tells_total: bool = True) -> None:
        self.ids = list(range(0, 10 * rows, 10))
        self.calls = 0
        self.came: set[int] = set()
        self._changes = iter(changes or [])
        self._tells_total = tells_total
        self._lock = threading.Lock()

    def ask_page(self, select: Select) -> Callable[[], dict[str, Any]]:
        with self._lock:
            self.calls += 1
            assert select.order == "Id ASC"
            assert select.start is not None
            assert select.size == SIZE
            rows = [{"Id": str(number)} for number in self.ids[select.start - 1 : select.start - 1 + SIZE]]
            total = {"totalCount": len(self.ids)} if self._tells_total else {}
            self._change()
            return lambda: {"Vendor": rows, **total}

    def count(self, select: Select) -> int:
        with self._lock:
            self.calls += 1
            return len(self.ids)

    def _change(self) -> None:
        kind, number = next(self._changes, ("", 0))
        if kind == "gone" and self.ids:
            del self.ids[number % len(self.ids)]
        if kind == "come":
            self.ids = sorted({*self.ids, number})
            self.came.add(number)


def read(company: ListOfVendors, hands: int = 1) -> list[int]:
    with Crew([cast(Company, company)] * hands) as crew:
        return [int(row["Id"]) for row in read_rows(crew, Select("Vendor"), SIZE)]


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("hands", [1, 3])
@pytest.mark.parametrize("rows", [0, 1, 4, 5, 6, 9, 10, 47])
def test_every_row_comes_once_and_in_order(rows, hands, tells_total):
    company = ListOfVendors(rows, tells_total=tells_total)

    assert read(company, hands) == company.ids


@pytest.mark.parametrize(("rows", "tells_total", "calls"), [(4, False, 1), (40, True, 10), (40, False, 11)])
def test_no_page_is_asked_for_in_vain(rows, tells_total, calls):
    company = ListOfVendors(rows, tells_total=tells_total)

    read(company, hands=3)

    assert company.calls == calls


_changes = st.lists(st.tuples(st.sampled_from(["gone", "come", ""]), st.integers(0, 700)), max_size=40)


@given(rows=st.integers(0, 60), changes=_changes, tells_total=st.booleans(), hands=st.integers(1, 3))
def test_rows_that_stay_come_once_and_in_order_whatever_comes_and_goes(rows, changes, tells_total, hands):
    company = ListOfVendors(rows, changes, tells_total)
    before = list(company.ids)

    try:
        found = read(company, hands)
    except QuickBooksUnavailable:  # all that was handed on last is gone: it says so and does not guess
        assert any(change == "gone" for change, _ in changes)
        return

    assert len(found) == len(set(found))
    stayed = [row for row in before if row in company.ids and row not in company.came]
    assert [row for row in found if row in stayed] == stayed


def test_a_list_that_loses_all_that_was_read_is_not_guessed_at():
    class Emptied(ListOfVendors):
        def _change(self) -> None:
            self.ids = self.ids[5:] if self.calls == 1 else self.ids

    company = Emptied(20)

    with pytest.raises(QuickBooksUnavailable):
        read(company)


@pytest.mark.parametrize("hands", [1, 3])
@pytest.mark.parametrize("pages", [1, 2, 7])
@pytest.mark.parametrize("gone", [0, 2])
def test_a_reading_that_broke_off_is_continued_where_it_was(hands, pages, gone):
    company = ListOfVendors(47)
    with Crew([cast(Company, company)] * hands) as crew:
        parts = list(islice(read_parts(crew, Select("Vendor"), SIZE), pages))
    read = [row["Id"] for part in parts for row in part.rows]
    del company.ids[:gone]

    with Crew([cast(Company, company)] * hands) as crew:
        rest = read_parts(crew, Select("Vendor"), SIZE, read_to=parts[-1].position, ids=read[-SIZE:])
        read += [row["Id"] for part in rest for row in part.rows]

    assert read == [str(number) for number in range(0, 470, 10)]


@pytest.mark.parametrize(("rows", "last"), [(4, [True]), (5, [False, True]), (7, [False, True])])
def test_the_last_page_is_known_as_such(rows, last):
    with Crew([cast(Company, ListOfVendors(rows))]) as crew:
        assert [part.is_last for part in read_parts(crew, Select("Vendor"), SIZE)] == last


def test_a_query_with_an_order_or_a_page_of_its_own_is_refused():
    with Crew([cast(Company, ListOfVendors(1))]) as crew:
        for select in (Select("Vendor").order_by("Id"), Select("Vendor").page(1)):
            with pytest.raises(ValueError, match="ordered and paged"):
                next(read_rows(crew, select))


def test_a_reader_that_stops_early_leaves_no_thread_behind():
    company = ListOfVendors(60)

    with Crew([cast(Company, company)] * 3) as crew:
        assert next(read_rows(crew, Select("Vendor"), SIZE)) == {"Id": "0"}

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("quickbooks_")]


def test_a_page_that_is_refused_says_so_before_it_is_read():
    company, _, _ = company_with(Answer(429, {"fault": {}}, {"Retry-After": "7"}))

    with pytest.raises(RateLimited):
        company.ask_page(Select("Vendor").page(1))

    assert company.retry_after == 7


@pytest.mark.parametrize("body", [b"<html>", {"QueryResponse": "?"}, {"Fault": {"Error": [{"code": "10000"}]}}])
def test_a_page_that_cannot_be_read_is_a_named_error_with_intuits_id(body):
    company, _, _ = company_with(Answer(body=body), Answer(body={"QueryResponse": {}}))

    read = company.ask_page(Select("Vendor").page(1))
    company.query(Select("Vendor"))

    with pytest.raises(QuickBooksUnavailable) as caught:
        read()
    assert caught.value.intuit_tid == TID
