"""Changing what counts as organic, and judging what is stored by it."""

from typing import Any

import pytest

from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.errors import Conflict, InvalidRequest, NotFound, StorageUnavailable
from ledgerlink.usecases.certification import judge_stored_records as module
from ledgerlink.usecases.certification.change_keywords import change_keywords, read_keywords
from ledgerlink.usecases.certification.judge_stored_records import Judgement
from tests.unit.inbound.books import Books, changes, item, key, order
from tests.unit.orders import NOW, TENANT


def change(books: Books, content: Any, tenant_id: str = TENANT) -> OrganicSettings:
    return change_keywords(books.settings, books.tenants, books.judgements, tenant_id, content, books.clock())


def judge(books: Books, judgement: Judgement, *, has_time: bool = True) -> Judgement | None:
    return books.judge.judge(judgement, lambda: has_time)


@pytest.fixture
def books(monkeypatch) -> Books:
    """Some orders of apples, judged two at a time."""
    monkeypatch.setattr(module, "AT_ONCE", 2)
    books = Books()
    vendor = order("3") | {"DisplayName": "Apples and more"}
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(5)], Item=[item()], Vendor=[vendor]))
    books.events.published.clear()
    return books


def test_the_default_holds_until_a_tenant_chooses(books):
    assert read_keywords(books.settings, books.tenants, TENANT).keywords == (
        "organic",
        "USDA organic",
        "certified organic",
    )


def test_new_keywords_are_stored_and_start_a_judgement_once(books):
    settings = change(books, {"keywords": ["apples"]})
    change(books, {"keywords": ["apples"]})

    assert (settings.keywords, settings.revision, settings.is_evaluating) == (("apples",), 1, True)
    assert books.judgements.started == {(TENANT, 1, 1)}


def test_other_people_to_tell_need_no_judgement(books):
    settings = change(books, {"emails": ["ada@farm.example"]})

    assert not settings.is_evaluating
    assert books.judgements.started == set()


def test_a_start_that_was_lost_is_made_up_for_by_the_same_request(books, monkeypatch):
    def lost(*given: Any) -> None:
        raise StorageUnavailable("Judging could not be started.")

    monkeypatch.setattr(books.judgements, "start_for_keywords", lost)
    with pytest.raises(StorageUnavailable):
        change(books, {"keywords": ["apples"]})
    monkeypatch.undo()

    change(books, {"keywords": ["apples"]})

    assert books.judgements.started == {(TENANT, 1, 1)}


@pytest.mark.parametrize("content", [{"keywords": ["apples"]}, {"emails": ["ada@farm.example"]}, {}])
def test_a_judging_that_failed_is_tried_anew_by_whatever_request_comes_next(books, content):
    change(books, {"keywords": ["apples"]})
    books.judgements.failed = {(TENANT, 1, 1)}

    first = change(books, content)
    second = change(books, content)

    assert first.is_evaluating
    assert second.is_evaluating
    assert books.judgements.started == {(TENANT, 1, 1), (TENANT, 1, 2)}


def test_each_failed_attempt_is_followed_by_one_more(books):
    change(books, {"keywords": ["apples"]})
    for attempt in (1, 2):
        books.judgements.failed.add((TENANT, 1, attempt))
        change(books, {"keywords": ["apples"]})

    assert books.judgements.started == {(TENANT, 1, attempt) for attempt in (1, 2, 3)}


def test_new_keywords_begin_with_a_first_attempt_whatever_became_of_the_last(books):
    change(books, {"keywords": ["apples"]})
    books.judgements.failed = {(TENANT, 1, 1)}
    change(books, {"keywords": ["apples"]})

    change(books, {"keywords": ["pears"]})

    assert books.judgements.started == {(TENANT, 1, 1), (TENANT, 1, 2), (TENANT, 2, 1)}


