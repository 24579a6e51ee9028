"""Flows as people read them: what comes from where, whether it is on, and how far the copying is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ledgerlink.domain.backfills import Backfill, BackfillStatus, progress
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.flows import QUICKBOOKS, Direction, Flow, connection_named, directions
from ledgerlink.domain.sync_state import SyncState

DIRECTIONS: Mapping[Direction, str] = {
    Direction.PURCHASES: "purchase orders and bills",
    Direction.SALES: "estimates, invoices and sales receipts",
}
"""What is read of a company."""

APPLICATION = "Your application"
"""The host, of a vendor that gave no name."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What is known of the reading of one company."""

    connection: Connection
    state: SyncState | None
    backfill: Backfill | None


def flow_rows(flows: Sequence[Flow], connections: Sequence[Connection], vendor: str) -> list[dict[str, Any]]:
    """The flows in the order in which they were made."""
    companies = {connection.connection_id: connection for connection in connections}
    return [
        {
            "id": flow.flow_id,
            "input": side_words(flow.input, companies, vendor),
            "output": side_words(flow.output, companies, vendor),
            "enabled": flow.enabled,
            "reads": " and ".join(DIRECTIONS[direction] for direction in sorted(flow.sides)),
            "not_connected": any(
                companies[named].status is not ConnectionStatus.CONNECTED
                for named in flow.sides.values()
                if named in companies
            ),
        }
        for flow in sorted(flows, key=lambda flow: (flow.created_at, flow.flow_id))
    ]


def side_words(side: str, companies: Mapping[str, Connection], vendor: str) -> str:
    """``QuickBooks: Harbor Street Supply``, or the name of the host's own."""
    named = connection_named(side)
    if named is None:
        return (vendor or APPLICATION) if side == name_of_vendor(vendor) else side
    company = companies.get(named)
    return f"QuickBooks: {(company.company_name or company.realm_id) if company else named}"


def name_of_vendor(vendor: str) -> str:
    """The vendor's application as a side of a flow: letters, digits, dots, underscores and hyphens."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", vendor).strip("-")[:64] or "application"


def sides(connections: Sequence[Connection], flows: Sequence[Flow], vendor: str) -> list[tuple[str, str]]:
    """What a side of a new flow can be, as value and words: companies, the vendor's application, what others name."""
    companies = {connection.connection_id: connection for connection in connections}
    quickbooks = [
        f"{QUICKBOOKS}:{connection.connection_id}"
        for connection in connections
        if connection.status is not ConnectionStatus.DISCONNECTED
    ]
    named = sorted({side for flow in flows for side in (flow.input, flow.output) if connection_named(side) is None})
    every = dict.fromkeys([*quickbooks, name_of_vendor(vendor), *named])
    return [(side, side_words(side, companies, vendor)) for side in every]


def sync_shown(synced: Synced, flows: Sequence[Flow], now: datetime) -> dict[str, Any]:
    """Where the reading of a company stands."""
    connection, state = synced.connection, synced.state
    on = directions(flows, connection.connection_id)
    return {
        "id": connection.connection_id,
        "company": connection.company_name or connection.realm_id,
        "is_on": bool(on) and connection.status is ConnectionStatus.CONNECTED and connection.settings.enabled,
        "reads": " and ".join(DIRECTIONS[direction] for direction in sorted(on)),
        "last": state.polled_at if state else None,
        "changed": state.changed_at if state else None,
        "next": max(state.due_at, now) if state and state.due_at else None,
        "error": dict(state.last_error) if state and state.last_error else None,
        "copying": _copy(synced.backfill, now) if synced.backfill else None,
    }


def _copy(backfill: Backfill, now: datetime) -> dict[str, Any]:
    reached = progress(backfill, now)
    days = round((backfill.started_at - backfill.since) / timedelta(days=1))
    return {
        "is_live": backfill.is_live,
        "failed": backfill.status is BackfillStatus.FAILED,
        "days": days,
        "done": reached.pages_done,
        "planned": reached.pages_planned if backfill.planned_at else None,
        "documents": reached.documents,
        "left": _minutes(reached.estimated_end - now) if reached.estimated_end else "",
        "completed_at": backfill.completed_at,
        "error": backfill.last_error,
    }


def _minutes(left: timedelta) -> str:
    minutes = round(left / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute left"
    return f"about {minutes} minute{'s' if minutes > 1 else ''} left"


def concerned(flows: Sequence[Flow], connections: Sequence[Connection]) -> list[ConnectionKey]:
    """The companies that some flow names, in the order of the connections."""
    named = {connection_id for flow in flows for connection_id in flow.sides.values()}
    return [connection.key for connection in connections if connection.connection_id in named]
