"""Orders and their certificates, in the words of the page."""

from datetime import date
from typing import Any

import pytest

from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.domain.history import Actor
from ledgerlink.errors import InvalidRequest, QuickBooksUnavailable, SyncError
from ledgerlink.pages.certifications import Refused, certificate_of, found_where, order_rows, shows_refusal
from ledgerlink.usecases.certification.certify_line import certify_line
from tests.unit.inbound.books import Books, changes, item, key, line, order
from tests.unit.orders import NOW, TENANT

TODAY = date(2026, 11, 21)
ENTERED = {"lot_number": "L-7", "expiration_date": "2027-01-31", "certified_by": "Ada"}


class Orders:
    """One order with an organic line, and its form."""

    def __init__(self) -> None:
        self.books = Books()
        self.read("Organic")

    def read(self, description: str, version: int = 0) -> None:
        rows = [order(token=version, minutes=version, Line=[line(Description=description)])]
        self.books.take(changes(PurchaseOrder=rows, Item=[item()]))

    def certify(self, **changed: Any) -> None:
        stores = (self.books.certifications, self.books.records, self.books.tenants, TENANT)
        certify_line(*stores, key().record_id, "1", ENTERED | changed, Actor("portal"), NOW)

    def line(self, refused: Refused | None = None, today: date = TODAY) -> dict[str, Any]:
        (row,) = self.rows(refused, today)
        (only,) = row["lines"]
        return dict(only)

    def rows(self, refused: Refused | None = None, today: date = TODAY) -> list[dict[str, Any]]:
        certification, record = self.books.certifications.rows[key()], self.books.record()
        return order_rows([(certification, record)], refused, today, link_to)


def link_to(entity: EntityInQuickBooks) -> None:
    return None


def refused(error: SyncError, record: str = "", line_id: str = "1") -> Refused:
    return Refused(record or key().record_id, line_id, ENTERED, error)


@pytest.fixture
def orders() -> Orders:
    return Orders()


def test_a_line_that_awaits_has_an_empty_form(orders: Orders):
    shown = orders.line()

    assert (shown["title"], shown["text"], shown["entered"]) == ("Apples · APL-1", "Organic", {})


def test_a_certified_line_has_its_certificate_in_the_form(orders: Orders):
    orders.certify()

    assert orders.line()["entered"]["lot_number"] == "L-7"


def test_a_line_that_changed_is_certified_anew_and_not_by_the_old_words(orders: Orders):
    orders.certify()
    orders.read("Organic pears", version=1)

    shown = orders.line()

    assert (shown["awaits"], shown["entered"]) == (True, {})
    assert shown["certificate"]["lot_number"] == "L-7"


def test_a_certificate_has_expired_on_the_day_after_its_date(orders: Orders):
    orders.certify()

    expired = [orders.line(today=date(2027, month, day))["has_expired"] for month, day in ((1, 31), (2, 1))]

    assert expired == [False, True]


def test_what_was_refused_stands_in_its_own_form_only(orders: Orders):
    here, elsewhere = refused(InvalidRequest("No.")), refused(InvalidRequest("No."), record="1.PurchaseOrder.9")

    assert orders.line(here)["entered"] == ENTERED
    assert shows_refusal(orders.rows(here))
    assert not shows_refusal(orders.rows(elsewhere))
    assert orders.line(elsewhere)["entered"] == {}


def test_a_date_that_has_passed_is_asked_about(orders: Orders):
    shown = orders.line(refused(InvalidRequest("'expiration_date' is not …", code="expiration_date_passed")))

    assert shown["asks_about_date"]
    assert shown["problem"]["message"] == "The expiration date has passed."


def test_every_wrong_field_is_named_as_the_page_calls_it():
    fields = [{"field": name, "problem": "…"} for name in ("lot_number", "certified_by")]

    problem = refused(InvalidRequest("'lot_number': …", fields=fields)).problem

    assert problem["message"] == (
        "Enter the lot number, with at most 60 characters. Enter who certifies it, with at most 60 characters."
    )


def test_other_errors_keep_their_words():
    problem = refused(QuickBooksUnavailable("It is busy.", hint="Try again.")).problem

    assert (problem["message"], problem["hint"]) == ("It is busy.", "Try again.")


@pytest.mark.parametrize(("form", "confirmed"), [({}, False), ({"confirm_past_date": "true"}, True)])
def test_a_form_becomes_what_the_api_takes(form: dict[str, str], confirmed: bool):
    taken = certificate_of({**ENTERED, "token": "t", "fingerprint": "", **form})

    assert taken == {**ENTERED, "confirm_past_date": confirmed}


def test_keywords_that_stand_in_the_same_texts_are_told_together():
    matches = [
        {"keyword": "organic", "where": "item_name"},
        {"keyword": "organic", "where": "line_description"},
        {"keyword": "bio", "where": "item_name"},
        {"keyword": "bio", "where": "line_description"},
        {"keyword": "demeter", "where": "item_description"},
    ]

    assert found_where(matches) == [
        "“organic” and “bio” in the product's name and the line's description",
        "“demeter” in the product's description",
    ]
