"""Every call takes its turn, and a 429 is told to everybody."""

from dataclasses import dataclass, field

import pytest
import requests

from ledgerlink import errors
from ledgerlink.domain.throttle import CallKind
from ledgerlink.quickbooks.batch import Read, Write
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.queries import Select
from tests.unit.quickbooks.bodies import body_of
from tests.unit.quickbooks.scripted import Answer, company_with

REFUSED_TOKEN = Answer(401, {"fault": {"error": [{"code": "3200"}], "type": "AUTHENTICATION"}})
QUERY, DELETED = Answer(body={"QueryResponse": {"totalCount": 0}}), Answer(body={"Bill": {"status": "Deleted"}})


@dataclass
class FakeTurnstile:
    """Notes who came, and lets nobody through once it is ``shut``."""

    entered: list[tuple[CallKind, int]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    shut: bool = False
    broken: bool = False

    def enter(self, kind: CallKind, metered: int) -> None:
        if self.shut:
            raise errors.WaitingForTurn("This QuickBooks company takes no more requests for 12 s.")
        self.entered.append((kind, metered))

    def closed_for(self, seconds: int) -> None:
        if self.broken:
            raise errors.StorageUnavailable("The database is busy.")
        self.closed.append(seconds)


def test_reads_are_metered_and_writes_are_not():
    turnstile = FakeTurnstile()
    company, _, _ = company_with(QUERY, QUERY, Answer(body={"Bill": {"Id": "1"}}), DELETED, turnstile=turnstile)

    company.query(Select("Vendor"))
    company.count(Select("Vendor"))
    company.create("Bill", body_of("Bill"), "request-1")
    company.delete("Bill", "1", "0", "request-2")

    assert turnstile.entered == [(CallKind.READ, 1), (CallKind.READ, 1), (CallKind.WRITE, 0), (CallKind.WRITE, 0)]


def test_a_batch_is_one_call_and_its_queries_are_metered_singly():
    turnstile = FakeTurnstile()
    company, _, _ = company_with(Answer(body={"BatchItemResponse": []}), turnstile=turnstile)

    company.batch([Read("a"), Read("b"), Write(Operation.CREATE, "Vendor", body_of("Vendor"), "r")])

    assert turnstile.entered == [(CallKind.BATCH, 2)]


def test_a_call_repeated_for_its_token_takes_another_turn_and_is_metered_once():
    turnstile = FakeTurnstile()
    company, _, _ = company_with(REFUSED_TOKEN, QUERY, turnstile=turnstile)

    company.query(Select("Vendor"))

    assert turnstile.entered == [(CallKind.READ, 1), (CallKind.READ, 0)]


def test_without_a_turn_nothing_is_sent():
    company, adapter, _ = company_with(turnstile=FakeTurnstile(shut=True))

    with pytest.raises(errors.WaitingForTurn):
        company.query(Select("Vendor"))
    outcomes = company.batch([Write(Operation.CREATE, "Vendor", body_of("Vendor"), "r"), Read("a")])

    assert [type(outcome.error) for outcome in outcomes] == [errors.WaitingForTurn] * 2
    assert not any(outcome.sent for outcome in outcomes)
    assert adapter.requests == []


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "17"}, 17), ({}, 60), ({"Retry-After": "soon"}, 60)])
def test_a_429_closes_the_tap_for_its_wait(headers, seconds):
    turnstile = FakeTurnstile()
    company, _, _ = company_with(Answer(429, b"", headers), turnstile=turnstile)

    with pytest.raises(errors.RateLimited):
        company.query(Select("Vendor"))

    assert turnstile.closed == [seconds]


def test_a_throttle_by_another_status_or_inside_a_batch_closes_it_too():
    throttle = {"Fault": {"Error": [{"code": "3001", "Message": "ThrottleExceeded"}], "type": "SERVICE"}}
    turnstile = FakeTurnstile()
    batched = Answer(body={"BatchItemResponse": [{**throttle, "bId": "0"}]})
    company, _, _ = company_with(Answer(403, throttle), batched, turnstile=turnstile)

    with pytest.raises(errors.RateLimited):
        company.query(Select("Vendor"))
    (outcome,) = company.batch([Read("a")])

    assert isinstance(outcome.error, errors.RateLimited)
    assert turnstile.closed == [60, 60]


def test_a_tap_that_cannot_be_closed_does_not_hide_the_429():
    company, _, _ = company_with(Answer(429, b""), turnstile=FakeTurnstile(broken=True))

    with pytest.raises(errors.RateLimited):
        company.query(Select("Vendor"))


def test_nothing_but_a_429_closes_it():
    turnstile = FakeTurnstile()
    company, _, _ = company_with(Answer(503, b""), requests.ReadTimeout("late"), turnstile=turnstile)

    for _ in range(2):
        with pytest.raises(errors.QuickBooksUnavailable):
            company.query(Select("Vendor"))

    assert turnstile.closed == []
