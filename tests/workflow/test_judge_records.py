"""The state machine that judges stored records, with the function that it really calls."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.errors import NotFound, StorageUnavailable
from ledgerlink.usecases.certification import judge_stored_records
from tests.unit.inbound.books import Books, changes, order
from tests.unit.orders import NOW, TENANT
from tests.workflow.harness import ROOT, Context, Machine, handler_module, load, machine

INPUT = {"version": 1, "tenant_id": TENANT, "revision": 1, "item": None, "after": None}


@pytest.fixture
def books(monkeypatch) -> Books:
    """Five orders of apples, judged two at a time; the tenant calls apples organic by now."""
    monkeypatch.setattr(judge_stored_records, "AT_ONCE", 2)
    books = Books()
    books.take(changes(PurchaseOrder=[order(str(n)) for n in range(5)]))
    emails = ("ada@farm.example",)
    books.settings.rows[TENANT] = OrganicSettings(TENANT, ("apples",), emails, revision=1, updated_at=NOW)
    return books


@pytest.fixture
def judge(monkeypatch, books: Books) -> Iterator[Machine]:
    """A function that has time for one page in each call."""
    module = handler_module("judge_records")
    monkeypatch.setattr(
        module, "wiring", lambda: SimpleNamespace(record_judge=books.judge, certification_mailer=books.mailer)
    )
    monkeypatch.setattr(module, "SPARE_MILLISECONDS", 500_000)
    definition = load(ROOT / "statemachines" / "judge_records.asl.yaml", RetryIntervalSeconds=15)

    def handler(event: Any) -> Any:
        return module.lambda_handler(event, Context("judge_records"))

    with machine(definition, {"judge_records": handler}) as running:
        yield running


def test_it_goes_on_until_every_page_is_judged(judge: Machine, books: Books):
    execution = judge.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(judge.calls) == 3
    assert all(books.record(entity_id=str(n)).organic for n in range(5))
    assert not books.settings.read(TENANT).is_evaluating


def test_all_orders_that_it_finds_are_in_one_e_mail(judge: Machine, books: Books):
    judge.run(INPUT)

    assert [letter.subject for _, letter in books.mail.sent] == ["5 purchase orders await certification"]


def test_a_page_that_cannot_be_read_for_the_moment_is_tried_again(judge: Machine, books: Books, monkeypatch):
    keys, failures = books.records.keys, [StorageUnavailable("busy"), StorageUnavailable("busy")]

    def busy(*given: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return keys(*given, **named)

    monkeypatch.setattr(books.records, "keys", busy)

    execution = judge.run(INPUT)

    assert execution["status"] == "SUCCEEDED"
    assert len(judge.calls) == 5


def test_a_page_that_cannot_be_judged_fails_at_its_own_task(judge: Machine, books: Books, monkeypatch):
    def broken(*given: Any, **named: Any) -> Any:
        raise NotFound("It is not there.")

    monkeypatch.setattr(books.records, "keys", broken)

    execution = judge.run(INPUT)

    assert (execution["status"], execution["error"]) == ("FAILED", "NotFound")
    assert len(judge.calls) == 1
