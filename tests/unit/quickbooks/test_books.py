"""What pushes ask of a company: in one call where that can be, one by one where it cannot, each answer exact."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ledgerlink import errors
from ledgerlink.domain.asks import Ask, Create, Find, Read, Sought, Update
from ledgerlink.domain.throttle import CallKind
from ledgerlink.quickbooks.books import CompanyBooks
from ledgerlink.quickbooks.client import BatchSizes
from tests.unit.quickbooks.bodies import SMALLEST
from tests.unit.quickbooks.scripted import Answer, ScriptedAdapter, company_with

ROWS: dict[str, list[dict[str, Any]]] = {
    "Item": [{"Id": "11", "Sku": "BOLT-8", "Name": "Bolt M8"}],
    "Vendor": [{"Id": "56", "DisplayName": "Amy's"}, {"Id": "57", "DisplayName": "Amy's Bakery", "Active": False}],
    "PurchaseOrder": [{"Id": "7", "DocNumber": "PO-7"}, {"Id": "8", "DocNumber": "po-7"}],
}
QUESTIONS = (
    Sought("Vendor", "DisplayName", ("Amy's", "Amy's (V)")),
    Sought("Item", "Name", ("Bolt M8",)),
    Sought("Item", "Sku", ("BOLT-8",)),
)
UNSEARCHABLE = "B\x85LT"
"""A control character, which the query language has no way to write."""


def rows_for(query: str) -> dict[str, Any]:
    (entity,) = [name for name in ROWS if f"FROM {name} " in query]
    return {entity: ROWS[entity]}


def answering(request: requests.PreparedRequest) -> Answer:
    """As QuickBooks does, by query or by batch: the conditions are the tests' own business."""
    if request.method == "GET":
        return Answer(body={"QueryResponse": rows_for(query_of(request))})
    responses = [{"bId": item["bId"], **_response(item)} for item in items_of(request)]
    return Answer(body={"BatchItemResponse": responses[::-1]})


def _response(item: dict[str, Any]) -> dict[str, Any]:
    if "Query" in item:
        return {"QueryResponse": rows_for(item["Query"])}
    (entity,) = item.keys() & SMALLEST.keys()
    return {entity: {"SyncToken": "0", **item[entity], "Id": "900" + item["bId"]}}


def faulty(*codes: str) -> Any:
    """As ``answering``, but the item at each position has the fault with this code, if any."""

    def answer(request: requests.PreparedRequest) -> Answer:
        responses = [
            {"bId": item["bId"], **(_fault(code) if code else _response(item))}
            for code, item in zip(codes, items_of(request), strict=True)
        ]
        return Answer(body={"BatchItemResponse": responses})

    return answer


def _fault(code: str) -> dict[str, Any]:
    return {"Fault": {"Error": [{"code": code, "Message": "No."}], "type": "ValidationFault"}}


def query_of(request: requests.PreparedRequest) -> str:
    assert isinstance(request.url, str)
    return parse_qs(urlsplit(request.url).query)["query"][0]


def items_of(request: requests.PreparedRequest) -> list[dict[str, Any]]:
    assert isinstance(request.body, bytes)
    items: list[dict[str, Any]] = json.loads(request.body)["BatchItemRequest"]
    return items


def books(*script: Any, **options: Any) -> tuple[CompanyBooks, ScriptedAdapter]:
    company, adapter, _ = company_with(*script, **options)
    return CompanyBooks(company), adapter


def methods(adapter: ScriptedAdapter) -> list[str | None]:
    return [request.method for request in adapter.requests]


def order_of(number: str) -> dict[str, Any]:
    return {**SMALLEST["PurchaseOrder"], "DocNumber": number}


class NoBatches:
    """A turnstile whose batches are used up."""

    def enter(self, kind: CallKind, metered: int) -> None:
        if kind is CallKind.BATCH:
            raise errors.WaitingForTurn("This QuickBooks company takes no more requests for 12 s.")

    def closed_for(self, seconds: int) -> None:
        """Nobody."""


# seek


def test_one_call_answers_all_that_a_push_asks() -> None:
    company, adapter = books(answering)

    found = company.seek(QUESTIONS)

    assert found == [ROWS["Vendor"], ROWS["Item"], ROWS["Item"]]
    assert (methods(adapter), company.calls, company.last_intuit_tid is not None) == (["POST"], 1, True)
    queries = [item["Query"] for item in items_of(adapter.requests[0])]
    assert all("STARTPOSITION 1 MAXRESULTS 1000" in query and "Active IN (true, false)" in query for query in queries)


@pytest.mark.parametrize("values", [("Amy's",), ()])
def test_a_single_question_needs_no_batch_and_none_no_call(values: tuple[str, ...]) -> None:
    company, adapter = books(answering)

    found = company.seek([Sought("Vendor", "DisplayName", values)])

    assert found == ([ROWS["Vendor"]] if values else [[]])
    assert methods(adapter) == ["GET"] * len(values)


