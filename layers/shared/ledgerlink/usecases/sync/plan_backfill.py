"""Plan a backfill: count what there is and cut it into pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.backfills import Backfill, BackfillStatus, Page, Selection, page_size, progress, split
from ledgerlink.domain.connections import Connection, ConnectionKey
from ledgerlink.domain.flows import Flow, directions, entities_of
from ledgerlink.domain.times import optional_text
from ledgerlink.errors import NotFound
from ledgerlink.usecases.connections.read_connections import read_connection
from ledgerlink.usecases.sync.start_backfill import check_callable, flow_is_off


class Connections(Protocol):
    """The tenant's companies."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


class Flows(Protocol):
    """The tenant's flows."""

    def of_tenant(self, tenant_id: str) -> Sequence[Flow]: ...


class Backfills(Protocol):
    """Where backfills are kept."""

    def get(self, key: ConnectionKey, number: int) -> Backfill | None: ...
    def keep_plan(self, backfill: Backfill, pages: Sequence[Page], now: datetime) -> None:
        """Only the first plan counts."""

    def resume(self, backfill: Backfill) -> None:
        """A redrive makes a failed one run again."""


class Company(Protocol):
    """The past of one company."""

    def count(self, selection: Selection) -> int: ...
    def created_at(self, selection: Selection, position: int) -> datetime | None: ...


class Companies(Protocol):
    """The way to a connection's company."""

    def history(self, connection: Connection) -> Company: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class BackfillPlanner:
    """Everything that planning needs."""

    connections: Connections
    flows: Flows
    backfills: Backfills
    companies: Companies
    events: Announcer
    clock: Callable[[], datetime]

    def plan(self, key: ConnectionKey, number: int) -> Backfill:
        """The backfill with its pages; one that was planned before keeps its plan.

        Raises ConnectionRevoked, NotConnected, MissingConfiguration, NotFound, and the errors of the company.
        """
        backfill = resume_backfill(self.backfills, key, number)
        if backfill.planned_at:
            return backfill
        connection = check_wanted(self.connections, self.flows, backfill, backfill.entities)
        company = self.companies.history(connection)
        counts = {selection: company.count(selection) for selection in backfill.selections}
        size = page_size(sum(counts.values()))
        pages = [
            page for selection, count in counts.items() for page in split(selection, count, size, company.created_at)
        ]
        self.backfills.keep_plan(backfill, pages, self.clock())
        # Another planner may have been faster; its pages are the ones that count.
        planned = find_backfill(self.backfills, key, number)
        tell_progress(self.events, planned, self.clock())
        return planned


def find_backfill(backfills: Backfills, key: ConnectionKey, number: int) -> Backfill:
    """The backfill as it is. Raises NotFound."""
    backfill = backfills.get(key, number)
    if backfill is None:
        raise NotFound(f"There is no backfill {number} of this connection.")
    return backfill


def resume_backfill(backfills: Backfills, key: ConnectionKey, number: int) -> Backfill:
    """The backfill; one that had failed runs again. Raises NotFound.

    For the start of a task only: a task that ends after its execution has failed makes nothing run again.
    """
    backfill = find_backfill(backfills, key, number)
    if backfill.status is BackfillStatus.FAILED:
        backfills.resume(backfill)
    return backfill


def check_wanted(connections: Connections, flows: Flows, backfill: Backfill, entities: Iterable[str]) -> Connection:
    """The connection, if it may be called and a flow still asks for any of these entities.

    Raises ConnectionRevoked, NotConnected or MissingConfiguration.
    """
    tenant_id, connection_id = backfill.key.tenant_id, backfill.key.connection_id
    connection = read_connection(connections, tenant_id, connection_id)
    check_callable(connection)
    wanted = backfill.directions & directions(flows.of_tenant(tenant_id), connection_id)
    if not set(entities) & set(entities_of(wanted)):
        raise flow_is_off()
    return connection


def tell_progress(events: Announcer, backfill: Backfill, now: datetime) -> None:
    """Tell the host how far it is."""
    events.publish("backfill.progress", backfill.key.tenant_id, progress_detail(backfill, now))


def progress_detail(backfill: Backfill, now: datetime) -> dict[str, Any]:
    """How far it is, for events."""
    reached = progress(backfill, now)
    return {
        "connection_id": backfill.key.connection_id,
        "backfill": backfill.number,
        "directions": sorted(backfill.directions),
        "pages_done": reached.pages_done,
        "pages_planned": reached.pages_planned,
        "documents": reached.documents,
        "names_read": reached.names_read,
        "started_at": optional_text(backfill.started_at),
        "estimated_end": optional_text(reached.estimated_end),
    }
