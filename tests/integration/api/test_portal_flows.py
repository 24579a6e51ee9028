"""The portal's Flows page, through its routes."""

import re
from datetime import timedelta
from itertools import count

import pytest
import time_machine

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.wiring import clock, wiring
from tests.integration.api.portal import Person, words
from tests.integration.api.stack import Answer, Stack

_numbers = count(1)


@pytest.fixture
def person(stack: Stack) -> Person:
    """Of a tenant with one company."""
    person = Person(stack, f"flows-{next(_numbers)}")
    stack.connect(person.tenant, person.realm_id)
    wiring().sync.wake(ConnectionKey(person.tenant, person.realm_id), clock())
    return person


def make(person: Person, source: str, target: str) -> Answer:
    page = person.get("/portal/flows")
    action = re.findall(r'action="[^"]*(/portal/flows/flow-[0-9a-f]+)"', page.text)[-1]
    return person.send(page, action, {"input": source, "output": target})


def quickbooks(person: Person) -> str:
    return f"quickbooks:{person.realm_id}"


def flows(person: Person) -> list[tuple[str, str, bool]]:
    return [(flow.input, flow.output, flow.enabled) for flow in wiring().flows.of_tenant(person.tenant)]


def test_without_a_company_the_page_leads_to_the_button_that_connects_one(stack: Stack) -> None:
    page = Person(stack, "flows-without-company").get("/portal/flows")

    assert "No QuickBooks company is connected." in words(page)
    assert "Make the flow" not in page.text


def test_a_flow_is_made_and_its_first_copy_begins(person: Person) -> None:
    answer = make(person, quickbooks(person), "application")

    assert answer.status == 303
    assert answer.headers["Location"][0].endswith("/portal/flows?notice=flow_made")
    page = person.get("/portal/flows?notice=flow_made")
    assert "The flow is made and enabled." in words(page)
    assert f"QuickBooks: {person.tenant} books → to Your application" in words(page)
    assert "Copying the last 90 days" in words(page)
    assert 'hx-trigger="every 2s"' in page.text
    assert flows(person) == [(quickbooks(person), "application", True)]


def test_the_button_pressed_twice_makes_one_flow(person: Person) -> None:
    page = person.get("/portal/flows")
    (action,) = re.findall(r'action="[^"]*(/portal/flows/flow-[0-9a-f]+)"', page.text)

    for _ in range(2):
        person.send(page, action, {"input": quickbooks(person), "output": "application"})

    assert len(flows(person)) == 1


def test_the_progress_is_a_piece_without_the_frame(person: Person) -> None:
    make(person, quickbooks(person), "application")

    piece = person.get(f"/portal/connections/{person.realm_id}/progress")

    assert piece.status == 200
    assert "<nav" not in piece.text
    assert "Counting what is there" in piece.text


def test_a_flow_is_switched_off_and_on_and_deleted(person: Person) -> None:
    make(person, "shop", quickbooks(person))
    (flow,) = wiring().flows.of_tenant(person.tenant)
    action = f"/portal/flows/{flow.flow_id}"

    person.send(person.get("/portal/flows"), action)
    off = person.get("/portal/flows")
    person.send(off, action)
    on = flows(person)
    page = person.get("/portal/flows")
    token = re.findall(r'name="token" value="([^"]+)"', page.text)[0]
    deleted = person.post(action, [("token", token), ("do", "delete")])

    assert "Nothing is read of this company: its flow is off." in words(off)
    assert on == [("shop", quickbooks(person), True)]
    assert deleted.headers["Location"][0].endswith("notice=flow_deleted")
    assert flows(person) == []


def test_a_flow_without_quickbooks_is_refused_in_words(person: Person) -> None:
    answer = make(person, "shop", "application")

    assert answer.status == 400
    assert "Neither side of this flow is QuickBooks." in words(answer)
    assert flows(person) == []


def test_another_tenants_company_cannot_be_read_nor_asked_about(stack: Stack, person: Person) -> None:
    other = Person(stack, f"flows-{next(_numbers)}")
    stack.connect(other.tenant, other.realm_id)

    made = make(other, quickbooks(person), "application")
    asked = other.get(f"/portal/connections/{person.realm_id}/progress")

    assert (made.status, asked.status) == (400, 404)
    assert flows(other) == []


@pytest.mark.parametrize("action", ["/portal/flows/flow-1", "/portal/connections/4004/backfill"])
def test_a_form_of_another_site_does_nothing(person: Person, action: str) -> None:
    answer = person.post(action, [("do", "make"), ("input", quickbooks(person)), ("output", "shop")])

    assert answer.status == 403
    assert flows(person) == []


def test_a_piece_that_is_fetched_after_the_session_ended_loads_the_page_that_says_so(person: Person) -> None:
    with time_machine.travel(clock() + timedelta(minutes=31)):
        piece = person.stack.call(
            "GET",
            f"/portal/connections/{person.realm_id}/progress",
            headers={"HX-Request": "true", "Cookie": "; ".join(f"{n}={v}" for n, v in person.jar.items())},
        )

    assert piece.status == 401
    assert piece.headers["HX-Refresh"] == ["true"]


def test_copying_again_while_it_runs_is_refused_in_words(person: Person) -> None:
    make(person, quickbooks(person), "application")
    token = re.findall(r'name="token" value="([^"]+)"', person.get("/portal/flows").text)[0]

    answer = person.post(f"/portal/connections/{person.realm_id}/backfill", [("token", token)])

    assert answer.status == 409
    assert "A backfill of this company is still running." in words(answer)
