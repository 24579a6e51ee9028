"""A batch: which answer belongs to which item, and what is known when there is none."""

import json
import logging
import random
from decimal import Decimal
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink import errors
from ledgerlink.quickbooks.batch import Item, Outcome, Read, Write, read_outcomes, request_id
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.client import BatchSizes
from ledgerlink.quickbooks.queries import Select
from tests.unit.quickbooks.bodies import body_of
from tests.unit.quickbooks.scripted import TID, Answer, company_with


def create(number: int = 1, **changes: Any) -> Write:
    return Write(Operation.CREATE, "Vendor", body_of("Vendor", **changes), f"request-{number}")


def fault(code: str, message: str = "No") -> dict[str, Any]:
    return {"Fault": {"Error": [{"Message": message, "Detail": message, "code": code}], "type": "ValidationFault"}}


def answering(request: requests.PreparedRequest) -> Answer:
    """As QuickBooks does where everything is fine."""
    assert isinstance(request.body, bytes)
    responses = []
    for item in json.loads(request.body)["BatchItemRequest"]:
        if "Query" in item:
            responses.append({"bId": item["bId"], "QueryResponse": {"Item": [{"Id": item["Query"]}]}})
        else:
            (entity,) = item.keys() - {"bId", "operation"}
            responses.append({"bId": item["bId"], entity: {"Id": "7", "DisplayName": item[entity]["DisplayName"]}})
    return Answer(body={"BatchItemResponse": responses, "time": "2026-11-21T01:30:00.000-08:00"})


def sent(request: requests.PreparedRequest) -> list[dict[str, Any]]:
    assert isinstance(request.body, bytes)
    items: list[dict[str, Any]] = json.loads(request.body)["BatchItemRequest"]
    return items


def test_every_item_of_a_mixed_call_gets_its_own_outcome():
    items: list[Item] = [
        create(),
        Write(Operation.DELETE, "Invoice", {"Id": "129", "SyncToken": "0"}, "request-2"),
        Write(
            Operation.UPDATE,
            "SalesReceipt",
            {"Id": "11", "SyncToken": "0", "sparse": True, "PrivateNote": "Paid"},
            "request-3",
        ),
        Read(Select("SalesReceipt").where("TotalAmt", ">", Decimal("300.00"))),
    ]
    answer = Answer(
        body={
            "BatchItemResponse": [
                {"QueryResponse": {"SalesReceipt": [{"Id": "17"}, {"Id": "11"}], "maxResults": 2}, "bId": "3"},
                {**fault("610", "Object Not Found"), "bId": "1"},
                {"Vendor": {"Id": "71", "SyncToken": "0"}, "bId": "0"},
                {**fault("5010", "Stale Object Error"), "bId": "2"},
            ]
        }
    )
    company, adapter, _ = company_with(answer)

    made, deleted, updated, found = company.batch(items)

    assert made.result()["Id"] == "71"
    assert isinstance(deleted.error, errors.OutOfSync)
    assert isinstance(updated.error, errors.StaleSyncToken)
    assert [row["Id"] for row in found.found()] == ["17", "11"]
    assert {outcome.intuit_tid for outcome in (made, deleted, updated, found)} == {TID}
    assert {error.intuit_tid for error in (deleted.error, updated.error)} == {TID}
    assert [item.get("operation") for item in sent(adapter.requests[0])] == ["create", "delete", "update", None]
    assert sent(adapter.requests[0])[3]["Query"] == "SELECT * FROM SalesReceipt WHERE TotalAmt > '300.00'"


@given(st.lists(st.sampled_from(["entity", "rows", "fault", "missing", "rubbish"]), max_size=30), st.randoms())
def test_any_mix_in_any_order_maps_to_the_right_items(kinds: list[str], shuffle: random.Random):
    items: list[Item] = [Read("q") if kind == "rows" else create(number) for number, kind in enumerate(kinds)]
    responses: list[Any] = []
    for position, kind in enumerate(kinds):
        of: dict[str, dict[str, Any]] = {
            "entity": {"Vendor": {"Id": f"v{position}"}},
            "rows": {"QueryResponse": {"Vendor": [{"Id": f"r{position}"}]}},
            "fault": fault("6240", f"name {position}"),
            "rubbish": {"Vendor": "no object"},
        }
        if kind != "missing":
            responses.append({**of[kind], "bId": str(position)})
    shuffle.shuffle(responses)

    outcomes = read_outcomes(items, {"BatchItemResponse": responses}, TID)

    assert len(outcomes) == len(kinds)
    for position, (kind, outcome) in enumerate(zip(kinds, outcomes, strict=True)):
        match kind:
            case "entity":
                assert outcome.result() == {"Id": f"v{position}"}
            case "rows":
                assert outcome.found() == [{"Id": f"r{position}"}]
            case "fault":
                assert isinstance(outcome.error, errors.DuplicateDocument)
                assert f"name {position}" in outcome.error.message
            case _:
                assert isinstance(outcome.error, errors.QuickBooksUnavailable)
                assert outcome.sent


@pytest.mark.parametrize("answer", [{}, {"BatchItemResponse": None}, {"BatchItemResponse": [1, None, "x"]}])
def test_an_answer_that_says_nothing_leaves_everything_unknown(answer):
    (outcome,) = read_outcomes([create()], answer, TID)

    assert isinstance(outcome.error, errors.QuickBooksUnavailable)


