"""The portal's Activity and Help pages, through their routes."""

import csv
import io
import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine

from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.wiring import clock, wiring
from tests.integration.api.portal import Person, words
from tests.integration.api.stack import Answer, Stack

KIND = "purchase-orders"
ERROR = {
    "category": "out_of_sync",
    "code": "gone",
    "message": "The vendor <O'Brien> is gone.",
    "hint": "Choose another.",
}


def tried(tenant: str, document_id: str, outcome: Outcome = Outcome.GAVE_UP, minutes_ago: int = 0, **more: Any) -> None:
    wired = wiring()
    error = None if outcome is Outcome.SUCCEEDED else {**ERROR, "intuit_tid": "1-abc", **more}
    wired.activity.write(
        Activity(
            entry_id=f"{document_id}-{minutes_ago}",
            key=DocumentKey(tenant, KIND, document_id),
            at=clock() - timedelta(minutes=minutes_ago),
            revision=1,
            trigger=Trigger.AUTOMATIC,
            outcome=outcome,
            attempt=1,
            try_number=1,
            execution="run",
            error=error,
            summary="Created PurchaseOrder PO-7",
        )
    )


_numbers = count(1)


@pytest.fixture
def person(stack: Stack) -> Person:
    return Person(stack, f"acme-{next(_numbers)}")


def rows(page: Answer) -> list[str]:
    body = re.findall(r"<tr>(.*?)</tr>", page.text.split("<tbody>")[-1], re.DOTALL) if "<tbody>" in page.text else []
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body]


def test_nothing_sent_yet_is_said(person: Person) -> None:
    page = person.get("/portal/activity")

    assert page.status == 200
    assert "Nothing was sent yet." in words(page)


def test_tries_are_shown_newest_first_with_what_to_do(person: Person) -> None:
    tried(person.tenant, "old", Outcome.SUCCEEDED, minutes_ago=5)
    tried(person.tenant, "new")

    page = person.get("/portal/activity")

    first, second = rows(page)
    assert "Purchase order new" in first
    assert "Gave up" in first
    assert "Choose another." in first
    assert "1-abc" in first
    assert "Purchase order old" in second
    assert "Created PurchaseOrder PO-7" in second
    assert "<O'Brien>" not in page.text


def test_filters_choose_and_stay_chosen(person: Person) -> None:
    tried(person.tenant, "old", Outcome.SUCCEEDED, minutes_ago=5)
    tried(person.tenant, "new")

    page = person.get("/portal/activity?outcome=succeeded&kind=purchase-orders")

    assert [row.count("Purchase order old") for row in rows(page)] == [1]
    assert '<option value="succeeded" selected>' in page.text
    assert "No try fits" in words(person.get("/portal/activity?category=plan"))


def test_long_lists_page(person: Person) -> None:
    for number in range(60):
        tried(person.tenant, f"order-{number:02}", minutes_ago=number)

    first = person.get("/portal/activity")
    following = re.search(r'href="[^"]*(/portal/activity\?[^"]*after=[^"]*)" rel="next"', first.text)
    assert following is not None
    second = person.get(following[1].replace("&amp;", "&"))

    assert [len(rows(first)), len(rows(second))] == [50, 10]
    assert "Back to the first page" in words(second)


def test_what_still_stands_failed_can_be_sent_again(stack: Stack, person: Person) -> None:
    stack.connect(person.tenant, person.realm_id)
    stack.put(person.tenant, "order-1")
    document = stack.document(person.tenant, "order-1")
    wiring().documents.mark_failed(document.current_attempt, ERROR, clock())
    tried(person.tenant, "order-1")

    page = person.get("/portal/activity")

    assert 'name="document" value="purchase-orders/order-1"' in page.text


def test_the_file_holds_every_page(person: Person) -> None:
    for number in range(230):
        tried(person.tenant, f"order-{number:03}", minutes_ago=number)

    answer = person.get("/portal/activity.csv?outcome=gave_up")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == ["text/csv; charset=utf-8"]
    (attachment,) = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="quickbooks-activity-[\d-]+.csv"', attachment)
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["Id"] for row in found] == [f"order-{number:03}" for number in range(230)]


@pytest.mark.parametrize("address", ["/portal/activity", "/portal/activity.csv", "/portal/help"])
def test_another_tenant_sees_nothing_of_it(stack: Stack, person: Person, address: str) -> None:
    stack.connect(person.tenant, person.realm_id)
    tried(person.tenant, "order-1")

    page = Person(stack, "globex").get(address)

    assert page.status == 200
    assert "order-1" not in page.text
    assert person.tenant not in page.text


@pytest.mark.parametrize("address", ["/portal/activity", "/portal/activity.csv", "/portal/help"])
def test_a_session_that_ended_says_how_to_come_back(person: Person, address: str) -> None:
    with time_machine.travel(clock() + timedelta(minutes=31)):
        page = person.get(address)

    assert page.status == 401
    assert "This session has ended." in words(page)
    assert "Open QuickBooks there once more" in words(page)


def test_a_filter_that_we_never_offered_is_refused_in_words(person: Person) -> None:
    page = person.get("/portal/activity?outcome=exploded")

    assert page.status == 400
    assert "'outcome' must be one of" in words(page)


def test_help_without_a_company_says_so(person: Person) -> None:
    assert "No QuickBooks company is connected." in words(person.get("/portal/help"))


def test_help_does_not_promise_that_what_waited_is_sent_by_itself(stack: Stack) -> None:
    text = words(Person(stack, "help-reader").get("/portal/help"))

    assert "What waited can be sent from Documents ." in text


def test_help_names_the_first_thing_that_is_wrong_and_leads_there(stack: Stack, person: Person) -> None:
    stack.connect(person.tenant, person.realm_id)

    page = person.get("/portal/help")

    assert f"{person.tenant} books" in words(page)
    assert "No flow names this company." in words(page)
    assert re.search(r'href="[^"]*/portal/flows">Open Flows</a>', page.text)
