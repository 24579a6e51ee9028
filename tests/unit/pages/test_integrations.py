"""What the Integrations page says of each company."""

from datetime import timedelta

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.pages.integrations import Company, companies
from tests.unit.orders import NOW, connection

GONE, LOST = ConnectionStatus.DISCONNECTED, ConnectionStatus.NEEDS_RECONNECT


def company(**changes: object) -> Company:
    return Company(connection(**changes), NOW)


def test_companies_that_need_somebody_come_first_and_those_that_are_gone_last():
    stored = [
        connection(connection_id="1", status=GONE),
        connection(connection_id="2"),
        connection(connection_id="3", status=LOST),
    ]

    assert [shown.id for shown in companies(stored, NOW)] == ["3", "2", "1"]


def test_a_company_that_quickbooks_has_not_named_yet_is_called_by_its_number():
    assert company(company_name="", realm_id="4620816365").name == "4620816365"


def test_an_authorisation_that_is_renewed_lasts_until_its_hard_end():
    shown = company(ends_at=NOW + timedelta(days=100), hard_expires_at=NOW + timedelta(days=1800))

    assert (shown.is_ending, shown.days_left) == (False, 1800)


def test_an_authorisation_whose_hard_end_nobody_knows_has_no_number_of_days():
    shown = company(ends_at=NOW + timedelta(days=100))

    assert (shown.is_ending, shown.days_left) == (False, None)


@pytest.mark.parametrize(
    ("left", "is_ending"),
    [(timedelta(days=30, seconds=1), False), (timedelta(days=30), True), (timedelta(hours=1), True)],
)
def test_it_is_ending_from_thirty_days_on(left: timedelta, is_ending: bool):
    assert company(ends_at=NOW + left, hard_expires_at=NOW + timedelta(days=1800)).is_ending is is_ending


def test_the_days_that_are_left_are_those_of_the_end_that_comes_first():
    shown = company(ends_at=NOW + timedelta(days=12, hours=3), hard_expires_at=NOW + timedelta(days=1800))

    assert shown.days_left == 12


@pytest.mark.parametrize("status", [GONE, LOST])
def test_only_a_connected_company_has_days_left(status: ConnectionStatus):
    shown = company(status=status, ends_at=NOW + timedelta(days=3), hard_expires_at=NOW + timedelta(days=3))

    assert (shown.is_ending, shown.days_left) == (False, None)


@pytest.mark.parametrize(
    ("status", "withdrawn", "offered"),
    [
        (ConnectionStatus.CONNECTED, None, True),
        (LOST, None, True),
        (GONE, None, True),
        (GONE, True, False),
        (GONE, False, False),
    ],
)
def test_a_disconnect_is_offered_until_it_is_finished(status: ConnectionStatus, withdrawn: bool | None, offered: bool):
    assert company(status=status, access_withdrawn=withdrawn).can_be_disconnected is offered
