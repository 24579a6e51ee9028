"""Which line of an order a certificate stays with, however the lines are edited, moved and numbered anew."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.api.record_shapes import certification_shape
from ledgerlink.domain.certifications import Certification, CertificationState, CertifiedLine, follow
from ledgerlink.domain.history import Actor
from ledgerlink.errors import Conflict, NotFound
from ledgerlink.usecases.certification.certify_line import certify_line
from tests.unit.inbound.books import Books, changes, key, line, order
from tests.unit.orders import TENANT

type Goods = tuple[str, int]

GOODS = st.tuples(st.sampled_from(["organic apples", "organic pears", "boxes"]), st.integers(1, 2))
IDS = [str(number) for number in range(1, 7)]


class Order:
    """An order that is edited and certified; each certificate has a lot number of its own."""

    def __init__(self) -> None:
        self.books = Books()
        self.edits = 0
        self.lots: dict[str, str] = {}

    def edit(self, lines: Sequence[tuple[str, Goods]]) -> None:
        self.edits += 1
        rows = [_line(line_id, *goods) for line_id, goods in lines]
        self.books.take(changes(PurchaseOrder=[order(token=self.edits, minutes=self.edits, Line=rows)]))

    def certify(self, line_id: str, **content: Any) -> Certification:
        lot = f"LOT-{len(self.lots)}"
        given = {"lot_number": lot, "expiration_date": "2027-03-31", "certified_by": "Ada"} | content
        stores = (self.books.certifications, self.books.records, self.books.tenants)
        ours = (TENANT, key().record_id, line_id)
        certification, _ = certify_line(*stores, *ours, given, Actor("portal"), self.books.clock())
        self.lots[lot] = _live(certification)[line_id].fingerprint
        return certification

    @property
    def certification(self) -> Certification:
        return self.books.certifications.rows[key()]

    @property
    def said(self) -> Counter[tuple[str, str]]:
        """What the lines that are certified say, each with its lot number."""
        lines = _live(self.certification).values()
        return Counter((one.fingerprint, one.certificates[-1].lot_number) for one in lines if not _asks(one))


def _line(line_id: str, description: str, quantity: int) -> dict[str, Any]:
    row = line(line_id, Description=description)
    row["ItemBasedExpenseLineDetail"]["Qty"] = Decimal(quantity)
    return row


def _live(certification: Certification) -> dict[str, CertifiedLine]:
    live = [one for one in certification.lines if not one.is_gone]
    assert len({one.line_id for one in live}) == len(live)
    return {one.line_id: one for one in live}


def _asks(one: CertifiedLine) -> bool:
    return one.awaits or not one.organic


@given(
    more=st.lists(st.tuples(GOODS, st.booleans()), max_size=3),
    numbers=st.permutations(IDS[:4]) | st.permutations(IDS),
    places=st.permutations(range(4)),
)
def test_however_the_lines_are_numbered_anew_each_certificate_stays_with_what_its_line_says(more, numbers, places):
    edited, goods = Order(), [("organic apples", 3), *(one for one, _ in more)]
    edited.edit(list(zip(IDS, goods, strict=False)))
    for place in [0, *(place for place, (one, chosen) in enumerate(more, 1) if chosen and one[0] != "boxes")]:
        edited.certify(IDS[place])
    before = edited.said

    edited.edit([(numbers[place], goods[place]) for place in places if place < len(goods)])

    assert edited.said == before
    assert before.total() == len(edited.lots)


@given(
    steps=st.lists(
        st.tuples(st.lists(st.tuples(st.sampled_from(IDS[:4]), GOODS), max_size=4, unique_by=lambda one: one[0])),
        min_size=1,
        max_size=4,
    ),
    certifies=st.lists(st.booleans(), min_size=16, max_size=16),
)
def test_however_an_order_is_edited_no_certificate_is_lost_and_none_is_another_lines(steps, certifies):
    edited, choices = Order(), iter(certifies)
    edited.edit([("1", ("organic apples", 1))])

    for (lines,) in steps:
        edited.edit(lines)
        for one in edited.certification.awaiting_lines:
            if next(choices):
                edited.certify(one.line_id)

        kept = [given for one in edited.certification.lines for given in one.certificates]
        assert Counter(given.lot_number for given in kept) == Counter(list(edited.lots))
        assert all(edited.lots[lot] == says for says, lot in edited.said)
        assert follow(edited.certification, edited.books.record(), edited.books.clock()) is edited.certification


def test_two_lines_that_swap_their_ids_keep_their_own_certificates():
    edited = Order()
    edited.edit([("1", ("organic apples", 1)), ("2", ("organic pears", 1))])
    edited.certify("1")
    edited.certify("2")

    edited.edit([("1", ("organic pears", 1)), ("2", ("organic apples", 1))])

    assert edited.certification.state is CertificationState.CERTIFIED
    assert [one.certificates[-1].lot_number for one in edited.certification.lines] == ["LOT-1", "LOT-0"]


def test_a_line_that_takes_over_the_id_of_one_that_is_gone_hides_neither_certificate():
    edited = Order()
    edited.edit([("1", ("organic apples", 1)), ("2", ("organic pears", 1))])
    edited.certify("1")
    edited.certify("2")
    edited.edit([("1", ("organic pears", 1))])

    certification = edited.certify("1")

    shown = certification_shape(certification, edited.books.record(), lambda became: None)["lines"]
    assert [(one["id"], one["description"], one["certificate"]["lot_number"]) for one in shown] == [
        ("1", "organic pears", "LOT-2"),
        ("1", None, "LOT-0"),
    ]
    assert [given["lot_number"] for given in shown[0]["earlier"]] == ["LOT-1"]
    assert (shown[1]["fingerprint"], shown[1]["organic"]) == (None, [])


def test_a_line_is_certified_as_the_person_saw_it():
    edited = Order()
    edited.edit([("1", ("organic apples", 1))])
    seen = edited.certification.lines[0].fingerprint

    certification = edited.certify("1", fingerprint=seen)

    assert certification.state is CertificationState.CERTIFIED


@pytest.mark.parametrize("changed", [("organic pears", 1), ("organic apples", 2)])
def test_a_line_that_says_something_else_by_now_is_not_certified(changed):
    edited = Order()
    edited.edit([("1", ("organic apples", 1))])
    seen = edited.certification.lines[0].fingerprint
    edited.edit([("1", changed)])

    with pytest.raises(Conflict) as refused:
        edited.certify("1", fingerprint=seen)

    assert refused.value.code == "line_changed"
    assert edited.certification.lines[0].certificates == ()


def test_a_line_that_is_organic_no_more_is_not_found():
    edited = Order()
    edited.edit([("1", ("organic apples", 1)), ("2", ("organic pears", 1))])
    seen = edited.certification.lines[0].fingerprint
    edited.edit([("1", ("boxes", 1)), ("2", ("organic pears", 1))])

    with pytest.raises(NotFound):
        edited.certify("1", fingerprint=seen)
