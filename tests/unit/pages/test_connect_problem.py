"""Why no company was connected, for who wanted to connect one."""

import pytest

from ledgerlink.api.http import Request
from ledgerlink.errors import MissingConfiguration, QuickBooksUnavailable, RateLimited, RealmTaken, Transient
from ledgerlink.pages.connect_problem import REMEDIES, trouble_with
from ledgerlink.pages.connect_window import is_popup, state_for
from ledgerlink.usecases.connections.finish_connect import ConsentDenied


@pytest.mark.parametrize("error", [QuickBooksUnavailable("Intuit did not answer in time."), RateLimited("Too many.")])
def test_an_intuit_that_does_not_answer_promises_nothing_that_we_do_not_do(error: Transient):
    trouble = trouble_with(error)

    assert trouble.title == error.message
    assert trouble.text == "Nothing was connected, and nothing has changed. Try again in a minute."
    assert trouble.can_try_again


def test_a_stack_that_is_set_up_wrongly_is_for_the_support_and_not_for_another_try():
    error = MissingConfiguration("Intuit does not accept the client id.", code="intuit_credentials_rejected")

    trouble = trouble_with(error)

    assert "client id" not in trouble.title + trouble.text
    assert "intuit_credentials_rejected" in trouble.text
    assert not trouble.can_try_again


@pytest.mark.parametrize("error", [ConsentDenied("Not connected."), RealmTaken("Connected to another account.")])
def test_what_a_person_can_mend_is_said(error: ConsentDenied | RealmTaken):
    trouble = trouble_with(error)

    assert (trouble.title, trouble.text) == (error.message, error.hint)
    assert trouble.remedies == REMEDIES[error.code]
    assert trouble.remedies


def test_the_state_tells_that_the_consent_is_given_in_a_window_of_its_own():
    states = {window: state_for(window, lambda: "secret") for window in ("popup", "", "other")}

    found = {window: is_popup(back_from_intuit(state)) for window, state in states.items()}

    assert found == {"popup": True, "": False, "other": False}
    assert states[""] == "secret"


def back_from_intuit(state: str) -> Request:
    return Request({"httpMethod": "GET", "queryStringParameters": {"state": state}})