def test_more_names_than_a_query_takes_become_several_in_the_same_call() -> None:
    company, adapter = books(answering)

    found = company.seek([Sought("Item", "Sku", tuple(f"SKU-{number}" for number in range(65)))])

    assert found == [ROWS["Item"] * 3]
    assert len(adapter.requests) == 1


def test_without_a_turn_for_a_batch_the_questions_are_asked_one_by_one() -> None:
    company, adapter = books(*[answering] * 3, turnstile=NoBatches())

    found = company.seek(QUESTIONS)

    assert found == [ROWS["Vendor"], ROWS["Item"], ROWS["Item"]]
    assert methods(adapter) == ["GET"] * 3


def test_an_answer_that_may_be_cut_is_asked_for_again_and_the_others_are_not() -> None:
    many = [{"Id": str(number), "Name": "x"} for number in range(1000)]
    rows: list[Any] = [ROWS["Vendor"], many, []]
    full = [{"bId": str(n), "QueryResponse": {"Rows": found} if found else {}} for n, found in enumerate(rows)]
    company, adapter = books(Answer(body={"BatchItemResponse": full}), *[answering] * 3)

    found = company.seek(QUESTIONS)

    assert found[1] == ROWS["Item"]
    # All answers together were as many as one answer can hold, so any of them may be the cut one.
    assert methods(adapter) == ["POST", "GET", "GET", "GET"]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Answer(503, b""), errors.QuickBooksUnavailable),
        (requests.ReadTimeout("late"), errors.QuickBooksUnavailable),
        (Answer(429, b""), errors.RateLimited),
        (Answer(body={"BatchItemResponse": []}), errors.QuickBooksUnavailable),
    ],
)
def test_a_call_that_fails_is_not_tried_again_one_by_one(failure: Any, error: type[errors.SyncError]) -> None:
    company, adapter = books(failure)

    with pytest.raises(error):
        company.seek(QUESTIONS)

    assert len(adapter.requests) == 1


# find and read


@pytest.mark.parametrize(
    ("entity", "prop", "value", "ids"),
    [
        ("Vendor", "DisplayName", "AMY'S ", ["56"]),
        ("Vendor", "DisplayName", "Amy's bakery", ["57"]),
        ("Vendor", "DisplayName", "Amy", []),
        ("Item", "Sku", "bolt-8", []),
        ("PurchaseOrder", "DocNumber", "PO-7", ["7"]),
    ],
)
def test_what_is_found_has_exactly_the_property_and_names_without_regard_to_case(
    entity: str, prop: str, value: str, ids: list[str]
) -> None:
    alone, _ = books(answering)
    together, _ = books(answering)

    found = alone.find(entity, prop, value)
    (answered,) = together.answer_all([Find(entity, prop, value)])

    assert [row["Id"] for row in found] == ids
    assert answered == found


def test_transactions_are_not_asked_for_inactive_ones() -> None:
    company, adapter = books(answering)

    company.find("PurchaseOrder", "DocNumber", "PO-7")

    assert "Active" not in query_of(adapter.requests[0])


# many asks in one call


def test_many_asks_are_one_call_and_each_gets_its_own_answer_in_whatever_order_they_come() -> None:
    asks: list[Ask] = [
        Create("PurchaseOrder", order_of("PO-1"), "r-1"),
        Find("Item", "Sku", "BOLT-8"),
        Update("PurchaseOrder", {**order_of("PO-2"), "Id": "2", "SyncToken": "3", "sparse": True}, "r-2"),
        Read("Vendor", "56"),
    ]
    company, adapter = books(answering)

    created, found, updated, read = company.answer_all(asks)

    assert (created["Id"], created["DocNumber"]) == ("9000", "PO-1")
    assert (found, updated["DocNumber"], read) == (ROWS["Item"], "PO-2", ROWS["Vendor"][0])
    assert methods(adapter) == ["POST"]
    assert [item.get("operation", "query") for item in items_of(adapter.requests[0])] == [
        *("create", "query", "update", "query")
    ]


def test_thirty_writes_are_one_call_and_the_next_one_another() -> None:
    company, adapter = books(answering, answering, batch_sizes=BatchSizes(writes=30))

    answers = company.answer_all([Create("Vendor", {"DisplayName": f"V{n}"}, f"r-{n}") for n in range(31)])

    assert [answer["DisplayName"] for answer in answers] == [f"V{n}" for n in range(31)]
    assert [len(items_of(request)) for request in adapter.requests] == [30, 1]


def test_nothing_to_ask_is_no_call() -> None:
    company, adapter = books()

    assert company.answer_all([]) == []
    assert adapter.requests == []


