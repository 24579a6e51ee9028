"""E-mails about orders that await certification: one for each run and address, and none is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.certification_mail import Letter
from ledgerlink.domain.history import Actor
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.errors import StorageUnavailable
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.usecases.certification.mail_certifications import TURN
from tests.unit.inbound.books import Books, changes, gone, key, line, order
from tests.unit.orders import NOW, TENANT

ADA, GRACE = "ada@farm.example", "grace@farm.example"


@pytest.fixture
def books() -> Books:
    """A tenant of which one person hears of orders."""
    books = Books()
    books.settings.rows[TENANT] = OrganicSettings(TENANT, emails=(ADA,), updated_at=NOW)
    return books


def arrive(books: Books, *entity_ids: str, **more: Any) -> None:
    rows = [order(number, DocNumber=f"PO-{number}", Line=[organic()], **more) for number in entity_ids]
    books.take(changes(PurchaseOrder=rows))


def organic(line_id: str = "1", description: str = "organic apples") -> dict[str, Any]:
    return line(line_id, Description=description)


def mailed(books: Books) -> list[Letter]:
    """What one more run sends."""
    before = len(books.mail.sent)
    books.mailer.send(TENANT)
    return [letter for _, letter in books.mail.sent[before:]]


def certify(books: Books, entity_id: str) -> None:
    content = {"lot_number": "LOT-7", "expiration_date": "2027-03-31", "certified_by": "Ada"}
    stores = (books.certifications, books.records, books.tenants)
    certify_line(*stores, TENANT, key(entity_id=entity_id).record_id, "1", content, Actor("host"), books.clock())


def subjects(letters: list[Letter]) -> list[str]:
    return [letter.subject for letter in letters]


def test_one_order_has_an_e_mail_of_its_own(books):
    books.take(changes(PurchaseOrder=[order(Line=[organic(), organic("2")])]))

    (letter,) = mailed(books)

    assert letter.subject == "Purchase order 1001 awaits certification"
    assert "organic goods on 2 lines" in letter.text
    assert "integrations page" in letter.text


def test_all_orders_of_a_run_are_in_one_e_mail_that_names_the_first_twenty(books):
    for page in (range(100, 150), range(150, 330)):
        arrive(books, *map(str, page))

    (letter,) = mailed(books)

    assert letter.subject == "230 purchase orders await certification"
    assert letter.text.count("\n- PO-") == 20
    assert "- PO-100, 2026-11-21, Alder Farm\n" in letter.text
    assert "- and 210 more\n" in letter.text
    assert "integrations page" in letter.text
    assert len(books.events.named("certification.required")) == 230


def test_what_has_neither_number_nor_vendor_and_what_has_line_breaks_is_named_on_one_line(books):
    rows = [
        order("20", DocNumber="", VendorRef={}, Line=[organic()]),
        order("21", DocNumber="A\nB", Line=[organic()]),
    ]
    books.take(changes(PurchaseOrder=rows))

    (letter,) = mailed(books)

    assert "\n- without a number, 2026-11-21\n- A B, 2026-11-21, Alder Farm\n\n" in letter.text


def test_however_often_an_order_is_synced_it_is_in_one_e_mail(books):
    arrive(books, "20")
    first = mailed(books)
    arrive(books, "20", token=1, minutes=1, DueDate="2026-12-01")

    assert subjects(first) == ["Purchase order PO-20 awaits certification"]
    assert mailed(books) == []


def test_an_order_whose_certified_line_changes_is_mailed_again(books):
    arrive(books, "20")
    mailed(books)
    certify(books, "20")
    rows = [order("20", token=1, minutes=1, DocNumber="PO-20", Line=[organic(description="organic pears")])]

    books.take(changes(PurchaseOrder=rows))

    assert subjects(mailed(books)) == ["Purchase order PO-20 awaits certification"]


def test_an_order_that_was_certified_meanwhile_is_in_no_e_mail(books):
    arrive(books, "20", "21")
    certify(books, "20")

    assert subjects(mailed(books)) == ["Purchase order PO-21 awaits certification"]
    assert books.certifications.owed.rows == {}


def test_an_order_that_is_withdrawn_is_mailed_when_it_comes_back(books):
    arrive(books, "20")
    books.take(changes(PurchaseOrder=[order("20", token=1, minutes=1, DocNumber="PO-20")]))
    withdrawn = mailed(books)

    books.take(changes(PurchaseOrder=[order("20", token=2, minutes=2, DocNumber="PO-20", Line=[organic()])]))

    assert withdrawn == []
    assert subjects(mailed(books)) == ["Purchase order PO-20 awaits certification"]
    assert len(books.events.named("certification.required")) == 1


def test_what_cannot_be_sent_for_the_moment_is_in_the_next_runs_e_mail(books, caplog):
    books.mail.unavailable = {ADA}
    arrive(books, "20")
    none = mailed(books)
    arrive(books, "21")
    books.mail.unavailable = set()

    assert none == []
    assert subjects(mailed(books)) == ["2 purchase orders await certification"]
    assert ADA not in caplog.text
    assert [record.__dict__["error_code"] for record in caplog.records] == ["TooManyRequestsException"]


def test_who_had_the_e_mail_does_not_get_it_again_because_another_one_failed(books):
    books.settings.rows[TENANT] = replace(books.settings.read(TENANT), emails=(ADA, GRACE))
    arrive(books, "20")
    for unavailable in (GRACE, ADA, None):
        books.mail.unavailable = {unavailable}
        mailed(books)

    assert sorted(to for to, _ in books.mail.sent) == [ADA, GRACE]


def test_a_worker_that_stops_before_the_e_mail_went_out_is_made_up_for(books, monkeypatch):
    arrive(books, "20")
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(books.mail, "send", _stops)
        mailed(books)

    assert subjects(mailed(books)) == ["Purchase order PO-20 awaits certification"]


def _stops(*given: Any) -> None:
    raise KeyboardInterrupt


def test_a_database_that_is_busy_puts_e_mails_off_and_fails_no_run(books, monkeypatch):
    def busy(*given: Any) -> None:
        raise StorageUnavailable("The database is busy.")

    arrive(books, "20")
    with monkeypatch.context() as broken:
        broken.setattr(books.settings, "read", busy)
        off = mailed(books)

    assert off == []
    assert len(mailed(books)) == 1


def test_a_fault_of_ours_while_sending_fails_no_run_and_is_logged_without_what_it_says(books, monkeypatch, caplog):
    def broken(*given: Any) -> None:
        raise ValueError(ADA)

    arrive(books, "20", "21")
    with monkeypatch.context() as fault:
        fault.setattr(books.records, "get_many", broken)
        none = mailed(books)

    assert none == []
    assert [(record.levelname, record.__dict__["error_code"]) for record in caplog.records] == [("ERROR", "ValueError")]
    assert ADA not in caplog.text
    assert len(mailed(books)) == 1


def test_an_order_that_was_deleted_before_its_e_mail_went_out_is_owed_nothing(books):
    arrive(books, "20")
    books.take(changes(gone(entity_id="20")))

    assert mailed(books) == []
    assert books.certifications.owed.rows == {}


def test_whoever_comes_while_another_worker_sends_leaves_it_to_that_one(books, monkeypatch):
    send = books.mail.send

    def send_late(to: str, letter: Letter) -> None:
        monkeypatch.setattr(books.mail, "send", send)
        arrive(books, "21")
        books.mailer.send(TENANT)
        send(to, letter)

    arrive(books, "20")
    monkeypatch.setattr(books.mail, "send", send_late)

    letters = mailed(books)

    assert subjects(letters) == [f"Purchase order PO-{number} awaits certification" for number in ("20", "21")]


def test_a_worker_that_never_let_go_holds_e_mails_up_for_minutes_only(books):
    arrive(books, "20")
    now = books.clock()
    books.certifications.owed.begin(TENANT, "stopped", now + TURN, now)
    held = mailed(books)

    books.time.sleep((TURN + timedelta(seconds=1)).total_seconds())

    assert held == []
    assert len(mailed(books)) == 1


def test_who_is_no_longer_to_be_told_gets_nothing_and_who_is_new_hears_of_what_comes(books):
    arrive(books, "20")
    books.settings.rows[TENANT] = replace(books.settings.read(TENANT), emails=(GRACE,))
    nothing = mailed(books)

    arrive(books, "21")

    assert nothing == []
    assert subjects(mailed(books)) == ["Purchase order PO-21 awaits certification"]
    assert [to for to, _ in books.mail.sent] == [GRACE]


def test_a_stack_without_a_sender_looks_at_nothing(books, monkeypatch):
    arrive(books, "20")
    monkeypatch.setattr(books.certifications.owed, "of_tenant", _stops)

    replace(books.mailer, mail=None).send(TENANT)

    assert books.mail.sent == []
