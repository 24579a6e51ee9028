"""Which company a document goes to, and what holds it back on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain.connections import Connection, choose_connection
from ledgerlink.domain.documents import Status
from ledgerlink.domain.instances import DEFAULT, Instance
from ledgerlink.domain.settings import SELLING, Mode
from ledgerlink.errors import MissingConfiguration


@dataclass(frozen=True, slots=True)
class Route:
    """Where a document goes."""

    connection: Connection
    instance: Instance | None = None


def route(connections: Sequence[Connection], instances: Sequence[Instance], instance_id: str) -> Route:
    """The company of the instance that the document names, else of the instance ``default``, else the only one.

    Raises MissingConfiguration for an instance that nobody made or when there are several companies
    and nothing chooses between them, NotConnected, ConnectionRevoked.
    """
    known = {instance.instance_id: instance for instance in instances}
    instance = known.get(instance_id or DEFAULT)
    if instance is None and instance_id:
        raise MissingConfiguration(
            f"There is no instance '{instance_id}', so nothing says which QuickBooks company the document goes to.",
            code="unknown_instance",
            hint="Make the instance in the settings and choose its QuickBooks company; then send it.",
        )
    if instance is None:
        return Route(choose_connection(connections))
    own = [one for one in connections if one.connection_id == instance.connection_id]
    return Route(choose_connection(own), instance)


def gate(route: Route, kind: str, content_status: str) -> tuple[Status, dict[str, Any] | None]:
    """``SYNCING`` where the document is to be sent now; else what holds it back, and the reason for people."""
    held = _switched_off(route, kind) or _not_wanted_yet(route, kind, content_status) or _not_now(route, kind)
    if held is None:
        return Status.SYNCING, None
    status, reason = held
    return status, reason.to_dict()


def check_switched_on(route: Route, kind: str) -> None:
    """What holds even what a person sends by hand. Raises MissingConfiguration with the code of the gate's status."""
    if held := _switched_off(route, kind):
        raise held[1]


type _Held = tuple[Status, MissingConfiguration] | None


def _switched_off(route: Route, kind: str) -> _Held:
    settings, instance, what = route.connection.settings, route.instance, _plural(kind)
    if instance and not instance.enabled:
        return _held(
            Status.INSTANCE_OFF,
            f"The instance '{instance.instance_id}' is switched off, so nothing of it is sent to QuickBooks.",
            f"Switch on 'Enabled' of the instance '{instance.instance_id}'; then send it.",
        )
    if not settings.enabled:
        return _held(
            Status.INTEGRATION_OFF,
            f"The integration with {_company(route)} is switched off, so nothing is sent to QuickBooks.",
            "Switch on 'Enabled' in the settings of the connection; then send it.",
        )
    if not settings.kinds.of(kind).enabled:
        return _held(
            Status.KIND_OFF,
            f"Sending {what} to {_company(route)} is switched off.",
            f"Switch on 'Enabled' for {what} in the settings of the connection; then send it.",
        )
    return None


def _not_wanted_yet(route: Route, kind: str, content_status: str) -> _Held:
    wanted = route.connection.settings.kinds.of(kind)
    if wanted.wants(content_status):
        return None
    has = f"It has the status '{content_status}'" if content_status else "It has no status"
    statuses = ", ".join(f"'{word}'" for word in wanted.push_when)
    when = f"when their status is one of {statuses}" if statuses else "in no status at all"
    return _held(
        Status.WAITING_FOR_STATUS,
        f"{has}; {_plural(kind)} are sent {when}.",
        "Nothing has to be done if that is meant so. Otherwise change 'Push when' in the settings, or send it by hand.",
    )


def _not_now(route: Route, kind: str) -> _Held:
    settings, instance, what = route.connection.settings, route.instance, _plural(kind)
    if kind in SELLING and instance and not instance.auto_invoice:
        return _by_hand(
            f"The instance '{instance.instance_id}' sends {what} by hand only.",
            f"switch on 'Auto invoice' of the instance '{instance.instance_id}'",
        )
    if kind in SELLING and not settings.auto_invoice:
        return _by_hand(f"'Auto invoice' is off, so {what} are sent by hand only.", "switch on 'Auto invoice'")
    if not settings.is_automatic(kind):
        return _by_hand(f"{what.capitalize()} are sent by hand only.", f"switch on 'Automatic' for {what}")
    if settings.mode is Mode.MANUAL:
        return _by_hand("Documents are sent by hand only.", "choose another 'Mode'")
    if settings.mode is Mode.DAILY:
        at = settings.daily_at.strftime("%H:%M")
        return _held(
            Status.WAITING_FOR_DAILY,
            f"It is sent with the daily run at {at} ({settings.time_zone}).",
            "Nothing has to be done. To have it in QuickBooks sooner, send it by hand.",
        )
    return None


def _by_hand(message: str, otherwise: str) -> _Held:
    return _held(Status.WAITING_FOR_SEND, message, f"Press 'Send to QuickBooks', or {otherwise} in the settings.")


def _held(status: Status, message: str, hint: str) -> _Held:
    return status, MissingConfiguration(message, code=status.value, hint=hint)


def _company(route: Route) -> str:
    return route.connection.company_name or "QuickBooks"


def _plural(kind: str) -> str:
    """The collection's name as people write it."""
    return kind.replace("-", " ")
