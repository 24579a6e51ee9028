"""Which company a document goes to, and what holds it back."""

from dataclasses import replace
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.documents import Status
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.routing import Route, check_switched_on, gate, route
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import ConnectionRevoked, MissingConfiguration, NotConnected
from tests.unit.orders import REALM, TENANT, connection

KIND = "purchase-orders"
OTHER = connection(connection_id="2", realm_id="2")


def instance(instance_id: str = "shop", **changes: Any) -> Instance:
    return replace(Instance(TENANT, instance_id, REALM), **changes)


def on(settings: dict[str, Any] | None = None, **of_instance: Any) -> Route:
    """A route over an instance to a company with these settings."""
    company = connection(settings=Settings.model_validate(settings or {}))
    return Route(company, instance(**of_instance) if of_instance else None)


# Routing


def test_a_document_goes_to_the_company_of_its_instance() -> None:
    found = route([connection(), OTHER], [instance(), instance("other", connection_id="2")], "other")

    assert found == Route(OTHER, instance("other", connection_id="2"))


def test_an_instance_that_nobody_made_is_a_missing_setting() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        route([connection()], [instance()], "shpo")

    assert refusal.value.code == Status.UNKNOWN_INSTANCE


def test_the_instance_called_default_serves_documents_that_name_none() -> None:
    default = instance("default", connection_id="2")

    assert route([connection(), OTHER], [default], "") == Route(OTHER, default)


def test_without_instances_the_only_company_is_taken() -> None:
    assert route([connection()], [], "") == Route(connection())


def test_several_companies_and_no_instance_are_not_chosen_between() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        route([connection(), OTHER], [instance()], "")

    assert refusal.value.code == Status.SEVERAL_CONNECTIONS
    assert "instance" in refusal.value.hint


@pytest.mark.parametrize(
    ("status", "error"),
    [(ConnectionStatus.NEEDS_RECONNECT, ConnectionRevoked), (ConnectionStatus.DISCONNECTED, NotConnected)],
)
def test_an_instance_does_not_fall_back_to_another_company(status: ConnectionStatus, error: type[Exception]) -> None:
    with pytest.raises(error):
        route([connection(status=status), OTHER], [instance()], "shop")


def test_an_instance_whose_company_is_unknown_is_not_connected() -> None:
    with pytest.raises(NotConnected):
        route([OTHER], [instance()], "shop")


# The gate


@pytest.mark.parametrize(
    ("settings", "of_instance", "status"),
    [
        ({}, {"enabled": False}, Status.INSTANCE_OFF),
        ({"enabled": False}, {}, Status.INTEGRATION_OFF),
        ({"kinds": {KIND: {"enabled": False}}}, {}, Status.KIND_OFF),
        ({"kinds": {KIND: {"push_when": ["approved"]}}}, {}, Status.WAITING_FOR_STATUS),
        ({"kinds": {KIND: {"push_when": []}}}, {}, Status.WAITING_FOR_STATUS),
        ({"kinds": {KIND: {"automatic": False}}}, {}, Status.WAITING_FOR_SEND),
        ({"mode": "manual"}, {}, Status.WAITING_FOR_SEND),
        ({"mode": "daily"}, {}, Status.WAITING_FOR_DAILY),
        ({"auto_invoice": False}, {"auto_invoice": False}, Status.SYNCING),
        ({}, {}, Status.SYNCING),
    ],
)
def test_a_setting_holds_a_document_back(settings: dict[str, Any], of_instance: dict[str, Any], status: Status) -> None:
    found, reason = gate(on(settings, **of_instance), KIND, "open")

    assert found is status
    assert (reason and reason["code"]) == (None if status is Status.SYNCING else status)


def test_the_first_of_several_reasons_is_told() -> None:
    everything: dict[str, Any] = {"enabled": False, "mode": "daily", "kinds": {KIND: {"enabled": False}}}

    assert gate(on(everything, enabled=False), KIND, "")[0] is Status.INSTANCE_OFF
    assert gate(on(everything), KIND, "")[0] is Status.INTEGRATION_OFF


@pytest.mark.parametrize(("status", "sent"), [("APPROVED", True), (" approved ", True), ("open", False), ("", False)])
def test_a_document_is_sent_in_the_statuses_of_its_kind(status: str, sent: bool) -> None:
    held, _ = gate(on({"kinds": {KIND: {"push_when": ["Approved"]}}}), KIND, status)

    assert (held is Status.SYNCING) == sent


@pytest.mark.parametrize("kind", ["invoices", "shipments"])
@pytest.mark.parametrize(("settings", "of_instance"), [({"auto_invoice": False}, {}), ({}, {"auto_invoice": False})])
def test_without_auto_invoice_what_is_sold_waits_for_a_person(
    kind: str, settings: dict[str, Any], of_instance: dict[str, Any]
) -> None:
    held, reason = gate(on(settings, **of_instance), kind, "completed")

    assert held is Status.WAITING_FOR_SEND
    assert reason is not None
    assert "Auto invoice" in reason["hint"]


def test_the_reason_tells_what_to_do_in_the_one_error_shape() -> None:
    _, reason = gate(on({"mode": "daily", "daily_at": "17:30", "time_zone": "Europe/Berlin"}), KIND, "")

    assert reason is not None
    assert set(reason) == {"category", "code", "message", "hint"}
    assert "17:30 (Europe/Berlin)" in reason["message"]


# By hand


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "manual"},
        {"mode": "daily"},
        {"kinds": {KIND: {"automatic": False}}},
        {"kinds": {KIND: {"push_when": ["approved"]}}},
    ],
)
def test_a_person_may_send_what_would_wait(settings: dict[str, Any]) -> None:
    check_switched_on(on(settings), KIND)


@pytest.mark.parametrize(
    ("settings", "of_instance", "code"),
    [
        ({}, {"enabled": False}, "instance_off"),
        ({"enabled": False}, {}, "integration_off"),
        ({"kinds": {KIND: {"enabled": False}}}, {}, "kind_off"),
    ],
)
def test_what_is_switched_off_is_not_even_sent_by_hand(
    settings: dict[str, Any], of_instance: dict[str, Any], code: str
) -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        check_switched_on(on(settings, **of_instance), KIND)

    assert refusal.value.code == code
