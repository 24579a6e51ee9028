"""The client on a real socket: what the wire does to an answer."""

import logging
from collections.abc import Iterator

import pytest

from ledgerlink.errors import QuickBooksUnavailable
from ledgerlink.quickbooks.client import Company, new_session
from ledgerlink.quickbooks.queries import Select
from tests.integration.quickbooks.fake_intuit import TID, Answer, FakeIntuit

VENDOR = {"Vendor": {"Id": "1"}}


class OneToken:
    def access_token(self) -> str:
        return "access-canary"

    def replace(self, rejected: str) -> str:
        raise AssertionError("nobody refused it")


@pytest.fixture
def intuit() -> Iterator[FakeIntuit]:
    with FakeIntuit() as intuit:
        yield intuit


@pytest.fixture
def company(intuit: FakeIntuit) -> Iterator[Company]:
    with new_session() as session:
        yield Company(session, intuit.url, "9341454273912345", OneToken(), timeout=(1.0, 0.2))


def test_calls_share_a_connection(intuit, company):
    intuit.script = [Answer(body=VENDOR)] * 3

    for _ in range(3):
        company.read("Vendor", "1")

    assert (company.calls, intuit.connections) == (3, 1)


@pytest.mark.parametrize(
    "answer", [Answer(hangs=True), Answer(closes=True), Answer(body=VENDOR, cut=True)], ids=["hangs", "closes", "cut"]
)
def test_a_write_without_an_answer_is_sent_once(intuit, company, answer):
    intuit.script = [answer]

    with pytest.raises(QuickBooksUnavailable):
        company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    assert len(intuit.requests) == 1


def test_the_next_call_works_after_a_broken_one(intuit, company):
    intuit.script = [Answer(closes=True), Answer(body=VENDOR)]
    with pytest.raises(QuickBooksUnavailable):
        company.read("Vendor", "1")

    assert company.read("Vendor", "1") == {"Id": "1"}


def test_a_server_that_is_not_there_is_an_outage():
    with FakeIntuit() as gone:
        pass
    company = Company(new_session(), gone.url, "1", OneToken(), timeout=(1.0, 0.2))

    with pytest.raises(QuickBooksUnavailable):
        company.read("Vendor", "1")


def test_the_query_and_the_token_stay_out_of_every_log_even_at_debug(intuit, company, caplog):
    intuit.script = [Answer(body={"QueryResponse": {}}), Answer(503, b"<html>"), Answer(hangs=True)]

    with caplog.at_level(logging.DEBUG):
        company.query(Select("Vendor").where("DisplayName", "=", "Mrs Canary"))
        for _ in range(2):
            with pytest.raises(QuickBooksUnavailable):
                company.query(Select("Vendor").where("DisplayName", "=", "Mrs Canary"))

    told = repr([(record.getMessage(), record.__dict__) for record in caplog.records]).lower()
    assert "canary" not in told
    assert TID in told
