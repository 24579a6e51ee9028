"""Which orders await certification, and what becomes of certificates when orders change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.domain.certifications import Certification, CertificationState, follow
from ledgerlink.domain.history import Actor
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import Record, record_key
from ledgerlink.errors import Conflict, DocumentBusy, InvalidRequest, NotFound, StorageUnavailable
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.usecases.certification.judge_stored_records import Judgement
from ledgerlink.usecases.certification.read_certifications import list_certifications, read_certification
from ledgerlink.usecases.certification.tell_about_certification import TURN, tell_about_certification
from tests.unit.inbound.books import Books, changes, gone, item, key, line, order
from tests.unit.orders import NOW, TENANT

ORDER = key().record_id
CONTENT = {"lot_number": "LOT-7", "expiration_date": "2027-03-31", "certified_by": "Ada"}


def organic(line_id: str = "1", description: str = "organic apples", **more: Any) -> dict[str, Any]:
    return line(line_id, Description=description, **more)


@pytest.fixture
def books() -> Books:
    """An order with one organic line has come in."""
    books = Books()
    books.take(changes(PurchaseOrder=[order(Line=[organic(), line("2")])]))
    return books


@pytest.fixture
def certify(books: Books) -> Callable[..., tuple[Certification, Record]]:
    def certify(line_id: str = "1", **content: Any) -> tuple[Certification, Record]:
        return certify_line(
            books.certifications,
            books.records,
            books.tenants,
            TENANT,
            ORDER,
            line_id,
            CONTENT | content,
            Actor("host", "ada@host"),
            books.clock(),
        )

    return certify


def state(books: Books) -> CertificationState:
    return books.certifications.rows[key()].state


def edit(books: Books, minutes: float, *lines: dict[str, Any]) -> None:
    books.take(changes(PurchaseOrder=[order(token=int(minutes), minutes=minutes, Line=list(lines))]))


def asked(books: Books) -> int:
    return len(books.events.named("certification.required"))


def test_an_order_with_organic_lines_awaits_certification_of_those(books):
    certification = books.certifications.rows[key()]

    assert certification.state is CertificationState.AWAITING
    assert [found.line_id for found in certification.awaiting_lines] == ["1"]
    assert books.events.named("certification.required")[0]["lines"] == ["1"]


def test_an_order_without_organic_lines_and_a_bill_await_nothing():
    books = Books()

    books.take(changes(PurchaseOrder=[order()], Bill=[order("13", Line=[organic()])]))

    assert books.certifications.rows == {}


def test_however_often_the_order_is_synced_it_is_told_once(books):
    for minutes in (1, 2, 3):
        edit(books, minutes, organic(), line("2", Amount=Decimal(minutes)), organic("3"))

    assert asked(books) == 1


def test_an_order_is_certified_when_all_its_organic_lines_are(books, certify):
    edit(books, 1, organic(), organic("2"))

    first, _ = certify("1")
    second, _ = certify("2")

    assert first.state is CertificationState.AWAITING
    assert second.state is CertificationState.CERTIFIED
    given = second.lines[0].certificates[-1]
    assert (given.lot_number, given.expiration_date.isoformat(), given.certified_by) == ("LOT-7", "2027-03-31", "Ada")
    assert given.entered_by == Actor("host", "ada@host")


def test_a_certified_order_stays_so_when_something_else_changes(books, certify):
    certify()

    edit(books, 1, organic(Amount=Decimal("20.00")), line("2", Description="other"), line("3"))

    assert state(books) is CertificationState.CERTIFIED
    assert asked(books) == 1


def test_a_changed_organic_line_asks_again_and_its_certificate_is_kept(books, certify):
    certify()

    edit(books, 1, organic(description="organic pears"), line("2"))

    certification = books.certifications.rows[key()]
    assert certification.state is CertificationState.AWAITING
    assert certification.lines[0].certificates[-1].lot_number == "LOT-7"
    assert asked(books) == 2


def test_a_new_organic_line_asks_for_itself_alone(books, certify):
    certify()

    edit(books, 1, organic(), line("2"), organic("3", "organic pears"))

    assert [found.line_id for found in books.certifications.rows[key()].awaiting_lines] == ["3"]


def test_a_line_under_another_id_keeps_its_certificate(books, certify):
    certify()

    edit(books, 1, line("2"), organic("7"))

    assert state(books) is CertificationState.CERTIFIED


def test_one_certificate_does_not_do_for_two_equal_lines(books, certify):
    certify()

    edit(books, 1, organic("7"), organic("8"))

    assert [found.line_id for found in books.certifications.rows[key()].awaiting_lines] == ["8"]


def test_a_line_that_goes_and_comes_back_keeps_its_certificate(books, certify):
    certify()

    edit(books, 1, line("2"))
    withdrawn = state(books)
    edit(books, 2, organic(), line("2"))

    assert withdrawn is CertificationState.WITHDRAWN
    assert state(books) is CertificationState.CERTIFIED
    assert asked(books) == 1


def test_a_deleted_order_awaits_nothing_and_cannot_be_certified(books, certify):
    books.take(changes(gone()))

    assert state(books) is CertificationState.WITHDRAWN
    with pytest.raises(NotFound):
        certify()


def test_an_order_whose_keyword_comes_and_goes_is_told_once(books):
    chosen = OrganicSettings(TENANT, ("biodynamic",), revision=1, updated_at=NOW)
    books.settings.rows[TENANT] = chosen
    books.judge.judge(Judgement(TENANT, 1), lambda: True)
    without = state(books)

    books.settings.rows[TENANT] = replace(chosen, keywords=("organic",), revision=2)
    books.judge.judge(Judgement(TENANT, 1), lambda: True)

    assert without is CertificationState.WITHDRAWN
    assert state(books) is CertificationState.AWAITING
    assert asked(books) == 1


def test_a_late_worker_with_an_older_copy_changes_no_certification(books):
    old = books.record()
    edit(books, 1, line("2"))
    known = books.certifications.rows[key()]

    assert known.state is CertificationState.WITHDRAWN
    assert follow(known, old, books.clock()) is known


def _stops(*given: Any) -> Any:
    raise StorageUnavailable("The database is busy.")


def test_an_order_that_an_item_makes_organic_is_certified_although_a_worker_stopped(monkeypatch):
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))
    renamed = changes(Item=[item(token=1, minutes=5, Name="Organic apples", FullyQualifiedName="Organic apples")])
    with monkeypatch.context() as broken, pytest.raises(StorageUnavailable):
        broken.setattr(books.certifications, "put", _stops)
        books.take(renamed)

    books.take(renamed)

    assert state(books) is CertificationState.AWAITING
    assert asked(books) == 1
    assert not books.record("Item", "5").unsettled


def test_an_order_that_an_item_makes_organic_is_told_of_although_a_worker_stopped(monkeypatch):
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))
    renamed = changes(Item=[item(token=1, minutes=5, Name="Organic apples", FullyQualifiedName="Organic apples")])
    with monkeypatch.context() as broken, pytest.raises(StorageUnavailable):
        broken.setattr(books.events, "publish", _stops)
        books.take(renamed)

    books.take(renamed)

    assert asked(books) == 1


def test_an_order_that_a_keyword_makes_organic_is_certified_although_a_worker_stopped(monkeypatch):
    books = Books()
    books.take(changes(PurchaseOrder=[order()], Item=[item()]))
    books.settings.rows[TENANT] = OrganicSettings(TENANT, ("apples",), revision=1, updated_at=NOW)
    with monkeypatch.context() as broken, pytest.raises(StorageUnavailable):
        broken.setattr(books.certifications, "put", _stops)
        books.judge.judge(Judgement(TENANT, 1), lambda: True)

    books.judge.judge(Judgement(TENANT, 1), lambda: True)

    assert state(books) is CertificationState.AWAITING
    assert asked(books) == 1


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-20", "1999-01-01"])
def test_a_date_that_has_passed_must_be_confirmed(books, certify, day):
    with pytest.raises(InvalidRequest) as refused:
        certify(expiration_date=day)
    certification, _ = certify(expiration_date=day, confirm_past_date=True)

    assert refused.value.code == "expiration_date_passed"
    assert certification.state is CertificationState.CERTIFIED


@pytest.mark.parametrize(
    "content",
    [
        {"lot_number": ""},
        {"lot_number": "a\tb"},
        {"lot_number": "x" * 61},
        {"certified_by": " "},
        {"expiration_date": "31.3.2027"},
        {"expiration_date": "2027-02-30"},
        {"expiration_date": None},
        {"colour": "red"},
    ],
)
def test_what_is_no_certificate_is_refused(certify, content):
    with pytest.raises(InvalidRequest) as refused:
        certify(**content)

    assert refused.value.fields[0]["field"] == next(iter(content))


@pytest.mark.parametrize("line_id", ["2", "99", ""])
def test_only_organic_lines_are_certified(certify, line_id):
    with pytest.raises(NotFound):
        certify(line_id)


def test_a_correction_keeps_what_was_said_before(certify):
    certify()

    certification, _ = certify(lot_number="LOT-8", certified_by="Grace")

    assert [given.lot_number for given in certification.lines[0].certificates] == ["LOT-7", "LOT-8"]


def test_a_certificate_that_is_sent_twice_is_kept_once(certify):
    first, _ = certify()

    again, _ = certify()

    assert again == first


def test_the_same_certificate_of_goods_that_changed_is_another_one(books, certify):
    certify()
    edit(books, 1, organic(description="organic pears"))

    certification, _ = certify()

    assert [given.lot_number for given in certification.lines[0].certificates] == ["LOT-7", "LOT-7"]


def test_two_people_who_certify_two_lines_at_once_both_count(books, certify, monkeypatch):
    edit(books, 1, organic(), organic("2"))
    put = books.certifications.put

    def put_late(certification, replaced):
        monkeypatch.setattr(books.certifications, "put", put)
        certify("2")
        return put(certification, replaced)

    monkeypatch.setattr(books.certifications, "put", put_late)

    certification, _ = certify("1")

    assert certification.state is CertificationState.CERTIFIED


def test_who_never_gets_a_turn_is_told_so(books, certify, monkeypatch):
    monkeypatch.setattr(books.certifications, "put", lambda *given: None)

    with pytest.raises(Conflict):
        certify()


def test_certifications_are_listed_by_state_the_longest_first(books, certify):
    books.take(changes(PurchaseOrder=[order(str(n), Line=[organic()]) for n in (20, 21)]))
    certify()

    def listed(state: str, after: str | None = None) -> tuple[list[str], str | None]:
        orders, token = list_certifications(
            books.certifications, books.records, books.tenants, TENANT, state=state, limit=1, after=after
        )
        return [certification.key.entity_id for certification, _ in orders], token

    first, token = listed("awaiting")
    second, end = listed("awaiting", token)

    assert (first, second, end) == (["20"], ["21"], None)
    assert listed("certified") == (["12"], None)


@pytest.mark.parametrize("wrong", [{"state": "x"}, {"after": "x"}])
def test_a_list_that_cannot_be_made_is_refused(books, wrong):
    asked: dict[str, Any] = {"state": "awaiting", "after": None} | wrong

    with pytest.raises(InvalidRequest):
        list_certifications(books.certifications, books.records, books.tenants, TENANT, limit=1, **asked)


@pytest.mark.parametrize("record_id", ["x", "..", "1.Account.5", f"{key().connection_id}.PurchaseOrder.99"])
def test_a_record_that_is_not_there_is_not_found(books, record_id):
    with pytest.raises(NotFound):
        read_certification(books.certifications, books.records, books.tenants, TENANT, record_id)


@pytest.mark.parametrize("entity_id", ["9" * 65, "5#5", "5 5", ""])
def test_what_no_record_can_be_called_is_not_looked_for(entity_id):
    with pytest.raises(NotFound):
        record_key(TENANT, f"{key().connection_id}.PurchaseOrder.{entity_id}")


def test_another_tenants_order_is_not_found(books):
    with pytest.raises(NotFound):
        read_certification(books.certifications, books.records, books.tenants, "globex", ORDER)


# telling


def test_nobody_is_told_twice_by_two_workers_at_once(books):
    known = books.certifications.rows[key()]
    books.certifications.rows[key()] = replace(known, told=0, telling_until=None)
    publish = books.events.publish

    def publish_late(event: str, tenant_id: str, detail: dict[str, object]) -> None:
        with pytest.raises(DocumentBusy):
            _tell(books)
        publish(event, tenant_id, detail)

    books.events.publish = publish_late

    assert _tell(books)
    assert asked(books) == 2
    assert not _tell(books)


def test_who_loses_the_turn_to_tell_says_nothing(books, monkeypatch):
    known = books.certifications.rows[key()]
    books.certifications.rows[key()] = replace(known, told=0, telling_until=None)
    monkeypatch.setattr(books.certifications, "put", lambda *given: None)

    with pytest.raises(DocumentBusy):
        _tell(books)
    assert asked(books) == 1


def test_whoever_finds_an_order_that_is_being_told_has_to_come_again(books):
    known = books.certifications.rows[key()]
    books.certifications.rows[key()] = replace(known, told=0, telling_until=books.clock() + TURN)
    again = changes(PurchaseOrder=[order(Line=[organic(), line("2")]), order("13", Line=[organic()])])

    with pytest.raises(DocumentBusy):
        books.take(again)

    told = [detail["id"] for detail in books.events.named("certification.required")]
    assert told == ["12", "13"]


def test_a_worker_that_stops_while_telling_is_made_up_for_later(books):
    known = books.certifications.rows[key()]
    books.certifications.rows[key()] = replace(known, told=0, telling_until=books.clock() + TURN)
    books.time.sleep((TURN + timedelta(seconds=1)).total_seconds())

    stored = books.take(changes(PurchaseOrder=[order(Line=[organic(), line("2")])]))

    assert [change.kind.value for change in stored] == ["unchanged"]
    assert asked(books) == 2


def test_what_happens_to_the_order_while_it_is_told_is_not_lost(books):
    known = books.certifications.rows[key()]
    books.certifications.rows[key()] = replace(known, told=0, telling_until=None)

    def publish(event: str, tenant_id: str, detail: dict[str, object]) -> None:
        current = books.certifications.rows[key()]
        books.certifications.put(replace(current, number="changed"), current)

    books.events.publish = publish
    _tell(books)

    assert (books.certifications.rows[key()].number, books.certifications.rows[key()].told) == ("changed", 1)


def _tell(books: Books) -> bool:
    return tell_about_certification(books.certifications, books.events, key(), (), books.clock())