def test_partial_batch_failure_is_judged_ask_by_ask() -> None:
    """HTTP 200 with Faults in it: what was refused has its own error, what was done is done."""
    asks = [Create("PurchaseOrder", order_of(f"PO-{n}"), f"r-{n}") for n in range(5)]
    company, _ = books(faulty("", "6140", "5010", "3001", ""))

    answers = company.answer_all(asks)

    assert [type(answer) for answer in answers[1:4]] == [
        errors.DuplicateDocument,
        errors.StaleSyncToken,
        errors.RateLimited,
    ]
    assert [answer["DocNumber"] for answer in (answers[0], answers[4])] == ["PO-0", "PO-4"]


def test_a_body_and_a_value_that_quickbooks_would_not_take_are_refused_alone_and_not_sent() -> None:
    asks: list[Ask] = [
        Find("Item", "Sku", UNSEARCHABLE),
        Create("Vendor", {"DisplayName": "x" * 501}, "r-1"),
        Create("Vendor", {"DisplayName": "Bob's"}, "r-2"),
    ]
    company, adapter = books(answering)

    unsearchable, too_long, created = company.answer_all(asks)

    assert (type(unsearchable), unsearchable.code) == (errors.InvalidRequest, "unsearchable_text")
    assert type(too_long) is errors.DocumentRejected
    assert created["DisplayName"] == "Bob's"
    assert len(items_of(adapter.requests[0])) == 1


def test_an_item_that_nothing_is_said_of_may_have_happened_and_the_others_did() -> None:
    answer = {"BatchItemResponse": [{"bId": "0", "Vendor": {"Id": "1", "DisplayName": "A"}}]}
    company, _ = books(Answer(body=answer))

    done, unknown = company.answer_all([Create("Vendor", {"DisplayName": name}, name) for name in "AB"])

    assert (done["Id"], type(unknown)) == ("1", errors.QuickBooksUnavailable)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (requests.ConnectionError("reset"), errors.QuickBooksUnavailable),
        (Answer(503, b""), errors.QuickBooksUnavailable),
        (Answer(429, b""), errors.RateLimited),
    ],
)
def test_a_call_without_an_answer_fails_every_ask_and_raises_nothing(failure: Any, error: type[Exception]) -> None:
    company, adapter = books(failure)

    answers = company.answer_all([Read("Vendor", "56"), Create("Vendor", {"DisplayName": "Bob's"}, "r-1")])

    assert [type(answer) for answer in answers] == [error, error]
    assert len(adapter.requests) == 1


def test_something_gone_is_out_of_sync_as_it_is_when_it_is_read_alone() -> None:
    empty = {"BatchItemResponse": [{"bId": "0", "QueryResponse": {}}]}
    together, _ = books(Answer(body=empty))
    alone, _ = books(Answer(400, _fault("610")))

    (answer,) = together.answer_all([Read("PurchaseOrder", "7")])
    with pytest.raises(errors.OutOfSync) as read:
        alone.read("PurchaseOrder", "7")

    assert type(answer) is errors.OutOfSync
    assert answer.code == read.value.code == "quickbooks_610"


def test_an_inactive_vendor_is_read_as_it_is_and_not_taken_for_gone() -> None:
    company, adapter = books(answering, answering)

    company.answer_all([Read("Vendor", "57")])
    company.answer_all([Read("PurchaseOrder", "7")])

    vendor, order = [items_of(request)[0]["Query"] for request in adapter.requests]
    assert "Active IN (true, false)" in vendor
    assert "Active" not in order


def test_a_look_up_whose_answer_may_be_cut_is_asked_for_alone() -> None:
    """What is missing from it would be created a second time."""
    many = [{"Id": str(number), "DisplayName": "x"} for number in range(1000)]
    company, adapter = books(
        Answer(body={"BatchItemResponse": [{"bId": "0", "QueryResponse": {"Vendor": many}}]}), answering
    )

    (found,) = company.answer_all([Find("Vendor", "DisplayName", "Ámy's")])

    assert found == []
    assert methods(adapter) == ["POST", "GET"]


# the whole list


def test_a_list_is_read_whole_with_what_is_inactive() -> None:
    company, adapter = books(answering)

    assert [row for part in company.parts("Vendor") for row in part.rows] == ROWS["Vendor"]
    assert "Active IN (true, false)" in query_of(adapter.requests[0])


def test_a_single_write_goes_by_itself_and_numbers_stay_exact() -> None:
    company, adapter = books(Answer(body={"PurchaseOrder": {"Id": "7", "TotalAmt": 33.6}}))

    created = company.create("PurchaseOrder", order_of("PO-7"), "r-1")

    assert created["TotalAmt"] == Decimal("33.6")
    assert adapter.requests[0].url is not None
    assert "requestid=r-1" in adapter.requests[0].url