def test_two_requests_at_once_try_a_failed_judging_once_more_and_not_twice(books, monkeypatch):
    change(books, {"keywords": ["apples"]})
    books.judgements.failed = {(TENANT, 1, 1)}
    begin = books.settings.begin_attempt

    def begin_late(settings: OrganicSettings) -> bool:
        monkeypatch.setattr(books.settings, "begin_attempt", begin)
        change(books, {"keywords": ["apples"]})
        return bool(begin(settings))

    monkeypatch.setattr(books.settings, "begin_attempt", begin_late)
    change(books, {"keywords": ["apples"]})

    assert books.judgements.started == {(TENANT, 1, 1), (TENANT, 1, 2)}


def test_what_is_judged_is_not_judged_again_although_an_attempt_failed(books):
    change(books, {"keywords": ["apples"]})
    books.judgements.failed = {(TENANT, 1, 1)}
    judge(books, Judgement(TENANT, 1))

    change(books, {"keywords": ["apples"]})

    assert books.judgements.started == {(TENANT, 1, 1)}


def test_every_stored_record_is_judged_and_moves_to_the_end(books):
    before = books.record(entity_id="0").changed_at
    change(books, {"keywords": ["apples"]})

    left = judge(books, Judgement(TENANT, 1))

    assert left is None
    assert all(books.record(entity_id=str(n)).organic for n in range(5))
    assert books.record("Item", "5").organic
    assert not books.record("Vendor", "3").organic
    assert books.record(entity_id="0").changed_at > before
    assert len(books.events.named("certification.required")) == 5
    assert not books.settings.read(TENANT).is_evaluating


def test_a_judgement_that_runs_out_of_time_goes_on_where_it_stopped(books):
    change(books, {"keywords": ["apples"]})
    steps: list[Judgement] = []

    left = judge(books, Judgement(TENANT, 1), has_time=False)
    while left:
        steps.append(left)
        assert books.settings.read(TENANT).is_evaluating
        left = judge(books, left, has_time=False)

    assert len(steps) == 3
    assert all(books.record(entity_id=str(n)).organic for n in range(5))
    assert len(books.events.named("certification.required")) == 5


def test_judging_the_same_again_changes_nothing(books):
    change(books, {"keywords": ["apples"]})
    judge(books, Judgement(TENANT, 1))
    writes, told = books.records.writes, len(books.events.published)

    judge(books, Judgement(TENANT, 1))

    assert (books.records.writes, len(books.events.published)) == (writes, told)


def test_a_judgement_that_newer_keywords_overtook_judges_by_those(books):
    change(books, {"keywords": ["apples"]})
    change(books, {"keywords": ["pears"]})

    judge(books, Judgement(TENANT, 1))

    assert not books.record(entity_id="0").organic
    assert books.settings.read(TENANT).is_evaluating


def test_keywords_that_change_while_a_page_is_judged_hold_for_that_page_too(books):
    change(books, {"keywords": ["apples"]})
    books.records.before_put = lambda: change(books, {"keywords": ["corrugated"]})

    judge(books, Judgement(TENANT, 1))

    assert not any(record.organic for record in books.records.rows.values())


def test_the_documents_of_one_item_are_judged_in_pages(books):
    books.settings.rows[TENANT] = OrganicSettings(TENANT, ("apples",), revision=1, updated_at=NOW)

    left = judge(books, Judgement(TENANT, 1, key("Item", "5")), has_time=False)
    assert left is not None
    end = judge(books, left)

    assert end is None
    assert all(books.record(entity_id=str(n)).organic for n in range(5))
    assert books.settings.read(TENANT).is_evaluating


def test_no_keywords_at_all_turn_the_detection_off(books):
    change(books, {"keywords": ["apples"]})
    judge(books, Judgement(TENANT, 1))

    change(books, {"keywords": []})
    judge(books, Judgement(TENANT, 2))

    assert not any(record.organic for record in books.records.rows.values())


def test_what_cannot_be_changed_says_why(books, monkeypatch):
    with pytest.raises(InvalidRequest):
        change(books, {"keywords": [7]})
    with pytest.raises(NotFound):
        change(books, {}, "globex")
    monkeypatch.setattr(books.settings, "put", lambda *given: False)
    with pytest.raises(Conflict):
        change(books, {"keywords": ["apples"]})
