"""Flows: which company's purchases and sales are polled, and the switch of each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import ValidationError

from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part
from ledgerlink.domain.records import PURCHASES, SALES
from ledgerlink.errors import InvalidRequest

QUICKBOOKS = "quickbooks"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Direction(StrEnum):
    """What a flow takes out of QuickBooks."""

    PURCHASES = "purchases"
    """The company is the flow's input."""
    SALES = "sales"
    """The company is the flow's output."""


DOCUMENTS = {Direction.PURCHASES: PURCHASES, Direction.SALES: SALES}
NAMES = {
    Direction.PURCHASES: ("Vendor", "Item"),
    Direction.SALES: ("Customer", "Item"),
}


class FlowContent(Part):
    """A flow as the host sends it."""

    input: str
    output: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of a tenant. A side is ``quickbooks:{connection}``, or a name of the host's own that we only report."""

    tenant_id: str
    flow_id: str
    input: str
    output: str
    enabled: bool
    created_at: datetime
    updated_at: datetime

    @property
    def sides(self) -> dict[Direction, str]:
        """Direction → connection, of the sides that are QuickBooks."""
        named = {Direction.PURCHASES: connection_named(self.input), Direction.SALES: connection_named(self.output)}
        return {direction: connection_id for direction, connection_id in named.items() if connection_id}


def parse_flow(content: object) -> FlowContent:
    """Raises InvalidRequest naming every field that is wrong; one side at least has to be QuickBooks."""
    try:
        flow = FlowContent.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None
    problems = {field: _problem(side) for field, side in (("input", flow.input), ("output", flow.output))}
    if wrong := [{"field": field, "problem": problem} for field, problem in problems.items() if problem]:
        raise InvalidRequest(f"'{wrong[0]['field']}' {wrong[0]['problem']}.", fields=wrong)
    if not (connection_named(flow.input) or connection_named(flow.output)):
        raise InvalidRequest(
            "Neither side of this flow is QuickBooks.",
            code="flow_without_quickbooks",
            hint="Name a connection as 'quickbooks:{connection}' in input (purchases) or in output (sales).",
            fields=[{"field": field, "problem": "is not QuickBooks"} for field in ("input", "output")],
        )
    return flow


def connection_named(side: str) -> str | None:
    """The connection in ``quickbooks:{connection}``; None for a name of the host's own."""
    name, colon, connection_id = side.partition(":")
    return connection_id if colon and name == QUICKBOOKS else None


def connections_of(flows: Iterable[Flow]) -> set[str]:
    """The connections that the flows name."""
    return {connection_id for flow in flows for connection_id in flow.sides.values()}


def directions(flows: Iterable[Flow], connection_id: str) -> frozenset[Direction]:
    """What has to be polled of a connection: the sides of its flows that are switched on."""
    return frozenset(
        direction for flow in flows if flow.enabled for direction, named in flow.sides.items() if named == connection_id
    )


def entities_of(wanted: Iterable[Direction]) -> tuple[str, ...]:
    """The entities of these directions, each once, always in the same order."""
    ordered = [direction for direction in Direction if direction in set(wanted)]
    return tuple(dict.fromkeys(entity for d in ordered for entity in (*DOCUMENTS[d], *NAMES[d])))


POLLED = frozenset(entities_of(Direction))
"""Everything that any flow can ask for."""


def _problem(side: str) -> str | None:
    connection_id = connection_named(side)
    if connection_id is not None:
        return None if _NAME.fullmatch(connection_id) else "must name a connection after 'quickbooks:'"
    if side.casefold() == QUICKBOOKS:
        return "must say which connection: 'quickbooks:{connection}'"
    if not _NAME.fullmatch(side):
        return "must be 'quickbooks:{connection}', or 1 to 64 letters, digits, dots, underscores and hyphens"
    return None
