"""Look-ups in one call before they are asked for, and one by one where that cannot be."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ledgerlink import errors
from ledgerlink.domain.throttle import CallKind
from ledgerlink.quickbooks.lookups import CompanyBooks
from tests.unit.quickbooks.scripted import Answer, ScriptedAdapter, company_with

ITEMS = [{"Id": "11", "Sku": "BOLT-8", "Name": "Bolt M8"}]
VENDORS = [{"Id": "56", "DisplayName": "Amy's"}]
ORDERS = [{"Id": "7", "DocNumber": "PO-7"}, {"Id": "8", "DocNumber": "PO-70"}]
ROWS = {"Item": ITEMS, "Vendor": VENDORS, "PurchaseOrder": ORDERS}


def rows_for(query: str) -> dict[str, Any]:
    (entity,) = [name for name in ROWS if f"FROM {name} " in query]
    return {entity: ROWS[entity]}


def answering(request: requests.PreparedRequest) -> Answer:
    """As QuickBooks does, by query or by batch."""
    if request.method == "GET":
        assert isinstance(request.url, str)
        return Answer(body={"QueryResponse": rows_for(parse_qs(urlsplit(request.url).query)["query"][0])})
    assert isinstance(request.body, bytes)
    items = json.loads(request.body)["BatchItemRequest"]
    responses = [{"bId": item["bId"], "QueryResponse": rows_for(item["Query"])} for item in items]
    return Answer(body={"BatchItemResponse": responses})


def books(*script: Any, **options: Any) -> tuple[CompanyBooks, ScriptedAdapter]:
    company, adapter, _ = company_with(*script, **options)
    return CompanyBooks(company), adapter


def look(books: CompanyBooks) -> None:
    books.look_ahead({"Vendor": ["Amy's", "Amy's (V)"], "Item": ["Bolt M8"]}, ["BOLT-8"], {"PurchaseOrder": ["PO-7"]})


def test_one_call_answers_all_that_a_push_asks():
    company, adapter = books(answering)

    look(company)
    found = [
        company.find_by_name("Vendor", ["Amy's"]),
        company.find_by_name("Vendor", ["Amy's (V)"]),
        company.find_items_by_sku(["BOLT-8"]),
        company.find_by_name("Item", ["Bolt M8"]),
        company.find_by_doc_number("PurchaseOrder", "PO-7"),
    ]

    assert found == [VENDORS, VENDORS, ITEMS, ITEMS, ORDERS[:1]]
    assert len(adapter.requests) == company.calls == 1
    queries = [item["Query"] for item in json.loads(adapter.requests[0].body or "")["BatchItemRequest"]]
    assert len(queries) == 4
    assert all("STARTPOSITION 1 MAXRESULTS 1000" in query for query in queries)
    assert [("Active IN (true, false)" in query) for query in queries] == [True, True, True, False]


def test_an_answer_is_used_once_and_then_asked_for_anew():
    company, adapter = books(*[answering] * 3)

    look(company)
    company.find_by_name("Vendor", ["Amy's"])
    company.find_by_name("Vendor", ["Amy's"])
    company.find_by_doc_number("PurchaseOrder", "PO-7")
    company.find_by_doc_number("PurchaseOrder", "PO-7")

    assert [request.method for request in adapter.requests] == ["POST", "GET", "GET"]


def test_a_fresh_answer_is_never_an_old_one():
    company, adapter = books(*[answering] * 2)

    look(company)
    company.find_by_doc_number("PurchaseOrder", "PO-7", fresh=True)

    assert [request.method for request in adapter.requests] == ["POST", "GET"]


def test_what_was_not_looked_for_is_asked_for():
    company, adapter = books(*[answering] * 3)

    look(company)
    company.find_by_name("Vendor", ["Amy's", "Bob's"])
    company.find_by_doc_number("PurchaseOrder", "PO-8")

    assert [request.method for request in adapter.requests] == ["POST", "GET", "GET"]


@pytest.mark.parametrize("question", [({}, [], {}), ({"Vendor": []}, [], {}), ({}, [], {"PurchaseOrder": ["PO-7"]})])
def test_a_single_question_needs_no_batch(question):
    company, adapter = books()

    company.look_ahead(*question)

    assert adapter.requests == []


def test_more_names_than_a_query_takes_become_several_in_the_same_call():
    company, adapter = books(answering)
    skus = [f"SKU-{number}" for number in range(65)]

    company.look_ahead({}, skus, {})

    assert company.find_items_by_sku(skus) == ITEMS * 3
    assert len(adapter.requests) == 1


def test_an_answer_that_may_be_cut_is_not_used():
    many = [{"Id": str(number), "DisplayName": "x"} for number in range(1000)]
    full = {"BatchItemResponse": [{"bId": str(n), "QueryResponse": {"Vendor": many if n else []}} for n in range(4)]}
    company, adapter = books(Answer(body=full), answering)

    look(company)

    assert company.find_by_name("Vendor", ["Amy's"]) == VENDORS
    assert len(adapter.requests) == 2


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Answer(503, b""), errors.QuickBooksUnavailable),
        (requests.ReadTimeout("late"), errors.QuickBooksUnavailable),
        (Answer(429, b""), errors.RateLimited),
        (Answer(body={"BatchItemResponse": []}), errors.QuickBooksUnavailable),
    ],
)
def test_a_call_that_fails_is_not_tried_again_one_by_one(failure, error):
    company, adapter = books(failure)

    with pytest.raises(error):
        look(company)

    assert len(adapter.requests) == 1


class NoBatches:
    """A turnstile whose batches are used up."""

    def enter(self, kind: CallKind, metered: int) -> None:
        if kind is CallKind.BATCH:
            raise errors.WaitingForTurn("This QuickBooks company takes no more requests for 12 s.")

    def closed_for(self, seconds: int) -> None:
        """Nobody."""


def test_without_a_turn_for_a_batch_the_questions_are_asked_one_by_one():
    company, adapter = books(answering, turnstile=NoBatches())

    look(company)

    assert company.find_by_name("Vendor", ["Amy's"]) == VENDORS
    assert [request.method for request in adapter.requests] == ["GET"]