@pytest.mark.parametrize(
    ("reads", "writes", "sizes"),
    [(30, 0, [30]), (31, 0, [30, 1]), (0, 25, [10, 10, 5]), (20, 3, [20, 3]), (0, 0, [])],
)
def test_more_items_than_a_call_takes_become_several_calls(reads, writes, sizes):
    company, adapter, _ = company_with(*[answering] * len(sizes))
    items = [Read(f"q{number}") for number in range(reads)] + [
        create(number, DisplayName=f"V{number}") for number in range(writes)
    ]

    outcomes = company.batch(items)

    assert [len(sent(request)) for request in adapter.requests] == sizes
    assert [outcome.found()[0]["Id"] for outcome in outcomes[:reads]] == [f"q{number}" for number in range(reads)]
    assert [outcome.result()["DisplayName"] for outcome in outcomes[reads:]] == [f"V{n}" for n in range(writes)]


def test_the_size_of_a_call_can_be_chosen():
    company, adapter, _ = company_with(*[answering] * 2, batch_sizes=BatchSizes(reads=30, writes=30))

    company.batch([create(number) for number in range(31)])

    assert [len(sent(request)) for request in adapter.requests] == [30, 1]


def test_ids_are_as_short_as_intuit_wants_them():
    company, adapter, _ = company_with(answering)

    company.batch([create(number) for number in range(10)])

    (request,) = adapter.requests
    assert isinstance(request.url, str)
    assert all(len(item["bId"]) <= 10 for item in sent(request))
    assert "requestid=" in request.url
    assert len(request.url.split("requestid=")[1].split("&")[0]) <= 36


def test_the_same_items_have_the_same_request_id_and_others_another():
    assert request_id([create(1), create(2)]) == request_id([create(1), create(2)])
    assert request_id([create(1), create(2)]) != request_id([create(2), create(1)])
    assert request_id([create(1)]) != request_id([create(1), Read("q")])
    assert request_id([Read("q")]) is None


def test_an_item_that_quickbooks_would_not_take_is_not_sent_and_the_others_are():
    company, adapter, _ = company_with(answering)

    good, bad, also_good = company.batch([create(1), create(2, DisplayName="A:B"), create(3, DisplayName="C")])

    assert (good.result()["DisplayName"], also_good.result()["DisplayName"]) == ("Amy's", "C")
    assert isinstance(bad.error, errors.DocumentRejected)
    assert not bad.sent
    assert len(sent(adapter.requests[0])) == 2


@pytest.mark.parametrize("lost", [requests.ReadTimeout("late"), Answer(503, b""), Answer(200, b'{"BatchItem')])
def test_a_lost_answer_leaves_the_outcome_of_the_whole_call_unknown_and_the_rest_unsent(lost):
    company, adapter, _ = company_with(answering, lost)

    outcomes = company.batch([create(number) for number in range(25)])

    assert all(outcome.error is None for outcome in outcomes[:10])
    assert all(isinstance(outcome.error, errors.QuickBooksUnavailable) for outcome in outcomes[10:])
    assert [outcome.sent for outcome in outcomes[10:]] == [True] * 10 + [False] * 5
    assert len(adapter.requests) == 2


def test_a_call_that_was_turned_away_did_nothing():
    company, _, _ = company_with(Answer(429, b""))

    outcomes = company.batch([create(number) for number in range(2)])

    assert [type(outcome.error) for outcome in outcomes] == [errors.RateLimited] * 2
    assert not any(outcome.sent for outcome in outcomes)


def test_an_answer_of_a_thousand_rows_may_be_cut():
    rows = [{"Id": str(number)} for number in range(500)]
    answer = {"BatchItemResponse": [{"bId": str(n), "QueryResponse": {"Item": rows}} for n in range(2)]}

    outcomes = read_outcomes([Read("a"), Read("b")], answer, TID)

    assert [outcome.cut for outcome in outcomes] == [True, True]


def test_a_query_without_rows_found_nothing():
    (outcome,) = read_outcomes([Read("a")], {"BatchItemResponse": [{"bId": "0", "QueryResponse": {}}]}, TID)

    assert (outcome.found(), outcome.cut) == ([], False)


def test_every_refused_item_leaves_a_line_with_the_transaction_id(caplog):
    answer = {"BatchItemResponse": [{**fault("6240", "Mrs Canary"), "bId": "0"}, {**fault("4000"), "bId": "1"}]}

    with caplog.at_level(logging.INFO):
        read_outcomes([create(), Read("q")], answer, TID)

    lines = [(r.__dict__["operation"], r.__dict__["code"], r.__dict__["intuit_tid"]) for r in caplog.records]
    assert lines == [("create Vendor", "quickbooks_6240", TID), ("query", "quickbooks_4000", TID)]
    assert "Canary" not in caplog.text


def test_an_outcome_shows_nothing_of_the_document():
    assert "Canary" not in repr(Outcome(entity={"DisplayName": "Mrs Canary"}, rows=[{"DisplayName": "Mrs Canary"}]))
    assert "Canary" not in repr(create(DisplayName="Mrs Canary"))
